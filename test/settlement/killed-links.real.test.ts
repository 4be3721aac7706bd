/** Workers killed at random moments of a pipeline: afterwards the links are those of an undisturbed one. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { quietLogger } from '../plugin/harness';
import { temporalAddress } from '../real/temporal-server';
import { byLength } from '../reliability';
import { linksOf } from './linked';
import { reconcileAll } from './operations';

const EXECUTIONS = byLength({ short: 6, full: 12, soak: 60 });
const KILLS = byLength({ short: 6, full: 20, soak: 120 });
const folder = mkdtempSync(join(tmpdir(), 'killed-links-'));
const codePath = join(folder, 'workflows.js');
const built = join(__dirname, '..', '..', 'dist', 'interceptors', 'workflow');
let connection: Connection;
let client: Client;
const workers = new Set<ChildProcess>();

beforeAll(async () => {
  connection = await Connection.connect({ address: temporalAddress() });
  client = new Client({ connection });
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(__dirname, '..', 'replay', 'fixtures', 'workflows.ts'),
    workflowInterceptorModules: ['workflow.js', 'no-codec.js'].map((name) => join(built, name)),
    logger: quietLogger(),
  });
  writeFileSync(codePath, code);
});

afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await connection?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Lab {
  path: string;
  taskQueue: string;
}

function lab(name: string): Lab {
  return { path: join(folder, `${name}.db`), taskQueue: `killed-links-${name}-${process.pid}` };
}

async function startWorker({ path, taskQueue }: Lab): Promise<ChildProcess> {
  const options = { address: temporalAddress(), taskQueue, codePath, store: `sqlite:${path}` };
  const worker = fork(join(__dirname, 'handed-on-worker.cjs'), [JSON.stringify(options)], {
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  workers.add(worker);
  worker.once('exit', () => workers.delete(worker));
  const exit = once(worker, 'exit').then(([code]) =>
    Promise.reject(new Error(`a worker ended with code ${code} before it was ready`)),
  );
  await Promise.race([once(worker, 'message'), exit]);
  return worker;
}

async function stopWorker(worker: ChildProcess): Promise<void> {
  const exited = once(worker, 'exit');
  worker.send('stop');
  expect(await exited).toEqual([0, null]);
}

/** The same workflow ids in every lab, but for the lab's own name. */
async function startAll({ taskQueue }: Lab): Promise<() => Promise<unknown>> {
  const handles = await Promise.all(
    Array.from({ length: EXECUTIONS }, (_, n) =>
      client.workflow.start('handedOn', {
        taskQueue,
        workflowId: `${taskQueue}/${n}`,
        args: [{ update: true }],
      }),
    ),
  );
  const taken = handles.map(({ workflowId }) => take(workflowId));
  return () =>
    Promise.all([
      ...taken,
      ...handles.map(({ workflowId }) => client.workflow.getHandle(workflowId).result()),
    ]);
}

const NOT_NOW = 9;

/** The server takes no update while a workflow task that was lost with its worker has not been done again. */
async function take(workflowId: string): Promise<void> {
  for (;;) {
    try {
      await client.workflow.getHandle(workflowId).executeUpdate('take', { updateId: 'take' });
      return;
    } catch (error) {
      if ((error as { cause?: { code?: unknown } }).cause?.code !== NOT_NOW) throw error;
      await sleep(100);
    }
  }
}

/** Links by names that are the same in every lab. */
async function linksIn({ path, taskQueue }: Lab): Promise<string[]> {
  return (await linksOf(path)).map((link) => link.replaceAll(`${taskQueue}/`, ''));
}

async function undisturbed(): Promise<string[]> {
  const calm = lab('calm');
  const worker = await startWorker(calm);
  await (await startAll(calm))();
  await stopWorker(worker);
  await reconcileAll(`sqlite:${calm.path}`);
  return linksIn(calm);
}

it('has the links of an undisturbed pipeline after its workers were killed', async () => {
  const expected = await undisturbed();
  expect(expected.length).toBeGreaterThanOrEqual(6 * EXECUTIONS);
  const stormy = lab('stormy');
  const done = await startAll(stormy);
  let ended = false;
  const all = done().finally(() => {
    ended = true;
  });
  let kills = 0;
  for (; kills < KILLS && !ended; kills += 1) {
    const worker = await startWorker(stormy);
    const exited = once(worker, 'exit');
    await sleep(100 + Math.random() * 1_500);
    worker.kill('SIGKILL');
    await exited;
  }
  expect(kills).toBeGreaterThan(0);
  const worker = await startWorker(stormy);
  await all;
  await stopWorker(worker);
  await reconcileAll(`sqlite:${stormy.path}`);
  expect(await linksIn(stormy)).toEqual(expected);
});
