/**
 * Decisions from outside as the workflow sees them. Signals and cancellation come from the jobs of an
 * activation, updates when they are accepted. They are numbered by kind, in the same way as later from a
 * history. [isolate-safe]
 * @module
 */
import type { coresdk } from '@temporalio/proto';
import type { DecisionKind } from '../../src/model/decision';

type Job = coresdk.workflow_activation.IWorkflowActivationJob;

/**
 * What the sandbox sends about a decision. `args` are the texts of its payloads, which are digested outside.
 */
export interface SeenDecision {
  kind: DecisionKind;
  ordinal: number;
  name?: string;
  time: number;
  args?: string[];
  /** The client's own name for itself. Absent for a cancellation, which does not show it to the workflow. */
  identity?: string;
  reason?: string;
}

/** What the job of an update shows before the update is accepted or rejected. */
type Request = Pick<SeenDecision, 'args' | 'identity'>;

/** The most updates that are remembered between request and acceptance. */
const MAX_REQUESTS = 100;

/**
 * Longest text of arguments that is sent to be digested, in UTF-16 units. Longer ones are recorded without a
 * digest.
 */
const MAX_ARGS_LENGTH = 65_536;

/**
 * Numbers the signals, updates and cancellations that a workflow sees, by kind, in the order of its
 * activations.
 */
export class DecisionCounter {
  readonly #counts = new Map<DecisionKind, number>();
  readonly #requests = new Map<string, Request>();

  /** Returns the signals and the cancellation among the jobs of an activation. */
  read(jobs: readonly Job[], time: number): SeenDecision[] {
    const seen: SeenDecision[] = [];
    for (const { signalWorkflow, cancelWorkflow, doUpdate } of jobs) {
      if (signalWorkflow) {
        const request = requestOf(signalWorkflow.input, signalWorkflow.identity);
        seen.push(this.#next('signal', { name: signalWorkflow.signalName ?? '', time, ...request }));
      }
      if (doUpdate?.id) this.#remember(doUpdate.id, requestOf(doUpdate.input, doUpdate.meta?.identity));
      if (cancelWorkflow) {
        const reason = cancelWorkflow.reason || undefined;
        seen.push(this.#next('cancel', { time, ...(reason && { reason }) }));
      }
    }
    return seen;
  }

  /** Called when an update was accepted. */
  update(id: string, name: string, time: number): SeenDecision {
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    return this.#next('update', { name, time, ...request });
  }

  #remember(id: string, request: Request): void {
    this.#requests.set(id, request);
    for (const oldest of this.#requests.keys()) {
      if (this.#requests.size <= MAX_REQUESTS) break;
      this.#requests.delete(oldest);
    }
  }

  #next(kind: DecisionKind, facts: Omit<SeenDecision, 'kind' | 'ordinal'>): SeenDecision {
    const ordinal = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, ordinal);
    return { kind, ordinal, ...facts };
  }
}

function requestOf(
  input: readonly { data?: Uint8Array | null }[] | null | undefined,
  identity: string | null | undefined,
): Request {
  const args = texts(input ?? []);
  return { ...(args && { args }), ...(identity && { identity }) };
}

function texts(payloads: readonly { data?: Uint8Array | null }[]): string[] | undefined {
  if (payloads.length === 0) return undefined;
  const decoder = new TextDecoder();
  let length = 0;
  const all: string[] = [];
  for (const { data } of payloads) {
    length += data?.length ?? 0;
    if (length > MAX_ARGS_LENGTH) return undefined;
    all.push(decoder.decode(data ?? new Uint8Array()));
  }
  return all;
}
