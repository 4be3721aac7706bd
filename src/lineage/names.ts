/**
 * Distinguishes versions of data, and decides which names belong to one thing. [isolate-safe]
 * @module
 */
import type { DataItem, DataMember } from '../model/data';

/** What is known about a version that a run used, generated or mentioned. */
export type Met = Pick<DataItem, 'signature' | 'sha256' | 'direction'>;

/** The key of a used version about which nothing is known. Its producer is then the last writer of the name. */
export const UNKNOWN_VERSION = '';

/**
 * The text that distinguishes the version from others under the same name: its signature, else its digest. If
 * neither is known, what a run generated counts as a version of its own.
 */
export function versionKey({ signature, sha256, direction }: Met, uid: string): string {
  if (signature) return signature;
  if (sha256) return `sha256:${sha256}`;
  return direction === 'generated' ? `run:${uid}` : UNKNOWN_VERSION;
}

/** True if a signature or a digest distinguishes the version from others. */
export function isKnownVersion(key: string): boolean {
  return key !== UNKNOWN_VERSION && !key.startsWith('run:');
}

/** Last part of a file's signature: when its content or status changed last, in nanoseconds. */
const CHANGED = /:(\d{16,20})$/;

/**
 * A file's signature without its last part. Renaming and moving do not change it. Undefined for anything but a
 * file.
 */
export function fileStamp(signature: string): string | undefined {
  const end = CHANGED.exec(signature);
  return end ? signature.slice(0, end.index + 1) : undefined;
}

/**
 * When a file changed last, including its status, by its signature (UNIX seconds); undefined if the signature
 * does not contain it.
 */
export function changeTime(signature: string): number | undefined {
  const nanoseconds = CHANGED.exec(signature)?.[1];
  return nanoseconds === undefined ? undefined : Number(nanoseconds) / 1e9;
}

/** The largest assumed difference between the clocks of a worker and a file server. */
const CLOCKS_DIFFER_S = 2;

/**
 * The relation of a member of a directory to the run: the same as the directory's. A member that existed before
 * the run that generated the directory is only `mentioned`.
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

/**
 * URI of a member: its own, or that of a file below a directory. Names below a directory are texts, or parts of
 * URIs.
 */
export function memberUri(uri: string, name: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) return name;
  const encoded = encodeURI(name.toWellFormed()).replace(/[?#]/g, encodeURIComponent);
  return `${uri.endsWith('/') ? uri : `${uri}/`}${encoded}`;
}
