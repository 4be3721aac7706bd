/** Runs with what was passed to them, by names of the runs that it comes from. */
import { join } from 'node:path';
import type { WorkerOptions } from '@temporalio/worker';
import type { OriginsDocument } from '../../../src/model/data';
import type { RunRecord } from '../../../src/model/documents';
import { type Recorded, reading, recording, runsOf } from '../harness';
import * as activities from './activities';

export const workflowsPath = join(__dirname, 'workflows.ts');

/** A worker whose bundle knows that there is no codec, unless `more` says otherwise. */
export function flowing<T>(
  work: (recorded: Recorded) => Promise<T>,
  more: Partial<WorkerOptions> = {},
): Promise<{ store: string; value: T }> {
  return recording({}, work, { workflowBundle: undefined, workflowsPath, activities, ...more });
}

export interface Flow {
  runs: RunRecord[];
  /** What was passed to the run that was called with this name: one line for each path. */
  into(name: string): string[];
  /** The same run. */
  run(name: string): RunRecord;
  origins: OriginsDocument[];
  /** Name of a producer. */
  named(run_id: string, activity_id: string | undefined): string;
}

export async function flowOf(store: string): Promise<Flow> {
  const runs = await runsOf(store);
  const origins = await reading(store, (open) => open.documents({ of: 'origins', limit: 10_000 }));
  const named = (run_id: string, activity_id: string | undefined): string => {
    if (!activity_id)
      return runs.find(({ start }) => start.temporal.run_id === run_id)?.start.temporal.workflow_type ?? '?';
    const producer = runs.find(
      ({ start: { temporal } }) => temporal.run_id === run_id && temporal.activity_id === activity_id,
    );
    return producer ? `${producer.start.temporal.activity_type} ${producer.start.temporal.args[0]}` : '?';
  };
  const run = (name: string): RunRecord => {
    const found = runs.find(({ start }) => start.temporal.args[0] === name);
    if (!found) throw new Error(`no run was called with ${name}`);
    return found;
  };
  const into = (name: string): string[] => {
    const { predecessors = [], predecessors_partial } = run(name).start.provenance;
    const lines = predecessors.flatMap(({ run_id, activity_id, evidence, paths }) =>
      (paths ?? [['?', '?']]).map(
        ([from, to]) => `${named(run_id, activity_id)}: ${from} → ${to} (${evidence})`,
      ),
    );
    return predecessors_partial ? [...lines.sort(), 'partial'] : lines.sort();
  };
  return { runs, into, run, origins: origins as unknown as OriginsDocument[], named };
}
