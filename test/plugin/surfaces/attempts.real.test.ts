/** Ways of an attempt to begin, stop and be tried again. */
import type { Client, WorkflowHandle } from '@temporalio/client';
import { withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import type { RunRecord } from '../../../src/model/documents';
import { type Recorded, reading, unique } from '../harness';
import { attemptsOf, release } from './activities';
import { outcomes, surface, until } from './kit';

const METADATA = { operator: 'Ada', sample: { name: 'Au foil' } };

async function started(type: string, { client, taskQueue }: Recorded, args: unknown[]) {
  return withMetadata(METADATA, () =>
    client.workflow.start(type, { taskQueue, workflowId: unique(type), args }),
  );
}

/** What every run of a surface has, however it ran. */
function expectWhole(runs: readonly RunRecord[], workflowType: string): void {
  for (const { start } of runs) {
    expect(start).toMatchObject({
      ...METADATA,
      plan_name: workflowType,
      plan_type: 'workflow',
      temporal: { workflow_type: workflowType, workflow_id: expect.stringContaining(workflowType) },
      provenance: { sources: { operator: 'user', sample: 'user', plan_name: 'inferred' } },
    });
  }
  expect(new Set(runs.map(({ start }) => start.uid)).size).toBe(runs.length);
  expect(new Set(runs.map(({ start }) => start.scan_id)).size).toBe(runs.length);
}

/** The one activity of an execution, as the server's requests on activities name it. */
async function activityOf(client: Client, handle: WorkflowHandle, key: string) {
  const [attempt] = await until('the first attempt', () => {
    const all = attemptsOf(key);
    return all.length > 0 ? all : undefined;
  });
  const { namespace } = client.options;
  const execution = { workflowId: handle.workflowId, runId: attempt!.runId };
  return { namespace, execution, id: attempt!.activityId, identity: 'a person' };
}

test('an activity that was paused and unpaused: the attempt that stopped, and the next one', async () => {
  const key = unique('paused');
  const { runs } = await surface(async (recorded) => {
    const { client } = recorded;
    const handle = await started('beating', recorded, [key]);
    const activity = await activityOf(client, handle, key);
    await client.workflowService.pauseActivity({ ...activity, reason: 'sample change' });
    await until('the pause', async () => {
      const { raw } = await handle.describe();
      const { paused, state } = raw.pendingActivities?.[0] ?? {};
      return paused && state !== 2 && state !== 5;
    });
    await client.workflowService.unpauseActivity(activity);
    await until('the attempt after the pause', () => attemptsOf(key).length === 2);
    release(key);
    await handle.result();
  });
  expectWhole(runs, 'beating');
  expect(runs.map(({ stop }) => [stop?.exit_status, stop?.reason])).toEqual([
    ['abort', 'paused'],
    ['success', undefined],
  ]);
  expect(runs[0]?.stop?.temporal?.cancellation).toBe('paused');
  expect(outcomes(runs)).toEqual(['superseded', 'completed']);
});

test('an activity that was reset while it ran', async () => {
  const key = unique('reset');
  const { runs } = await surface(async (recorded) => {
    const handle = await started('beating', recorded, [key]);
    const activity = await activityOf(recorded.client, handle, key);
    await recorded.client.workflowService.resetActivity(activity);
    await until('the attempt after the reset', () => attemptsOf(key).length === 2);
    release(key);
    await handle.result();
  });
  expectWhole(runs, 'beating');
  expect(runs.map(({ stop }) => [stop?.exit_status, stop?.reason])).toEqual([
    ['abort', 'reset'],
    ['success', undefined],
  ]);
  expect(outcomes(runs)).toEqual(['superseded', 'completed']);
});

test('an activity that was reset while it waited for its next attempt: two runs with attempt number 1, distinguished', async () => {
  const key = unique('waiting');
  const { runs } = await surface(async (recorded) => {
    const handle = await started('waitingLong', recorded, [key]);
    const activity = await activityOf(recorded.client, handle, key);
    await until('the wait', async () => {
      const { raw } = await handle.describe();
      return raw.pendingActivities?.[0]?.attempt === 2;
    });
    release(key);
    await recorded.client.workflowService.resetActivity(activity);
    await handle.result();
  });
  expectWhole(runs, 'waitingLong');
  expect(runs.map(({ start, stop }) => [start.temporal.attempt, stop?.exit_status])).toEqual([
    [1, 'fail'],
    [1, 'success'],
  ]);
  const [first, second] = runs.map(({ start }) => start.temporal.scheduled_time) as [number, number];
  expect(second).toBeGreaterThan(first);
  expect(outcomes(runs)).toEqual(['superseded', 'completed']);
});

test('a heartbeating activity is resumed by its next attempt', async () => {
  const key = unique('resumed');
  const { runs, store, value } = await surface(async (recorded) => {
    const handle = await started('resuming', recorded, [key]);
    return handle.result();
  });
  expect(value).toEqual([2, 3]);
  expectWhole(runs, 'resuming');
  expect(runs.map(({ start }) => start.temporal.attempt)).toEqual([1, 2]);
  expect(runs[1]?.start.provenance.retry_of).toBe(runs[0]?.start.uid);
  expect(outcomes(runs)).toEqual(['superseded', 'completed']);
  const segments = await reading(store, (reader) =>
    Promise.all(runs.map(({ start }) => reader.checkpoints(start.uid))),
  );
  expect(segments.map((of) => of.map(({ details }) => details[0]))).toEqual([
    [{ next: 1 }, { next: 2 }],
    [{ next: 3 }, { next: 4 }],
  ]);
});

test('a retried local activity: a run for each attempt, with its place in the workflow', async () => {
  const key = unique('local');
  const { runs } = await surface(async (recorded) => (await started('locally', recorded, [key])).result());
  expectWhole(runs, 'locally');
  expect(runs.map(({ start }) => [start.temporal.is_local, start.temporal.attempt])).toEqual([
    [true, 1],
    [true, 2],
    [true, 3],
  ]);
  expect(outcomes(runs)).toEqual(['superseded', 'superseded', 'completed']);
});

test('an activity that the workflow task starts eagerly leaves the same record as a polled one', async () => {
  const { runs } = await surface(async (recorded) => {
    for (const eager of [true, false]) await (await started('eagerly', recorded, [eager])).result();
  });
  expectWhole(runs, 'eagerly');
  const [eager, polled] = runs.map(({ start, stop, settled }) => ({
    phase: start.phase,
    sources: start.provenance.sources,
    temporal: Object.keys(start.temporal).sort(),
    attempt: start.temporal.attempt,
    task_queue: start.temporal.task_queue,
    args: start.temporal.args,
    result: stop?.temporal?.result,
    outcome: settled?.outcome,
  }));
  expect(eager).toMatchObject({ phase: 'read-out', result: ['eager'], outcome: 'completed' });
  expect(eager).toEqual(polled);
});

test('an activity that completes elsewhere is settled by how it ended there', async () => {
  const keys = ['complete', 'fail', 'timeOut'].map(unique) as [string, string, string];
  const { runs } = await surface(async (recorded) => {
    const { client } = recorded;
    const handles = await Promise.all(keys.map((key) => started('handingOver', recorded, [key])));
    const tokenOf = (key: string) =>
      until('the attempt', () => attemptsOf(key)[0]).then(({ taskToken }) => taskToken);
    await client.activity.complete(await tokenOf(keys[0]), 'from elsewhere');
    await client.activity.fail(await tokenOf(keys[1]), new Error('from elsewhere'));
    await Promise.all(handles.map((handle) => handle.result().catch(() => undefined)));
  });
  expectWhole(runs, 'handingOver');
  for (const { stop } of runs) expect(stop?.temporal?.completes_async).toBe(true);
  const byKey = new Map(runs.map((run) => [run.start.temporal.args[0], run]));
  expect(outcomes(keys.map((key) => byKey.get(key)!))).toEqual(['completed', 'failed', 'timed_out']);
});
