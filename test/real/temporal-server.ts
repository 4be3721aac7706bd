/**
 * One real Temporal dev server for a whole test run (vitest `globalSetup`), on loopback, ended with the run. Tests take its
 * address from `temporalAddress()` and use a task queue each. The executable is the one that `scripts/` found or built.
 */
import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    temporalAddress: string;
  }
}

/** Path of the `temporal` executable: on PATH, else in this product's cache folder; undefined when there is none. */
export function temporalExecutable(): string | undefined {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'temporal-provenance', 'bin');
  const folders = [...(process.env.PATH ?? '').split(delimiter), cache];
  return folders.map((folder) => join(folder, 'temporal')).find((path) => existsSync(path));
}

/** Address of the run's server, for tests. */
export function temporalAddress(): string {
  return inject('temporalAddress');
}

/** Memory as a file system: the server's data need not outlive it. */
const MEMORY = '/dev/shm';
const MEMORY_BYTES = 2 ** 30;

/** Where the server's data goes: memory, where there is enough of it as a file system. */
function dataFolder(): string {
  const { bavail, bsize } = existsSync(MEMORY) ? statfsSync(MEMORY) : { bavail: 0, bsize: 0 };
  return mkdtempSync(join(bavail * bsize >= MEMORY_BYTES ? MEMORY : tmpdir(), 'provenance-temporal-'));
}

interface SharedServer {
  env: TestWorkflowEnvironment;
  folder: string;
}

/** Each project that needs the server runs this file: all of a run share one server. */
const run = globalThis as { temporalServer?: { started: Promise<SharedServer>; projects: number } };

/** Starts the server for the first project that asks, and ends it with the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  run.temporalServer ??= { started: start(), projects: 0 };
  const shared = run.temporalServer;
  shared.projects += 1;
  const { env, folder } = await shared.started;
  project.provide('temporalAddress', env.address);
  return async () => {
    shared.projects -= 1;
    if (shared.projects > 0) return;
    delete run.temporalServer;
    await env.teardown();
    rmSync(folder, { recursive: true, force: true });
  };
}

/**
 * The server has its data in a file: without one a statement that it interrupts by itself may cost it everything, in the middle of
 * the run ("Namespace not found").
 */
async function start(): Promise<SharedServer> {
  const path = temporalExecutable();
  if (!path) throw new Error('No Temporal server to test against: run `npm test`, which installs it.');
  const folder = dataFolder();
  const env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      dbFilename: join(folder, 'temporal.db'),
      log: { format: 'pretty', level: 'error' },
    },
  });
  return { env, folder };
}
