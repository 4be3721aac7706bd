/**
 * What is answered about data: which runs generated and used it, under which names, in which versions. Node only.
 * @module
 */
import type { DataType, DigestMissing } from '../../model/data';
import type { Evidence } from '../../model/link';
import type { LineageCode } from './lineage-answers';

/** A run that generated or used data. */
export interface DataRun {
  uid: string;
  scan_id?: number;
  lab?: string;
  activity_type?: string;
  workflow_type?: string;
  workflow_id?: string;
  /** When it opened, UNIX seconds. */
  time?: number;
  status?: string;
  /** Its environment: package and version of the program, commit and repository. */
  code?: LineageCode;
  /** The strongest for it; `…-ambiguous` where another run fits as well. */
  evidence: Evidence;
  /** Why the run was taken out of the store. */
  removed?: string;
}

/** Who generated and who used some data. */
export interface DataRuns {
  generated_by: DataRun[];
  /** The first ones; `used_count` says how many there are. */
  used_by: DataRun[];
  used_count: number;
}

/** One content under the names of one artifact. */
export interface DataVersion extends DataRuns {
  /** Counts the contents of the artifact from 1. */
  revision: number;
  /** Hex. */
  sha256?: string;
  size_bytes?: number;
  media_type?: string;
  /** Why there is no `sha256`. */
  missing?: DigestMissing;
  /** When a run met it first, UNIX seconds. */
  time: number;
  /** `unknown`: nothing that is recorded has produced it. */
  origin?: 'unknown';
  names: string[];
  /** Of a directory or collection: the first ones. */
  members?: { name: string; sha256?: string; size_bytes?: number }[];
}

/** An artifact with its versions. */
export interface ArtifactDetail {
  artifact_id: string;
  names: string[];
  type: DataType;
  /** When a run met it first, UNIX seconds. */
  created_time: number;
  /** The first first; one where one was named. */
  versions: DataVersion[];
  /** Names of other artifacts that have had one of these contents. */
  same_content: string[];
}

/** An artifact in a list, by the version that was met last among those that pass the filter. */
export interface ArtifactView {
  artifact_id: string;
  names: string[];
  type: DataType;
  /** How many contents it has had. */
  revisions: number;
  sha256?: string;
  size_bytes?: number;
  media_type?: string;
  missing?: DigestMissing;
  /** When a run met that version first, UNIX seconds. */
  time: number;
  origin?: 'unknown';
  generated_by?: DataRun;
}

/** Which artifacts. */
export interface ArtifactsQuery {
  /** Filter by `name`, `uri`, `type`, `sha256`, `size_bytes`, `media_type`, `missing`, `time`, `origin`, `generated_by`, `artifact_id`. */
  where?: string;
  /** At most so many, the last met first. @defaultValue 50 */
  limit?: number;
  /** `next` of the part before. */
  after?: number;
}

/** What is known of a content. */
export interface KnownContent {
  /** Hex. */
  sha256: string;
  /** Absent where it is not known. */
  size_bytes?: number;
  /** Under each artifact that has had this content; empty where it is not known. */
  versions: (DataRuns & { artifact: string; names: string[]; revision: number; time: number })[];
}

/** What is known of a file's content. */
export interface WhichAnswer extends KnownContent {
  file: string;
  size_bytes: number;
  /** Where the content is not known and the name is: what is recorded under it. */
  name_known?: { artifact: string; names: string[]; revisions: number; sha256?: string };
}

/** Data that a run used or generated. */
export interface RunDataItem {
  /** `artifact:sha256:<hex>`, or `artifact:<uri>` where no digest is known. */
  id: string;
  names: string[];
  kind: DataType;
  /** Hex. */
  sha256?: string;
  size_bytes?: number;
  missing?: DigestMissing;
  /** Why it is known. */
  evidence: Evidence;
  /** JSON paths at which its name stands: `args[0].path`, `result.files[3]`. */
  paths?: string[];
}

/** Data that a run used, with where they come from. */
export interface UsedData extends RunDataItem {
  /** Empty: nothing that is recorded has produced it. */
  generated_by: DataRun[];
}

/** A value that was passed to a run: the run that returned it, or the execution where only that is known. */
export interface GivenValue {
  /** `run:<uid>` or `execution:<run id>`. */
  id: string;
  label: string;
  evidence: Evidence;
  /** Where it stood in the result, and where it stands in the arguments. */
  paths?: { from_path?: string; to_path?: string }[];
}

/** Data in and out of a run. */
export interface RunData {
  /** `unknown`: nobody looked, nothing was found, or something could not be looked at. */
  inputs: 'known' | 'none' | 'unknown';
  /** Why inputs are not known, and what was cut: words with underscores. */
  reasons?: string[];
  used: UsedData[];
  generated: RunDataItem[];
  /** What other runs returned and this one was given. */
  given: GivenValue[];
  /** Records that are not joined into links yet; absent where all are. */
  behind?: number;
}
