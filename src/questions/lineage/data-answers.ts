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
  /** Its environment, commit and repository: the package and version of the code. */
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
}

/** What is known of a file's content. */
export interface WhichAnswer {
  file: string;
  /** Hex. */
  sha256: string;
  size_bytes: number;
  /** Under each artifact that has had this content; empty where it is not known. */
  versions: (DataRuns & { artifact: string; names: string[]; revision: number; time: number })[];
  /** Where the content is not known and the name is: what is recorded under it. */
  name_known?: { artifact: string; names: string[]; revisions: number; sha256?: string };
}
