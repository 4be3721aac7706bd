/**
 * The data flow of one workflow as its interceptors see it: results, arguments that arrive or are passed on,
 * and what is returned. [isolate-safe]
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
  #reported = false;

  /** Must be called before the jobs of an activation run. */
  watch(jobs: Jobs): void {
    this.#results.watch(jobs);
  }

  /** Why data flow is not followed completely. Returned once. */
  trouble(): string | undefined {
    const trouble = this.#reported ? undefined : (this.#results.trouble ?? this.#fault);
    if (trouble) this.#reported = true;
    return trouble;
  }

  /** Takes the values that a workflow has from outside in addition to its arguments. */
  begins({ memo, searchAttributes, lastResult }: WorkflowInfo): void {
    if (memo) this.#flow.receivedFromOutside(memo);
    if (searchAttributes) this.#flow.receivedFromOutside(searchAttributes);
    // The result is of an earlier run of a schedule; which one is unknown.
    if (lastResult !== undefined) this.#flow.receivedFromOutside([lastResult], true);
  }

  /** Called when arguments of the workflow, a signal or an update arrive. */
  arrived(args: readonly unknown[], headers: Headers | undefined, run_id: string): void {
    const lineage = readHeader(headers)?.lineage;
    if (!lineage) {
      this.#flow.receivedFromOutside(args);
      return;
    }
    const parts = passedParts(lineage).map(({ run_id: of, ...part }) =>
      of === run_id ? part : { ...part, run_id: of },
    );
    const partial = lineage.partial === true || lineage.paths_by !== undefined;
    this.#flow.arrived(args, { parts, partial });
  }

  /** The header of an activity. */
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

  /** The header of a child, or of a run that continues this one. */
  toStart(
    inputs: LineageInputs,
    scope: PlanScope,
    args: readonly unknown[],
    continues: boolean,
  ): Payload | undefined {
    return passingToStart(inputs, scope, this.#passed(args), continues);
  }

  /** The header of a signal. */
  toSignal(inputs: LineageInputs, args: readonly unknown[]): Payload | undefined {
    return passingToSignal(inputs, this.#passed(args));
  }

  /**
   * Reports the origins of what the execution, or an update, returns. Reports nothing if no part has a known
   * origin.
   */
  returns(inputs: LineageInputs, value: unknown, update_id?: string): void {
    const passed: Passed = this.#flow.reported(value);
    if (isNothing(passed)) return;
    inputs.sendOrigins(
      originsMessage(inputs, update_id === undefined ? 'result' : 'update', update_id ?? '', passed),
    );
  }

  /** If the origins cannot be determined, the header still carries everything else. */
  #passed(args: readonly unknown[]): Passed {
    try {
      return this.#flow.passed(args);
    } catch (error) {
      this.#fault ??= `arguments could not be read: ${String(error)}`;
      return { parts: [], partial: true };
    }
  }
}
