/**
 * Digests that make later edits show: of each document that is final once it is written, and of the chain that they are entered in.
 * PostgreSQL computes the same in `postgres/functions/chain-entry.ts` and `chained-tables.ts`. Digests are 32 bytes, held as a string of 32 characters
 * (Latin-1), which costs less than a buffer for each. Node only.
 * @module
 */
import { hash } from 'node:crypto';
import { chainedTables } from '../records';
import type { Schema } from '../schema';

/** What the chain calls a kind of final document; `records/` has them. */
export type Chained = string;

/** What the digest of a start document covers. Columns for search and joining repeat what stands in `facts` and `metadata`. */
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

/** Of one text as it is stored. */
export function textDigest(text: string): string {
  return hash('sha256', text, 'binary');
}

/** Digest of a start document: of its columns, in the form that the database computes as well. */
export function startDigest(row: StartRow): string {
  const { uid, time, scan_id, state_id, retry_of, metadata_digest, own, facts } = row;
  return textDigest(
    `${uid}\n${bitsOf(time)}\n${scan_id ?? ''}\n${state_id}\n${retry_of ?? ''}\n${metadata_digest}\n${own ?? ''}\n${facts}`,
  );
}

/** Of a metadata set, hex: its name. The same for both dialects, so that a set that is moved between them keeps it. */
export function metadataDigest(document: string, slots: string | null): string {
  return hash('sha256', `${slots ?? ''}\n${document}`, 'hex');
}

/** Digest of a tombstone. */
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

/** A number's 64 bits, hex: databases write numbers each in their own way. */
function bitsOf(value: number): string {
  number[0] = value;
  let text = '';
  for (let i = 0; i < 8; i++) text += HEX[bytesOfNumber[ORDER[i]!]!];
  return text;
}

/** One document in a link of the chain. */
export interface ChainEntry {
  kind: Chained;
  /** Key of its row: `run.seq`, or the id of the execution, environment or tombstone. */
  ref: number;
  digest: string;
}

const DIGEST_BYTES = 32;
/** Length of one entry of the chain. */
export const ENTRY_BYTES = 1 + 8 + DIGEST_BYTES;
const HIGH = 2 ** 32;
const KINDS = chainedTables().map(({ chained }) => [chained.what, chained.code] as const);
const CODES: Readonly<Record<Chained, number>> = Object.fromEntries(KINDS);
const NAMES = new Map(KINDS.map(([what, code]) => [code, what]));

/** Writes the `ENTRY_BYTES` of one entry. */
export function writeEntry(bytes: Buffer, at: number, kind: Chained, ref: number, digest: string): void {
  bytes[at] = CODES[kind]!;
  bytes.writeUInt32BE(Math.floor(ref / HIGH), at + 1);
  bytes.writeUInt32BE(ref % HIGH, at + 5);
  // Cheaper than a call of `write` for so few bytes.
  for (let i = 0; i < DIGEST_BYTES; i++) bytes[at + 9 + i] = digest.charCodeAt(i);
}

/** Null where the bytes are none that a release wrote. */
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

/** A link's digest: over the link before it (null for the first), its number, its state and its entries. */
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
