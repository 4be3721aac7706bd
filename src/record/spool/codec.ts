/**
 * Encodes a record as one JSON text, and decodes it. Contents (of an environment or a session) are bytes, written as base64. Node
 * only.
 * @module
 */

import type { Blob } from '../../model/environment';
import type { WriteRecord } from '../../store/interface/written';
import { documentKind, runOfDocument } from '../../store/records/document-rows';

type RecordWithBlobs = Extract<WriteRecord, { blobs?: Blob[] }> & { blobs: Blob[] };

function hasBlobs(record: WriteRecord): record is RecordWithBlobs {
  return Array.isArray((record as { blobs?: unknown }).blobs);
}

/** Returns the payload of a record. `JSON.stringify` is well-formed: NUL and lone surrogates survive as escapes. */
export function encodeRecord(record: WriteRecord): Buffer {
  if (!hasBlobs(record)) return Buffer.from(JSON.stringify(record), 'utf8');
  const blobs = record.blobs.map((blob) => ({ ...blob, bytes: Buffer.from(blob.bytes).toString('base64') }));
  return Buffer.from(JSON.stringify({ ...record, blobs }), 'utf8');
}

function isRecord(value: unknown): value is WriteRecord {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}

/** Returns the record of a payload; `null` if it is not one. The store decides whether it knows and accepts the kind. */
export function decodeRecord(payload: Buffer): WriteRecord | null {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'));
    if (!isRecord(value)) return null;
    if (value.kind === 'environment' && !Array.isArray(value.blobs)) return null;
    return hasBlobs(value) ? withBytes(value) : value;
  } catch {
    return null;
  }
}

function withBytes(record: RecordWithBlobs): WriteRecord {
  const blobs = record.blobs.map((blob) => {
    const base64: unknown = blob.bytes;
    if (typeof base64 !== 'string') throw new TypeError('blob without bytes');
    return { ...blob, bytes: new Uint8Array(Buffer.from(base64, 'base64')) };
  });
  return { ...record, blobs };
}

/** The classes by which losses are counted. */
export type RecordClass = 'start' | 'stop' | 'other';

/** Returns the class in which a dropped record is counted. */
export function classOf(record: WriteRecord): RecordClass {
  if (record.kind === 'open') return 'start';
  return record.kind === 'stop' ? 'stop' : 'other';
}

/** Returns the run that a record starts or stops. */
export function runOf(record: WriteRecord): string | undefined {
  if (record.kind === 'open') return record.uid;
  return record.kind === 'stop' ? record.run_start : undefined;
}

/** Returns the uid of the run that a record belongs to. */
export function belongsTo(record: WriteRecord): string | undefined {
  if (record.kind === 'checkpoint') return record.checkpoint.run_start;
  if (record.kind === 'settled') return record.document.run_start;
  if (record.kind === 'log') return record.run_start ?? undefined;
  if (record.kind === 'document') {
    const kind = documentKind(record.of);
    return kind && runOfDocument(kind, record.document);
  }
  return runOf(record);
}
