/** A faulty field is recorded the same way live and from history. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { RunRecord } from '../../src/model/documents';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { makeClient, reading, recording, unique } from '../plugin/harness';
import { backfillPage, historyValues, PACE, Pace, ServerHistories } from './operations';

const folder = mkdtempSync(join(tmpdir(), 'faulty-metadata-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Backfills one execution into a store of its own, which reads the contexts that `live` holds. */
async function fromHistory(live: Store, workflowId: string): Promise<RunRecord[]> {
  const client = await makeClient();
  const pace = new Pace(PACE);
  const fresh = await openStore(`sqlite:${join(folder, `${workflowId}.db`)}`, {
    mode: 'write',
    create: true,
  });
  const store = new Proxy(fresh, {
    get(target, name) {
      const owner = name === 'context' ? live : target;
      const member: unknown = Reflect.get(owner, name, owner);
      return typeof member === 'function' ? member.bind(owner) : member;
    },
  });
  const options = {
    store,
    source: new ServerHistories(client, pace),
    pace,
    values: historyValues(),
    client,
    namespace: 'default',
    lab: 'default',
    concurrency: 1,
  };
  const query = `WorkflowId="${workflowId}"`;
  await expect.poll(async () => (await client.workflow.count(query)).count, { timeout: 30_000 }).toBe(1);
  await backfillPage(options, { query, page_size: 10 });
  const runs = await fresh.runs({ limit: 10 });
  await fresh.close();
  return runs;
}

/** The document without what is the recorder's own: ids, times, environment, and how values are kept. */
function metadataOf({ start }: RunRecord) {
  const { uid, time, scan_id, plan_args, temporal, provenance, ...fields } = start;
  const { sources, shadowed, issues } = provenance;
  return { fields, sources, shadowed, issues };
}

const memos = [
  { of: 'in a header', more: {} },
  { of: 'by way of the store', more: { long: 'x'.repeat(2_000) } },
];

test.each(memos)('an invalid field costs only that field, live and in a backfill: $of', async ({ more }) => {
  const workflowId = unique('faulty');
  const memo = { provenance: { operator: 'Ada', 'sample.name': 'A', scan_id: 7, owner: 5, ...more } };
  const { store } = await recording({ onRefusal: 'record' }, async ({ taskQueue }) => {
    const client = await makeClient();
    await client.workflow.execute('unfit', { taskQueue, workflowId, memo, args: ['reserved'] });
  });
  const { live, told } = await reading(store, async (opened) => ({
    live: await opened.runs({ limit: 10 }),
    told: await fromHistory(opened, workflowId),
  }));
  expect(told.map(metadataOf)).toEqual(live.map(metadataOf));
  expect(told).toHaveLength(1);
  expect(metadataOf(told[0]!)).toMatchObject({
    fields: { operator: 'Ada', ...more },
    issues: [
      { path: ['sample.name'], message: expect.stringContaining('must not have') },
      { path: ['owner'], message: expect.stringContaining('string') },
      { path: ['uid'], message: expect.stringContaining('reserved') },
    ],
  });
  expect(told[0]!.start.scan_id).toBe(7);
});
