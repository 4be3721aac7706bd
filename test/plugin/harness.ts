/** A real worker and client with the plugin, on the run's Temporal server and a store of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Client, type ClientOptions, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import {
  bundleWorkflowCode,
  type Logger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import { ProvenancePlugin, type ProvenancePluginOptions } from 'temporal-provenance';
import { afterAll, afterEach } from 'vitest';
import type { RunRecord } from '../../src/model/documents';
import type { Store } from '../../src/store/store';
import { fromBuild } from '../built';
import { temporalAddress } from '../real/temporal-server';
import * as activities from './fixtures/activities';

export const workflowsPath = join(__dirname, 'fixtures', 'workflows.ts');
export { activities };

let native: NativeConnection | undefined;
let connection: Connection | undefined;
const folders: string[] = [];

installRuntime();

/** A file that wants a runtime of its own installs it before it imports this. */
function installRuntime(): void {
  try {
    Runtime.install({ logger: noting(quietLogger()) });
  } catch {
    // There is one.
  }
}

/** What the plugin itself has said to the worker's log, with all that it gave along. */
export const ownLog: string[] = [];

/** Lines of the SDK and of the lab's own code may hold anything; they are not the plugin's. */
function noting(logger: Logger): Logger {
  const note = (message: unknown, attributes?: object): void => {
    if (typeof message !== 'string' || !message.includes('temporal-provenance')) return;
    ownLog.push(`${message} ${inspect(attributes, { depth: 8, maxStringLength: null })}`);
  };
  return { ...logger, warn: note, error: note, info: note, debug: note };
}

export function quietLogger(): Logger {
  const nothing = (): void => {};
  return { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

afterAll(async () => {
  await connection?.close();
  await native?.close();
});

/** URL of a new store, gone after the test. */
export function temporaryStore(): string {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-plugin-'));
  folders.push(folder);
  return `sqlite:${join(folder, 'provenance.db')}`;
}

export async function nativeConnection(): Promise<NativeConnection> {
  native ??= await NativeConnection.connect({ address: temporalAddress() });
  return native;
}

export async function makeClient(options: Partial<ClientOptions> = {}): Promise<Client> {
  connection ??= await Connection.connect({ address: temporalAddress() });
  return new Client({ connection, ...options });
}

let sequence = 0;

/** A task queue, or a workflow id, of its own. */
export function unique(name: string): string {
  sequence += 1;
  return `${name}-${process.pid}-${Date.now().toString(36)}-${sequence}`;
}

let bundle: Promise<{ code: string }> | undefined;

/** Bundle of the test workflows, made once with the plugin. */
export function sharedBundle(): Promise<{ code: string }> {
  bundle ??= bundleWorkflowCode({
    workflowsPath,
    plugins: [new ProvenancePlugin()],
    logger: quietLogger(),
  });
  return bundle;
}

let bare: Promise<{ code: string }> | undefined;

/** The same, made without the plugin. */
export function bareBundle(): Promise<{ code: string }> {
  bare ??= bundleWorkflowCode({ workflowsPath, logger: quietLogger() });
  return bare;
}

/** A worker's options on the shared bundle. */
export async function workerOptions(
  taskQueue: string,
  plugin: ProvenancePlugin | undefined,
  more: Partial<WorkerOptions> = {},
): Promise<WorkerOptions> {
  const options = {
    connection: await nativeConnection(),
    taskQueue,
    activities,
    workflowBundle: await sharedBundle(),
  };
  return { ...options, plugins: plugin ? [plugin] : [], ...more };
}

export interface Recorded {
  store: string;
  taskQueue: string;
  plugin: ProvenancePlugin;
  client: Client;
  worker: Worker;
}

/** Runs `work` while a worker with the plugin runs. All is stored when it resolves. */
export async function recording<T>(
  options: ProvenancePluginOptions,
  work: (recorded: Recorded) => Promise<T>,
  more: Partial<WorkerOptions> = {},
): Promise<{ store: string; value: T }> {
  const store = options.store ?? temporaryStore();
  const plugin = new ProvenancePlugin({ environment: false, ...options, store });
  const taskQueue = unique('queue');
  const worker = await Worker.create(await workerOptions(taskQueue, plugin, more));
  const client = await makeClient({ plugins: [plugin] });
  const value = await worker.runUntil(() => work({ store, taskQueue, plugin, client, worker }));
  return { store, value };
}

/** Reads a store through the built package, whose thread is there. */
export async function reading<T>(url: string, read: (store: Store) => Promise<T>): Promise<T> {
  const { openStore } = fromBuild<typeof import('../../src/store/open')>('src/store/open');
  const store = await openStore(url, { mode: 'read' });
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

/** All runs, oldest first. */
export async function runsOf(url: string): Promise<RunRecord[]> {
  return reading(url, async (store) => (await store.runs({ limit: 10_000 })).reverse());
}

/** Runs by what they were called with first. */
export async function runsByArgument(url: string): Promise<Map<unknown, RunRecord>> {
  return new Map((await runsOf(url)).map((run) => [run.start.temporal.args[0], run]));
}

/** A search attribute, made known to the server. */
export async function keyword(name: string) {
  const { connection } = await makeClient();
  const { operatorService } = connection as Connection;
  const searchAttributes = { [name]: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD };
  await operatorService.addSearchAttributes({ namespace: 'default', searchAttributes });
  const isKnown = async () => {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace: 'default' });
    return name in customAttributes;
  };
  while (!(await isKnown())) await new Promise((resolve) => setTimeout(resolve, 100));
  return defineSearchAttributeKey(name, 'KEYWORD');
}
