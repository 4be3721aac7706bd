/**
 * Decisions from outside as the workflow sees them: signals and cancellation from the jobs of an activation, updates when they
 * are accepted. Numbered by kind, so that a history read later numbers them alike. [isolate-safe]
 * @module
 */
import type { coresdk } from '@temporalio/proto';
import type { DecisionKind } from '../src/model/decision';

type Job = coresdk.workflow_activation.IWorkflowActivationJob;

/** What the sandbox sends of a decision; `args` are the texts of its payloads, to be digested outside. */
export interface SeenDecision {
  kind: DecisionKind;
  ordinal: number;
  name?: string;
  time: number;
  args?: string[];
  reason?: string;
}

/** Longest text of arguments that is sent to be digested, in UTF-16 units; longer ones are recorded without a digest. */
const MAX_ARGS_LENGTH = 65_536;

export class DecisionCounter {
  readonly #counts = new Map<DecisionKind, number>();

  /** Signals and cancellation among the jobs of an activation. */
  read(jobs: readonly Job[], time: number): SeenDecision[] {
    const seen: SeenDecision[] = [];
    for (const { signalWorkflow, cancelWorkflow } of jobs) {
      if (signalWorkflow) {
        const args = texts(signalWorkflow.input ?? []);
        seen.push(
          this.#next('signal', { name: signalWorkflow.signalName ?? '', time, ...(args && { args }) }),
        );
      }
      if (cancelWorkflow) {
        const reason = cancelWorkflow.reason || undefined;
        seen.push(this.#next('cancel', { time, ...(reason && { reason }) }));
      }
    }
    return seen;
  }

  /** An update was accepted. */
  update(name: string, time: number): SeenDecision {
    return this.#next('update', { name, time });
  }

  #next(kind: DecisionKind, facts: Omit<SeenDecision, 'kind' | 'ordinal'>): SeenDecision {
    const ordinal = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, ordinal);
    return { kind, ordinal, ...facts };
  }
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
