/**
 * What tells versions of data apart, and which names are names of one thing. [isolate-safe]
 * @module
 */
import type { DataItem, DataMember } from '../model/data';

/** What is known of a version that a run met, however it is related to the run. */
export type Met = Pick<DataItem, 'signature' | 'sha256' | 'direction'>;

/** Of a use of which nothing is known: whoever wrote the name last is asked. */
export const UNKNOWN_VERSION = '';

/**
 * The text that tells a version from others under the same name: its signature, else its digest. A run that generated something
 * of which neither is known made a version of its own.
 */
export function versionKey({ signature, sha256, direction }: Met, uid: string): string {
  if (signature) return signature;
  if (sha256) return `sha256:${sha256}`;
  return direction === 'generated' ? `run:${uid}` : UNKNOWN_VERSION;
}

/** True where a signature or a digest tells the version from others. */
export function isKnownVersion(key: string): boolean {
  return key !== UNKNOWN_VERSION && !key.startsWith('run:');
}

/** Last part of a file's signature: when its content or status changed last, in nanoseconds. */
const CHANGED = /:(\d{16,20})$/;

/** A file's signature without its last part: what renaming and moving leave as it was. Undefined for what is no file's. */
export function fileStamp(signature: string): string | undefined {
  const end = CHANGED.exec(signature);
  return end ? signature.slice(0, end.index + 1) : undefined;
}

/** When a file was changed last, status included, as its signature says (UNIX seconds); undefined where it does not. */
export function changeTime(signature: string): number | undefined {
  const nanoseconds = CHANGED.exec(signature)?.[1];
  return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e9;
}

/** Clocks of a worker and of a file server differ by no more than this. */
const CLOCKS_DIFFER_S = 2;

/**
 * A member of a directory that a run used or generated is related to the run as the directory is; one that was there before the run
 * that generated the directory is mentioned, no more.
 */
export function memberDirection(
  item: Pick<DataItem, 'direction'>,
  member: DataMember,
  run_start: number,
): DataItem['direction'] {
  const changed = member.signature === undefined ? undefined : changeTime(member.signature);
  const older = changed !== undefined && changed < run_start - CLOCKS_DIFFER_S;
  return item.direction === 'generated' && older ? 'mentioned' : item.direction;
}

/** URI of a member: of a file below a directory, or its own. Names below a directory are texts, and parts of URIs as such. */
export function memberUri(uri: string, name: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) return name;
  const encoded = encodeURI(name.toWellFormed()).replace(/[?#]/g, encodeURIComponent);
  return `${uri.endsWith('/') ? uri : `${uri}/`}${encoded}`;
}
