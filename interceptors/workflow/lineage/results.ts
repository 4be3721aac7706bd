/**
 * Sees results as the very objects that the workflow gets. It wraps the function that resolves the promise of a
 * call, before the job that resolves it runs. No promise of an activity gets a reaction. How the SDK keeps
 * these functions is private to it. If they are not found, results are read from the jobs, and objects cannot
 * be recognised. [isolate-safe]
 * @module
 */
import type { coresdk } from '@temporalio/proto';
import { decodeUtf8 } from '../../../src/temporal/header';
import { type Origin, UNKNOWN } from './origin';

type Job = coresdk.workflow_activation.IWorkflowActivationJob;
type Payload = NonNullable<coresdk.activity_result.ISuccess['result']>;

/** The reason that is reported once by sink. */
const NOT_THERE =
  'this version of the SDK does not keep awaited results in the expected place: data flow is found only by equal strings';

/** Receives results. */
export interface ResultTaker {
  returned(value: unknown, of: Origin): void;
  /** Called if a result is not seen as the object that the workflow gets. */
  withoutIdentity(): void;
}

/** The function that resolves the promise of one call. */
interface Completion {
  resolve(value: unknown): void;
}

/** The SDK's maps of functions that resolve promises, by the number of the call. */
type Kind = 'activity' | 'childWorkflowComplete' | 'nexusOperationStart';
type Completions = { readonly [kind in Kind]?: { get?(seq: number): Completion | undefined } };

/** The results of one workflow. */
export class Results {
  readonly #taker: ResultTaker;
  /** Ids of activities that were scheduled and have not ended, by number. */
  readonly #activities = new Map<number, string>();
  /** The first reason why results are not followed completely. */
  trouble: string | undefined;
  /** Run ids of children that have started, by number. */
  readonly #children = new Map<number, string>();

  constructor(taker: ResultTaker) {
    this.#taker = taker;
  }

  /** Called before an activity is scheduled. Without an id of its own, its number is its id. */
  schedules(seq: number, activity_id: string | undefined): void {
    this.#activities.set(seq, activity_id ?? String(seq));
  }

  /** Must be called before the jobs of an activation run. */
  watch(jobs: readonly Job[]): void {
    for (const job of jobs) {
      const { resolveActivity, resolveChildWorkflowExecutionStart: started } = job;
      if (resolveActivity) this.#activity(resolveActivity);
      else if (started?.succeeded?.runId) this.#children.set(started.seq ?? 0, started.succeeded.runId);
      else if (job.resolveChildWorkflowExecution) this.#child(job.resolveChildWorkflowExecution);
      const operation = job.resolveNexusOperationStart ?? job.resolveNexusOperation;
      if (operation) this.#operation(operation.seq ?? 0);
    }
  }

  #activity({ seq, result }: coresdk.workflow_activation.IResolveActivity): void {
    const activity_id = this.#activities.get(seq ?? 0) ?? String(seq ?? 0);
    this.#activities.delete(seq ?? 0);
    if (!result?.completed) return;
    this.#await('activity', seq ?? 0, { activity_id, from: 'result' }, result.completed.result);
  }

  #child({ seq, result }: coresdk.workflow_activation.IResolveChildWorkflowExecution): void {
    const run_id = this.#children.get(seq ?? 0);
    this.#children.delete(seq ?? 0);
    if (!result?.completed) return;
    const origin = run_id === undefined ? UNKNOWN.of : { run_id, from: 'result' };
    this.#await('childWorkflowComplete', seq ?? 0, origin, result.completed.result);
  }

  #await(kind: Kind, seq: number, origin: Origin, payload: Payload | null | undefined): void {
    const completion = completionOf(kind, seq);
    if (completion) {
      this.#wrap(completion, (value) => this.#taker.returned(value, origin));
      return;
    }
    this.trouble ??= NOT_THERE;
    this.#taker.withoutIdentity();
    this.#taker.returned(jsonOf(payload), origin);
  }

  /**
   * The result of a Nexus operation has no origin that could be named. It arrives in the promise of an
   * operation, on which the SDK itself has a reaction.
   */
  #operation(seq: number): void {
    const completion = completionOf('nexusOperationStart', seq);
    if (!completion) return;
    this.#wrap(completion, (started) => {
      const { result } = started as { result?: Promise<unknown> };
      result?.then(
        (value) => this.#look(value, () => this.#taker.returned(value, UNKNOWN.of)),
        () => undefined,
      );
    });
  }

  /** The workflow gets its value even if examining it fails. */
  #wrap(completion: Completion, look: (value: unknown) => void): void {
    // Wrapped, since a reaction on the promise could change the workflow: docs/design/workflow-sandbox.md#data-flow.
    const { resolve } = completion;
    completion.resolve = (value) => {
      this.#look(value, look);
      resolve(value);
    };
  }

  #look(value: unknown, look: (value: unknown) => void): void {
    try {
      look(value);
    } catch (error) {
      this.trouble ??= `a result could not be read: ${String(error)}`;
    }
  }
}

function completionOf(kind: Kind, seq: number): Completion | undefined {
  const { __TEMPORAL_ACTIVATOR__: activator } = globalThis as {
    __TEMPORAL_ACTIVATOR__?: { completions?: Completions };
  };
  const completion = activator?.completions?.[kind]?.get?.(seq);
  return typeof completion?.resolve === 'function' ? completion : undefined;
}

/** Decodes a payload in JSON; `undefined` for any other. */
function jsonOf(payload: Payload | null | undefined): unknown {
  const encoding = payload?.metadata?.encoding;
  if (!payload?.data || !encoding || decodeUtf8(encoding) !== 'json/plain') return undefined;
  try {
    return JSON.parse(decodeUtf8(payload.data));
  } catch {
    return undefined;
  }
}
