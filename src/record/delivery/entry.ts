/**
 * A record on its way to the store, and the receiver of its answer. Node only.
 * @module
 */
import type { WriteAnswer, WriteRecord } from '../../store/interface/written';
import type { Instruments } from '../reports/meter';

/** Exactly one of `done`, `lost` and `spooled` is called. None of them may throw. */
export interface QueueEntry {
  readonly record: WriteRecord;
  /** The approximate bytes that it needs in memory and sends to the store. */
  readonly bytes: number;
  /** The instruments of its recorder. */
  readonly instruments?: Instruments;
  /** How long it may wait to share a commit with others. @defaultValue not at all */
  readonly patience_ms?: number;
  /** The record is durable. `answer` is the store's answer. */
  done?(answer: WriteAnswer): void;
  /** The record was dropped. */
  lost?(reason: string): void;
  /** The record is in the spool. */
  spooled?(): void;
}

/** True if an activity waits for the entry. */
export function isAwaited(entry: QueueEntry): boolean {
  return entry.record.kind === 'open';
}

/** Returns the approximate bytes of an infrequent record in memory on its way to the store. */
export function sizeOf(record: WriteRecord): number {
  if ('document' in record && typeof record.document === 'string') return record.document.length;
  const blobs = 'blobs' in record ? (record.blobs ?? []) : [];
  const texts = blobs.length > 0 ? { ...record, blobs: [] } : record;
  return JSON.stringify(texts).length + blobs.reduce((sum, blob) => sum + blob.bytes.byteLength, 0);
}
