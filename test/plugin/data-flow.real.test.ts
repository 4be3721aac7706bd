/** How values are followed where no module of ours stands in the workflow's sandbox. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { beforeAll, expect, test } from 'vitest';
import type { DataDocument } from '../../src/model/data';
import type { DataFlow } from '../../src/model/environment';
import { EVIDENCE } from '../../src/model/link';
import { openStore } from '../built';
import { linksOf } from '../settlement/linked';
import {
  backfillPage,
  historyValues,
  PACE,
  Pace,
  reconcileAll,
  ServerHistories,
} from '../settlement/operations';
import { MaskingCodec } from './fixtures/codec';
import * as activities from './fixtures/data-flow-activities';
import { makeClient, quietLogger, reading, recording, runsOf, temporaryStore, unique } from './harness';

const workflowsPath = join(__dirname, 'fixtures', 'data-flow.ts');
let bare: { code: string };

beforeAll(async () => {
  bare = await bundleWorkflowCode({ workflowsPath, logger: quietLogger() });
});

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** The client has no codec. */
function encryptedResult(error: Error): void {
  if (!error.message.includes('Unknown encoding')) throw error;
}

/** Records executions of a workflow in a new store, from their histories alone. */
async function backfilled(workflowId: string): Promise<string> {
  const url = temporaryStore();
  const client = await makeClient();
  const query = `WorkflowId="${workflowId}"`;
  await expect.poll(async () => (await client.workflow.count(query)).count).toBe(1);
  const pace = new Pace(PACE);
  const shared = { client, pace, namespace: 'default', lab: 'default', concurrency: 4 };
  const store = await openStore(url, { mode: 'write', create: true });
  const values = historyValues();
  const source = new ServerHistories(client, pace);
  await backfillPage({ ...shared, store, values, source }, { query, page_size: 10 });
  await store.close();
  return url;
}

/** Data documents by activity type, and how values were followed. */
async function noted(store: string) {
  const types = new Map((await runsOf(store)).map(({ start }) => [start.uid, start.temporal.activity_type]));
  return reading(store, async (reader) => {
    const documents = (await reader.documents({ of: 'data', limit: 100 })) as unknown as DataDocument[];
    const [session] = await reader.sessions(1);
    return {
      values: Object.fromEntries(documents.map(({ run_start, values }) => [types.get(run_start), values])),
      flow: session?.capture?.data_flow,
    };
  });
}

async function pipeline(options: Parameters<typeof recording>[0], more: Parameters<typeof recording>[2]) {
  const { store } = await recording(
    options,
    ({ client, taskQueue }) =>
      client.workflow
        .execute('pipeline', { taskQueue, workflowId: unique('flow'), args: ['/given/scan.h5', 'one'] })
        .catch(encryptedResult),
    { activities, ...more },
  );
  return { store, ...(await noted(store)) };
}

test('without our module the strings of a run are recorded, except what the workflow was given', async () => {
  const { values, flow } = await pipeline({}, { workflowBundle: bare });
  expect(values).toEqual({
    produce: {
      args: [],
      result: [
        [digest('/made/one/first.h5'), 'result.files[0]'],
        [digest('/made/one/second.h5'), 'result.files[1]'],
      ],
    },
    consume: {
      args: [[digest('/made/one/second.h5'), 'args[1].part']],
      result: [[digest('/made/one/second.h5.done.h5'), 'result']],
    },
  });
  expect(flow).toEqual<DataFlow>({ runs: { values: 3 } });
});

test('runs are linked by strings that one returned and another was given', async () => {
  const { store } = await pipeline({}, { workflowBundle: bare });
  await reconcileAll(store);
  const links = await linksOf(store.slice('sqlite:'.length));
  expect(links.map((link) => link.replace(/flow-[^:]+/g, 'flow'))).toEqual([
    `flow: produce one → flow: consume second (${EVIDENCE.value})`,
  ]);
});

test('a history without our headers gives the same strings as the worker recorded', async () => {
  const workflowId = unique('flow');
  const { store } = await recording(
    {},
    ({ client, taskQueue }) =>
      client.workflow.execute('pipeline', { taskQueue, workflowId, args: ['/given/scan.h5', 'one'] }),
    { activities, workflowBundle: bare },
  );
  const live = await noted(store);
  expect(live.values).toHaveProperty('consume');
  expect((await noted(await backfilled(workflowId))).values).toEqual(live.values);
});

test('with our module no run records its strings', async () => {
  const { values, flow } = await pipeline({}, { workflowBundle: undefined, workflowsPath });
  expect(values).not.toHaveProperty('produce.result');
  expect(flow).toEqual<DataFlow>({ runs: { sandbox: 3 } });
});

test('if the start of a workflow is not read, its runs record no strings, and that is reported', async () => {
  const { values, flow } = await pipeline({ capture: { lookup: 'off' } }, { workflowBundle: bare });
  expect(values).not.toHaveProperty('produce.result');
  expect(flow).toEqual<DataFlow>({ runs: { start_unread: 3 } });
});

test('in a lab that encrypts, digests are keyed and nothing is in clear', async () => {
  const dataConverter = { payloadCodecs: [new MaskingCodec()] };
  const { store, values } = await pipeline(
    { values: { digestKey: 'the key of this lab' } },
    { workflowBundle: bare, dataConverter },
  );
  const { produce, consume } = values;
  expect(produce?.result).toHaveLength(2);
  for (const [found, path] of [...produce!.result, ...consume!.args]) {
    expect(found).toMatch(/^hmac:[0-9a-f]{32}$/);
    expect(path).toMatch(/^(?:args|result)[h0-9a-f.[\]]*$/);
  }
  expect(consume?.args[0]?.[0]).toBe(produce?.result[1]?.[0]);
  const text = await reading(store, async (reader) =>
    JSON.stringify(await reader.documents({ of: 'data', limit: 100 })),
  );
  expect(text).not.toMatch(/made|first|files|part/);
});
