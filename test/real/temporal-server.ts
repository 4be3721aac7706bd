/**
 * One real Temporal dev server for a whole test run (vitest `globalSetup`), on loopback, ended with the run. Tests take its
 * address from `temporalAddress()` and use a task queue each. The executable is the one that `scripts/` found or built.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
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

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const path = temporalExecutable();
  if (!path) throw new Error('No Temporal server to test against: run `npm test`, which installs it.');
  const env = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path }, log: { format: 'pretty', level: 'error' } },
  });
  project.provide('temporalAddress', env.address);
  return () => env.teardown();
}
