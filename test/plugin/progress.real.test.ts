import { expect, test } from 'vitest';
import { progressActivities } from './fixtures/progress-activities';
import { reading, recording, runsOf, unique } from './harness';

test('checkpoints, logged lines, decisions and outcomes are recorded as they come, with no request to the server', async () => {
  const { store, value: runId } = await recording(
    {},
    async ({ client, taskQueue }) => {
      const handle = await client.workflow.start('told', { taskQueue, workflowId: unique('told') });
      await handle.executeUpdate('setExposure', { args: [20] });
      await handle.signal('resume', 'now');
      await handle.result();
      return handle.firstExecutionRunId;
    },
    {
      workflowBundle: undefined,
      workflowsPath: require.resolve('./fixtures/progress-workflows.ts'),
      activities: progressActivities,
    },
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
    expect(decisions[1]?.args_digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});
