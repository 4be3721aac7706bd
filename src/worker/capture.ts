/**
 * The capture of one worker: its interceptors and sinks, which pass everything through until the worker runs,
 * its session and its environment. Loaded with the first worker, never in a process that has only a client.
 * Node only.
 * @module
 */
import { hostname } from 'node:os';
import type { Context } from '@temporalio/activity';
import type { PayloadCodec } from '@temporalio/common';
import type {
  ActivityInterceptors,
  ActivityInterceptorsFactory,
  InjectedSinks,
  LoggerSinks,
  Worker,
  WorkerOptions,
} from '@temporalio/worker';
import type { DataFlowListener } from '../../interceptors/activity/data-flow';
import type { WorkerConstants } from '../../interceptors/activity/run-start';
import { lateInterceptors, passThrough, refusesAll } from '../../interceptors/activity/uncaptured';
import { lose } from '../../interceptors/loss';
import { type CurrentCapture, deferredSinks } from '../../interceptors/sinks/deferred';
import { type ListeningLogger, listeningLogger } from '../../interceptors/sinks/workflow-log';
import { type ProvenanceSinks, SINK_NAME } from '../../interceptors/workflow/sinks';
import type { Masking } from '../environment/capture';
import type { CaptureConditions, DataFlow } from '../model/environment';
import { otherPlugins } from '../options/other-plugins';
import type { Recorder } from '../record/recorder';
import { captureConditions, captureDetail } from './conditions';
import { initialConstants } from './constants';
import { mustNotRunBare } from './demands';
import { WorkerEnvironment } from './environment';
import { type CaptureParts, type LiveCapture, liveCapture } from './live';
import { watchBundle } from './manifest';
import { pluginsAfterOurs } from './other-plugins';
import { hasFactory, marked } from './registration';
import { beginSession, type SessionOptions, SessionRecord } from './session';
import { SessionModules } from './session-modules';

/** What a capture needs from the service that created it. */
export interface CaptureHost {
  readonly masking: Masking;
  /** Warns the process of something that people should correct, once for each message. */
  warnOfPlugins(message: string): void;
  /** Called if the worker runs although its start was not announced. Returns the recorder for its records. */
  beginUnannounced(capture: WorkerCapture): Recorder;
}

/**
 * The options of a worker that the capture reads. If the start of the worker was announced, they are those of
 * the running worker, else those with which it was created.
 */
type RunningOptions = SessionOptions & { payloadCodecs: readonly PayloadCodec[] };

/** Captures for one worker, from its options to its end. */
export class WorkerCapture implements CurrentCapture, DataFlowListener {
  readonly activity: ActivityInterceptorsFactory;
  readonly sinks: InjectedSinks<ProvenanceSinks & LoggerSinks>;
  /** The worker's options, with a hook that reads its bundle. */
  readonly configured: WorkerOptions;
  /** Kept with the session when the worker runs. */
  readonly conditions: CaptureConditions;
  readonly #parts: CaptureParts;
  readonly #host: CaptureHost;
  readonly #logger: ListeningLogger;
  readonly #constants: WorkerConstants;
  readonly #environment: WorkerEnvironment;
  /** Absent if the lab wants no environment. */
  readonly #modules: SessionModules | undefined;
  #session: SessionRecord | undefined;
  #live: LiveCapture | undefined;
  #state: 'made' | 'begun' | 'failed' = 'made';
  /** Attempts whose interceptors were requested. Another plugin may request them twice. */
  readonly #requested = new WeakSet<object>();

  /** @param logger the sink for workflows' log lines without the plugin */
  constructor(
    given: WorkerOptions,
    parts: CaptureParts,
    host: CaptureHost,
    logger: InjectedSinks<LoggerSinks>,
  ) {
    const { options } = parts;
    const watched = watchBundle(given);
    this.#parts = parts;
    this.#host = host;
    this.configured = watched.options;
    this.#constants = initialConstants(options, given);
    this.#environment = new WorkerEnvironment({
      options: options.environment === false ? undefined : (options.environment ?? {}),
      worker: this.configured,
      bundleCode: watched.code,
      masking: host.masking,
      constants: this.#constants,
    });
    this.#modules = options.environment === false ? undefined : new SessionModules(options.environment?.cwd);
    this.conditions = captureConditions(options, given, this.#constants.lab);
    this.activity = marked((context) => this.#interceptors(context), this);
    this.#logger = listeningLogger(logger, this);
    const sinks = deferredSinks(this);
    marked(sinks[SINK_NAME], this);
    this.sinks = { ...sinks, ...this.#logger.sinks };
  }

  /** True if this may be the capture of a worker with these options. */
  isFor({ taskQueue, namespace }: Pick<WorkerOptions, 'taskQueue' | 'namespace'>): boolean {
    const { configured } = this;
    return configured.taskQueue === taskQueue && (configured.namespace ?? 'default') === namespace;
  }

  /** Reads what the process's workers share, before a task is taken. Never rejects. */
  warm(recorder: Recorder): Promise<void> {
    return this.#environment.warm(recorder);
  }

  /** Called when the worker begins to run. Never throws; awaits nothing. */
  begin(worker: Worker, recorder: Recorder): void {
    this.#start(recorder, () => ({
      ...worker.options,
      payloadCodecs: worker.options.loadedDataConverter.payloadCodecs,
    }));
    this.#takePart(worker, recorder);
  }

  #start(recorder: Recorder, options: () => RunningOptions): void {
    this.#state = 'failed';
    try {
      const { options: ours, redactor } = this.#parts;
      const running = options();
      const opened = beginSession(running, this.conditions, captureDetail(ours), redactor);
      const { session_id, identity, build_id, deployment, host } = opened;
      Object.assign(this.#constants, { session_id, worker: { identity, build_id, deployment, host } });
      this.#session = new SessionRecord(opened, {
        recorder,
        rules: this.#parts.rules,
        lab: this.#constants.lab,
        modules: this.#modules,
      });
      this.#live = liveCapture(this.#parts, {
        recorder,
        codecs: running.payloadCodecs,
        constants: this.#constants,
        environment: this.#environment,
        log: this.#logger,
        flow: this,
      });
      this.#environment.begin(recorder, this.#session);
      this.#state = 'begun';
    } catch (error) {
      lose(recorder, 'session', error);
    }
  }

  /**
   * Adds our parts again if another plugin has wrapped or removed our interceptors: the worker calls ours after
   * all others.
   */
  #takePart({ options }: Worker, recorder: Recorder): void {
    if (hasFactory(options, this)) return;
    try {
      options.interceptors.activity.push((context) =>
        lateInterceptors(() => {
          if (!this.#requested.has(context.info)) this.#noteOthers('replaced', recorder);
          return this.#interceptors(context);
        }),
      );
    } catch (error) {
      lose(recorder, 'registration', error);
    }
  }

  /** Interceptors of one attempt. If they are requested a second time, they pass everything through. */
  #interceptors(context: Context): ActivityInterceptors {
    const live = this.current();
    if (this.#requested.has(context.info)) return passThrough();
    this.#requested.add(context.info);
    if (live) return live.activity(context);
    return this.#state === 'failed' && mustNotRunBare(this.#parts, this.#constants.lab)
      ? refusesAll()
      : passThrough();
  }

  /** The capture while the worker runs. If the worker's start was not announced, the first call begins it. */
  current(): LiveCapture | undefined {
    if (this.#state === 'made') this.#beginUnannounced();
    return this.#live;
  }

  #beginUnannounced(): void {
    const recorder = this.#host.beginUnannounced(this);
    const { dataConverter, ...given } = this.configured;
    const identity = `${process.pid}@${hostname()}`;
    this.#start(recorder, () => ({ identity, ...given, payloadCodecs: dataConverter?.payloadCodecs ?? [] }));
    this.#noteOthers('dropped', recorder);
  }

  /** Kept with the session for `doctor`, and logged once. Never throws. */
  #noteOthers(what: 'replaced' | 'dropped', recorder: Recorder): void {
    if (this.conditions.other_plugins) return;
    const after = pluginsAfterOurs(this.configured);
    this.conditions.other_plugins = { did: what, after };
    try {
      this.#host.warnOfPlugins(`${otherPlugins(what, after)} (task queue ${this.configured.taskQueue}).`);
      this.#session?.note(this.conditions);
    } catch (error) {
      lose(recorder, 'session', error);
    }
  }

  /** Kept with the session, which is recorded again at its end. Never throws. */
  dataFlow(flow: DataFlow): void {
    this.conditions.data_flow = flow;
    this.#session?.note(this.conditions);
  }

  /** Resolves when the data of runs are passed on, or after the time limit. Never rejects. */
  async flush(timeout_ms: number): Promise<void> {
    await this.#live?.files?.flush(timeout_ms);
  }

  /** Called when the worker has ended. Never rejects. */
  async end(): Promise<void> {
    await this.#environment.ready();
    const live = this.#live;
    if (this.#state === 'made') this.#state = 'begun';
    if (!live) return;
    await live.files?.close();
    try {
      this.#logger.flush();
    } catch (error) {
      lose(live.recorder, 'log', error);
    }
    this.#live = undefined;
    this.#session?.end();
  }
}
