/**
 * The data flow of one workflow as its interceptors see it: results that come, arguments that come in and are passed on, what is
 * returned. [isolate-safe]
 * @module
 */
import type { Headers, Payload } from '@temporalio/common';
import type { WorkflowInfo } from '@temporalio/workflow';
import { readHeader } from '../../../src/temporal/header';
import { passedParts } from '../../../src/temporal/lineage-header';
import type { PlanScope } from '../state';
import { DataFlow, type Passed } from './data-flow';
import {
  isNothing,
  type LineageInputs,
  originsMessage,
  passingToActivity,
  passingToSignal,
  passingToStart,
} from './lineage-headers';
import { Results } from './results';

type Jobs = Parameters<Results['watch']>[0];

/** An activity that is about to be scheduled. */
export interface PassedActivity {
  seq: number;
  args: readonly unknown[];
  options: { activityId?: string };
}

/** Follows data through one workflow. */
export class LineageCapture {
  readonly #flow = new DataFlow();
  readonly #results = new Results(this.#flow);
  #fault: string | undefined;
  #told = false;

  /** Before the jobs of an activation are worked on. */
  watch(jobs: Jobs): void {
    this.#results.watch(jobs);
  }

  /** Why data flow is not followed as it should be; told once. */
  trouble(): string | undefined {
    const trouble = this.#told ? undefined : (this.#results.trouble ?? this.#fault);
    if (trouble) this.#told = true;
    return trouble;
  }

  /** What a workflow has from outside beside its arguments. */
  begins({ memo, searchAttributes, lastResult }: WorkflowInfo): void {
    if (memo) this.#flow.cameIn(memo);
    if (searchAttributes) this.#flow.cameIn(searchAttributes);
    // Of an earlier run of a schedule: which one is not said.
    if (lastResult !== undefined) this.#flow.cameIn([lastResult], true);
  }

  /** Arguments of the workflow, a signal or an update come in. */
  arrived(args: readonly unknown[], headers: Headers | undefined, run_id: string): void {
    const lineage = readHeader(headers)?.lineage;
    if (!lineage) {
      this.#flow.cameIn(args);
      return;
    }
    const parts = passedParts(lineage).map(({ run_id: of, ...part }) =>
      of === run_id ? part : { ...part, run_id: of },
    );
    const partial = lineage.partial === true || lineage.paths_by !== undefined;
    this.#flow.arrived(args, { parts, partial });
  }

  /** Header of an activity. */
  toActivity(
    inputs: LineageInputs,
    scope: PlanScope,
    { seq, args, options }: PassedActivity,
    local: boolean,
  ): Payload | undefined {
    const { activityId } = options;
    this.#results.schedules(seq, activityId);
    const activity_id = activityId ?? String(seq);
    return passingToActivity(inputs, scope, this.#passed(args), { activity_id, local });
  }

  /** Header of a child, or of a run that continues this one. */
  toStart(
    inputs: LineageInputs,
    scope: PlanScope,
    args: readonly unknown[],
    continues: boolean,
  ): Payload | undefined {
    return passingToStart(inputs, scope, this.#passed(args), continues);
  }

  /** Header of a signal. */
  toSignal(inputs: LineageInputs, args: readonly unknown[]): Payload | undefined {
    return passingToSignal(inputs, this.#passed(args));
  }

  /** Tells where the parts of what the execution, or an update, returns come from; nothing where nobody returned any. */
  returns(inputs: LineageInputs, value: unknown, update_id?: string): void {
    const passed: Passed = this.#flow.reported(value);
    if (isNothing(passed)) return;
    inputs.tell(
      originsMessage(inputs, update_id === undefined ? 'result' : 'update', update_id ?? '', passed),
    );
  }

  /** A header says all else even where this can't be said. */
  #passed(args: readonly unknown[]): Passed {
    try {
      return this.#flow.passed(args);
    } catch (error) {
      this.#fault ??= `arguments could not be looked at: ${String(error)}`;
      return { parts: [], partial: true };
    }
  }
}
