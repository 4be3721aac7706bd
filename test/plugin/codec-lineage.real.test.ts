/** A lab that encrypts: links are known by ids, and nothing of a payload stands in clear, wherever lineage is kept. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { bundleWorkflowCode, type WorkerOptions } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterAll, expect, test } from 'vitest';
import { MaskingCodec } from './fixtures/codec';
import * as activities from './fixtures/vault-activities';
import { makeClient, quietLogger, reading, recording, runsOf, unique } from './harness';

const workflowsPath = join(__dirname, 'fixtures', 'vault.ts');
const folder = mkdtempSync(join(tmpdir(), 'okapi-'));
const dataConverter = { payloadCodecs: [new MaskingCodec()] };

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of the chain and its children, as one text. */
async function historiesOf(client: Client, workflowId: string, runId?: string): Promise<string> {
  const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const texts = [Buffer.from(temporal.api.history.v1.History.encode(history).finish()).toString('latin1')];
  for (const event of history.events ?? []) {
    const child = event.childWorkflowExecutionStartedEventAttributes?.workflowExecution;
    if (child) texts.push(await historiesOf(client, child.workflowId!, child.runId!));
    const next = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
    if (next) texts.push(await historiesOf(client, workflowId, next));
  }
  return texts.join('\n');
}

async function performed(more: Partial<WorkerOptions>): Promise<{ store: string; histories: string }> {
  const { store, value } = await recording(
    { values: { digestKey: 'the key of this lab' } },
    async ({ taskQueue, plugin }) => {
      const client = await makeClient({ dataConverter: more.dataConverter, plugins: [plugin] });
      const workflowId = unique('vault');
      const handle = await client.workflow.start('vault', { taskQueue, workflowId, args: [folder] });
      await client.workflow.getHandle(workflowId).executeUpdate('fetchOne');
      await client.workflow.getHandle(workflowId).result();
      return historiesOf(client, workflowId, handle.firstExecutionRunId);
    },
    { activities, ...more },
  );
  return { store, histories: value };
}

const encrypted = (more: Partial<WorkerOptions>) => performed({ dataConverter, ...more });

function bytesOf(store: string): string {
  return readFileSync(store.slice('sqlite:'.length), 'latin1');
}

const bundled = (plugins: ProvenancePlugin[]) =>
  bundleWorkflowCode({ workflowsPath, plugins, logger: quietLogger() });

test.each([
  ['a bundle that the worker makes', async () => ({ workflowBundle: undefined, workflowsPath })],
  ['a bundle made beforehand', async () => ({ workflowBundle: await bundled([new ProvenancePlugin()]) })],
  ['a bundle without our module', async () => ({ workflowBundle: await bundled([]) })],
])('with %s, no value and no name of a property is in histories or in the store', async (_how, options) => {
  const { store, histories } = await encrypted(await options());
  expect(histories).toContain('bury');
  expect(histories.toLowerCase()).not.toContain('okapi');
  expect(bytesOf(store)).toContain('bury');
  expect(bytesOf(store).toLowerCase()).not.toContain('okapi');
});

test('the searched text exists in a lab that does not encrypt', async () => {
  const { store, histories } = await performed({ workflowBundle: undefined, workflowsPath });
  expect(histories).toContain('okapiBeside');
  expect(bytesOf(store)).toContain('okapiBeside');
});

test('producers are known by their ids', async () => {
  const { store } = await encrypted({ workflowBundle: undefined, workflowsPath });
  const runs = await runsOf(store);
  const of = (type: string) => runs.filter(({ start }) => start.temporal.activity_type === type);
  const digs = of('dig').map(({ start }) => `${start.temporal.run_id} ${start.temporal.activity_id}`);
  const passed = of('bury').map(({ start }) => start.provenance.predecessors ?? []);
  expect(passed.every((predecessors) => predecessors.length > 0)).toBe(true);
  const producers = passed.flat().map(({ run_id, activity_id }) => `${run_id} ${activity_id}`);
  expect(producers.filter((producer) => digs.includes(producer)).length).toBeGreaterThanOrEqual(4);
  const paths = passed.flat().flatMap(({ paths = [] }) => paths.flat());
  expect(paths.filter((path) => !/^(?:args|result)?(?:\[\d+\])*$/.test(path))).toEqual([]);
  const origins = await reading(store, (reader) => reader.documents({ of: 'origins', limit: 100 }));
  expect(JSON.stringify(origins)).not.toMatch(/okapi/i);
});
