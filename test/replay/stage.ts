/** Workers with and without the plugin, replay by each, and the histories that are kept. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Client, Connection } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { bundleWorkflowCode, Worker, type WorkerOptions } from '@temporalio/worker';
import { serviceHandler } from 'nexus-rpc';
import { ProvenancePlugin } from 'temporal-provenance';
import { makeClient, nativeConnection, quietLogger, temporaryStore, unique } from '../plugin/harness';
import * as activities from './fixtures/activities';
import { echoService } from './fixtures/nexus';

export { unique };

/** Without the plugin; with it in a bundle made beforehand; with it on a worker that bundles, and knows of no codec. */
export const MODES = ['bare', 'with', 'uncoded'] as const;
export type Mode = (typeof MODES)[number];
export type History = temporal.api.history.v1.IHistory;

const workflowsPath = join(__dirname, 'fixtures', 'workflows.ts');
const historiesFolder = join(__dirname, '..', 'fixtures', 'histories');
const built = join(__dirname, '..', '..', 'dist', 'interceptors', 'workflow');

const bundles = new Map<Mode, Promise<{ code: string }>>();

function bundleOf(mode: Mode): Promise<{ code: string }> {
  const own = { bare: [], with: ['workflow.js'], uncoded: ['workflow.js', 'no-codec.js'] }[mode];
  const workflowInterceptorModules = own.map((name) => join(built, name));
  if (!bundles.has(mode)) {
    const logger = quietLogger();
    bundles.set(mode, bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger }));
  }
  return bundles.get(mode)!;
}

export interface Stage {
  client: Client;
  taskQueue: string;
  /** URL of what the plugin records to, where there is one. */
  store: string;
  /** Name of a Nexus endpoint that leads here. */
  endpoint: string;
  worker(): Promise<Worker>;
  /** For what `completionAndTimer` does apart. */
  activityWorker(): Promise<Worker>;
}

export async function makeStage(
  mode: Mode,
  more: Pick<WorkerOptions, 'maxCachedWorkflows' | 'reuseV8Context'> = {},
): Promise<Stage> {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ environment: false, store });
  const shared = { connection: await nativeConnection(), plugins: mode === 'bare' ? [] : [plugin] };
  const taskQueue = unique('replay');
  const workflowBundle = await bundleOf(mode);
  const nexusServices = [serviceHandler(echoService, { echo: async (_context, said) => said })];
  const client = await makeClient();
  return {
    client,
    taskQueue,
    store,
    endpoint: await makeEndpoint(client, taskQueue),
    worker: () => Worker.create({ ...shared, ...more, taskQueue, activities, nexusServices, workflowBundle }),
    activityWorker: () => Worker.create({ ...shared, taskQueue: `${taskQueue}-activities`, activities }),
  };
}

async function makeEndpoint(client: Client, taskQueue: string): Promise<string> {
  const { operatorService } = client.connection as Connection;
  const spec = { name: taskQueue, target: { worker: { namespace: 'default', taskQueue } } };
  await operatorService.createNexusEndpoint({ spec });
  return taskQueue;
}

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

/** Replays histories by name: `undefined`, or what went wrong. */
export async function replayAll(
  histories: ReadonlyMap<string, History>,
  mode: Mode,
  more: Pick<WorkerOptions, 'reuseV8Context'> = {},
): Promise<Map<string, string | undefined>> {
  const plugins = mode === 'bare' ? [] : [new ProvenancePlugin({ environment: false })];
  const workflowBundle = await bundleOf(mode);
  const given = [...histories].map(([workflowId, history]) => ({ workflowId, history }));
  const results = new Map<string, string | undefined>();
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle, plugins, ...more },
    given,
  )) {
    results.set(workflowId, error && String(error));
  }
  return results;
}

/** Histories that are kept, by file name: `<workflow type>[~<run>].<version>.<mode>.bin`. */
export function keptHistories(): Map<string, History> {
  const names = readdirSync(historiesFolder).filter((name) => name.endsWith('.bin'));
  return new Map(
    names.map((name) => [
      name,
      temporal.api.history.v1.History.decode(readFileSync(join(historiesFolder, name))),
    ]),
  );
}

/** `run`: number within the chain, from 1. */
export function historyPath(workflowType: string, run: number, version: string, mode: Mode): string {
  const name = run === 1 ? workflowType : `${workflowType}~${run}`;
  return join(historiesFolder, `${name}.${version.replaceAll('.', '-')}.${mode}.bin`);
}

/** What a kept history's name says. */
export function keptAs(name: string): { workflowType: string; mode: string } {
  const [run = '', , mode = ''] = name.split('.');
  return { workflowType: run.split('~')[0]!, mode };
}

/** Writes a history to be kept. */
export function keepHistory(path: string, history: History): void {
  mkdirSync(dirname(path), { recursive: true });
  const { History } = temporal.api.history.v1;
  writeFileSync(path, History.encode(withoutMachine(History.toObject(History.create(history)))).finish());
}

/** Without folders and process names of the machine that recorded it. */
function withoutMachine<T>(value: T): T {
  if (typeof value === 'string') {
    return value.replaceAll(process.cwd(), '.').replace(/\b\d+@[\w.-]+/g, 'worker@host') as T;
  }
  if (Array.isArray(value)) return value.map(withoutMachine) as T;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || 'unsigned' in value)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutMachine(part)])) as T;
}
