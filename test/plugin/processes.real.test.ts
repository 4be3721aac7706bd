/** Eight worker processes that write to one database at once. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { temporalAddress } from '../real/temporal-server';
import { recording, runsOf, temporaryStore, unique } from './harness';

const PROCESSES = 8;
const ROUND = 80;
/** Every process gets work in the first round or two; this many would mean that one gets none. */
const MAX_ROUNDS = 20;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function startWorker(taskQueue: string, store: string): Promise<ChildProcess> {
  const script = join(__dirname, 'fixtures', 'activity-worker.cjs');
  const child = spawn(process.execPath, [script, temporalAddress(), taskQueue, store], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout!, 'data');
  return child;
}

/** Lets it end by itself: what it captured is stored then. */
async function endWorker(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.stdin!.end();
  expect((await ended)[0]).toBe(0);
}

test('no scan id is used twice, and none is missing', async () => {
  const store = temporaryStore();
  const elsewhere = unique('processes');
  const { value: total } = await recording({ store }, async ({ client, taskQueue }) => {
    const workers = await Promise.all(Array.from({ length: PROCESSES }, () => startWorker(elsewhere, store)));
    const seen = new Set<number>();
    let done = 0;
    for (let round = 0; round < MAX_ROUNDS && seen.size < PROCESSES; round += 1) {
      const args = [elsewhere, done, done + ROUND];
      const pids = await client.workflow.execute('spread', { taskQueue, workflowId: unique('spread'), args });
      for (const pid of pids) seen.add(pid);
      done += ROUND;
    }
    expect(seen).toEqual(new Set(workers.map(({ pid }) => pid)));
    await Promise.all(workers.map(endWorker));
    return done;
  });
  const runs = await runsOf(store);
  const upTo = (count: number, first: number) => Array.from({ length: count }, (_, index) => index + first);
  const ascending = (numbers: unknown[]) => (numbers as number[]).sort((a, b) => a - b);
  expect(ascending(runs.map(({ start }) => start.temporal.args[0]))).toEqual(upTo(total, 0));
  expect(ascending(runs.map(({ start }) => start.scan_id))).toEqual(upTo(total, 1));
  expect(new Set(runs.map(({ start }) => start.uid)).size).toBe(total);
  expect(runs.filter(({ stop }) => stop?.exit_status === 'success')).toHaveLength(total);
  expect(new Set(runs.map(({ start }) => start.provenance.session)).size).toBe(PROCESSES);
});
