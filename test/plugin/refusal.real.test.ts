import { tmpdir } from 'node:os';
import { openStash, withMetadata } from 'temporal-provenance';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { call } from '../cli/laboratory';
import { activities, reading, recording, runsOf, temporaryStore, unique } from './harness';

const operator = z.object({ operator: z.enum(['Ada', 'Grace']) });

/** What the command line lists as refused, of one status. */
async function refused(store: string, status: string) {
  const { json } = await call(['list', '--refused', '--json', '--store', store], { cwd: tmpdir() });
  return json().filter((one) => one.status === status);
}

/** How an activity failed, as its workflow saw it. */
function failure(error: { cause?: { cause?: unknown } }): unknown {
  return error.cause?.cause;
}

test('a refused run: its code does not run, no scan id is used, the failure lists every issue', async () => {
  activities.ran.length = 0;
  const options = { required: ['sample'], validators: [operator] };
  const { store, value } = await recording(options, async ({ client, taskQueue }) => {
    const execute = (name: string, metadata: { [key: string]: string }) =>
      withMetadata(metadata, () =>
        client.workflow.execute('one', { taskQueue, workflowId: unique('refused'), args: [name] }),
      );
    await execute('before', { operator: 'Ada', sample: 'S1' });
    const refused = await execute('never', { operator: 'Mallory' }).catch(failure);
    await execute('after', { operator: 'Grace', sample: 'S2' });
    return refused;
  });
  expect(value).toMatchObject({ type: 'MetadataValidationError', nonRetryable: true });
  const { message, details } = value as { message: string; details: { path: string[] }[] };
  expect(message).toMatch(/operator/);
  expect(message).toMatch(/sample/);
  expect(message).not.toContain('Mallory');
  expect(details.map(({ path }) => path.join('.')).sort()).toEqual(['operator', 'sample']);
  expect(activities.ran.map(({ args }) => args[0])).toEqual(['before', 'after']);
  expect((await runsOf(store)).map(({ start }) => start.scan_id)).toEqual([1, 2]);
  const refusals = await reading(store, (reader) => reader.refusals(10));
  expect(refusals).toHaveLength(1);
});

test("'wait' continues automatically once the stash has the field", async () => {
  const store = temporaryStore();
  const { value } = await recording(
    { store, required: ['sample'], onRefusal: 'wait' },
    async ({ client, taskQueue }) => {
      const handle = await client.workflow.start('one', {
        taskQueue,
        workflowId: unique('waiting'),
        args: ['w'],
      });
      const pending = async () => (await handle.describe()).raw.pendingActivities?.[0];
      for (;;) {
        const activity = await pending();
        if (activity?.lastFailure) {
          // The record of a refusal is not waited for by the activity.
          const [waiting] = await vi.waitUntil(
            async () => {
              const found = await refused(store, 'waiting');
              return found.length > 0 && found;
            },
            { timeout: 20_000, interval: 100 },
          );
          const stash = await openStash(store);
          await stash.set('sample', 'S7');
          await stash.close();
          return { message: activity.lastFailure.message, waiting, result: await handle.result() };
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
  );
  expect(value.message).toMatch(/waiting for metadata.*sample/);
  expect(value.result).toBe('hello w');
  const [run, ...others] = await runsOf(store);
  expect(others).toEqual([]);
  expect(run?.start).toMatchObject({ sample: 'S7', scan_id: 1 });
  const { first_time, next_time, issues } = value.waiting as {
    first_time: number;
    next_time: number;
    issues: unknown;
  };
  expect(issues).toMatchObject([{ path: ['sample'] }]);
  expect(next_time - first_time).toBe(30);
  expect(await refused(store, 'opened')).toMatchObject([{ uid: run?.start.uid }]);
});

test("'record' lets it run, and records the issues", async () => {
  const { store, value } = await recording(
    { required: ['sample'], onRefusal: 'record' },
    ({ client, taskQueue }) =>
      client.workflow.execute('one', { taskQueue, workflowId: unique('recorded'), args: ['r'] }),
  );
  expect(value).toBe('hello r');
  const [run] = await runsOf(store);
  expect(run?.start.provenance.issues).toMatchObject([{ path: ['sample'] }]);
  expect(run?.start.scan_id).toBe(1);
});

test('a normaliser rewrites the recorded metadata, and a validator that throws an odd value refuses', async () => {
  const normalizer = (metadata: { [key: string]: unknown }) => {
    metadata.operator = String(metadata.operator).toUpperCase();
  };
  const validator = (metadata: { [key: string]: unknown }) => {
    if (metadata.operator === 'EVE') throw null;
  };
  const { store, value } = await recording(
    { normalizer: normalizer as never, validators: [validator] },
    async ({ client, taskQueue }) => {
      const execute = (name: string) =>
        withMetadata({ operator: name }, () =>
          client.workflow.execute('one', { taskQueue, workflowId: unique('normal'), args: [name] }),
        );
      await execute('Ada');
      return execute('Eve').catch(failure);
    },
  );
  expect(value).toMatchObject({ type: 'MetadataValidationError' });
  expect((await runsOf(store)).map(({ start }) => start.operator)).toEqual(['ADA']);
});

test.each([
  ['refuses after 600 ms', 600, /no beam time/],
  ['never answers', undefined, /did not answer within \d+ ms/],
])('a validator that %s is awaited, beyond the opening’s own budget', async (_, delay_ms, issue) => {
  activities.ran.length = 0;
  const validator = () =>
    new Promise((_resolve, reject) => {
      if (delay_ms) setTimeout(() => reject(new Error('no beam time')), delay_ms);
    });
  const { store, value } = await recording({ validators: [validator] }, ({ client, taskQueue }) =>
    client.workflow
      .execute('hurried', { taskQueue, workflowId: unique('slow'), args: ['never'] })
      .catch(failure),
  );
  expect(value).toMatchObject({ type: 'MetadataValidationError', nonRetryable: true });
  const { details } = value as { details: { message: string }[] };
  expect(details[0]?.message).toMatch(issue);
  expect(activities.ran).toEqual([]);
  expect(await runsOf(store)).toEqual([]);
});
