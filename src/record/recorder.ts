/**
 * The recorder: the only door to a store for what is captured. Its methods never throw, never reject, and take no longer
 * than they were given; what could not be kept is counted. Node only.
 * @module
 */

import { setTimeout as pause } from 'node:timers/promises';
import { ProvenanceError, type ProvenanceErrorCode } from '../errors';
import type { SettledDocument, StopDocument } from '../model/documents';
import type { Blob, CapturedEnvironment, WorkerSession } from '../model/environment';
import type { ExecutionClose, ExecutionStart } from '../model/execution';
import { CLOSING, QUEUE } from '../model/limits';
import { composeStart } from '../store/read/documents';
import type { ContextRecord, WriteAnswer, WriteRecord } from '../store/store';
import { environmentParts } from './delivery/environment-parts';
import type { GroupQueue, QueueEntry } from './delivery/queue';
import { sizeOf } from './delivery/record-size';
import { acquireStore, type SharedStore, type StoreUser } from './delivery/shared-store';
import { Emitter, type Subscriber } from './emission';
import { Losses } from './losses';
import { Instruments, type RecorderStatistics } from './meter';
import type { Opening, RunDraft, StopDraft } from './opening/drafts';
import type { AttemptLimits } from './opening/opening-clock';
import { Openings, type OpeningsOptions } from './opening/openings';
import { Preparation } from './opening/preparation';
import { rulesBook } from './opening/rules-book';
import type { Recorder, RecorderOptions } from './recorder-interface';
import { newUid } from './uid';

export type { Subscriber } from './emission';
export { jsonlSubscriber } from './jsonl';
export type { Logger, Meter, RecorderStatistics } from './meter';
export type { OnRefusal, Opening, RunDraft, ScanIdSource, StopDraft } from './opening/drafts';
export type { Recorder, RecorderOptions } from './recorder-interface';

/** What passes by itself: the next removal does the work of this one. */
const PASSING: readonly ProvenanceErrorCode[] = ['STORE_UNREACHABLE', 'STORE_BUSY', 'STORE_CLOSED'];

/**
 * Creates a recorder. Nothing is opened before the first record.
 * @throws STORE_URL_INVALID
 */
export function createRecorder(options: RecorderOptions): Recorder {
  return new StoreRecorder(options);
}

class StoreRecorder implements Recorder {
  readonly #options: RecorderOptions;
  readonly #instruments: Instruments;
  readonly #user: StoreUser;
  /** Another one when something came after the end. */
  #shared: SharedStore;
  readonly #losses: Losses;
  readonly #emitter: Emitter;
  readonly #openings: Openings;
  readonly #initialized = new Set<string>();
  /** Of its workers and runs. */
  readonly #labs = new Set<string>();
  readonly #counts = { runs: 0, stops: 0, refusals: 0, skipped: 0, blocked: 0 };
  /** Sessions and environments, which are told once: again to a store that takes the place of the one that was told. */
  readonly #told = new Map<string, WriteRecord>();
  #storage_id: string | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: RecorderOptions) {
    const lose = (kind: string, detail: string) => this.lose(kind, detail);
    this.#options = options;
    this.#instruments = new Instruments(options.meter);
    const rules = rulesBook(options.rules);
    const preparation = new Preparation({ ...options, rules, failed: lose });
    this.#user = {
      instruments: this.#instruments,
      log: options.log,
      preparation,
      serves: (lab) => this.#labs.has(lab),
      lose: (...loss) => this.#losses.add(...loss),
      taken: (record, answer, counts) => this.#taken(record, answer, counts),
      returned: () => this.#retellSessions(),
    };
    this.#shared = this.#acquire();
    this.#losses = new Losses({
      instruments: this.#instruments,
      log: options.log,
      redact: (text) => options.redactor.text(text).text,
      persist: (record) => this.#push(record, 'always'),
      away: () => this.#shared.away,
    });
    this.#emitter = new Emitter(lose);
    for (const subscriber of options.subscribers ?? []) this.subscribe(subscriber);
    this.#openings = new Openings({
      shared: this.#shared,
      preparation,
      instruments: this.#instruments,
      onRefusal: (lab) => rules.of(lab).onRefusal ?? options.onRefusal ?? 'fail',
      onStoreFailure: options.onStoreFailure ?? 'spool',
      opened: (record, answer) => {
        this.#counts.runs += 1;
        this.#emitStart(record, answer);
      },
      refused: () => {
        this.#counts.refusals += 1;
      },
      blocked: () => {
        this.#counts.blocked += 1;
        this.#instruments.blocked();
      },
      stop: (draft) => this.#sendStop(draft),
      lose,
    });
  }

  #acquire(): SharedStore {
    const { store, queue_bytes = QUEUE.max_bytes, spool } = this.#options;
    return acquireStore(store, { max_bytes: queue_bytes, spool, user: this.#user });
  }

  async ready(): Promise<void> {
    const tried = this.#shared.trySpool();
    await this.#shared.store();
    await tried;
  }

  open(draft: RunDraft, budget_ms: number, attempt?: AttemptLimits): Promise<Opening> {
    this.#labs.add(draft.lab);
    this.#initializeStash(draft.lab);
    return this.#openings.open(draft, budget_ms, attempt);
  }

  stop(draft: StopDraft): void {
    if (!this.#openings.hold(draft)) this.#sendStop(draft);
  }

  execution(start: ExecutionStart): void {
    this.#push({ kind: 'execution', start });
  }

  executionClose(close: ExecutionClose): void {
    this.#push({ kind: 'execution-close', close });
  }

  context(record: ContextRecord): void {
    this.#push(record);
  }

  session(session: WorkerSession, blobs?: Blob[]): void {
    this.#losses.session_id = session.session_id;
    if (session.capture) this.#labs.add(session.capture.lab);
    const record = { kind: 'session' as const, session: this.#withSpool(session), ...(blobs && { blobs }) };
    this.#tell(session.session_id, record);
  }

  /** What the store is to know of this worker's spool, should it be asked on another machine. */
  #withSpool(session: WorkerSession): WorkerSession {
    const { spool } = this.#shared;
    return spool ? { ...session, spool } : session;
  }

  /** After an outage: sessions that go on tell of their spool as it is now. */
  #retellSessions(): void {
    for (const record of [...this.#told.values()])
      if (record.kind === 'session' && record.session.stop_time === undefined)
        this.session(record.session, record.blobs);
  }

  environment(captured: CapturedEnvironment): void {
    const [first, ...more] = environmentParts(captured);
    this.#tell(captured.environment.id, { kind: 'environment', ...first! });
    // Contents of code are not kept in memory for a store that may take the place of this one.
    for (const part of more) this.#push({ kind: 'environment', ...part });
  }

  record(record: WriteRecord): void {
    this.#push(record);
  }

  subscribe(subscriber: Subscriber): void {
    this.#emitter.subscribe(subscriber);
  }

  lose(kind: string, detail: string): void {
    this.#losses.add(kind, detail);
  }

  skip(_activity_type: string): void {
    this.#counts.skipped += 1;
    this.#instruments.skip();
  }

  readonly lookup: Recorder['lookup'] = {
    execution: (run_id) => this.#shared.read((store) => store.execution(run_id)),
    context: (run_id, n) => this.#shared.read((store) => store.context(run_id, n)),
  };

  async trimProgress(before: number): Promise<void> {
    try {
      await (await this.#shared.store()).trimProgress(before);
    } catch (error) {
      if (!(ProvenanceError.is(error) && PASSING.includes(error.code))) this.lose('retention', String(error));
    }
  }

  async flush(timeout_ms: number): Promise<void> {
    if (this.#shared.queue.closed) return;
    const deadline = performance.now() + timeout_ms;
    this.#losses.persist();
    await this.#shared.flush(timeout_ms);
    await this.#emitter.flush(Math.max(0, deadline - performance.now()));
  }

  close(timeout_ms: number): Promise<void> {
    this.#closed ??= this.#close(timeout_ms);
    return this.#closed;
  }

  /**
   * The way to the store. What comes after the end, from an activity that outlives its worker, has it opened once more: the process
   * lives for as long as that takes.
   */
  get #queue(): GroupQueue {
    if (this.#shared.queue.closed) {
      this.#shared = this.#acquire();
      this.#closed = pause(CLOSING.late_ms).then(() => this.#close(CLOSING.late_close_ms));
    }
    return this.#shared.queue;
  }

  /** One deadline for all: what the store has not taken by then goes to the spool. */
  async #close(timeout_ms: number): Promise<void> {
    const deadline = performance.now() + timeout_ms;
    await this.flush(timeout_ms * (1 - CLOSING.spool_share));
    this.#openings.close('the recorder was closed before the run was prepared');
    this.#losses.persist('even while the store is away');
    this.#instruments.flush();
    await this.#shared.release(this.#user, Math.max(0, deadline - performance.now()));
  }

  get statistics(): RecorderStatistics {
    const { queue } = this.#shared;
    return {
      ...this.#counts,
      losses: { ...this.#losses.counts },
      groups: queue.groups,
      queued_records: queue.records,
      queued_bytes: queue.bytes,
    };
  }

  #initializeStash(lab: string): void {
    if (!this.#options.initialStash || this.#initialized.has(lab)) return;
    this.#initialized.add(lab);
    this.#shared.stashes.initialize(lab, this.#options.initialStash);
  }

  /** Another store took this run than the one before: what is told once is told to it as well. */
  #noteStore(storage_id: string): void {
    if (this.#storage_id !== undefined && this.#storage_id !== storage_id) {
      for (const told of this.#told.values()) this.#push(told);
    }
    this.#storage_id = storage_id;
  }

  #emitStart(...[record, answer]: Parameters<OpeningsOptions['opened']>): void {
    this.#noteStore(answer.storage_id);
    if (!this.#emitter.active) return;
    this.#emitter.emit({
      name: 'start',
      bytes: record.metadata.length + record.facts.length,
      compose: () => composeStart({ ...record, ...answer }),
    });
  }

  #sendStop(draft: StopDraft): void {
    try {
      this.#queue.left();
      this.#pushStop(draft);
    } catch (error) {
      this.lose('stop', `could not be queued: ${error instanceof Error ? error.name : 'error'}`);
    }
  }

  #pushStop(draft: StopDraft): void {
    const { uid: run_start, time, exit_status, reason, temporal, provenance, resources } = draft;
    const uid = newUid();
    const stop: StopDocument = { uid, time, run_start, exit_status, reason, temporal, provenance, resources };
    const document = JSON.stringify(stop);
    const entry: QueueEntry = {
      record: { kind: 'stop', uid, run_start, time, exit_status, document },
      bytes: document.length + QUEUE.record_overhead_bytes,
      instruments: this.#instruments,
      done: (answer) => {
        if (answer.kind !== 'done') return;
        this.#counts.stops += 1;
        this.#emitStop(document);
      },
      lost: (reason) => this.lose('stop', reason),
    };
    this.#queue.push(entry);
  }

  #emitStop(document: string): void {
    if (!this.#emitter.active) return;
    this.#emitter.emit({ name: 'stop', bytes: document.length, compose: () => JSON.parse(document) });
  }

  /** A record came out of the spool: whichever process put it there, this one tells of it. */
  #taken(record: WriteRecord, answer: WriteAnswer, counts: boolean): void {
    if (record.kind === 'open' && answer.kind === 'opened') {
      if (counts) this.#counts.runs += 1;
      this.#emitStart(record, answer);
    } else if (record.kind === 'stop' && answer.kind === 'done') {
      if (counts) this.#counts.stops += 1;
      this.#emitStop(record.document);
    } else if (record.kind === 'settled') this.#settled(record.document, answer.kind);
  }

  #tell(id: string, record: WriteRecord): void {
    this.#told.set(id, record);
    this.#push(record);
  }

  #push(record: WriteRecord, place?: 'always'): void {
    try {
      const entry: QueueEntry = {
        record,
        bytes: sizeOf(record) + QUEUE.record_overhead_bytes,
        instruments: this.#instruments,
        // A sum of losses that is lost itself is not counted, which would never end, but sent again.
        lost: (reason) =>
          record.kind === 'loss' ? this.#losses.giveBack(record) : this.lose(record.kind, reason),
      };
      if (record.kind === 'settled') entry.done = (answer) => this.#settled(record.document, answer.kind);
      this.#queue.push(entry, place);
    } catch (error) {
      this.lose(record.kind, `could not be queued: ${error instanceof Error ? error.name : 'error'}`);
    }
  }

  #settled(document: SettledDocument, answer: WriteAnswer['kind']): void {
    if (answer !== 'done' || !this.#emitter.active) return;
    const text = JSON.stringify(document);
    this.#emitter.emit({ name: 'settled', bytes: text.length, compose: () => JSON.parse(text) });
  }
}
