/**
 * What captures for one worker: its interceptors and sinks, which pass everything by until the worker runs, its session
 * and its environment. Loaded with the first worker, never in a process that has only a client. Node only.
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
import { activityInterceptors } from '../../interceptors/activity/activity';
import { ExecutionScopes } from '../../interceptors/activity/execution-scopes';
import { Executions } from '../../interceptors/activity/executions';
import { FirstEvents } from '../../interceptors/activity/first-event';
import { DEFAULT_LOG_LIMITS, type LogTailLimits } from '../../interceptors/activity/log-tail';
import { MetadataResolver } from '../../interceptors/activity/metadata-resolver';
import type { WorkerConstants } from '../../interceptors/activity/run-draft';
import { lateInterceptors, passesBy, refusesAll } from '../../interceptors/activity/uncaptured';
import { lose } from '../../interceptors/loss';
import { deferredSinks, workerSinks } from '../../interceptors/sinks/worker-sink';
import { type ListeningLogger, listeningLogger } from '../../interceptors/sinks/workflow-log';
import { type ProvenanceSinks, SINK_NAME } from '../../interceptors/workflow/sinks';
import { CAPTURE_TIMEOUT_MS, captureEnvironment, type Masking } from '../environment/capture';
import { ownPart } from '../environment/seen';
import type { CaptureConditions, CapturedEnvironment, WorkerSession } from '../model/environment';
import { withTimeout } from '../model/with-timeout';
import { compileCaptureRules } from '../options/capture-rules';
import { digestKey } from '../options/digest-key';
import type { LabRulesBook } from '../options/lab-rules';
import type { ResolvedOptions } from '../options/options';
import { otherPlugins } from '../options/other-plugins';
import type { Recorder } from '../record/recorder';
import type { Redactor } from '../redaction/redactor';
import { plainValues, type ValueRecorder, withheldValues } from '../values/policy';
import { captureConditions, captureDetail, captureRules } from './conditions';
import { initialConstants } from './constants';
import { mustNotRunBare } from './demands';
import { manifestOf, watchBundle, workflowCode } from './manifest';
import { pluginsAfterOurs } from './other-plugins';
import { hasFactory, marked } from './registration';
import { beginSession, type SessionOptions } from './session';
import { SessionModules } from './session-modules';

/** Beyond the capture's own budget: only one that hangs gets here. */
const CAPTURE_GRACE_MS = 1_000;

/** What the workers of one plugin share. */
export interface CaptureParts {
  options: ResolvedOptions;
  redactor: Redactor;
  rules: LabRulesBook;
}

/** What is there while the worker runs. */
interface LiveParts {
  recorder: Recorder;
  activity: ActivityInterceptorsFactory;
  sinks: InjectedSinks<ProvenanceSinks>;
  values: ValueRecorder;
  /** Of logged lines. */
  limits: LogTailLimits;
}

/** What a capture needs of the service that made it. */
export interface CaptureHost {
  masking: Masking;
  logger: InjectedSinks<LoggerSinks>;
  /** Tells the process of something that is for people to mend. */
  warn: (message: string) => void;
  /** The worker runs, though nobody said that it begins: gives where its records go. */
  unasked: (capture: WorkerCapture) => Recorder;
}

/** A worker's options, as far as they matter here: those it was given, or its own. */
type RunningOptions = SessionOptions & { payloadCodecs: readonly PayloadCodec[] };

export class WorkerCapture {
  readonly activity: ActivityInterceptorsFactory;
  readonly sinks: InjectedSinks<ProvenanceSinks & LoggerSinks>;
  /** The worker's options, with what watches its bundle. */
  readonly configured: WorkerOptions;
  /** Kept with the session when the worker runs. */
  readonly conditions: CaptureConditions;
  readonly #parts: CaptureParts;
  readonly #host: CaptureHost;
  readonly #logger: ListeningLogger;
  readonly #bundleCode: () => string | undefined;
  readonly #constants: WorkerConstants;
  /** The environment as it was before the worker ran: all but what its bundle says. Absent once the constants are whole. */
  #early: CapturedEnvironment | undefined;
  /** Resolves when the constants are whole; absent when they are. */
  #completing: Promise<void> | undefined;
  #session: WorkerSession | undefined;
  #live: LiveParts | undefined;
  #state: 'made' | 'begun' | 'failed' = 'made';
  /** Attempts whose interceptors were asked for: another plugin may have made two ways to them. */
  readonly #asked = new WeakSet<object>();
  readonly #modules: SessionModules;

  constructor(given: WorkerOptions, parts: CaptureParts, host: CaptureHost) {
    const { options } = parts;
    const watched = watchBundle(given);
    this.#parts = parts;
    this.#host = host;
    this.configured = watched.options;
    this.#bundleCode = watched.code;
    this.#constants = initialConstants(options, given);
    this.#modules = new SessionModules((options.environment || undefined)?.cwd);
    this.conditions = captureConditions(options, given, this.#constants.lab);
    this.activity = marked((context) => this.#interceptors(context), this);
    this.#logger = listeningLogger(host.logger, () => this.#current());
    const sinks = deferredSinks(() => this.#current()?.sinks);
    marked(sinks[SINK_NAME], this);
    this.sinks = { ...sinks, ...this.#logger.sinks };
  }

  /** True when a worker with these options may be the one that this was made for. */
  isFor({ taskQueue, namespace }: Pick<WorkerOptions, 'taskQueue' | 'namespace'>): boolean {
    const { configured } = this;
    return configured.taskQueue === taskQueue && (configured.namespace ?? 'default') === namespace;
  }

  /** Reads what the process' workers share, before a task is taken and before the code can change under it. Never rejects. */
  async warm(recorder: Recorder): Promise<void> {
    try {
      if (this.#parts.options.environment !== false) this.#early = await this.#captureEnvironment();
    } catch (error) {
      lose(recorder, 'environment', error);
    }
  }

  /** The worker begins to run. Never throws; awaits nothing. */
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
      const running = options();
      this.#session = this.#openSession(running);
      this.#live = this.#makeLive(running, recorder);
      this.#completing = this.#complete(recorder, this.#session).finally(() => {
        this.#completing = undefined;
        this.#early = undefined; // its patches and lock files may be large
      });
      this.#state = 'begun';
    } catch (error) {
      lose(recorder, 'session', error);
    }
  }

  /** Another plugin has wrapped our interceptors, or taken them away: the worker asks us again, after all others. */
  #takePart({ options }: Worker, recorder: Recorder): void {
    if (hasFactory(options, this)) return;
    try {
      options.interceptors.activity.push((context) =>
        lateInterceptors(() => {
          if (!this.#asked.has(context.info)) this.#noteOthers('replaced', recorder);
          return this.#interceptors(context);
        }),
      );
    } catch (error) {
      lose(recorder, 'registration', error);
    }
  }

  /** Interceptors of one attempt; a second way to them leads past. */
  #interceptors(context: Context): ActivityInterceptors {
    const live = this.#current();
    if (this.#asked.has(context.info)) return passesBy();
    this.#asked.add(context.info);
    if (live) return live.activity(context);
    return this.#state === 'failed' && mustNotRunBare(this.#parts, this.#constants.lab)
      ? refusesAll()
      : passesBy();
  }

  /** What is there while the worker runs: of one that nobody said would begin, from the first time that it is asked for. */
  #current(): LiveParts | undefined {
    if (this.#state === 'made') this.#beginUnasked();
    return this.#live;
  }

  #beginUnasked(): void {
    const recorder = this.#host.unasked(this);
    const { dataConverter, ...given } = this.configured;
    const identity = `${process.pid}@${hostname()}`;
    this.#start(recorder, () => ({ identity, ...given, payloadCodecs: dataConverter?.payloadCodecs ?? [] }));
    this.#noteOthers('dropped', recorder);
  }

  /** Kept with the session, for `doctor`, and told once. Never throws. */
  #noteOthers(what: 'replaced' | 'dropped', recorder: Recorder): void {
    if (this.conditions.other_plugins) return;
    const after = pluginsAfterOurs(this.configured);
    this.conditions.other_plugins = { did: what, after };
    try {
      this.#host.warn(`${otherPlugins(what, after)} (task queue ${this.configured.taskQueue}).`);
      if (!this.#session) return;
      this.#session.capture = this.conditions;
      if (!this.#completing) this.#tell(recorder, this.#session);
    } catch (error) {
      lose(recorder, 'session', error);
    }
  }

  /** The worker has ended. Never rejects. */
  async end(): Promise<void> {
    await this.#completing;
    const [live, session] = [this.#live, this.#session];
    if (this.#state === 'made') this.#state = 'begun';
    if (!live) return;
    try {
      this.#logger.flush();
    } catch (error) {
      lose(live.recorder, 'log', error);
    }
    this.#live = undefined;
    try {
      if (session) this.#modules.end(session);
      if (session) this.#tell(live.recorder, { ...session, stop_time: Date.now() / 1000 });
    } catch (error) {
      lose(live.recorder, 'session', error);
    }
  }

  /** The environment's last part, the bundle, is known only now; runs wait for it, and it is a matter of milliseconds. */
  async #complete(recorder: Recorder, session: WorkerSession): Promise<void> {
    try {
      if (this.#parts.options.environment !== false) await this.#nameEnvironment(recorder, session);
    } catch (error) {
      lose(recorder, 'environment', error);
    }
    try {
      this.#tell(recorder, { ...session });
      if (this.#parts.options.environment !== false)
        this.#modules.watch(session, () => this.#tell(recorder, { ...session }));
    } catch (error) {
      lose(recorder, 'session', error);
    }
  }

  /** The rules stand beside the session as a content, which many sessions share. */
  #tell(recorder: Recorder, session: WorkerSession): void {
    const rules = this.#parts.rules.contentOf(this.#constants.lab);
    recorder.session({ ...session, ...(rules && { rules: rules.digest }) }, rules && [rules]);
  }

  async #nameEnvironment(recorder: Recorder, session: WorkerSession): Promise<void> {
    const captured = await this.#captureEnvironment();
    this.#runIn(captured, recorder);
    session.environment = captured.environment.id;
    session.captured = ownPart(captured.environment);
  }

  /** Runs that open from now on have this environment. */
  #runIn(captured: CapturedEnvironment, recorder: Recorder): void {
    recorder.environment(captured);
    this.#constants.environment = captured.environment.id;
    this.#constants.code = captured.environment.code_id;
  }

  /** For runs that can't wait for the whole environment: they have it without its last part. Never throws. */
  #makeDo(recorder: Recorder): void {
    try {
      if (this.#early && this.#constants.environment === undefined) this.#runIn(this.#early, recorder);
    } catch (error) {
      lose(recorder, 'environment', error);
    }
  }

  #makeLive({ payloadCodecs: codecs }: RunningOptions, recorder: Recorder): LiveParts {
    const values = valueRecorder(this.#parts.options, codecs.length > 0, this.#parts.redactor);
    const executions = new Executions();
    const { lookup } = this.#parts.options.capture;
    const firstEvents =
      lookup === 'off' ? undefined : new FirstEvents({ values, redactor: this.#parts.redactor });
    const decide = compileCaptureRules(captureRules(this.#parts.options));
    const { lines, bytes } = { ...DEFAULT_LOG_LIMITS, ...this.#parts.options.log };
    const limits = { lines, bytes };
    const scopes = new ExecutionScopes(new MetadataResolver({ recorder, executions, codecs, firstEvents }));
    const activity = activityInterceptors({
      recorder,
      values,
      limits,
      scopes,
      decide,
      constants: this.#constants,
      ready: () => this.#completing,
      makeDo: () => this.#makeDo(recorder),
    });
    const sinks = workerSinks({
      recorder,
      executions,
      values,
      redactor: this.#parts.redactor,
      lab: this.#constants.lab,
      captures: (type) => decide(type).record,
      closed: (run_id) => {
        scopes.forget(run_id);
        this.#logger.closed(run_id);
      },
    });
    return { recorder, activity, values, limits, sinks };
  }

  #captureEnvironment(): Promise<CapturedEnvironment> {
    const given = this.#parts.options.environment || {};
    const captured = captureEnvironment(
      {
        ...given,
        plugins: manifestOf(this.configured),
        workflowBundle: workflowCode(this.configured, this.#bundleCode()),
      },
      this.#host.masking,
    );
    return withTimeout(captured, (given.timeoutMs ?? CAPTURE_TIMEOUT_MS) + CAPTURE_GRACE_MS);
  }

  #openSession(options: RunningOptions): WorkerSession {
    const session = beginSession(
      options,
      this.conditions,
      captureDetail(this.#parts.options),
      this.#parts.redactor,
    );
    const { identity, build_id, deployment, host } = session;
    this.#constants.session_id = session.session_id;
    this.#constants.worker = { identity, build_id, deployment, host };
    return session;
  }
}

function valueRecorder(options: ResolvedOptions, encrypted: boolean, redactor: Redactor): ValueRecorder {
  const { maxBytes, withhold, digestKey: key } = options.values ?? {};
  if (encrypted && withhold !== 'never') return withheldValues(digestKey(key));
  return plainValues(maxBytes === undefined ? undefined : { value_bytes: maxBytes }, redactor);
}
