/**
 * The activity interceptor: opens a run before an attempt's code runs, and records how it ended. Apart from a
 * refusal, nothing here may throw into the activity, delay it beyond the opening's time budget, or change what
 * it returns or throws. Every failure here is a counted loss. Node only.
 *
 * This folder owns the capture around an activity attempt. The worker creates its interceptors;
 * `src/activity.ts` reads the current run.
 * @module
 */

import type { Context } from '@temporalio/activity';
import { ApplicationFailure, type Headers } from '@temporalio/common';
import type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  Next,
} from '@temporalio/worker';
import type { RunData } from '../../src/data/run-data';
import { OPENING } from '../../src/model/limits';
import { withTimeout } from '../../src/model/with-timeout';
import type { CaptureDecision } from '../../src/options/capture-rules';
import type { Opening } from '../../src/record/opening/run-draft';
import type { Recorder } from '../../src/record/recorder';
import { HEADER_NAME } from '../../src/temporal/header';
import type { CountedValues, ValueRecorder } from '../../src/values/policy';
import { lose } from '../loss';
import { listenToLog } from './activity-log';
import { makeCurrentRun, runOf, setRunOf } from './current-run';
import type { FlowSource } from './data-flow';
import type { ExecutionScopes } from './execution-scopes';
import { watchHeartbeats } from './heartbeats';
import type { LogTailLimits } from './log-tail';
import { type LoadMark, loadSince, markLoad, readLoad } from './process-load';
import { blockedFailure, refusalFailure } from './refusal';
import type { DataNotes, RunNotes } from './run-data';
import { type Ending, stopDraft } from './run-end';
import { type ExecutionConstants, runDraft, type WorkerConstants } from './run-start';

type Execute = Next<ActivityInboundCallsInterceptor, 'execute'>;

/** The parts that capture the attempts of one worker. */
export interface ActivityCaptureParts {
  recorder: Recorder;
  scopes: ExecutionScopes;
  values: ValueRecorder;
  /** The limits of logged lines. */
  limits?: LogTailLimits;
  decide: (activityType: string) => CaptureDecision;
  /** Incomplete until the environment is known. */
  constants: WorkerConstants;
  environment: RunEnvironment;
  data: DataNotes;
}

/**
 * A run whose opening was requested, and how its values are to be followed. `flow` is absent outside workflows.
 */
interface Opened {
  opening: Opening;
  flow?: FlowSource;
  /** The run's files and URIs; absent if they are not captured. */
  files?: RunData;
}

/** The environment that runs name. No method throws or rejects. */
export interface RunEnvironment {
  /**
   * Resolves when the environment is known, soon after the worker has begun to run. Returns `undefined` from
   * then on.
   */
  ready(): Promise<void> | undefined;
  /** Uses what is known so far, for runs that cannot wait. */
  useEarly(): void;
}

/** Creates the interceptors of a worker's activities. */
export function activityInterceptors(parts: ActivityCaptureParts): ActivityInterceptorsFactory {
  const capture = new ActivityCapture(parts);
  return (context) => ({
    inbound: { execute: (input, next) => capture.execute(context, input, next) },
    outbound: {
      getLogAttributes: (input, next) => next(capture.logAttributes(context, input)),
    },
  });
}

/** The parts that record while a run is open. */
interface Watch {
  mark: LoadMark;
  /** Passes on the pending checkpoint. */
  flushHeartbeats: () => void;
  /** Passes on the pending lines. */
  flushLog: () => void;
  values: CountedValues;
  /** Notes the run's data; absent if there is nothing to note. */
  data?: RunNotes;
}

class ActivityCapture {
  readonly #parts: ActivityCaptureParts;

  constructor(parts: ActivityCaptureParts) {
    this.#parts = parts;
  }

  /** Adds the run's ids to every line that the activity logs. */
  logAttributes(context: Context, attributes: Record<string, unknown>): Record<string, unknown> {
    try {
      const run = runOf(context);
      return run ? { ...attributes, runUid: run.uid, scanId: run.scanId } : attributes;
    } catch (error) {
      this.#lose('log', error);
      return attributes;
    }
  }

  async execute(context: Context, input: ActivityExecuteInput, next: Execute): Promise<unknown> {
    const started = performance.now();
    const opened = await this.#open(context, input, started);
    if (!opened) return next(input);
    const { opening } = opened;
    if (opening.kind === 'blocked') throw blockedFailure();
    if (opening.kind === 'refused') throw refusalFailure(opening.mode, opening.issues);
    const watch = this.#begin(context, opening, input, opened);
    let ending: Ending | undefined;
    try {
      assertStillWanted(context, started);
      const returned = await next(input);
      ending = { returned };
      return returned;
    } catch (threw) {
      ending = { threw };
      throw threw;
    } finally {
      if (ending && watch) this.#end(context, opening.uid, ending, watch);
    }
  }

  /** Returns `undefined` if the attempt leaves no run. Never rejects. */
  async #open(context: Context, input: ActivityExecuteInput, started: number): Promise<Opened | undefined> {
    const { recorder, decide, values } = this.#parts;
    try {
      const { info } = context;
      const decision = decide(info.activityType);
      if (!decision.record) {
        recorder.skip(info.activityType);
        return undefined;
      }
      // One deadline for all steps of the opening.
      const budget = openingBudget(info.startToCloseTimeoutMs);
      const left = (limit: number) => Math.max(0, limit - (performance.now() - started));
      const files = this.#parts.data.arrive(input.args, info.heartbeatDetails);
      const resolving = this.#resolve(context, input.headers);
      const ready = this.#parts.environment.ready();
      if (ready) {
        await withTimeout(ready, left(budget), () => undefined);
        this.#parts.environment.useEarly();
      }
      const execution = await this.#executionWithin(resolving, context, input.headers, left(budget));
      const header = input.headers[HEADER_NAME]?.data;
      const constants = { worker: this.#parts.constants, execution, values: values.counted(), header };
      const draft = runDraft(info, input.args, decision.numbered, constants);
      const rules_ms =
        info.startToCloseTimeoutMs > 0 ? left(info.startToCloseTimeoutMs * OPENING.rules_share) : undefined;
      const limits = { whole_ms: budget, rules_ms, signal: context.cancellationSignal };
      const opening = recorder.open(draft, left(budget), limits);
      setImmediate(() => this.#readAhead());
      const { inbound } = execution.resolved;
      const flow = info.inWorkflow ? { has_header: HEADER_NAME in input.headers, inbound } : undefined;
      return { opening: await opening, flow, files };
    } catch (error) {
      this.#lose('open', error);
      return undefined;
    }
  }

  /** Reads ahead while the store is writing. An error appears, and is counted, at the later read. */
  #readAhead(): void {
    try {
      readLoad();
    } catch {
      // As above.
    }
  }

  /** Resolves what the workflow sent, while the environment is awaited. */
  #resolve(context: Context, headers: Headers): ExecutionConstants | Promise<ExecutionConstants> {
    const resolving = this.#parts.scopes.constantsFor(context, headers);
    // The error is handled at the await.
    if (resolving instanceof Promise) resolving.catch(() => undefined);
    return resolving;
  }

  async #executionWithin(
    resolving: ExecutionConstants | Promise<ExecutionConstants>,
    context: Context,
    headers: Headers,
    budget: number,
  ): Promise<ExecutionConstants> {
    if (!(resolving instanceof Promise)) return resolving;
    const known = await withTimeout(resolving, budget, () => undefined);
    if (known) return known;
    this.#lose('late-metadata', `not known within ${Math.round(budget)} ms`);
    const why = 'the metadata that the workflow sent did not arrive in time';
    return this.#parts.scopes.constantsAtHand(context, headers, why);
  }

  #begin(
    context: Context,
    opening: Opening & { kind: 'open' },
    { args }: ActivityExecuteInput,
    { flow, files }: Opened,
  ): Watch | undefined {
    try {
      const { uid, scan_id, metadata } = opening;
      const data = this.#parts.data.begin({ uid, args, flow, files });
      setRunOf(context, makeCurrentRun(uid, scan_id, metadata, data));
      const parts = { ...this.#parts, values: this.#parts.values.counted(), data };
      const flushHeartbeats = watchHeartbeats(context, uid, parts);
      const flushLog = listenToLog(context, uid, parts);
      return { flushHeartbeats, flushLog, mark: markLoad(), values: parts.values, data };
    } catch (error) {
      this.#lose('begin', error);
      return undefined;
    }
  }

  #end(context: Context, uid: string, ending: Ending, watch: Watch): void {
    const { recorder } = this.#parts;
    try {
      const { values } = watch;
      watch.flushHeartbeats();
      watch.flushLog();
      recorder.stop(stopDraft(uid, ending, context, { resources: loadSince(watch.mark), values }));
    } catch (error) {
      this.#lose('stop', error);
    }
    watch.data?.end(ending);
  }

  #lose(kind: string, error: unknown): void {
    lose(this.#parts.recorder, kind, error);
  }
}

function openingBudget(start_to_close_ms: number): number {
  const { budget_ms, budget_share } = OPENING;
  return start_to_close_ms > 0 ? Math.min(budget_ms, start_to_close_ms * budget_share) : budget_ms;
}

/**
 * Throws if the attempt was cancelled or timed out while its run opened: the server would not accept its
 * result.
 */
function assertStillWanted(context: Context, started: number): void {
  const { cancellationSignal, info } = context;
  if (cancellationSignal.aborted) throw cancellationSignal.reason;
  if (info.startToCloseTimeoutMs > 0 && performance.now() - started >= info.startToCloseTimeoutMs) {
    throw ApplicationFailure.retryable('The attempt timed out before its code started', 'OpeningTimedOut');
  }
}
