/** Workers in processes of their own, bare or with the plugin, which tell what they have in memory and in hand. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import type { ProvenancePluginOptions } from 'temporal-provenance';
import { afterEach, expect } from 'vitest';
import { temporalAddress } from '../real/temporal-server';
import { makeClient, unique } from './harness';

export interface Reading {
  resident_mb: number;
  /** JavaScript of all threads. */
  heap_mb: number;
  handles: number;
  /** Delay of the event loop since the reading before. */
  loop_p99_ms: number;
  time_min: number;
}

export interface LongWorker {
  taskQueue: string;
  child: ChildProcess;
  readings: Reading[];
}

const children: ChildProcess[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A spool of the worker's own, gone after the test. */
export function newSpool(): string {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-long-'));
  folders.push(folder);
  return join(folder, 'spool');
}

/** Bare without options. */
export async function startWorker(options?: ProvenancePluginOptions): Promise<LongWorker> {
  const taskQueue = unique('long');
  const given = JSON.stringify({ address: temporalAddress(), taskQueue, options });
  const script = join(__dirname, 'fixtures', 'long-worker.mjs');
  const child = fork(script, [given], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  children.push(child);
  await once(child, 'message');
  return { taskQueue, child, readings: [] };
}

export async function read(worker: LongWorker): Promise<Reading> {
  worker.child.send('read');
  const [answer] = await once(worker.child, 'message');
  const reading = { ...answer, time_min: performance.now() / 60_000 };
  worker.readings.push(reading);
  return reading;
}

/** Lets it end by itself: what it captured is stored then. */
export async function endWorker({ child }: LongWorker): Promise<void> {
  child.send('end');
  expect((await once(child, 'exit'))[0]).toBe(0);
}

/** `alone`: one activity with that argument; `series`: many. */
export async function execute(
  { taskQueue }: LongWorker,
  type: 'alone' | 'series',
  argument: unknown,
): Promise<WorkflowHandle> {
  const client = await makeClient();
  const handle = await client.workflow.start(type, { taskQueue, workflowId: unique(type), args: [argument] });
  await handle.result();
  return handle;
}
