/**
 * What passes between a worker and the thread that looks at its data. Node only.
 * @module
 */
import type { DataMember, DigestMissing } from '../../model/data';
import type { Look, LookTarget } from '../look';

/** A version whose content is to be digested. */
export interface DigestTarget extends LookTarget {
  signature: string;
  /** Largest content that is read, in bytes. */
  max_bytes: number;
}

/** A digest, or why there is none. */
export interface DigestAnswer {
  /** Hex. */
  sha256?: string;
  missing?: DigestMissing;
  size_bytes?: number;
  /** Of a directory or collection. */
  members?: DataMember[];
  member_count?: number;
}

/** What is asked of the thread. `skip`: places in the list that it hung on before. */
export type DataJob = { id: number } & (
  | { kind: 'look'; targets: readonly LookTarget[]; skip: readonly number[] }
  | { kind: 'digest'; target: DigestTarget }
);

/** What it answers. */
export type DataReply = { id: number } & ({ looks: Look[] } | { digest: DigestAnswer });

/** What the thread begins with. */
export interface DataThreadSetting {
  /** Four counts that both sides see: see `Pulse`. */
  pulse: SharedArrayBuffer;
  host: string;
}
