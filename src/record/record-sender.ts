/**
 * Sends records that no caller waits for, and counts those that cannot be kept. Node only.
 * @module
 */
import { SCHEMA_VERSION, type StopDocument } from '../model/documents';
import { QUEUE } from '../model/limits';
import type { WriteAnswer, WriteRecord } from '../store/interface/written';
import type { QueueEntry } from './delivery/entry';
import { sizeOf } from './delivery/entry';
import type { StopDraft } from './opening/run-draft';
import { notQueued, type Outbox } from './outbox';
import type { Losses } from './reports/losses';
import type { Instruments } from './reports/meter';
import type { Reports } from './reports/reports';
import { newUid } from './uid';

/** The targets of records, and the receivers of their answers. */
export interface RecordSenderParts {
  outbox: Outbox;
  losses: Losses;
  reports: Reports;
  instruments: Instruments;
}

/** Sends the records of one recorder. */
export class RecordSender {
  readonly #parts: RecordSenderParts;

  constructor(parts: RecordSenderParts) {
    this.#parts = parts;
  }

  /** Never throws. */
  send(record: WriteRecord): void {
    try {
      this.#parts.outbox.push(new SentRecord(record, sizeOf(record), this.#parts));
    } catch (error) {
      this.#parts.losses.add(record.kind, notQueued(error));
    }
  }

  /** Sends a stop whose start is durable, or was recorded elsewhere. Never throws. */
  stop(draft: StopDraft): void {
    const { outbox, losses } = this.#parts;
    try {
      outbox.left();
      const record = toStopRecord(draft);
      outbox.push(new SentRecord(record, record.document.length, this.#parts));
    } catch (error) {
      losses.add('stop', notQueued(error));
    }
  }
}

function toStopRecord(draft: StopDraft): WriteRecord & { kind: 'stop' } {
  const { uid: run_start, time, exit_status, reason, temporal, provenance, resources } = draft;
  const uid = newUid();
  const stop: StopDocument = {
    schema_version: SCHEMA_VERSION,
    uid,
    time,
    run_start,
    exit_status,
    reason,
    temporal,
    provenance,
    resources,
  };
  return { kind: 'stop', uid, run_start, time, exit_status, document: JSON.stringify(stop) };
}

/** A record in the queue. */
class SentRecord implements QueueEntry {
  readonly record: WriteRecord;
  readonly bytes: number;
  readonly instruments: Instruments;
  readonly #losses: Losses;
  readonly #reports: Reports;

  constructor(record: WriteRecord, size_bytes: number, { instruments, losses, reports }: RecordSenderParts) {
    this.record = record;
    this.bytes = size_bytes + QUEUE.record_overhead_bytes;
    this.instruments = instruments;
    this.#losses = losses;
    this.#reports = reports;
  }

  done(answer: WriteAnswer): void {
    this.#reports.written(this.record, answer);
  }

  lost(reason: string): void {
    this.#losses.add(this.record.kind, reason);
  }
}
