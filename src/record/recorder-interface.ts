/**
 * What a recorder is made of and what it offers. Node only.
 *
 * This folder owns the way of a record from draft to commit: opening, delivery, spool, losses, metrics. Interceptors,
 * worker and settlement hand records to it; nobody else opens a store for what is captured.
 *
 * The way of a run: `Recorder.open` (recorder.ts) → opening/opening-flow.ts, which asks prepare-run.ts for metadata and rules and
 * open-record.ts for the record → opening/start-delivery.ts → delivery/delivery.ts, which knows whether records go to the queue or
 * to the spool (outage/outage.ts) → delivery/queue.ts, in groups → delivery/store-connection.ts → `Store.write`. Its answer comes back
 * through the queue to start-delivery.ts. Shapes: `RunDraft`, `PreparedRun`, `OpenRecord`; the store makes the row.
 * @module
 */
import type { MetadataRules } from '../metadata/validate';
import type { Blob, CapturedEnvironment, WorkerSession } from '../model/environment';
import type { ExecutionClose, ExecutionRecord, ExecutionStart } from '../model/execution';
import type { JsonObject } from '../model/json';
import type { Redactor } from '../redaction/redactor';
import type { ContextRecord, WriteRecord } from '../store/interface/written';
import type { Store } from '../store/store';
import type { SpoolPlace } from './delivery/spool-place';
import type { AttemptLimits } from './opening/opening-clock';
import type { RulesBook } from './opening/rules-book';
import type { OnRefusal, Opening, RunDraft, ScanIdSource, StopDraft } from './opening/run-draft';
import type { Subscriber } from './reports/emission';
import type { Logger, Meter, RecorderStatistics } from './reports/meter';

/** What a recorder records to, and by which rules. */
export interface RecorderOptions {
  /** URL, opened with the first record and shared by all recorders of the process; or a store, which stays the caller's to close. */
  store: string | Store;
  /** Those of each lab, or the same for all. */
  rules: MetadataRules | RulesBook;
  redactor: Redactor;
  /** @defaultValue 'fail' */
  onRefusal?: OnRefusal;
  subscribers?: readonly Subscriber[];
  meter?: Meter;
  log?: Logger;
  /** Put into a lab's stash before its first run here, each key once in the stash's history. */
  initialStash?: JsonObject;
  scanIdSource?: ScanIdSource;
  /** What may wait for the store in memory. @defaultValue 16 MiB */
  queue_bytes?: number;
  /**
   * Where records go while the store takes none. @defaultValue beside a SQLite file, else in the user's state folder; for
   * a store that the caller opened, nowhere
   */
  spool?: SpoolPlace;
  /** `block`: no run opens while the store takes none. @defaultValue 'spool' */
  onStoreFailure?: 'spool' | 'block';
}

/** Its methods never throw and never reject, unless they say so. */
export interface Recorder {
  /** Opens the store. @throws (rejects) with its ProvenanceError */
  ready(): Promise<void>;
  /**
   * Opens a run. Answers within the budget and, where rules are asynchronous, their time (1 s at most, and no more than
   * the attempt allows). Never rejects.
   */
  open(draft: RunDraft, budget_ms: number, attempt?: AttemptLimits): Promise<Opening>;
  stop(draft: StopDraft): void;
  execution(start: ExecutionStart): void;
  executionClose(close: ExecutionClose): void;
  context(record: ContextRecord): void;
  /** `blobs`: contents that it refers to. */
  session(session: WorkerSession, blobs?: Blob[]): void;
  environment(captured: CapturedEnvironment): void;
  /** Any other record, in the order of the rest. */
  record(record: WriteRecord): void;
  subscribe(subscriber: Subscriber): void;
  /** A capture failed elsewhere. */
  lose(kind: string, detail: string): void;
  /** A run that the lab does not want recorded. */
  skip(activity_type: string): void;
  /** What earlier writers left in the store; may reject. */
  readonly lookup: {
    execution(run_id: string): Promise<ExecutionRecord | null>;
    context(run_id: string, n: number): Promise<string | null>;
  };
  /** Removes checkpoints and logged lines from before an instant (UNIX seconds); where it can't, that is counted as a loss. */
  trimProgress(before: number): Promise<void>;
  /**
   * Indexes the places (full names) in documents that were not looked into yet, one page of them; true where there is more to do. False
   * where the store is away: the next page does the work of this one.
   */
  indexValues(places: readonly string[]): Promise<boolean>;
  /** Resolves when all is stored and handed out, or the time is over. */
  flush(timeout_ms: number): Promise<void>;
  close(timeout_ms: number): Promise<void>;
  readonly statistics: RecorderStatistics;
}
