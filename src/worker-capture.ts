/**
 * What captures for one worker: its interceptors and sinks, which pass everything by until the worker runs, its session
 * and its environment. Loaded with the first worker, never in a process that has only a client. Node only.
 * @module
 */
import { hostname } from 'node:os';
import type {
  ActivityInterceptorsFactory,
  InjectedSinks,
  LoggerSinks,
  Worker,
  WorkerOptions,
} from '@temporalio/worker';
import { activityInterceptors } from '../interceptors/activity';
import { type CaptureRule, compileCaptureRules } from '../interceptors/capture-rules';
import { ExecutionScopes } from '../interceptors/execution-scopes';
import { Executions } from '../interceptors/executions';
import { FirstEvents } from '../interceptors/first-event';
import { DEFAULT_LOG_LIMITS, type LogTailLimits } from '../interceptors/log-tail';
import { lose } from '../interceptors/loss';
import { MetadataResolver } from '../interceptors/metadata-resolver';
import type { WorkerConstants } from '../interceptors/run-draft';
import type { ProvenanceSinks } from '../interceptors/sinks';
import { plainValues, type ValueRecorder, withheldValues } from '../interceptors/values';
import { deferredSinks, workerSinks } from '../interceptors/worker-sink';
import { type ListeningLogger, listeningLogger } from '../interceptors/workflow-log';
import { captureConditions } from './capture-conditions';
import { digestKey } from './digest-key';
import { CAPTURE_TIMEOUT_MS, captureEnvironment, type Masking } from './environment/capture';
import { processFacts } from './environment/process';
import { ProvenanceError } from './errors';
import type { LabRulesBook } from './lab-rules';
import type { Redactor } from './metadata/redact';
import type { CaptureConditions, CapturedEnvironment, WorkerSession } from './model/environment';
import type { JsonObject } from './model/json';
import { LAB_NAME } from './option-schema';
import type { ResolvedOptions } from './options';
import type { Recorder } from './record/recorder';
import { newUid } from './record/uid';
import { within } from './record/within';
import { markFactory } from './registration';
import { manifestOf, watchBundle } from './worker-manifest';

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

export class WorkerCapture {
  readonly activity: ActivityInterceptorsFactory;
  readonly sinks: InjectedSinks<ProvenanceSinks & LoggerSinks>;
  /** The worker's options, with what watches its bundle. */
  readonly configured: WorkerOptions;
  /** Kept with the session when the worker runs. */
  readonly conditions: CaptureConditions;
  private readonly options: ResolvedOptions;
  private readonly redactor: Redactor;
  private readonly rules: LabRulesBook;
  private readonly masking: Masking;
  private readonly logger: ListeningLogger;
  private readonly bundleCode: () => string | undefined;
  private readonly constants: WorkerConstants;
  /** The environment as it was before the worker ran: all but what its bundle says. Absent once the constants are whole. */
  private early: CapturedEnvironment | undefined;
  /** Resolves when the constants are whole; absent when they are. */
  private completing: Promise<void> | undefined;
  private session: WorkerSession | undefined;
  private live: LiveParts | undefined;

  constructor(
    given: WorkerOptions,
    { options, redactor, rules }: CaptureParts,
    masking: Masking,
    logger: InjectedSinks<LoggerSinks>,
  ) {
    const watched = watchBundle(given);
    this.options = options;
    this.redactor = redactor;
    this.rules = rules;
    this.masking = masking;
    this.configured = watched.options;
    this.bundleCode = watched.code;
    this.constants = initialConstants(options, given);
    this.conditions = captureConditions(options, given, this.constants.lab);
    this.activity = markFactory((context) => this.live?.activity(context) ?? {}, this);
    this.logger = listeningLogger(logger, () => this.live);
    this.sinks = { ...deferredSinks(() => this.live?.sinks), ...this.logger.sinks };
  }

  /** Reads what the process' workers share, before a task is taken and before the code can change under it. Never rejects. */
  async warm(recorder: Recorder): Promise<void> {
    try {
      if (this.options.environment !== false) this.early = await this.captureEnvironment();
    } catch (error) {
      lose(recorder, 'environment', error);
    }
  }

  /** The worker begins to run. Never throws; awaits nothing. */
  begin(worker: Worker, recorder: Recorder): void {
    try {
      this.session = this.openSession(worker);
      this.live = this.makeLive(worker, recorder);
      this.completing = this.complete(worker, recorder, this.session).finally(() => {
        this.completing = undefined;
        this.early = undefined; // its patches and lock files may be large
      });
    } catch (error) {
      lose(recorder, 'session', error);
    }
  }

  /** The worker has ended. Never rejects. */
  async end(): Promise<void> {
    await this.completing;
    const { live, session } = this;
    if (!live) return;
    try {
      this.logger.flush();
    } catch (error) {
      lose(live.recorder, 'log', error);
    }
    this.live = undefined;
    try {
      if (session) this.tell(live.recorder, { ...session, stop_time: Date.now() / 1000 });
    } catch (error) {
      lose(live.recorder, 'session', error);
    }
  }

  /** The environment's last part, the bundle, is known only now; runs wait for it, and it is a matter of milliseconds. */
  private async complete(worker: Worker, recorder: Recorder, session: WorkerSession): Promise<void> {
    try {
      if (this.options.environment !== false) await this.nameEnvironment(worker, recorder, session);
    } catch (error) {
      lose(recorder, 'environment', error);
    }
    try {
      this.tell(recorder, { ...session });
    } catch (error) {
      lose(recorder, 'session', error);
    }
  }

  /** The rules stand beside the session as a content, which many sessions share. */
  private tell(recorder: Recorder, session: WorkerSession): void {
    const rules = this.rules.contentOf(this.constants.lab);
    recorder.session({ ...session, ...(rules && { rules: rules.digest }) }, rules && [rules]);
  }

  private async nameEnvironment(worker: Worker, recorder: Recorder, session: WorkerSession): Promise<void> {
    const captured = await this.captureEnvironment(worker);
    this.runIn(captured, recorder);
    session.environment = captured.environment.id;
  }

  /** Runs that open from now on have this environment. */
  private runIn(captured: CapturedEnvironment, recorder: Recorder): void {
    recorder.environment(captured);
    this.constants.environment = captured.environment.id;
    this.constants.code = captured.environment.code_id;
  }

  /** For runs that can't wait for the whole environment: they have it without its last part. Never throws. */
  private makeDo(recorder: Recorder): void {
    try {
      if (this.early && this.constants.environment === undefined) this.runIn(this.early, recorder);
    } catch (error) {
      lose(recorder, 'environment', error);
    }
  }

  private makeLive(worker: Worker, recorder: Recorder): LiveParts {
    const codecs = worker.options.loadedDataConverter.payloadCodecs;
    const values = valueRecorder(this.options, codecs.length > 0, this.redactor);
    const executions = new Executions();
    const { lookup, ...rules } = this.options.capture;
    const firstEvents = lookup === 'off' ? undefined : new FirstEvents({ values, redactor: this.redactor });
    const decide = compileCaptureRules(captureRules(rules, lookup));
    const { lines, bytes } = { ...DEFAULT_LOG_LIMITS, ...this.options.log };
    const limits = { lines, bytes };
    const scopes = new ExecutionScopes(new MetadataResolver({ recorder, executions, codecs, firstEvents }));
    const activity = activityInterceptors({
      recorder,
      values,
      limits,
      scopes,
      decide,
      constants: this.constants,
      ready: () => this.completing,
      makeDo: () => this.makeDo(recorder),
    });
    const sinks = workerSinks({
      recorder,
      executions,
      values,
      redactor: this.redactor,
      lab: this.constants.lab,
      captures: (type) => decide(type).record,
      closed: (run_id) => {
        scopes.forget(run_id);
        this.logger.closed(run_id);
      },
    });
    return { recorder, activity, values, limits, sinks };
  }

  private captureEnvironment(worker?: Worker): Promise<CapturedEnvironment> {
    const code = this.bundleCode();
    const { workflowBundle, workflowsPath } = this.configured;
    const given = this.options.environment || {};
    const captured = captureEnvironment(
      {
        ...given,
        plugins: manifestOf(this.configured),
        workflowBundle:
          workflowBundle ?? (code ? { code } : workflowsPath ? { path: workflowsPath } : undefined),
        buildId: this.configured.buildId ?? worker?.options.workerDeploymentOptions?.version.buildId,
      },
      this.masking,
    );
    return within(captured, (given.timeoutMs ?? CAPTURE_TIMEOUT_MS) + CAPTURE_GRACE_MS);
  }

  /** The rules by which activities of this worker leave runs, for those who wonder why one has none. */
  private captureDetail(): { capture?: [pattern: string, record: boolean][] } {
    const { lookup, ...given } = this.options.capture;
    const rules = Object.entries(captureRules(given, lookup));
    if (rules.length === 0) return {};
    return { capture: rules.map(([pattern, rule]) => [pattern, rule !== false]) };
  }

  private openSession(worker: Worker): WorkerSession {
    const { options } = worker;
    const { host, pid, user, cwd, detail } = processFacts();
    const version = options.workerDeploymentOptions?.version;
    const given: WorkerSession = {
      session_id: newUid(),
      start_time: Date.now() / 1000,
      namespace: options.namespace,
      task_queue: options.taskQueue,
      identity: options.identity,
      build_id: version?.buildId ?? options.buildId,
      deployment: version?.deploymentName,
      host,
      pid,
      user,
      cwd,
      capture: this.conditions,
      detail: { ...detail, ...this.captureDetail() },
    };
    const session = this.redactor.value(given as unknown as JsonObject).value as unknown as WorkerSession;
    const { identity, build_id, deployment } = session;
    this.constants.session_id = session.session_id;
    this.constants.worker = { identity, build_id, deployment, host };
    return session;
  }
}

function initialConstants(options: ResolvedOptions, worker: WorkerOptions): WorkerConstants {
  return {
    lab: labOf(options, worker),
    worker: { host: hostname() },
    stash_at: options.stashAt,
    share_scan_id: options.scanId === 'activity' || options.scanId === 'execution' ? options.scanId : false,
  };
}

/** @throws ProvenanceError `OPTION_INVALID` when the function gives no name, or throws */
function labOf({ lab = 'default' }: ResolvedOptions, worker: WorkerOptions): string {
  if (typeof lab !== 'function') return lab;
  const fail = (what: string, cause?: unknown): never => {
    const message = `ProvenancePlugin: option lab ${what} for task queue '${worker.taskQueue}'.`;
    throw new ProvenanceError('OPTION_INVALID', message, { cause });
  };
  let name: unknown;
  try {
    name = lab({ namespace: worker.namespace ?? 'default', taskQueue: worker.taskQueue });
  } catch (cause) {
    fail('threw', cause);
  }
  return typeof name === 'string' && LAB_NAME.test(name) ? name : fail('gave no name');
}

function valueRecorder(options: ResolvedOptions, encrypted: boolean, redactor: Redactor): ValueRecorder {
  const { maxBytes, withhold, digestKey: key } = options.values ?? {};
  if (encrypted && withhold !== 'never') return withheldValues(digestKey(key));
  return plainValues(maxBytes === undefined ? undefined : { value_bytes: maxBytes }, redactor);
}

/** `lookup` is an activity type like any other when it is given a rule. */
function captureRules(rules: object, lookup: unknown): { [pattern: string]: CaptureRule } {
  const all = rules as { [pattern: string]: CaptureRule };
  return typeof lookup === 'string' || lookup === undefined ? all : { ...all, lookup: lookup as CaptureRule };
}
