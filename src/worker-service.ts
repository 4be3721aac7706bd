/**
 * What the workers of one plugin share: one recorder, which opens the store with the first worker that runs and closes it
 * when the last one has ended. Node only.
 * @module
 */
import type { Worker } from '@temporalio/worker';
import { ProvenanceError, type ProvenanceErrorCode } from './errors';
import type { Redactor } from './metadata/redact';
import type { MetadataRules } from './metadata/validate';
import type { ResolvedOptions } from './options';
import { createRecorder, type Logger, type Meter, type Recorder } from './record/recorder';
import type { WorkerCapture } from './worker-capture';

/** Time that the last worker's end gives to what is not stored yet. */
const CLOSE_TIMEOUT_MS = 10_000;

/** How long a worker's start waits to hear that the store is usable. */
const READY_TIMEOUT_MS = 5_000;

/** Faults of a store that no waiting mends: the worker must not start as if all were well. */
const FATAL: readonly ProvenanceErrorCode[] = [
  'STORE_URL_INVALID',
  'STORE_SCHEMA_NEWER',
  'STORE_CORRUPT',
  'NATIVE_MISSING',
];

export interface ServiceParts {
  options: ResolvedOptions;
  rules: MetadataRules;
  redactor: Redactor;
}

export class WorkerService {
  private readonly parts: ServiceParts;
  private recorder: Recorder | undefined;
  private workers = 0;

  constructor(parts: ServiceParts) {
    this.parts = parts;
  }

  /**
   * Runs a worker with capture: nothing is taken before it is known who works and on what, and all that was captured is
   * stored when this resolves, within a deadline.
   * @throws (rejects) ProvenanceError when the store can never be used; else as `next`
   */
  async run(capture: WorkerCapture, worker: Worker, next: (worker: Worker) => Promise<void>): Promise<void> {
    const recorder = await this.acquire();
    capture.running = true;
    try {
      await Promise.all([assertUsable(recorder), capture.begin(worker, recorder, this.parts.redactor)]);
      await next(worker);
    } finally {
      capture.running = false;
      capture.end();
      await this.release(recorder);
    }
  }

  async flush(timeoutMs: number): Promise<void> {
    await this.recorder?.flush(timeoutMs);
  }

  private async acquire(): Promise<Recorder> {
    this.workers += 1;
    const { meter, log } = await runtimeParts();
    this.recorder ??= this.createRecorder(meter, log);
    return this.recorder;
  }

  private async release(recorder: Recorder): Promise<void> {
    this.workers -= 1;
    if (this.workers > 0) return recorder.flush(CLOSE_TIMEOUT_MS);
    this.recorder = undefined;
    await recorder.close(CLOSE_TIMEOUT_MS);
  }

  private createRecorder(meter: Meter | undefined, log: Logger | undefined): Recorder {
    const { options, rules, redactor } = this.parts;
    return createRecorder({
      store: options.store,
      rules,
      redactor,
      onRefusal: options.onRefusal,
      subscribers: options.subscribers,
      initialStash: options.stash,
      scanIdSource: options.scanIdSource,
      meter,
      log,
    });
  }
}

/** A store that is out of reach for now holds no worker up: that is what the queue and the spool are for. */
async function assertUsable(recorder: Recorder): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, READY_TIMEOUT_MS);
  });
  try {
    await Promise.race([recorder.ready(), late]);
  } catch (error) {
    if (ProvenanceError.is(error) && FATAL.includes(error.code)) throw error;
    recorder.lose('store', ProvenanceError.is(error) ? error.code : 'unreachable');
  } finally {
    clearTimeout(timer);
  }
}

/** The SDK's meter and logger, asked for late: asking creates the runtime, which others may still have to configure. */
async function runtimeParts(): Promise<{ meter?: Meter; log?: Logger }> {
  try {
    const { Runtime } = await import('@temporalio/worker');
    const { metricMeter, logger } = Runtime.instance();
    return { meter: metricMeter, log: logger };
  } catch {
    return {};
  }
}
