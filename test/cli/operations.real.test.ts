/** The durable operations: refused, killed and resumed, continued as new, two stores in one namespace, on a schedule. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStore } from '../built';
import { PATIENCE_MS } from '../patience';
import { temporalExecutable } from '../real/temporal-server';
import { createOperationsWorker } from '../settlement/operations';
import { opening } from '../store/runs';
import { call } from './laboratory';

const EXECUTIONS = 6;
const NAMESPACE = 'lab';
const QUERY = 'WorkflowType="twoSteps"';
const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = join(root, 'dist/src/cli/main.js');
const { resolve } = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'provenance-operations-'));
const children = new Set<ChildProcess>();
let env: TestWorkflowEnvironment;
let run_id: string;

beforeAll(async () => {
  const path = temporalExecutable() ?? '';
  env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      log: { format: 'pretty', level: 'error' },
      namespace: NAMESPACE,
      // A workflow is told to continue as new after few events.
      extraArgs: ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=10'],
    },
  });
  const taskQueue = 'operations';
  const worker = await Worker.create({
    connection: env.nativeConnection,
    namespace: NAMESPACE,
    taskQueue,
    workflowsPath: resolve('../settlement/workflows.ts'),
    activities: { succeed: async () => 'done' },
  });
  await worker.runUntil(async () => {
    for (let n = 0; n < EXECUTIONS; n += 1) {
      const handle = await env.client.workflow.start('twoSteps', { taskQueue, workflowId: `two-steps-${n}` });
      await handle.result();
      run_id = handle.firstExecutionRunId;
    }
  });
  await vi.waitUntil(async () => (await env.client.workflow.count(QUERY)).count === EXECUTIONS, {
    timeout: PATIENCE_MS,
    interval: 100,
  });
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await env?.teardown();
  rmSync(folder, { recursive: true, force: true });
});

const storeUrl = (name: string) => `sqlite:${join(folder, `${name}.db`)}`;
const connectionWords = () => ['--address', env.address, '--namespace', NAMESPACE];
const wordsFor = (name: string) => ['--store', storeUrl(name), ...connectionWords()];
const ask = (...argv: string[]) => call(argv, { cwd: folder });

function start(...argv: string[]): ChildProcess {
  const child = spawn(process.execPath, [binary, ...argv], { cwd: folder, stdio: 'ignore' });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

async function taskQueueOf(name: string): Promise<string> {
  return (await ask('operations', '--print-task-queue', '--store', storeUrl(name))).out.trim();
}

it('a query that the server refuses gives one clear line and exit code 2', async () => {
  const refused = await ask('backfill', '--query', 'WorkflowType = = "x"', ...wordsFor('refused'));
  expect(refused).toMatchObject({ code: 2, out: '', err: expect.stringContaining('rejected the query') });
});

it('two stores in one namespace each get their own runs', async () => {
  const words = ['backfill', '--query', QUERY, '--json'];
  const [one, other] = await Promise.all([
    ask(...words, ...wordsFor('one')),
    ask(...words, ...wordsFor('other')),
  ]);
  for (const answer of [one, other])
    expect(answer.json()).toMatchObject([{ executions: EXECUTIONS, runs: 2 * EXECUTIONS, known: 0 }]);
  expect(await taskQueueOf('one')).not.toBe(await taskQueueOf('other'));
});

it('continues as new and keeps the counts', async () => {
  const taskQueue = 'continued';
  const worker = await createOperationsWorker({
    connection: env.nativeConnection,
    client: env.client,
    namespace: NAMESPACE,
    store: storeUrl('continued'),
    taskQueue,
  });
  const args = [{ query: QUERY, page_size: 1 }];
  const handle = await env.client.workflow.start('backfill', { taskQueue, workflowId: 'continued', args });
  const counts = await worker.runUntil(handle.result());
  expect(counts).toMatchObject({ executions: EXECUTIONS, runs: 2 * EXECUTIONS, losses: {} });
  expect((await env.client.workflow.getHandle('continued').describe()).runId).not.toBe(
    handle.firstExecutionRunId,
  );
});

it('continues with the same request after it was killed in the middle of a page', async () => {
  const slow = start('backfill', '--query', QUERY, ...wordsFor('killed'), '--rps', '1');
  const pending = async () => {
    const of = `WorkflowType="backfill" AND ExecutionStatus="Running"`;
    for await (const { workflowId } of env.client.workflow.list({ query: of })) {
      const { raw } = await env.client.workflow.getHandle(workflowId).describe();
      if (raw.pendingActivities?.some(({ state }) => state === 2)) return workflowId;
    }
    return undefined;
  };
  await expect.poll(pending, { timeout: PATIENCE_MS }).toBeDefined();
  const workflowId = (await pending()) ?? '';
  const exited = once(slow, 'exit');
  slow.kill('SIGKILL');
  await exited;
  const [counts] = (await ask('backfill', '--query', QUERY, ...wordsFor('killed'), '--json')).json();
  expect(counts).toMatchObject({ executions: EXECUTIONS, losses: {} });
  const store = await openStore(storeUrl('killed'));
  expect(await store.runs({ limit: 100 })).toHaveLength(2 * EXECUTIONS);
  await store.close();
  const { events } = await env.client.workflow.getHandle(workflowId).fetchHistory();
  const attempts = events?.flatMap(({ activityTaskStartedEventAttributes: of }) => of?.attempt ?? []);
  expect(attempts).toEqual([2]);
});

it('a Schedule created by the command of the guide runs it', async () => {
  const store = await openStore(storeUrl('scheduled'), { mode: 'write', create: true });
  const temporal = {
    namespace: NAMESPACE,
    workflow_id: `two-steps-${EXECUTIONS - 1}`,
    run_id,
    activity_id: '1',
  };
  await store.write([opening({ n: 1, time: Date.now() / 1000 - 600, temporal })]);
  start('operations', ...wordsFor('scheduled'));
  const bin = join(folder, 'temporal-provenance');
  writeFileSync(bin, `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`);
  chmodSync(bin, 0o755);
  const manual = readFileSync(join(root, 'docs/guide/settlement.md'), 'utf8');
  const [command] = /^temporal schedule create(?:.*\\\n)*.*$/m.exec(manual) ?? [''];
  execFileSync('sh', ['-c', command], {
    cwd: folder,
    env: {
      ...process.env,
      PATH: [folder, dirname(temporalExecutable() ?? ''), process.env.PATH].join(delimiter),
      PROVENANCE_STORE: storeUrl('scheduled'),
      TEMPORAL_ADDRESS: env.address,
    },
  });
  await env.client.schedule.getHandle('provenance-reconcile').trigger();
  await expect
    .poll(async () => (await store.runs({ limit: 1 }))[0]?.settled?.outcome, { timeout: PATIENCE_MS })
    // The server began its attempt ten minutes after this run: it was another one.
    .toBe('superseded');
  await store.close();
});
