/**
 * The answers about data: the runs that generated and used it, its names, its versions. Node only.
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
  /** When the run opened, UNIX seconds. */
  time?: number;
  /** One word, as in lists. */
  status?: string;
  /** Code environment of the run: package and version of the program, commit and repository. */
  code?: LineageCode;
  /** The strongest evidence; `…-ambiguous` if another run fits as well. */
  evidence: Evidence;
  /** Why the run was deleted from the store. */
  removed?: string;
}

/** The runs that generated and used some data. */
export interface DataRuns {
  /** Empty if nothing that is recorded has generated it. */
  generated_by: DataRun[];
  /** The first runs that used the data; `used_count` is the number of all. */
  used_by: DataRun[];
  used_count: number;
}

/** One content under the names of one artifact. */
export interface DataVersion extends DataRuns {
  /** Number of this content among those of the artifact, from 1. */
  revision: number;
  /** Hex. */
  sha256?: string;
  size_bytes?: number;
  media_type?: string;
  /** Why there is no `sha256`. */
  missing?: DigestMissing;
  /** When a run first used or generated it, UNIX seconds. */
  time: number;
  /** `unknown`: nothing that is recorded has generated it. */
  origin?: 'unknown';
  names: string[];
  /** The first members of a directory or collection. */
  members?: { name: string; sha256?: string; size_bytes?: number }[];
}

/** An artifact with its versions. */
export interface ArtifactDetail {
  artifact_id: string;
  names: string[];
  type: DataType;
  /** When a run first used or generated it, UNIX seconds. */
  created_time: number;
  /** The versions, the oldest first; only the named one if the text names one. */
  versions: DataVersion[];
  /** Names of other artifacts that have had one of these contents. */
  same_content: string[];
}

/** An artifact in a list, with its most recently seen version that passes the filter. */
export interface ArtifactView {
  artifact_id: string;
  names: string[];
  type: DataType;
  /** The number of its contents. */
  revisions: number;
  /** Hex; absent if the content is not known. */
  sha256?: string;
  size_bytes?: number;
  media_type?: string;
  /** Why there is no `sha256`. */
  missing?: DigestMissing;
  /** When a run first used or generated that version, UNIX seconds. */
  time: number;
  /** `unknown`: nothing that is recorded has generated it. */
  origin?: 'unknown';
  /** The first of the runs that generated it. */
  generated_by?: DataRun;
}

/** Which artifacts. */
export interface ArtifactsQuery {
  /**
   * A filter by `name`, `uri`, `type`, `sha256`, `size_bytes`, `media_type`, `missing`, `time`, `origin`,
   * `generated_by`, `artifact_id`. @defaultValue all artifacts
   */
  where?: string;
  /** At most this many, the most recently seen first. @defaultValue 50 */
  limit?: number;
  /** The `next` of the previous part. @defaultValue the first part */
  after?: number;
}

/** The known facts about a content. */
export interface KnownContent {
  /** Hex. */
  sha256: string;
  /** Absent if the size is not known. */
  size_bytes?: number;
  /** One entry for each artifact that has had this content; empty if the content is not known. */
  versions: (DataRuns & { artifact: string; names: string[]; revision: number; time: number })[];
}

/** The known facts about a file's content. */
export interface WhichAnswer extends KnownContent {
  /** The path as given. */
  file: string;
  size_bytes: number;
  /** The records under this name. Only if the name is known but the content is not. */
  name_known?: { artifact: string; names: string[]; revisions: number; sha256?: string };
}

/** Data that a run used or generated. */
export interface RunDataItem {
  /** `artifact:sha256:<hex>`, or `artifact:<uri>` if no digest is known. */
  id: string;
  names: string[];
  kind: DataType;
  /** Hex. */
  sha256?: string;
  size_bytes?: number;
  missing?: DigestMissing;
  /** The evidence that the run used or generated the data. */
  evidence: Evidence;
  /** JSON paths of the data's name: `args[0].path`, `result.files[3]`. */
  paths?: string[];
}

/** Data that a run used, with its producers. */
export interface UsedData extends RunDataItem {
  /** Empty if nothing that is recorded has generated it. */
  generated_by: DataRun[];
}

/**
 * A value that was passed to a run, with the run that returned it, or with the execution if only that is known.
 */
export interface GivenValue {
  /** `run:<uid>` or `execution:<run id>`. */
  id: string;
  label: string;
  evidence: Evidence;
  /** The value's place in the result, and its place in the arguments. */
  paths?: { from_path?: string; to_path?: string }[];
}

/** Inputs and outputs of a run. */
export interface RunData {
  /** `unknown`: nothing was examined, nothing was found, or something could not be examined. */
  inputs: 'known' | 'none' | 'unknown';
  /** Why inputs are not known, and what was cut: words with underscores. */
  reasons?: string[];
  used: UsedData[];
  generated: RunDataItem[];
  /** What other runs returned and this run received. */
  given: GivenValue[];
  /** Records that are not linked yet; absent if all are. */
  behind?: number;
}
