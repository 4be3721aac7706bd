/**
 * A storm on a real server: hundreds of executions of every shape, workers killed with SIGKILL all the while. The activities keep
 * an account of their own, which every run must answer to.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunRecord } from '../../src/model/documents';
import type { Store } from '../../src/store/store';
import { temporalAddress } from '../real/temporal-server';

const built = createRequire(import.meta.url);
const { ProvenancePlugin } = built('../../dist/src/index.js') as typeof import('../../src/index');
const { openStore } = built('../../dist/src/store/open.js') as typeof import('../../src/store/open');
const { ServerHistories } = built(
  '../../dist/src/settlement/history-source.js',
) as typeof import('../../src/settlement/history-source');
const { Pace } = built('../../dist/src/settlement/pace.js') as typeof import('../../src/settlement/pace');
const { historyValues } = built(
  '../../dist/src/history-values.js',
) as typeof import('../../src/history-values');
const { reconcilePage } = built(
  '../../dist/src/settlement/reconcile.js',
) as typeof import('../../src/settlement/reconcile');

const EXECUTIONS = 300;
const KILLS = 50;
const WORKERS = 3;
const SHAPES = [
  'plain',
  'retrying',
  'local',
  'failing',
  'parallel',
  'child',
  'heartbeating',
  'timingOut',
  'async',
  'abandoned',
  'cancelling',
];
const PACE = { requests_per_second: Number.POSITIVE_INFINITY, concurrency: 20 };

const folder = mkdtempSync(join(tmpdir(), 'storm-'));
const sideFile = join(folder, 'began.jsonl');
const codePath = join(folder, 'workflows.js');
const url = `sqlite:${join(folder, 'provenance.db')}`;
const taskQueue = `storm-${process.pid}`;
const workers = new Set<ChildProcess>();
let connection: Connection;
let client: Client;
let store: Store;

beforeAll(async () => {
  const { code } = await bundleWorkflowCode({
    workflowsPath: built.resolve('./workflows.cjs'),
    logger: new DefaultLogger('ERROR'),
    plugins: [new ProvenancePlugin({ store: url })],
  });
  writeFileSync(codePath, code);
  connection = await Connection.connect({ address: temporalAddress() });
  client = new Client({ connection });
});

afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL');
  await store?.close();
  await connection?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startWorker(): Promise<ChildProcess> {
  const options = { address: temporalAddress(), taskQueue, store: url, sideFile, codePath };
  const worker = fork(built.resolve('./worker.cjs'), [JSON.stringify(options)], {
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

/** Starts them by every way there is to start a workflow. */
async function startExecutions(): Promise<void> {
  for (let i = 0; i < EXECUTIONS; i += 1) {
    const input = { shape: SHAPES[i % SHAPES.length], waits: i % 5 === 0, continues: i % 3 === 0 };
    const options = {
      taskQueue,
      workflowId: `${taskQueue}-${i}`,
      args: [input],
      workflowTaskTimeout: '2 seconds' as const,
    };
    if (i % 5 === 0)
      await client.workflow.signalWithStart('storm', { ...options, signal: 'poke', signalArgs: [] });
    else if (i % 7 === 0) {
      const startWorkflowOperation = new WithStartWorkflowOperation('storm', {
        ...options,
        workflowIdConflictPolicy: 'FAIL',
      });
      void client.workflow.executeUpdateWithStart('ask', { startWorkflowOperation }).catch(() => undefined);
    } else await client.workflow.start('storm', options);
    await sleep(20);
  }
}

async function killWorkers(): Promise<void> {
  for (let kills = 0; kills < KILLS; kills += 1) {
    await sleep(100 + Math.random() * 400);
    const all = [...workers];
    const victim = all[Math.floor(Math.random() * all.length)] as ChildProcess;
    const exited = once(victim, 'exit');
    victim.kill('SIGKILL');
    await exited;
    await startWorker();
  }
}

async function allClosed(): Promise<void> {
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
  for (let i = 0; i < 600; i += 1) {
    if ((await client.workflow.count(query)).count === 0) return;
    await sleep(200);
  }
  throw new Error('executions of the storm did not close');
}

async function reconcileAll(): Promise<void> {
  const source = new ServerHistories(client, new Pace(PACE));
  let after: Parameters<typeof reconcilePage>[1];
  do {
    const page = await reconcilePage(
      {
        store,
        source,
        values: historyValues(),
        concurrency: 20,
        page_size: 100,
        opened_before: Date.now() / 1000 + 1,
      },
      after,
    );
    expect(page.counts.unavailable).toEqual({});
    after = page.next;
  } while (after !== undefined);
}

interface Began {
  uid?: string;
  run_id: string;
  activity_id: string;
  attempt: number;
}

it('leaves one run for each attempt that began, all settled as the server says', {
  timeout: 400_000,
}, async () => {
  await Promise.all(Array.from({ length: WORKERS }, startWorker));
  await Promise.all([startExecutions(), killWorkers()]);
  await allClosed();
  await sleep(1_000);
  for (const worker of workers) worker.send('stop');
  await Promise.all([...workers].map((worker) => once(worker, 'exit')));

  store = await openStore(url);
  await reconcileAll();
  const runs = await store.runs({ limit: 100_000 });
  const began = existsSync(sideFile) ? readLines(sideFile) : [];
  expect(began.length).toBeGreaterThan(EXECUTIONS);

  expect(began.filter((line) => line.uid === undefined)).toEqual([]);
  expect(new Set(began.map(({ uid }) => uid)).size).toBe(began.length);
  const byUid = new Map(runs.map((run) => [run.start.uid, run]));
  for (const line of began) {
    const { temporal } = byUid.get(line.uid as string)?.start ?? {};
    expect(temporal).toMatchObject({
      run_id: line.run_id,
      activity_id: line.activity_id,
      attempt: line.attempt,
    });
  }
  const withLine = new Set(began.map(({ uid }) => uid));
  const withoutLine = runs
    .filter(({ start }) => !withLine.has(start.uid))
    .map(({ settled }) => settled?.outcome);
  expect(withoutLine.filter((outcome) => outcome === 'completed' || outcome === undefined)).toEqual([]);

  expect((await store.counts()).open).toBe(0);
  expect((await store.unsettled({ limit: 10, opened_before: Date.now() })).executions).toEqual([]);
  const ids = runs.flatMap(({ start }) => start.scan_id ?? []).sort((a, b) => a - b);
  expect(ids).toEqual(ids.map((_, i) => i + 1));
  await expectServersWord(runs);
});

function readLines(file: string): Began[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** Every last attempt's outcome, told by the server's own events. */
async function expectServersWord(runs: RunRecord[]): Promise<void> {
  const byExecution = groupBy(runs);
  for (const [run_id, ofExecution] of byExecution) {
    const history = await client.workflow
      .getHandle(ofExecution[0]?.start.temporal.workflow_id as string, run_id)
      .fetchHistory();
    const scheduled = new Map<string, { activity_id: string; attempt?: number }>();
    for (const event of history.events ?? []) {
      const attributes = event.activityTaskScheduledEventAttributes;
      if (attributes) scheduled.set(String(event.eventId), { activity_id: attributes.activityId as string });
      const started = event.activityTaskStartedEventAttributes;
      const activity = started && scheduled.get(String(started.scheduledEventId));
      if (activity) activity.attempt = started.attempt as number;
      const [outcome, end] = endOf(event as never);
      const ended = end && scheduled.get(String(end.scheduledEventId));
      if (ended) expectLastAttempt(ofExecution, ended, outcome);
    }
  }
}

/** An attempt whose worker was killed before its run was durable has no run, and began no code: it left no line either. */
function expectLastAttempt(
  runs: RunRecord[],
  { activity_id, attempt }: { activity_id: string; attempt?: number },
  outcome: string,
): void {
  const last = runs
    .filter(({ start: { temporal } }) => temporal.activity_id === activity_id && temporal.attempt === attempt)
    .sort((a, b) => a.start.time - b.start.time)
    .at(-1);
  if (last) expect([last.start.uid, last.settled?.outcome]).toEqual([last.start.uid, outcome]);
}

function endOf(event: { [name: string]: unknown }): [string, { scheduledEventId: unknown } | undefined] {
  const kinds = { Completed: 'completed', Failed: 'failed', TimedOut: 'timed_out', Canceled: 'canceled' };
  for (const [name, kind] of Object.entries(kinds)) {
    const attributes = event[`activityTask${name}EventAttributes`];
    if (attributes) return [kind, attributes as { scheduledEventId: unknown }];
  }
  return ['', undefined];
}

function groupBy(runs: RunRecord[]): Map<string, RunRecord[]> {
  const groups = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const key = run.start.temporal.run_id as string;
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return groups;
}
