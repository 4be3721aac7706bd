/** What happens when a worker has ended: an activity that goes on, and the SDK's runtime, which is somebody else's to make. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterEach, expect, test, vi } from 'vitest';
import { PATIENCE_MS } from '../patience';
import { temporalAddress } from '../real/temporal-server';
import { makeClient, reading, runsOf, sharedBundle, temporaryStore, unique, workerOptions } from './harness';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Runs an activity that goes on until it is let go, though its worker has ended by force. */
async function outlived(plugin: ProvenancePlugin): Promise<() => void> {
  const taskQueue = unique('outlived');
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let began = false;
  const activities = {
    async greet(name: string): Promise<string> {
      began = true;
      await held;
      return name;
    },
  };
  const more = { activities, shutdownForceTime: '300 ms' } as const;
  const worker = await Worker.create(await workerOptions(taskQueue, plugin, more));
  const client = await makeClient();
  await client.workflow.start('one', { taskQueue, workflowId: taskQueue, args: ['Ada'] });
  const running = worker.run();
  await vi.waitUntil(() => began, { timeout: PATIENCE_MS });
  worker.shutdown();
  await expect(running).rejects.toThrow();
  await client.workflow.getHandle(taskQueue).terminate();
  return letGo;
}

test('the end of an activity that outlives its worker is stored', async () => {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false });
  const letGo = await outlived(plugin);
  expect((await runsOf(store)).map(({ stop }) => stop)).toEqual([null]);
  letGo();
  await vi.waitUntil(async () => (await runsOf(store))[0]?.stop, { timeout: PATIENCE_MS });
  const [run] = await runsOf(store);
  expect(run?.stop).toMatchObject({ exit_status: 'success', temporal: { result: ['Ada'] } });
  expect(await reading(store, (reader) => reader.losses())).toEqual([]);
});

test('it is stored, too, while the next worker of the plugin runs', async () => {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false });
  const letGo = await outlived(plugin);
  const next = await Worker.create(await workerOptions(unique('next'), plugin));
  letGo();
  await next.runUntil(() =>
    vi.waitUntil(async () => (await runsOf(store))[0]?.stop, { timeout: PATIENCE_MS }),
  );
  expect(await reading(store, (reader) => reader.losses())).toEqual([]);
});

test.each(['locked', 'outlives'])(
  "a worker's end is the end of the SDK's runtime, and another can be installed (%s)",
  async (trouble) => {
    const folder = mkdtempSync(join(tmpdir(), 'provenance-runtime-'));
    folders.push(folder);
    const codePath = join(folder, 'workflows.js');
    writeFileSync(codePath, (await sharedBundle()).code);
    const told = {
      address: temporalAddress(),
      taskQueue: unique(trouble),
      path: join(folder, 'p.db'),
      codePath,
      trouble,
    };
    const script = join(__dirname, 'fixtures', 'runtime-worker.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(told)]);
    const { gone, stillGone, said } = JSON.parse(stdout.trim().split('\n').at(-1)!);
    expect({ gone, stillGone }).toEqual({ gone: true, stillGone: true });
    if (trouble === 'locked')
      expect(said).toContainEqual(expect.stringMatching(/temporal-provenance: The store/));
  },
);
