/**
 * The options and the interface of a recorder. Node only.
 * This folder owns the way of a record from draft to commit: opening, delivery, spool, losses, metrics. Interceptors, worker and
 * settlement pass records to it. No other code opens a store for captured records.
 * The way of a run: `Recorder.open` (recorder.ts) → opening/opening-flow.ts, which calls prepare-run.ts for metadata and rules,
 * and open-record.ts for the record → opening/start-delivery.ts → delivery/delivery.ts, which chooses the queue or the spool
 * (outage/outage.ts) → delivery/queue.ts, in groups → delivery/store-connection.ts → `Store.write`. The answer returns through
 * the queue to start-delivery.ts. Types: `RunDraft`, `PreparedRun`, `OpenRecord`; the store creates the row.
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

/** The target and the rules of a recorder. */
export interface RecorderOptions {
  /** A URL, opened with the first record and shared by all recorders of the process; or an open store that the caller closes. */
  store: string | Store;
  /** The rules of each lab, or the same for all. */
  rules: MetadataRules | RulesBook;
  redactor: Redactor;
  /** @defaultValue 'fail' */
  onRefusal?: OnRefusal;
  subscribers?: readonly Subscriber[];
  meter?: Meter;
  log?: Logger;
  /** Values to set in a lab's stash before its first run here. A key is set only if the stash's history never contained it. */
  initialStash?: JsonObject;
  scanIdSource?: ScanIdSource;
  /** The highest number of bytes that wait for the store in memory. @defaultValue 16 MiB */
  queue_bytes?: number;
  /**
   * The place of records while the store is unavailable. @defaultValue next to a SQLite file, otherwise in the user's state
   * folder; for a store that the caller opened, none
   */
  spool?: SpoolPlace;
  /** `block`: no run opens while the store is unavailable. @defaultValue 'spool' */
  onStoreFailure?: 'spool' | 'block';
}

/** A recorder. Unless stated otherwise, its methods never throw and never reject. */
export interface Recorder {
  /**
   * Opens the store.
   * @throws (rejects) with its ProvenanceError
   */
  ready(): Promise<void>;
  /**
   * Opens a run. Answers within the budget plus the time of asynchronous rules (at most 1 s, and no more than the attempt
   * allows). Never rejects.
   */
  open(draft: RunDraft, budget_ms: number, attempt?: AttemptLimits): Promise<Opening>;
  stop(draft: StopDraft): void;
  execution(start: ExecutionStart): void;
  executionClose(close: ExecutionClose): void;
  context(record: ContextRecord): void;
  /** `blobs`: contents that the session refers to. */
  session(session: WorkerSession, blobs?: Blob[]): void;
  environment(captured: CapturedEnvironment): void;
  /** Sends any other record, in order with the rest. */
  record(record: WriteRecord): void;
  subscribe(subscriber: Subscriber): void;
  /** Counts a capture that failed elsewhere. */
  lose(kind: string, detail: string): void;
  /** Counts a run that the lab does not want recorded. */
  skip(activity_type: string): void;
  /** Reads what earlier writers left in the store. May reject. */
  readonly lookup: {
    execution(run_id: string): Promise<ExecutionRecord | null>;
    context(run_id: string, n: number): Promise<string | null>;
  };
  /** Deletes checkpoints and logged lines from before an instant (UNIX seconds). A failure is counted as a loss. */
  trimProgress(before: number): Promise<void>;
  /**
   * Indexes the places (full names) in one page of documents that were not read yet. Returns true if more are left. Returns false
   * if the store is unavailable; the next call then does the work.
   */
  indexValues(places: readonly string[]): Promise<boolean>;
  /** Resolves when everything is stored and emitted, or the time is over. */
  flush(timeout_ms: number): Promise<void>;
  close(timeout_ms: number): Promise<void>;
  readonly statistics: RecorderStatistics;
}
