import { Worker } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { progressActivities } from './fixtures/progress-activities';
import {
  keyword,
  makeClient,
  reading,
  recording,
  runsOf,
  temporaryStore,
  unique,
  workerOptions,
} from './harness';

const progress = {
  workflowBundle: undefined,
  workflowsPath: require.resolve('./fixtures/progress-workflows.ts'),
  activities: progressActivities,
};

test('checkpoints, logged lines, decisions and outcomes are recorded as they arrive, with no request to the server', async () => {
  const { store, value: runId } = await recording(
    {},
    async ({ plugin, taskQueue }) => {
      const client = await makeClient({ plugins: [plugin], identity: 'the control room' });
      const handle = await client.workflow.start('told', { taskQueue, workflowId: unique('told') });
      await handle.executeUpdate('setExposure', { args: [20] });
      await handle.signal('resume', 'now');
      await handle.result();
      return handle.firstExecutionRunId;
    },
    progress,
  );
  const runs = await runsOf(store);
  const named = (type: string) => runs.filter(({ start }) => start.temporal.activity_type === type);
  expect(named('failsOnce').map(({ settled }) => settled?.outcome)).toEqual(['superseded', 'completed']);
  expect(named('failsAlways').map(({ settled }) => settled?.outcome)).toEqual(['superseded', 'failed']);
  const [remote, local] = named('simulate');
  expect(remote?.settled).toMatchObject({ outcome: 'completed', evidence: { source: 'workflow' } });
  // A local activity may be done again with its workflow task: only its marker in the history is final.
  expect([local?.stop?.exit_status, local?.settled]).toEqual(['success', null]);

  await reading(store, async (reader) => {
    const uid = remote?.start.uid as string;
    const checkpoints = await reader.checkpoints(uid);
    expect(checkpoints.map(({ index, t_stop_ms }) => [index, t_stop_ms])).toEqual([
      [0, 10],
      [1, 20],
      [2, 30],
    ]);
    expect(checkpoints[1]?.start_time).toBe(checkpoints[0]?.stop_time);
    const lines = await reader.log({ run_start: uid });
    expect(lines.map(({ level, message }) => [level, message])).toEqual(
      [0, 1, 2].map((step) => ['INFO', `step ${step}`]),
    );
    expect(lines[0]?.attributes).toEqual({ step: 0, password: '[redacted]' });
    const told = await reader.log({ run_id: runId });
    expect(told.map(({ message }) => message)).toEqual(['waiting', 'done']);
    const decisions = await reader.decisions(runId);
    expect(decisions.map(({ kind, name, ordinal }) => [kind, name, ordinal])).toEqual([
      ['update', 'setExposure', 1],
      ['signal', 'resume', 1],
    ]);
    for (const { args_digest, identity } of decisions) {
      expect(args_digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(identity).toBe('the control room');
    }
  });
});

test('the log of a workflow stays complete when its worker changes', async () => {
  const store = temporaryStore();
  const taskQueue = unique('told');
  const client = await makeClient();
  const worker = async () => {
    const plugin = new ProvenancePlugin({ store, environment: false });
    return Worker.create(await workerOptions(taskQueue, plugin, progress));
  };
  const handle = await client.workflow.start('told', { taskQueue, workflowId: unique('told') });
  const firstTaskIsDone = async () => {
    const { events } = await handle.fetchHistory();
    return events?.some((event) => event.workflowTaskCompletedEventAttributes);
  };
  await (await worker()).runUntil(async () => {
    while (!(await firstTaskIsDone())) await new Promise((resolve) => setTimeout(resolve, 50));
  });
  await (await worker()).runUntil(async () => {
    await handle.signal('resume', 'now');
    await handle.result();
  });
  await reading(store, async (reader) => {
    const lines = await reader.log({ run_id: handle.firstExecutionRunId });
    expect(lines.map(({ message }) => message)).toEqual(['waiting', 'done']);
  });
});

test('the record of an execution has its input, and why it ended', async () => {
  const { store } = await recording(
    {},
    async ({ client, taskQueue }) => {
      const beamline = { key: await keyword('ProvenanceBeamline'), value: 'B2' };
      const handle = await client.workflow.start('told', {
        taskQueue,
        workflowId: unique('told'),
        memo: { sample: 'S1', password: 'hunter2-hunter2' },
        typedSearchAttributes: [beamline],
      });
      while ((await handle.describe()).historyLength < 4) await new Promise((r) => setTimeout(r, 50));
      await handle.cancel();
      await handle.result().catch(() => undefined);
    },
    {
      ...progress,
      workerDeploymentOptions: {
        useWorkerVersioning: false,
        version: { deploymentName: 'scans', buildId: 'build-7' },
      },
    },
  );
  await reading(store, async (reader) => {
    const [execution] = await reader.executions({ limit: 10 });
    expect(execution?.start).toMatchObject({
      build_id: 'build-7',
      deployment: 'scans',
      memo: { sample: 'S1', password: '[redacted]' },
      search_attributes: { ProvenanceBeamline: ['B2'] },
    });
    expect(execution?.observed?.status).toBe('canceled');
    const decisions = await reader.decisions(execution!.start.run_id);
    expect(decisions).toMatchObject([{ kind: 'cancel', ordinal: 1 }]);
    expect(decisions[0]).not.toHaveProperty('args_digest');
  });
});
