/**
 * Counts the results of a recorder's records, and passes the records to subscribers as documents. Node only.
 * @module
 */

import type { OpenRecord, WriteAnswer, WriteRecord } from '../../store/interface/written';
import { composeStart } from '../../store/read/documents';
import type { Emitter } from './emission';
import type { Instruments, RecorderStatistics } from './meter';

type OpenedAnswer = WriteAnswer & { kind: 'opened' };

/** The reports of one recorder. Its methods never throw. */
export class Reports {
  readonly #emitter: Emitter;
  readonly #instruments: Instruments;
  readonly #counts = { runs: 0, stops: 0, refusals: 0, skipped: 0, blocked: 0 };

  constructor(emitter: Emitter, instruments: Instruments) {
    this.#emitter = emitter;
    this.#instruments = instruments;
  }

  get counts(): Pick<RecorderStatistics, 'runs' | 'stops' | 'refusals' | 'skipped' | 'blocked'> {
    return { ...this.#counts };
  }

  /** A run of this recorder is durable. */
  opened(record: OpenRecord, answer: OpenedAnswer): void {
    this.#counts.runs += 1;
    this.#emitStart(record, answer);
  }

  /** A run was refused by the rules of its lab. */
  refused(): void {
    this.#counts.refusals += 1;
  }

  /** An attempt does not run because the store is unavailable. */
  blocked(): void {
    this.#counts.blocked += 1;
    this.#instruments.blocked();
  }

  /** A run that its lab does not want recorded. */
  skipped(): void {
    this.#counts.skipped += 1;
    this.#instruments.skip();
  }

  /** Any other record of this recorder has its answer. */
  written(record: WriteRecord, answer: WriteAnswer): void {
    if (answer.kind !== 'done') return;
    if (record.kind === 'stop') this.#counts.stops += 1;
    this.#emit(record);
  }

  /**
   * A record was imported from the spool. This process emits it, even if another one spooled it. `counts`: it is also counted
   * here.
   */
  taken(record: WriteRecord, answer: WriteAnswer, counts: boolean): void {
    if (record.kind === 'open' && answer.kind === 'opened') {
      if (counts) this.#counts.runs += 1;
      this.#emitStart(record, answer);
    } else if (answer.kind === 'done') {
      if (record.kind === 'stop' && counts) this.#counts.stops += 1;
      this.#emit(record);
    }
  }

  #emitStart(record: OpenRecord, answer: OpenedAnswer): void {
    if (!this.#emitter.active) return;
    this.#emitter.emit({
      name: 'start',
      bytes: record.metadata.length + record.facts.length,
      compose: () => composeStart({ ...record, ...answer }),
    });
  }

  #emit(record: WriteRecord): void {
    if (!this.#emitter.active || (record.kind !== 'stop' && record.kind !== 'settled')) return;
    const text = record.kind === 'stop' ? record.document : JSON.stringify(record.document);
    this.#emitter.emit({ name: record.kind, bytes: text.length, compose: () => JSON.parse(text) });
  }
}
