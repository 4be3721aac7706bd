/**
 * A record on its way to the store, and who waits for its answer. Node only.
 * @module
 */
import type { WriteAnswer, WriteRecord } from '../../store/interface/written';
import type { Instruments } from '../reports/meter';

/** One of `done`, `lost` and `spooled` is called, once. None of them may throw. */
export interface QueueEntry {
  readonly record: WriteRecord;
  /** Estimate of what it holds in memory and sends to the store. */
  readonly bytes: number;
  /** Of the recorder that it comes from. */
  readonly instruments?: Instruments;
  /** How long it may wait for others to share a commit with. @defaultValue not at all */
  readonly patience_ms?: number;
  /** It is durable, with the store's answer. */
  done?(answer: WriteAnswer): void;
  /** It was given up. */
  lost?(reason: string): void;
  /** The spool keeps it. */
  spooled?(): void;
}

/** True for an entry that an activity waits for. */
export function isAwaited(entry: QueueEntry): boolean {
  return entry.record.kind === 'open';
}

/** Bytes that a rare record takes in memory on its way to the store, roughly. */
export function sizeOf(record: WriteRecord): number {
  if ('document' in record && typeof record.document === 'string') return record.document.length;
  const blobs = 'blobs' in record ? (record.blobs ?? []) : [];
  const texts = blobs.length > 0 ? { ...record, blobs: [] } : record;
  return JSON.stringify(texts).length + blobs.reduce((sum, blob) => sum + blob.bytes.byteLength, 0);
}
