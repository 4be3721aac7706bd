/**
 * What the workers of one plugin share: one recorder. It opens the store when the first worker is created, and
 * closes it when the last one has ended. Node only.
 *
 * This folder owns how a worker gets its capture: registration, session, manifest, what its set-up demands. The
 * plugin alone uses it, and loads it with the first worker.
 * @module
 */

import {
  defaultSinks,
  type InjectedSinks,
  type LoggerSinks,
  Runtime,
  type Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import type { WorkflowInfo } from '@temporalio/workflow';
import { lose } from '../../interceptors/loss';
import type { Masking } from '../environment/capture';
import { ProvenanceError, type ProvenanceErrorCode } from '../errors';
import { CLOSING } from '../model/limits';
import { withTimeout } from '../model/with-timeout';
import { indexedPlaces } from '../options/indexed-places';
import type { LabRulesBook } from '../options/lab-rules';
import type { ResolvedOptions } from '../options/options';
import { announcePlaces } from '../options/places';
import { Deadline } from '../record/deadline';
import { createRecorder, type Recorder } from '../record/recorder';
import type { RedactOptions, Redactor } from '../redaction/redactor';
import { placeFault } from '../store/place/fault';
import { type CaptureHost, WorkerCapture } from './capture';
import { IndexKeeper } from './indexing';
import { markedCapture } from './registration';
import { keepDays } from './retention';
import { SdkRuntime } from './sdk-runtime';

/** Faults of a store that waiting cannot correct. A worker must not start with them. */
const FATAL: readonly ProvenanceErrorCode[] = [
  'STORE_URL_INVALID',
  'STORE_REFUSED',
  'STORE_SCHEMA_NEWER',
  'STORE_MOVED',
  'STORE_CORRUPT',
  'NATIVE_MISSING',
];

/** The options of one plugin. */
export interface ServiceParts {
  options: ResolvedOptions;
  rules: LabRulesBook;
  redactor: Redactor;
}

/** Warns the process, once for each message. */
type Warn = (code: string, message: string) => void;

/**
 * The most captures that wait for their worker. If there are more, a capture whose worker never ran is dropped.
 */
const MAX_WAITING = 1_000;

/** Holds the recorder of one plugin, and the captures of its workers. */
export class WorkerService implements CaptureHost {
  readonly #parts: ServiceParts;
  readonly #warn: Warn;
  readonly #sdk = new SdkRuntime();
  #recorder: Recorder | undefined;
  /** The previous recorder: an activity may outlive its worker. */
  #ended: Recorder | undefined;
  /**
   * Captures that were created here and do not run yet. A plugin may be asked twice to run a worker, or for
   * another plugin's worker.
   */
  readonly #waiting = new Set<WorkerCapture>();
  /** Captures of workers that run. */
  readonly #captures = new Set<WorkerCapture>();
  #running = 0;
  /** One for all workers: workers with the same masking share a capture of the environment. */
  readonly masking: Masking;

  constructor(parts: ServiceParts, warn: Warn) {
    this.#parts = parts;
    this.#warn = warn;
    this.masking = environmentMasking(parts.redactor, parts.options.redact || {});
  }

  /**
   * Creates the capture of one worker. When it resolves, the process's environment is read, and the store is
   * known to be usable or temporarily unavailable. So running the worker awaits nothing.
   * @throws (rejects) ProvenanceError if the store can never be used
   */
  async configure(options: WorkerOptions): Promise<WorkerCapture> {
    const recorder = this.#currentRecorder();
    const capture = new WorkerCapture(options, this.#parts, this, loggerSinks(options));
    try {
      await Promise.all([assertUsable(recorder, this.#parts.options.store), capture.warm(recorder)]);
    } catch (error) {
      // Closed, because it would keep using a store that refuses, and share it with the next worker of this
      // process.
      await this.#finish(recorder);
      throw error;
    }
    this.#waiting.add(capture);
    if (this.#waiting.size > MAX_WAITING) this.#waiting.delete(this.#waiting.values().next().value!);
    return capture;
  }

  /**
   * The capture of a worker that is about to run, if this service created it. If another plugin has removed all
   * our marks, it is the last one that was created for the worker's queue.
   */
  captureOf({ options }: Worker): WorkerCapture | undefined {
    const found: unknown = markedCapture(options);
    if (found) return found instanceof WorkerCapture && this.#waiting.has(found) ? found : undefined;
    return [...this.#waiting].reverse().find((capture) => capture.isFor(options));
  }

  /**
   * Runs a worker with capture. When it resolves, everything captured is stored, or the time limit has passed.
   */
  async run(capture: WorkerCapture, worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const recorder = this.#currentRecorder();
    this.#running += 1;
    this.#waiting.delete(capture);
    this.#captures.add(capture);
    const days = this.#parts.options.log?.keepDays;
    const indexing = new IndexKeeper(placesOf(this.#parts.options, capture), recorder);
    const stopTrimming = days === undefined ? undefined : keepDays(days, recorder);
    try {
      // The worker has created it if no other code has.
      this.#sdk.attach(Runtime.instance());
      const { store, places } = this.#parts.options;
      announcePlaces(places, capture.conditions.lab, store, Runtime.instance().logger);
      capture.begin(worker, recorder);
      indexing.begin();
      // Nothing was awaited up to here, because the caller may shut the worker down in the same turn.
      await next(worker);
    } finally {
      stopTrimming?.();
      await capture.end();
      await indexing.end();
      this.#captures.delete(capture);
      this.#running -= 1;
      // A worker ends as it would without capture.
      await this.#finish(recorder).catch(() => undefined);
    }
  }

  warnOfPlugins(message: string): void {
    this.#warn('PROVENANCE_PLUGINS', message);
  }

  async flush(timeout_ms: number): Promise<void> {
    const deadline = new Deadline(timeout_ms);
    await Promise.all([...this.#captures].map((capture) => capture.flush(timeout_ms)));
    const { left_ms } = deadline;
    await Promise.all([this.#recorder?.flush(left_ms), this.#ended?.flush(left_ms)]);
  }

  /** Records that the set-up of a worker failed, if there is a store to record it. */
  async abandoned(error: unknown): Promise<void> {
    if (!this.#recorder) return;
    lose(this.#recorder, 'set-up', error);
    await (this.#running === 0 ? this.#finish(this.#recorder) : this.#recorder.flush(CLOSING.worker_ms));
  }

  /**
   * Begins for a worker that runs although we were not asked to run it, with its first activity or workflow. It
   * ends with the process.
   */
  beginUnannounced(capture: WorkerCapture): Recorder {
    const recorder = this.#currentRecorder();
    this.#running += 1;
    this.#waiting.delete(capture);
    this.#captures.add(capture);
    this.#sdk.attach(Runtime.instance());
    process.once('beforeExit', () => {
      this.#running -= 1;
      void capture.end().then(() => this.#finish(recorder));
    });
    return recorder;
  }

  /** Never rejects: the SDK decides how the worker ends. */
  async #finish(recorder: Recorder): Promise<void> {
    const last = this.#running === 0;
    if (last && this.#recorder === recorder) {
      this.#recorder = undefined;
      this.#ended = recorder;
    }
    try {
      await (last ? recorder.close(CLOSING.worker_ms) : recorder.flush(CLOSING.worker_ms));
    } catch (error) {
      lose(recorder, 'store', error);
    }
  }

  #currentRecorder(): Recorder {
    const { options, rules, redactor } = this.#parts;
    this.#recorder ??= createRecorder({
      store: options.store,
      rules,
      redactor,
      onRefusal: options.onRefusal,
      subscribers: options.subscribers,
      initialStash: options.stash,
      scanIdSource: options.scanIdSource,
      onStoreFailure: options.onStoreFailure,
      spool: options.spool,
      meter: this.#sdk.meter,
      log: this.#sdk.log,
    });
    return this.#recorder;
  }
}

/** A store that is temporarily unavailable does not delay a worker. */
async function assertUsable(recorder: Recorder, url: string): Promise<void> {
  // Known at once, however long the store's thread takes to start.
  assertPlace(url);
  try {
    await withTimeout(recorder.ready(), CLOSING.ready_ms, () => undefined);
  } catch (error) {
    if (ProvenanceError.is(error) && FATAL.includes(error.code)) throw error;
    assertPlace(url);
    // For any other fault, records go to the spool until the store answers, and the recorder reports it.
  }
}

/** @throws ProvenanceError `STORE_UNREACHABLE` */
function assertPlace(url: string): void {
  const fault = placeFault(url);
  if (fault !== undefined) throw new ProvenanceError('STORE_UNREACHABLE', fault);
}

/** The sink for workflows' log lines without the plugin: the user's sink, else the SDK's own. */
function loggerSinks({ sinks }: WorkerOptions): InjectedSinks<LoggerSinks> {
  const own = sinks as Partial<InjectedSinks<LoggerSinks>> | undefined;
  return { defaultWorkerLogger: own?.defaultWorkerLogger ?? sdkLogger() };
}

/**
 * The SDK's logger sink, created with the first line: requesting the runtime earlier would prevent others from
 * installing theirs.
 */
function sdkLogger(): InjectedSinks<LoggerSinks>['defaultWorkerLogger'] {
  let sinks: InjectedSinks<LoggerSinks> | undefined;
  const to = (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') => ({
    fn(info: WorkflowInfo, message: string, attributes?: Record<string, unknown>) {
      sinks ??= defaultSinks(Runtime.instance().logger);
      return sinks.defaultWorkerLogger[level].fn(info, message, attributes);
    },
  });
  return { trace: to('trace'), debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') };
}

/** The lab's redaction, as the environment's capture needs it. */
function environmentMasking(redactor: Redactor, { values = [], patterns = [] }: RedactOptions): Masking {
  const named = values.length + patterns.length > 0;
  return {
    value: (value) => redactor.value(value).value,
    holds(text) {
      if (!named) return false;
      const rules = redactor.text(text).redactions ?? {};
      return 'registered' in rules || 'pattern' in rules || 'redaction-failed' in rules;
    },
  };
}

/** Full names of the places that are indexed for the worker's lab. */
function placesOf(options: ResolvedOptions, { conditions }: WorkerCapture): string[] {
  return indexedPlaces(options, conditions.lab).map(({ name }) => name);
}
