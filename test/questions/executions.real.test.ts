/** What is told of an execution without reading all its documents is what `show` tells. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { overviewOf } from '../../src/questions/executions/overview';
import { timelineOf } from '../../src/questions/executions/timeline';
import { findOneExecution } from '../../src/questions/references/subject';
import type { Scope } from '../../src/questions/scope';
import { executionStoryOf } from '../../src/questions/stories/execution-story';
import { openStore } from '../built';
import { newFolder } from '../record/spool-kit';
import { LONG, longExecutionRecords } from '../web/long-execution';
import { putWorld, WORLD } from '../web/world';

let folder: string;
let scope: Scope;
beforeAll(async () => {
  folder = await newFolder();
  const url = `sqlite:${join(folder, 'provenance.db')}`;
  await putWorld(url);
  const store = await openStore(url, { mode: 'write', create: false });
  await store.write(longExecutionRecords(700));
  scope = { store, lab: 'default' };
});
afterAll(async () => {
  await scope?.store.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

const executionOf = async (run_id: string) => (await findOneExecution(scope, run_id)).value;

describe('the overview of an execution', () => {
  const names = Object.entries({ ...WORLD.executions, long: LONG });

  it.each(names)('shows of %s what show prints', async (_name, { run_id }) => {
    const execution = await executionOf(run_id);
    const story = await executionStoryOf(scope, execution);
    const view = await overviewOf(scope, execution);
    const { tree } = story;
    expect(view.failure?.run?.run.start.uid).toBe(story.culprit?.run.start.uid);
    expect(view.failure?.run?.log ?? []).toEqual(
      (story.culprit?.log ?? []).filter((line) =>
        view.failure!.run!.log.some((one) => one.time === line.time),
      ),
    );
    expect(view.counts.attempts).toBe(tree.runs.length);
    expect(view.decided).toBe(tree.decisions.length);
    expect(view.failure?.refusals ?? 0).toBeGreaterThanOrEqual(tree.refusals.length);
    expect(view.chain.length).toBe(story.chain.length);
    expect({ start: view.start, observed: view.observed, settled: view.settled }).toEqual(execution);
  });

  it('omits rows of a long tree, and says how many and how many of them failed', async () => {
    const { tree } = await overviewOf(scope, await executionOf(LONG.run_id));
    expect(tree.rows).toHaveLength(5);
    expect(tree.left).toEqual({ after: 2, rows: 695, failed: 0 });
    const all = await overviewOf(scope, await executionOf(LONG.run_id), { all: true });
    expect(all.tree.rows.length).toBeGreaterThan(tree.rows.length);
  });

  it('has a timeline with the error of each failure, and marks what is folded into a child', async () => {
    const part = { skip: 0, limit: 100 };
    const failed = await timelineOf(scope, await executionOf(LONG.run_id), { state: 'failed', ...part });
    expect(failed.rows).toMatchObject([{ status: 'failed', error: 'BeamLost: no beam at frame 500' }]);
    const parent = await timelineOf(scope, await executionOf(WORLD.executions.failed.run_id), part);
    expect(parent.rows.at(-1)).toMatchObject({ status: 'failed', activities: 1, attempts: 3, failed: 1 });
    expect(parent.marks.map(({ kind, name }) => [kind, name])).toEqual([
      ['signal', 'resume'],
      ['update', 'setExposure'],
    ]);
  });
});
