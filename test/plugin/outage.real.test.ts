/**
 * Real workers while their store is away: activities run on, and all of it is in the store afterwards. Each outage lasts until enough
 * was spooled; with SOAK=1 that of PostgreSQL lasts ten minutes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { ProvenancePlugin, type ProvenancePluginOptions } from 'temporal-provenance';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RunRecord } from '../../src/model/documents';
import { readSpool } from '../../src/record/spool/report';
import { PATIENCE_MS } from '../patience';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { measured, SOAK } from '../reliability';
import { activities, makeClient, reading, unique, workerOptions } from './harness';

const OUTAGE_MS = SOAK ? 600_000 : 0;
/** How long a process that holds the lock of a SQLite file is frozen, at least. */
const FROZEN_MS = SOAK ? 30_000 : 0;
/** How long the event loop is watched before that, at least. */
const USUAL_MS = 2_000;
const STALL_MS = 50;
const TAKEN_IN_MS = 10_000;
const SPOOLED = 200;
const TEST_MS = OUTAGE_MS + 3 * PATIENCE_MS;

const folders: string[] = [];
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) {
    child.kill('SIGCONT');
    child.kill('SIGKILL');
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-outage-'));
  folders.push(folder);
  return folder;
}

interface Lab {
  client: Client;
  taskQueue: string;
  worker: Worker;
  /** Attempts whose code ran. */
  executed: () => number;
  spool: string;
}

/** A worker at work until `during` is over; what is left is stored, or spooled, when this resolves. */
async function atWork(
  options: ProvenancePluginOptions & { store: string },
  during: (lab: Lab) => Promise<void>,
): Promise<{ executed: number; spool: string }> {
  const spool = join(newFolder(), 'spool');
  let executed = 0;
  const countedActivity = async (index: number) => {
    executed += 1;
    return index;
  };
  const plugin = new ProvenancePlugin({ environment: false, spool: { folder: spool }, ...options });
  const taskQueue = unique('outage');
  const more = { activities: { ...activities, countedActivity } };
  const worker = await Worker.create(await workerOptions(taskQueue, plugin, more));
  const client = await makeClient({ plugins: [plugin] });
  await worker.runUntil(() => during({ client, taskQueue, worker, executed: () => executed, spool }));
  return { executed, spool };
}

/** Workflows of 20 activities, one after the other, until it is stopped. None of them may fail. */
function load({ client, taskQueue }: Lab): () => Promise<void> {
  let stopped = false;
  const work = async () => {
    while (!stopped) {
      const options = { taskQueue, workflowId: unique('load'), args: [20, 10] };
      expect(await client.workflow.execute('wide', options)).toBe(20);
    }
  };
  const all = Promise.all([work(), work(), work()]);
  all.catch(() => undefined);
  return async () => {
    stopped = true;
    await all;
  };
}

const spooledRecords = async (folder: string) => (await readSpool(folder, { count: true })).records ?? 0;

async function untilSpooled(folder: string, then_ms = 0): Promise<void> {
  await vi.waitUntil(async () => (await spooledRecords(folder)) >= SPOOLED, {
    timeout: PATIENCE_MS,
    interval: 100,
  });
  await pause(then_ms);
}

const untilTakenIn = (folder: string) =>
  vi.waitUntil(async () => (await readSpool(folder)).segments === 0, {
    timeout: PATIENCE_MS + OUTAGE_MS,
    interval: 100,
  });

/** Each execution of an activity's code has one run, with its end, and a number of its own. */
async function expectAllStored(store: string, executed: number, spool: string): Promise<void> {
  // What a slow store had not taken at the worker's end, the next one takes in.
  if ((await readSpool(spool)).segments > 0)
    await atWork({ store, spool: { folder: spool } }, async () => {
      await untilTakenIn(spool);
    });
  const { runs, losses } = await reading(store, async (reader) => ({
    runs: await reader.runs({ limit: 1_000_000 }),
    losses: await reader.losses(),
  }));
  expect(runs).toHaveLength(executed);
  expect(runs.filter((run: RunRecord) => run.stop?.exit_status !== 'success')).toEqual([]);
  expect(new Set(runs.map(({ start }) => start.scan_id)).size).toBe(executed);
  // Metadata that is late on a loaded machine is counted too, and loses no record.
  expect(losses.filter(({ loss }) => loss !== 'late-metadata')).toEqual([]);
  const report = await readSpool(spool);
  expect(report).toMatchObject({ segments: 0, quarantined: { records: 0 } });
  expect(report.dropped.last_time).toBe(0);
}

function note(what: string, value: number, limit_ms: number): void {
  measured({
    row: 'A6',
    figure: `a process frozen for ${Math.max(3, FROZEN_MS / 1000)} s with the lock of the store: ${what}`,
    value,
    unit: 'ms',
    limit: `≤ ${limit_ms} ms`,
    holds: value <= limit_ms,
  });
}

/** Holds the write lock of a SQLite file, as a process that froze in the middle of a transaction does. */
async function frozenWriter(path: string): Promise<{ thaw(): void }> {
  const script = `
    const db = require('better-sqlite3')(process.argv[1]);
    db.exec('BEGIN IMMEDIATE');
    process.stdin.once('data', () => { db.exec('ROLLBACK'); process.exit(0); });
    process.stdout.write('held');`;
  const child = spawn(process.execPath, ['-e', script, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout!, 'data');
  child.kill('SIGSTOP');
  return {
    thaw() {
      child.kill('SIGCONT');
      child.stdin!.write('x');
    },
  };
}

describe('SQLite', () => {
  test(
    'another process freezes while it holds the lock: activities and the event loop run on',
    async () => {
      const path = join(newFolder(), 'provenance.db');
      const store = `sqlite:${path}`;
      const usual = monitorEventLoopDelay();
      const delay = monitorEventLoopDelay();
      const { executed, spool } = await atWork({ store }, async (lab) => {
        const stop = load(lab);
        await vi.waitUntil(() => lab.executed() > 40, { timeout: PATIENCE_MS });
        usual.enable();
        await pause(Math.max(FROZEN_MS, USUAL_MS));
        usual.disable();
        const writer = await frozenWriter(path);
        delay.enable();
        await untilSpooled(lab.spool, FROZEN_MS);
        delay.disable();
        await stop();
        const thawed = performance.now();
        writer.thaw();
        await untilTakenIn(lab.spool);
        note('taken in after the lock is free', performance.now() - thawed, TAKEN_IN_MS);
      });
      await expectAllStored(store, executed, spool);
      // Worker, client and load are in this process: what they cost is there without a frozen peer as well.
      const added_ms = (delay.max - usual.max) / 1e6;
      note('longest stall of the event loop, beyond that of as long a time before', added_ms, STALL_MS);
      // The lock was held for more than the three seconds that it takes to notice; the loop never waited for it.
      expect(delay.max / 1e6).toBeLessThan(2_500 + usual.max / 1e6);
    },
    TEST_MS,
  );

  test(
    'the folder of the database is missing for a while',
    async () => {
      const folder = join(newFolder(), 'data');
      mkdirSync(folder);
      const store = `sqlite:${join(folder, 'provenance.db')}`;
      const { executed, spool } = await atWork({ store }, async (lab) => {
        const stop = load(lab);
        await vi.waitUntil(() => lab.executed() > 40, { timeout: PATIENCE_MS });
        renameSync(folder, `${folder}.away`);
        await untilSpooled(lab.spool);
        renameSync(`${folder}.away`, folder);
        await stop();
        await untilTakenIn(lab.spool);
      });
      await expectAllStored(store, executed, spool);
    },
    TEST_MS,
  );

  test(
    'a worker that is shut down during the outage leaves everything to the next one',
    async () => {
      const path = join(newFolder(), 'provenance.db');
      const store = `sqlite:${path}`;
      const first = await atWork({ store }, async (lab) => {
        const stop = load(lab);
        await vi.waitUntil(() => lab.executed() > 40, { timeout: PATIENCE_MS });
        await frozenWriter(path);
        await untilSpooled(lab.spool);
        await stop();
      });
      expect(await spooledRecords(first.spool)).toBeGreaterThanOrEqual(SPOOLED);
      for (const child of children) child.kill('SIGKILL');
      const second = await atWork({ store, spool: { folder: first.spool } }, async () => {
        await untilTakenIn(first.spool);
      });
      expect(second.executed).toBe(0);
      await expectAllStored(store, first.executed, first.spool);
    },
    TEST_MS,
  );

  test(
    "'block': attempts fail retryably, their code does not run, and all succeed in the end",
    async () => {
      const path = join(newFolder(), 'provenance.db');
      const store = `sqlite:${path}`;
      const failures = new Set<string>();
      const { executed } = await atWork({ store, onStoreFailure: 'block' }, async (lab) => {
        const { client, taskQueue } = lab;
        const start = () =>
          client.workflow.start('one', { taskQueue, workflowId: unique('blocked'), args: ['x'] });
        await (await start()).result();
        const writer = await frozenWriter(path);
        const handle = await start();
        await vi.waitUntil(
          async () => {
            const [pending] = (await handle.describe()).raw.pendingActivities ?? [];
            const type = pending?.lastFailure?.applicationFailureInfo?.type;
            if (type) failures.add(type);
            return failures.size > 0;
          },
          { timeout: PATIENCE_MS, interval: 50 },
        );
        writer.thaw();
        expect(await handle.result()).toBe('hello x');
        await untilTakenIn(lab.spool);
      });
      expect(executed).toBe(0);
      expect([...failures]).toEqual(['ProvenanceStoreUnavailable']);
      const runs = await reading(store, (reader) => reader.runs({ limit: 100 }));
      expect(runs.filter(({ stop }) => stop?.exit_status === 'success')).toHaveLength(2);
      expect(runs.every(({ stop }) => stop)).toBe(true);
    },
    TEST_MS,
  );

  test('a missing folder prevents the worker, with one clear error', async () => {
    const plugin = new ProvenancePlugin({
      store: `sqlite:${join(newFolder(), 'missing', 'provenance.db')}`,
      environment: false,
    });
    const made = Worker.create(await workerOptions(unique('missing'), plugin));
    await expect(made).rejects.toMatchObject({
      code: 'STORE_UNREACHABLE',
      message: expect.stringContaining('folder that does not exist'),
    });
  });
});

const missing = postgresMissing();

describe.skipIf(missing)(`PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(async () => {
    await server?.close();
  });

  test(
    'it stops and comes back while activities run',
    async () => {
      const store = await server.createDatabase();
      const memory: number[] = [];
      const { executed, spool } = await atWork({ store }, async (lab) => {
        const stop = load(lab);
        await vi.waitUntil(() => lab.executed() > 40, { timeout: PATIENCE_MS });
        await server.stop('immediate');
        await vi.waitUntil(async () => (await spooledRecords(lab.spool)) > 0, { timeout: PATIENCE_MS });
        memory.push(process.memoryUsage.rss());
        await untilSpooled(lab.spool, OUTAGE_MS);
        memory.push(process.memoryUsage.rss());
        await server.start();
        await stop();
        await untilTakenIn(lab.spool);
      });
      await expectAllStored(store, executed, spool);
      if (OUTAGE_MS > 0) expect(memory[1]! - memory[0]!).toBeLessThan(64 * 1024 * 1024);
    },
    TEST_MS,
  );

  test(
    'it is down when the worker begins',
    async () => {
      const store = await server.createDatabase();
      await server.stop();
      const { executed, spool } = await atWork({ store }, async (lab) => {
        const stop = load(lab);
        await untilSpooled(lab.spool);
        await server.start();
        await stop();
        await untilTakenIn(lab.spool);
      });
      await expectAllStored(store, executed, spool);
    },
    TEST_MS,
  );
});
