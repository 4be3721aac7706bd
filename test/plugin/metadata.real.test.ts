import { openStash, withMetadata } from 'temporal-provenance';
import { expect, test } from 'vitest';
import { PATIENCE_MS } from '../patience';
import {
  bareBundle,
  makeClient,
  ownLog,
  type Recorded,
  recording,
  runsByArgument,
  runsOf,
  sharedBundle,
  temporaryStore,
  unique,
  workflowsPath,
} from './harness';

test('user wins over plan, inner over outer, plan over inferred, inferred over stash', async () => {
  const stash = { from_stash: 'stash', plan_name: 'stash', from_scope: 'stash', from_user: 'stash' };
  const { store } = await recording({ stash }, ({ client, taskQueue }) =>
    withMetadata({ from_user: 'outer', operator: 'Ada' }, () =>
      withMetadata({ from_user: 'user' }, () =>
        client.workflow.execute('layered', { taskQueue, workflowId: unique('layered') }),
      ),
    ),
  );
  const runs = await runsByArgument(store);
  const fields = (name: string) => {
    const { from_set, from_scope, from_inner, from_user, from_stash, operator, plan_name } =
      runs.get(name)!.start;
    return { from_set, from_scope, from_inner, from_user, from_stash, operator, plan_name };
  };
  const everywhere = { from_set: 'set', from_user: 'user', from_stash: 'stash', operator: 'Ada' };
  const set = { ...everywhere, from_scope: 'set', from_inner: 'set', plan_name: 'layered' };
  const scope = { ...set, from_scope: 'scope', from_inner: 'scope' };
  expect(fields('set')).toEqual(set);
  expect(fields('scope')).toEqual(scope);
  expect(fields('inner')).toEqual({ ...scope, from_inner: 'inner' });
  expect(fields('scope, local')).toEqual(scope);
  expect(fields('child')).toEqual({ ...scope, plan_name: 'one' });
  expect(fields('set again')).toEqual(set);
  expect(runs.get('scope')!.start.provenance).toMatchObject({
    sources: { from_user: 'user', from_scope: 'plan', plan_name: 'inferred', from_stash: 'stash' },
    shadowed: { from_user: { plan: 'set', stash: 'stash' }, plan_name: { stash: 'stash' } },
  });
});

test('a child knows its parent, root and plan', async () => {
  const { store } = await recording({}, ({ client, taskQueue }) =>
    client.workflow.execute('layered', { taskQueue, workflowId: unique('layered') }),
  );
  const runs = await runsByArgument(store);
  const parent = runs.get('set')!.start.temporal;
  const { temporal } = runs.get('child')!.start;
  expect(temporal.parent).toMatchObject({ workflow_id: parent.workflow_id, run_id: parent.run_id });
  expect(temporal.root).toMatchObject({ workflow_id: parent.workflow_id, run_id: parent.run_id });
});

test('metadata is carried over continue-as-new, and each run knows the first of its chain', async () => {
  const { store } = await recording({}, ({ client, taskQueue }) =>
    withMetadata({ operator: 'Ada' }, () =>
      client.workflow.execute('continued', { taskQueue, workflowId: unique('continued'), args: [0] }),
    ),
  );
  const runs = await runsOf(store);
  expect(runs.map(({ start }) => [start.operator, start.phase, start.plan_args])).toEqual([
    ['Ada', 'first', [0]],
    ['Ada', 'first', [1]],
    ['Ada', 'first', [2]],
  ]);
  const chain = runs.map(({ start }) => start.temporal.first_execution_run_id);
  expect(new Set(chain)).toEqual(new Set([runs[0]?.start.temporal.run_id]));
});

test('signal handlers see and set the metadata of the workflow', async () => {
  const { store } = await recording({}, async ({ client, taskQueue }) => {
    const handle = await withMetadata({ operator: 'Ada' }, () =>
      client.workflow.signalWithStart('signalled', {
        taskQueue,
        workflowId: unique('signalled'),
        signal: 'nudge',
        signalArgs: ['first'],
      }),
    );
    await handle.result();
  });
  const runs = await runsByArgument(store);
  expect(runs.get('first')?.start).toMatchObject({ operator: 'Ada', heard: 'first' });
  expect(runs.get('main')?.start).toMatchObject({ operator: 'Ada', heard: 'first' });
});

test('a client without the plugin gives metadata by memo; a memo of another shape is ignored', async () => {
  const { store } = await recording({}, async ({ taskQueue }) => {
    const client = await makeClient();
    const start = (name: string, provenance: unknown) =>
      client.workflow.execute('one', {
        taskQueue,
        workflowId: unique('memo'),
        args: [name],
        memo: { provenance },
      });
    await start('memo', { operator: 'Grace' });
    await start('odd', 'not an object');
  });
  const runs = await runsByArgument(store);
  expect(runs.get('memo')!.start).toMatchObject({
    operator: 'Grace',
    provenance: { sources: { operator: 'user' } },
  });
  expect(runs.get('odd')!.start).not.toHaveProperty('operator');
});

test('a schedule carries the metadata of its creator', async () => {
  const { store } = await recording({}, async ({ client, taskQueue }) => {
    const workflowId = unique('scheduled');
    const schedule = await withMetadata({ operator: 'Ada' }, () =>
      client.schedule.create({
        scheduleId: unique('schedule'),
        spec: {},
        action: { type: 'startWorkflow', workflowType: 'one', taskQueue, workflowId, args: ['scheduled'] },
      }),
    );
    await schedule.trigger();
    for (;;) {
      const { info } = await schedule.describe();
      const action = info.recentActions[0]?.action;
      if (action?.type === 'startWorkflow') {
        await client.workflow.getHandle(action.workflow.workflowId).result();
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await schedule.delete();
  });
  const [run] = await runsOf(store);
  expect(run?.start.operator).toBe('Ada');
  expect(run?.start.temporal.schedule_id).toMatch(/^schedule-/);
});

test("metadata that can't be recorded is refused at the client, by name", async () => {
  await recording({}, async ({ client, taskQueue }) => {
    const start = (metadata: object) =>
      withMetadata(metadata as never, () =>
        client.workflow.start('one', { taskQueue, workflowId: unique('never'), args: ['never'] }),
      );
    await expect(start({ uid: 'mine' })).rejects.toThrow(/withMetadata: uid is reserved/);
    await expect(start({ sample: { 'a.b': 1 } })).rejects.toThrow(/sample/);
    await expect(start({ f: () => 1 })).rejects.toMatchObject({
      code: 'METADATA_INVALID',
      name: 'MetadataError',
    });
    await expect(start({ long: 'x'.repeat(20_000) })).rejects.toThrow(/the limit is 16384/);
  });
});

test.each(['function', 'reserved', 'cycle'])(
  'in workflow code a %s is marked, and the run refused',
  async (kind) => {
    const { value } = await recording({}, ({ client, taskQueue }) =>
      client.workflow
        .execute('unfit', { taskQueue, workflowId: unique('unfit'), args: [kind] })
        .catch((error: { cause?: { cause?: unknown } }) => error.cause?.cause),
    );
    expect(value).toMatchObject({ type: 'MetadataValidationError', nonRetryable: true });
  },
);

test('metadata is recorded as it was when it was given, even if the object changes later', async () => {
  const { store } = await recording({}, async ({ client, taskQueue }) => {
    const metadata = { step: 0, sample: { n: 0 } };
    const all: Promise<string>[] = [];
    for (let n = 1; n <= 3; n++) {
      metadata.step = n;
      metadata.sample.n = n;
      const start = () =>
        client.workflow.execute('one', { taskQueue, workflowId: unique('loop'), args: [`loop ${n}`] });
      all.push(withMetadata(metadata, start));
    }
    await Promise.all(all);
    await client.workflow.execute('changedLater', { taskQueue, workflowId: unique('changed') });
  });
  const runs = await runsByArgument(store);
  const given = (name: string) => {
    const { step, sample, tags, era, list, late } = runs.get(name)!.start;
    return { step, sample, tags, era, list, late };
  };
  for (const n of [1, 2, 3]) expect(given(`loop ${n}`)).toMatchObject({ step: n, sample: { n } });
  for (const name of ['first', 'second'])
    expect(given(name)).toMatchObject({ tags: ['a'], sample: { n: 1 } });
  expect(given('third')).toEqual({ era: 'x', list: [1] });
});

test('an activity that writes into the metadata of its run changes no record', async () => {
  const { store } = await recording({ stash: { proposal: 'P1' } }, ({ client, taskQueue }) =>
    withMetadata({ holder: { name: 'Ada' } }, () =>
      client.workflow.execute('writtenInto', { taskQueue, workflowId: unique('written') }),
    ),
  );
  const runs = await runsOf(store);
  expect(runs.map(({ start }) => [start.temporal.activity_type, start.sample, start.added])).toEqual([
    ['writeInto', { n: 1 }, undefined],
    ['greet', { n: 1 }, undefined],
  ]);
});

test('a query handler and the validator of an update add nothing to any record, with one warning', async () => {
  ownLog.length = 0;
  const recorded = async (maxCachedWorkflows: number) => {
    const { store } = await recording(
      {},
      async ({ client, taskQueue }) => {
        const handle = await client.workflow.start('asked', { taskQueue, workflowId: unique('asked') });
        expect(await handle.query('look')).toBe('looked');
        await expect(handle.executeUpdate('act', { args: ['no'] })).rejects.toThrow();
        await handle.executeUpdate('act', { args: ['first'] });
        await handle.query('look');
        await handle.executeUpdate('act', { args: ['second'] });
        await handle.signal('end');
        await handle.result();
      },
      { maxCachedWorkflows },
    );
    const runs = await runsOf(store);
    return runs.map(({ start: { from_query, from_validator, from_update } }) => ({
      from_query,
      from_validator,
      from_update,
    }));
  };
  const right = [{ from_update: 'first' }, { from_update: 'second' }];
  expect(await recorded(100)).toEqual(right);
  const warnings = ownLog.filter((line) => line.includes('has no effect'));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /setMetadata has no effect in a query handler or in the validator of an update/,
  );
  expect(await recorded(0)).toEqual(right);
});

/** A payload as a client in another language writes it: with digits that a number of JavaScript does not hold. */
const payload = (text: string) => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(text),
});

test.each(['with our module', 'without our module'])(
  'whole numbers that would change are refused, by memo and by header: %s',
  async (how) => {
    const own = how === 'with our module' ? {} : { workflowBundle: await bareBundle() };
    const { store } = await recording(
      {},
      async ({ client, taskQueue }) => {
        const start = async (name: string, fields: object) => {
          const workflowId = unique('digits');
          await client.workflowService.startWorkflowExecution({
            namespace: 'default',
            workflowId,
            requestId: workflowId,
            workflowType: { name: 'one' },
            taskQueue: { name: taskQueue },
            input: { payloads: [payload(JSON.stringify(name))] },
            ...fields,
          });
          const end = await client.workflow
            .getHandle(workflowId)
            .result()
            .catch((error: { cause?: { cause?: unknown } }) => error.cause?.cause);
          return end as { type?: string; details?: unknown[] };
        };
        const memo = (text: string) => ({ memo: { fields: { provenance: payload(text) } } });
        const header = (text: string) => ({ header: { fields: { 'temporal-provenance': payload(text) } } });
        const issue = { path: ['ids', 1], message: expect.stringContaining('in quotes, as text') };
        const refused = { type: 'MetadataValidationError', details: [issue] };
        expect(await start('memo', memo('{"ids": [1, 9007199254740993]}'))).toMatchObject(refused);
        const inHeader = '{"v": 1, "user": {"ids": [1, -9007199254740993]}}';
        expect(await start('header', header(inHeader))).toMatchObject(refused);
        const kept =
          '{"id": "9007199254740993", "exact": 9007199254740991, "photons": 100000000000000000000}';
        expect(await start('kept', memo(kept))).toBe('hello kept');
      },
      own,
    );
    const [run, ...others] = await runsOf(store);
    expect(others).toEqual([]);
    expect(run?.start).toMatchObject({ id: '9007199254740993', exact: 2 ** 53 - 1, photons: 1e20 });
  },
);

/** Characters of the plan's metadata, and activities that are scheduled with it at once. */
const WIDTHS: readonly [characters: number, activities: number][] = [
  [300, 50],
  [500, 1000],
  [900, 600],
  [1_100, 50],
  [200_000, 400],
];

test('many parallel activities of one workflow task keep their metadata, at every size', async () => {
  // Bundled by the worker, which knows that it has no codec: short metadata may stand in headers.
  const bundled = { workflowBundle: undefined, workflowsPath };
  const wide = async ({ client, taskQueue }: Recorded) => {
    for (const [characters, activities] of WIDTHS) {
      const notes = 'n'.repeat(characters === 200_000 ? 15_000 : 1);
      await withMetadata({ notes }, () =>
        client.workflow.execute('wide', {
          taskQueue,
          workflowId: unique('wide'),
          args: [activities, characters],
        }),
      );
    }
  };
  const { store } = await recording({ required: ['long'] }, wide, bundled);
  // What a slow disk kept waiting lies in the spool: the next worker takes it in.
  const all = WIDTHS.reduce((sum, [, activities]) => sum + activities, 0);
  const recorded = async () => (await runsOf(store)).length;
  await recording({ store }, () =>
    expect.poll(recorded, { timeout: PATIENCE_MS, interval: 1_000 }).toBe(all),
  );
  const runs = await runsOf(store);
  expect(new Set(runs.map(({ start }) => start.scan_id)).size).toBe(runs.length);
  const widths = new Map<number, number>();
  for (const { start } of runs) {
    const { length } = start.long as string;
    widths.set(length, (widths.get(length) ?? 0) + 1);
    expect((start.notes as string).length).toBe(length === 200_000 ? 15_000 : 1);
    expect(start.provenance.unvalidated).toBeUndefined();
  }
  expect([...widths].sort(([a], [b]) => a - b)).toEqual(WIDTHS);
});

test('a key of the stash that was deleted is not revived by the next worker', async () => {
  const store = temporaryStore();
  const round = (name: string) =>
    recording({ store, stash: { proposal: 'P1', beamline: 'B2' } }, ({ client, taskQueue }) =>
      client.workflow.execute('one', { taskQueue, workflowId: unique('stash'), args: [name] }),
    );
  await round('first');
  const stash = await openStash(store);
  await stash.delete('proposal');
  await stash.set('beamline', 'B3');
  await stash.close();
  await round('second');
  const runs = await runsByArgument(store);
  expect(runs.get('first')!.start).toMatchObject({ proposal: 'P1', beamline: 'B2' });
  expect(runs.get('second')!.start).toMatchObject({ beamline: 'B3' });
  expect(runs.get('second')!.start).not.toHaveProperty('proposal');
});

test('the bundle is made with the plugin', async () => {
  expect((await sharedBundle()).code).toContain('temporal-provenance:workflow-interceptors');
});
