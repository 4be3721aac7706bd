/** Ways of an execution to begin, and to begin again. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { temporalAddress, temporalExecutable } from '../../real/temporal-server';
import { reading, unique, workerOptions } from '../harness';
import { surfaceActivities } from './activities';
import { outcomes, reconciled, surface, until } from './kit';

const METADATA = { operator: 'Ada' };

test('a workflow that is retried: executions of one chain, each with its runs', async () => {
  const { runs, executions } = await surface(({ client, taskQueue }) =>
    withMetadata(METADATA, () =>
      client.workflow.execute('secondTry', {
        taskQueue,
        workflowId: unique('secondTry'),
        args: ['try'],
        retry: { maximumAttempts: 2, initialInterval: '20 ms' },
      }),
    ),
  );
  const [first, second, ...others] = executions;
  expect(others).toEqual([]);
  expect([first?.settled?.status, second?.settled?.status]).toEqual(['failed', 'completed']);
  expect(second?.start).toMatchObject({
    attempt: 2,
    continued_from: first?.start.run_id,
    first_execution_run_id: first?.start.run_id,
  });
  expect(
    runs.map(({ start, settled }) => [
      start.temporal.args[0],
      start.temporal.run_id,
      start.temporal.first_execution_run_id,
      start.operator,
      settled?.outcome,
    ]),
  ).toEqual([
    ['try 1', first?.start.run_id, first?.start.run_id, 'Ada', 'completed'],
    ['try', first?.start.run_id, first?.start.run_id, 'Ada', 'failed'],
    ['try 2', second?.start.run_id, first?.start.run_id, 'Ada', 'completed'],
  ]);
});

test('cron: each firing is an execution of the chain, with the metadata of its creator', async () => {
  const { runs, executions } = await surface(async ({ client, taskQueue }) => {
    const workflowId = unique('cron');
    const options = { taskQueue, workflowId, args: ['cron'], cronSchedule: '@every 1s' };
    const handle = await withMetadata(METADATA, () => client.workflow.start('echoing', options));
    const query = `WorkflowId = '${workflowId}' AND ExecutionStatus != 'Running'`;
    await until('two firings', async () => (await client.workflow.count(query)).count >= 2);
    await client.workflow.getHandle(handle.workflowId).terminate('enough');
  });
  const fired = executions.filter(({ settled }) => settled?.status !== 'terminated');
  expect(fired.length).toBeGreaterThanOrEqual(2);
  for (const [index, { start }] of fired.entries()) {
    expect(start).toMatchObject({ cron_schedule: '@every 1s', attempt: 1 });
    expect(start.first_execution_run_id).toBe(fired[0]?.start.run_id);
    expect(start.continued_from).toBe(fired[index - 1]?.start.run_id);
  }
  const ofFired = fired.map(({ start }) => runs.find((run) => run.start.temporal.run_id === start.run_id));
  for (const run of ofFired) {
    expect(run?.start).toMatchObject({
      operator: 'Ada',
      temporal: { first_execution_run_id: fired[0]?.start.run_id, attempt: 1 },
    });
    expect(run?.settled?.outcome).toBe('completed');
  }
});

test('a reset workflow: what was recorded before is not recorded again, and the new run names the old one', async () => {
  const { runs, executions, store } = await surface(async ({ client, taskQueue }) => {
    const workflowId = unique('twoSteps');
    const handle = await withMetadata(METADATA, () =>
      client.workflow.start('twoSteps', { taskQueue, workflowId }),
    );
    await handle.result();
    const { events = [] } = await handle.fetchHistory();
    const ended = events?.filter(({ workflowTaskCompletedEventAttributes: task }) => task) ?? [];
    const { runId } = await client.workflowService.resetWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId, runId: handle.firstExecutionRunId },
      reason: 'second step again',
      requestId: unique('request'),
      // The task that scheduled the second step.
      workflowTaskFinishEventId: ended[1]?.eventId ?? undefined,
    });
    await client.workflow.getHandle(workflowId, runId).result();
  });
  expect(executions).toHaveLength(2);
  const original = executions.find(({ start }) => start.reset_from === undefined);
  const again = executions.find(({ start }) => start.reset_from === original?.start.run_id);
  expect(again?.start).toMatchObject({ args: [], workflow_type: 'twoSteps' });
  expect(executions.map(({ settled }) => settled?.status)).toEqual(['completed', 'completed']);
  expect(runs.map(({ start }) => [start.temporal.args[0], start.temporal.run_id, start.operator])).toEqual([
    ['first', original?.start.run_id, 'Ada'],
    ['second', original?.start.run_id, 'Ada'],
    ['second', again?.start.run_id, 'Ada'],
  ]);
  expect(outcomes(runs)).toEqual(['completed', 'completed', 'completed']);
  const decisions = await reading(store, (reader) => reader.decisions(again!.start.run_id));
  expect(decisions).toMatchObject([{ kind: 'reset', reason: expect.stringContaining('second step again') }]);
});

test('a backfilled schedule records the schedule time of each execution', async () => {
  const scheduleId = unique('backfilled');
  const { runs, executions } = await surface(async ({ client, taskQueue }) => {
    const schedule = await withMetadata(METADATA, () =>
      client.schedule.create({
        scheduleId,
        spec: { intervals: [{ every: '1 hour' }] },
        state: { paused: true },
        action: { type: 'startWorkflow', workflowType: 'echoing', taskQueue, args: ['backfilled'] },
      }),
    );
    const start = new Date('2026-01-05T00:30:00Z');
    await schedule.backfill({ start, end: new Date('2026-01-05T02:30:00Z'), overlap: 'ALLOW_ALL' });
    const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Completed'`;
    await until('the backfill', async () => (await client.workflow.count(query)).count === 2);
    await schedule.delete();
  });
  const meant = ['2026-01-05T01:00:00Z', '2026-01-05T02:00:00Z'].map((time) => Date.parse(time) / 1000);
  const timesOf = (all: (number | undefined)[]) => [...all].sort();
  expect(timesOf(executions.map(({ start }) => start.scheduled_start_time))).toEqual(meant);
  expect(timesOf(runs.map(({ start }) => start.temporal.scheduled_start_time))).toEqual(meant);
  for (const { start, settled } of runs) {
    expect(start).toMatchObject({ operator: 'Ada', temporal: { schedule_id: scheduleId } });
    expect(settled?.outcome).toBe('completed');
  }
  for (const { start } of executions) expect(start.schedule_id).toBe(scheduleId);
});

test('updateWithStart carries metadata to the workflow that it starts', async () => {
  const { runs, executions, value, store } = await surface(({ client, taskQueue }) =>
    withMetadata(METADATA, async () => {
      const startWorkflowOperation = new WithStartWorkflowOperation('asked', {
        taskQueue,
        workflowId: unique('asked'),
        workflowIdConflictPolicy: 'FAIL',
      });
      const options = { startWorkflowOperation, args: ['how deep?'] as [string] };
      const answer = await client.workflow.executeUpdateWithStart('ask', options);
      await (await startWorkflowOperation.workflowHandle()).result();
      return answer;
    }),
  );
  expect(value).toBe('how deep?');
  const [run, ...others] = runs;
  expect(others).toEqual([]);
  expect(run?.start).toMatchObject({
    operator: 'Ada',
    question: 'how deep?',
    plan_name: 'asked',
    provenance: { sources: { operator: 'user', question: 'plan' } },
  });
  expect(run?.settled?.outcome).toBe('completed');
  expect(executions.map(({ settled }) => settled?.status)).toEqual(['completed']);
  const decisions = await reading(store, (reader) => reader.decisions(run!.start.temporal.run_id!));
  expect(decisions).toMatchObject([{ kind: 'update', name: 'ask' }]);
});

test("a workflow that Temporal's command line starts, with metadata as a memo", async () => {
  const { runs, executions } = await surface(async ({ client, taskQueue }) => {
    const workflowId = unique('cli');
    await promisify(execFile)(temporalExecutable()!, [
      ...['workflow', 'start', '--address', temporalAddress(), '--task-queue', taskQueue],
      ...['--type', 'echoing', '--workflow-id', workflowId, '--input', '"from a terminal"'],
      ...['--memo', 'provenance={"operator": "Grace", "sample": {"name": "Au foil"}}'],
    ]);
    await client.workflow.getHandle(workflowId).result();
  });
  expect(runs.map(({ start, settled }) => [start.operator, start.sample, settled?.outcome])).toEqual([
    ['Grace', { name: 'Au foil' }, 'completed'],
  ]);
  expect(runs[0]?.start.provenance.sources).toMatchObject({ operator: 'user', sample: 'user' });
  expect(executions[0]?.start.memo).toEqual({
    provenance: { operator: 'Grace', sample: { name: 'Au foil' } },
  });
});

test('a session: activities on the queue of one worker, found by worker and metadata', async () => {
  const { runs } = await surface(async ({ client, taskQueue, store }) => {
    const plugin = new ProvenancePlugin({ store, environment: false });
    const own = await Worker.create(
      await workerOptions(`${taskQueue}-own`, plugin, {
        activities: surfaceActivities,
        workflowBundle: undefined,
        identity: 'beamline 7',
      }),
    );
    await own.runUntil(() =>
      withMetadata(METADATA, () =>
        client.workflow.execute('onOneWorker', { taskQueue, workflowId: unique('session') }),
      ),
    );
  });
  const [asked, ...there] = runs;
  expect(there.map(({ start }) => start.temporal.args[0])).toEqual(['mount', 'measure']);
  for (const { start } of there) {
    expect(start).toMatchObject({
      operator: 'Ada',
      phase: 'session',
      plan_name: 'onOneWorker',
      temporal: {
        task_queue: `${asked?.start.temporal.task_queue}-own`,
        worker: { identity: 'beamline 7' },
        run_id: asked?.start.temporal.run_id,
      },
    });
  }
  expect(asked?.start.provenance.session).not.toBe(there[0]?.start.provenance.session);
  expect(there[0]?.start.provenance.session).toBe(there[1]?.start.provenance.session);
  expect(outcomes(runs)).toEqual(['completed', 'completed', 'completed']);
});

test('reconciling a second time changes nothing', async () => {
  const told = await surface(({ client, taskQueue }) =>
    client.workflow.execute('twoSteps', { taskQueue, workflowId: unique('twice') }),
  );
  const again = await reconciled(told.store);
  expect(again.runs).toEqual(told.runs);
  expect(again.executions).toEqual(told.executions);
});
