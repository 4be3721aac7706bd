import { withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { reading, recording, runsOf, unique } from './harness';

test('an activity attempt leaves a run with start, stop and its place in Temporal', async () => {
  const { store, value } = await recording({}, ({ client, taskQueue }) =>
    client.workflow.execute('one', { taskQueue, workflowId: unique('one'), args: ['Ada'] }),
  );
  expect(value).toBe('hello Ada');
  const [run, ...others] = await runsOf(store);
  expect(others).toEqual([]);
  expect(run?.start).toMatchObject({
    scan_id: 1,
    plan_name: 'one',
    plan_type: 'workflow',
    plan_args: ['Ada'],
    temporal: { activity_type: 'greet', args: ['Ada'], attempt: 1, is_local: false, workflow_type: 'one' },
    provenance: { lab: 'default', sources: { plan_name: 'inferred', plan_args: 'inferred' } },
  });
  expect(run?.stop).toMatchObject({ exit_status: 'success', temporal: { result: ['hello Ada'] } });
  expect(run?.stop?.run_start).toBe(run?.start.uid);
  const [execution] = await reading(store, (reader) => reader.executions({ limit: 10 }));
  expect(execution).toMatchObject({
    start: { workflow_type: 'one', args: ['Ada'], origin: 'sandbox' },
    observed: { status: 'completed', result: ['hello Ada'] },
  });
});

test('retries are runs of their own, linked, each with its scan id', async () => {
  const { store } = await recording({}, ({ client, taskQueue }) =>
    client.workflow.execute('retried', { taskQueue, workflowId: unique('retried'), args: [2] }),
  );
  const runs = await runsOf(store);
  expect(runs.map(({ start }) => start.temporal.attempt)).toEqual([1, 2, 3]);
  expect(runs.map(({ start }) => start.scan_id)).toEqual([1, 2, 3]);
  expect(runs.map(({ stop }) => stop?.exit_status)).toEqual(['fail', 'fail', 'success']);
  expect(runs[0]?.stop).toMatchObject({ reason: 'Error: attempt 1', temporal: { error: { type: 'Error' } } });
  expect(runs[1]?.start.provenance.retry_of).toBe(runs[0]?.start.uid);
  expect(runs[2]?.start.provenance.retry_of).toBe(runs[1]?.start.uid);
});

test("scanId 'activity': retries share the first attempt's number", async () => {
  const { store } = await recording({ scanId: 'activity' }, ({ client, taskQueue }) =>
    client.workflow.execute('retried', { taskQueue, workflowId: unique('retried'), args: [1] }),
  );
  expect((await runsOf(store)).map(({ start }) => start.scan_id)).toEqual([1, 1]);
});

test('an error reaches the workflow as without the plugin, and is recorded with its details', async () => {
  const { store, value } = await recording({}, async ({ client, taskQueue }) =>
    client.workflow
      .execute('failing', { taskQueue, workflowId: unique('failing') })
      .catch((error: { cause?: { cause?: unknown } }) => error.cause?.cause),
  );
  expect(value).toMatchObject({
    message: 'for good',
    type: 'Broken',
    nonRetryable: true,
    details: [{ a: 1 }],
  });
  const [run] = await runsOf(store);
  expect(run?.stop).toMatchObject({
    exit_status: 'fail',
    temporal: { error: { type: 'Broken', message: 'for good', non_retryable: true } },
  });
  const [execution] = await reading(store, (reader) => reader.executions({ limit: 10 }));
  expect(execution?.observed).toMatchObject({ status: 'failed', error: { type: 'ActivityFailure' } });
});

test('a local activity is recorded as local', async () => {
  const { store } = await recording({}, ({ client, taskQueue }) =>
    client.workflow.execute('localOne', { taskQueue, workflowId: unique('local'), args: ['Ada'] }),
  );
  expect((await runsOf(store)).map(({ start }) => start.temporal.is_local)).toEqual([true]);
});

test('the activity sees its own run', async () => {
  const { store, value } = await recording({}, ({ client, taskQueue }) =>
    withMetadata({ operator: 'Ada' }, () =>
      client.workflow.execute('observed', { taskQueue, workflowId: unique('observed') }),
    ),
  );
  const [run] = await runsOf(store);
  expect(value).toMatchObject({
    recorded: true,
    uid: run?.start.uid,
    scanId: 1,
    metadata: { operator: 'Ada', plan_name: 'observed' },
  });
});

test('capture rules exclude what they name, and give scan ids only to the rest', async () => {
  const capture = { 'fail*': false, greet: { scanId: false } };
  const { store } = await recording({ capture }, async ({ client, taskQueue }) => {
    await client.workflow.execute('one', { taskQueue, workflowId: unique('one'), args: ['a'] });
    await client.workflow.execute('retried', { taskQueue, workflowId: unique('retried'), args: [0] });
    await client.workflow.execute('observed', { taskQueue, workflowId: unique('observed') });
  });
  const runs = await runsOf(store);
  expect(runs.map(({ start }) => [start.temporal.activity_type, start.scan_id])).toEqual([
    ['greet', undefined],
    ['observe', 1],
  ]);
});
