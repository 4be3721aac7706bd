/**
 * Digests that reveal later edits: of each document that is final once it is written, and of the chain that lists these
 * documents. PostgreSQL computes the same digests in `postgres/functions/chain-entry.ts` and `chained-tables.ts`. A digest of 32
 * bytes is held as a string of 32 characters (Latin-1), which is cheaper than a buffer. Node only.
 * @module
 */
import { hash } from 'node:crypto';
import { chainedTables } from '../records';
import type { Schema } from '../schema';

/** The chain's name for a kind of final document. The kinds are in `records/`. */
export type Chained = string;

/**
 * The columns that the digest of a start document covers. Columns for search and joins repeat values of `facts` and `metadata`.
 */
export interface StartRow {
  uid: string;
  time: number;
  scan_id: number | null;
  state_id: number;
  retry_of: string | null;
  /** Digest of the metadata set, hex. */
  metadata_digest: string;
  own: string | null;
  facts: string;
}

/** Returns the digest of one stored text. */
export function textDigest(text: string): string {
  return hash('sha256', text, 'binary');
}

/** Returns the digest of a start document over its columns, in the same form as the database computes it. */
export function startDigest(row: StartRow): string {
  const { uid, time, scan_id, state_id, retry_of, metadata_digest, own, facts } = row;
  return textDigest(
    `${uid}\n${bitsOf(time)}\n${scan_id ?? ''}\n${state_id}\n${retry_of ?? ''}\n${metadata_digest}\n${own ?? ''}\n${facts}`,
  );
}

/**
 * Returns the digest of a metadata set, hex. It identifies the set. Both dialects compute the same digest, so a set keeps it when
 * it is moved between them.
 */
export function metadataDigest(document: string, slots: string | null): string {
  return hash('sha256', `${slots ?? ''}\n${document}`, 'hex');
}

/** Returns the digest of a tombstone. */
export function tombstoneDigest(row: Omit<Schema['tombstone'], 'id'>): string {
  const { what, ref, name, document_time, time, digest, replacement, reason, author } = row;
  const times = [document_time === null ? '' : bitsOf(document_time), bitsOf(time)];
  const digests = [digest, replacement].map((one) => (one ? Buffer.from(one).toString('hex') : ''));
  return textDigest([what, ref, name, ...times, ...digests, reason, author].join('\n'));
}

const number = new Float64Array(1);
const bytesOfNumber = new Uint8Array(number.buffer);
const BIG_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 0;
const ORDER = BIG_ENDIAN ? [0, 1, 2, 3, 4, 5, 6, 7] : [7, 6, 5, 4, 3, 2, 1, 0];
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Returns the 64 bits of a number, hex. Databases format numbers differently. */
function bitsOf(value: number): string {
  number[0] = value;
  let text = '';
  for (let i = 0; i < 8; i++) text += HEX[bytesOfNumber[ORDER[i]!]!];
  return text;
}

/** A document that a link of the chain lists. */
export interface ChainEntry {
  kind: Chained;
  /** The key of its row: `run.seq`, or the id of the execution, environment or tombstone. */
  ref: number;
  digest: string;
}

const DIGEST_BYTES = 32;
/** The length of one chain entry. */
export const ENTRY_BYTES = 1 + 8 + DIGEST_BYTES;
const HIGH = 2 ** 32;
const KINDS = chainedTables().map(({ chained }) => [chained.what, chained.code] as const);
const CODES: Readonly<Record<Chained, number>> = Object.fromEntries(KINDS);
const NAMES = new Map(KINDS.map(([what, code]) => [code, what]));

/** Writes the `ENTRY_BYTES` of one chain entry. */
export function writeEntry(bytes: Buffer, at: number, kind: Chained, ref: number, digest: string): void {
  bytes[at] = CODES[kind]!;
  bytes.writeUInt32BE(Math.floor(ref / HIGH), at + 1);
  bytes.writeUInt32BE(ref % HIGH, at + 5);
  // For so few bytes this is cheaper than a call of `write`.
  for (let i = 0; i < DIGEST_BYTES; i++) bytes[at + 9 + i] = digest.charCodeAt(i);
}

/** Returns the entries, or null if no release wrote bytes of this form. */
export function readEntries(bytes: Uint8Array): ChainEntry[] | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length % ENTRY_BYTES !== 0) return null;
  const entries: ChainEntry[] = [];
  for (let at = 0; at < buffer.length; at += ENTRY_BYTES) {
    const kind = NAMES.get(buffer[at]!);
    if (kind === undefined) return null;
    const ref = buffer.readUInt32BE(at + 1) * HIGH + buffer.readUInt32BE(at + 5);
    entries.push({ kind, ref, digest: buffer.toString('latin1', at + 9, at + ENTRY_BYTES) });
  }
  return entries;
}

/** Returns the digest of a chain link: over the previous link (null for the first), its number, its state and its entries. */
export function linkDigest(
  previous: Uint8Array | null,
  n: number,
  state_id: number,
  entries: Uint8Array,
): Buffer {
  const head = Buffer.alloc(DIGEST_BYTES + 16);
  if (previous) head.set(previous);
  head.writeBigInt64BE(BigInt(n), DIGEST_BYTES);
  head.writeBigInt64BE(BigInt(state_id), DIGEST_BYTES + 8);
  const bytes = Buffer.concat([previous ? head : head.subarray(DIGEST_BYTES), entries]);
  return Buffer.from(hash('sha256', bytes, 'binary'), 'latin1');
}
