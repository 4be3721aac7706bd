/**
 * The recorder: the only access to a store for captured records. Its methods never throw, never reject, and never exceed their
 * time. Records that could not be kept are counted. Node only.
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import { ProvenanceError, type ProvenanceErrorCode } from '../errors';
import type { Blob, CapturedEnvironment, WorkerSession } from '../model/environment';
import type { ExecutionClose, ExecutionStart } from '../model/execution';
import { CLOSING, INDEXING } from '../model/limits';
import type { ContextRecord, WriteAnswer, WriteRecord } from '../store/interface/written';
import { Announcements } from './announcements';
import { Deadline } from './deadline';
import type { AttemptLimits } from './opening/opening-clock';
import { OpeningFlow } from './opening/opening-flow';
import { RunPreparation } from './opening/prepare-run';
import { rulesBook } from './opening/rules-book';
import type { Opening, RunDraft, StopDraft } from './opening/run-draft';
import { Outbox, type OutboxOwner } from './outbox';
import { RecordSender } from './record-sender';
import type { Recorder, RecorderOptions } from './recorder-interface';
import { Emitter, type Subscriber } from './reports/emission';
import { Losses } from './reports/losses';
import { Instruments, type Logger, type RecorderStatistics } from './reports/meter';
import { Reports } from './reports/reports';

export type { OnRefusal, Opening, RunDraft, ScanIdSource, StopDraft } from './opening/run-draft';
export type { Recorder, RecorderOptions } from './recorder-interface';
export type { Subscriber } from './reports/emission';
export { jsonlSubscriber } from './reports/jsonl';
export type { Logger, Meter, RecorderStatistics } from './reports/meter';

/** Errors that are temporary, because the next trim does the work. */
const PASSING: readonly ProvenanceErrorCode[] = ['STORE_UNREACHABLE', 'STORE_BUSY', 'STORE_CLOSED'];

/**
 * Creates a recorder. Nothing is opened before the first record.
 * @throws STORE_URL_INVALID
 */
export function createRecorder(options: RecorderOptions): Recorder {
  return new StoreRecorder(options);
}

class StoreRecorder implements Recorder, OutboxOwner {
  readonly instruments: Instruments;
  readonly log: Logger | undefined;
  readonly preparation: RunPreparation;
  readonly #options: RecorderOptions;
  readonly #outbox: Outbox;
  readonly #losses: Losses;
  readonly #emitter: Emitter;
  readonly #reports: Reports;
  readonly #sender: RecordSender;
  readonly #announcements: Announcements;
  readonly #openings: OpeningFlow;
  /** Labs to whose stash the `stash` option was applied. */
  readonly #initialized = new Set<string>();
  /** Labs of its workers and runs. */
  readonly #labs = new Set<string>();
  #closed: Promise<void> | undefined;

  constructor(options: RecorderOptions) {
    const { log, redactor, subscribers = [] } = options;
    const instruments = new Instruments(options.meter);
    this.#options = options;
    this.log = log;
    this.instruments = instruments;
    const outbox = new Outbox(options, this);
    const losses = new Losses({ instruments, log, redactor, outbox });
    const rules = rulesBook(options.rules);
    this.#outbox = outbox;
    this.#losses = losses;
    this.#emitter = new Emitter(losses);
    this.#reports = new Reports(this.#emitter, instruments);
    this.#sender = new RecordSender({ outbox, losses, reports: this.#reports, instruments });
    this.#announcements = new Announcements(this.#sender, outbox);
    this.preparation = new RunPreparation({ ...options, rules, losses });
    this.#openings = new OpeningFlow({
      shared: outbox.shared,
      preparation: this.preparation,
      rules,
      onRefusal: options.onRefusal ?? 'fail',
      onStoreFailure: options.onStoreFailure ?? 'spool',
      instruments,
      losses,
      reports: this.#reports,
      sender: this.#sender,
    });
    for (const subscriber of subscribers) this.subscribe(subscriber);
  }

  async ready(): Promise<void> {
    const { shared } = this.#outbox;
    const tried = shared.trySpool();
    await shared.opened();
    await tried;
  }

  open(draft: RunDraft, budget_ms: number, attempt?: AttemptLimits): Promise<Opening> {
    this.#labs.add(draft.lab);
    this.#initializeStash(draft.lab);
    return this.#openings.open(draft, budget_ms, attempt);
  }

  stop(draft: StopDraft): void {
    if (!this.#openings.hold(draft)) this.#sender.stop(draft);
  }

  execution(start: ExecutionStart): void {
    this.record({ kind: 'execution', start });
  }

  executionClose(close: ExecutionClose): void {
    this.record({ kind: 'execution-close', close });
  }

  context(record: ContextRecord): void {
    this.record(record);
  }

  session(session: WorkerSession, blobs?: Blob[]): void {
    this.#losses.session_id = session.session_id;
    if (session.capture) this.#labs.add(session.capture.lab);
    this.#announcements.session(session, blobs);
  }

  environment(captured: CapturedEnvironment): void {
    this.#announcements.environment(captured);
  }

  record(record: WriteRecord): void {
    this.#sender.send(record);
  }

  subscribe(subscriber: Subscriber): void {
    this.#emitter.subscribe(subscriber);
  }

  lose(kind: string, detail: string, count?: number): void {
    this.#losses.add(kind, detail, count);
  }

  skip(_activity_type: string): void {
    this.#reports.skipped();
  }

  readonly lookup: Recorder['lookup'] = {
    execution: (run_id) => this.#outbox.shared.delivery.read((store) => store.execution(run_id)),
    context: (run_id, n) => this.#outbox.shared.delivery.read((store) => store.context(run_id, n)),
  };

  async trimProgress(before: number): Promise<void> {
    try {
      await (await this.#outbox.shared.opened()).trimProgress(before);
    } catch (error) {
      if (!(ProvenanceError.is(error) && PASSING.includes(error.code))) this.lose('retention', String(error));
    }
  }

  async indexValues(places: readonly string[]): Promise<boolean> {
    try {
      const store = await this.#outbox.shared.opened();
      return await store.indexValues({ places, limit: INDEXING.page_records });
    } catch (error) {
      if (!(ProvenanceError.is(error) && PASSING.includes(error.code))) this.lose('index', String(error));
      return false;
    }
  }

  async flush(timeout_ms: number): Promise<void> {
    if (this.#outbox.closed) return;
    const deadline = new Deadline(timeout_ms);
    this.#losses.persist();
    await this.#outbox.shared.delivery.flush(timeout_ms);
    await this.#emitter.flush(deadline.left_ms);
  }

  close(timeout_ms: number): Promise<void> {
    this.#closed ??= this.#close(timeout_ms);
    return this.#closed;
  }

  /** All steps share one deadline. Records that the store has not accepted by then go to the spool. */
  async #close(timeout_ms: number): Promise<void> {
    const deadline = new Deadline(timeout_ms);
    await this.flush(timeout_ms * (1 - CLOSING.spool_share));
    this.#openings.close('the recorder was closed before the run was prepared');
    this.#losses.persistLast();
    this.instruments.flush();
    await this.#outbox.shared.release(this, deadline.left_ms);
  }

  get statistics(): RecorderStatistics {
    const { queue } = this.#outbox.shared.delivery;
    return {
      ...this.#reports.counts,
      losses: { ...this.#losses.counts },
      groups: queue.groups,
      queued_records: queue.records,
      queued_bytes: queue.bytes,
    };
  }

  #initializeStash(lab: string): void {
    if (!this.#options.initialStash || this.#initialized.has(lab)) return;
    this.#initialized.add(lab);
    this.#outbox.shared.stashes.initialize(lab, this.#options.initialStash);
  }

  serves(lab: string): boolean {
    return this.#labs.has(lab);
  }

  taken(record: WriteRecord, answer: WriteAnswer, counts: boolean): void {
    this.#reports.taken(record, answer, counts);
  }

  returned(store: 'same' | 'another'): void {
    this.#announcements.returned(store);
  }

  reopened(): void {
    this.#closed = pause(CLOSING.late_ms).then(() => this.#close(CLOSING.late_close_ms));
  }
}
