/**
 * The messages between a worker and its data thread. Node only.
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

/** A digest, or the reason why it is missing. */
export interface DigestAnswer {
  /** Hex. */
  sha256?: string;
  missing?: DigestMissing;
  size_bytes?: number;
  /** Present for a directory or collection. */
  members?: DataMember[];
  member_count?: number;
}

/** A request to the thread. `skip`: positions in the list on which it hung before. */
export type DataJob = { id: number } & (
  | { kind: 'look'; targets: readonly LookTarget[]; skip: readonly number[] }
  | { kind: 'digest'; target: DigestTarget }
);

/** Its answer. */
export type DataReply = { id: number } & ({ looks: Look[] } | { digest: DigestAnswer });

/** The data with which the thread starts. */
export interface DataThreadSetting {
  /** Four counts that both sides see: see `Pulse`. */
  pulse: SharedArrayBuffer;
  host: string;
}
