/** Faults in the capture, and what a worker's workflows come to with them and without the plugin. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import {
  bundleWorkflowCode,
  type InjectedSinks,
  type LoggerSinks,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import { ProvenancePlugin, type ProvenancePluginOptions, withMetadata } from 'temporal-provenance';
import { afterEach, expect } from 'vitest';
import { attempts, faultActivities } from './fixtures/fault-activities';
import { makeClient, quietLogger, temporaryStore, unique, workerOptions } from './harness';

const require = createRequire(import.meta.url);
export const dist = join(__dirname, '..', '..', 'dist');
export const faultWorkflows = join(__dirname, 'fixtures', 'fault-workflows.ts');

type Callable = (...parameters: unknown[]) => unknown;
/** Counts its calls. */
export interface Fault {
  calls: number;
}

const restore: (() => void)[] = [];
afterEach(() => {
  for (const undo of restore.splice(0).reverse()) undo();
});

/** Replaces an export of a built module. */
function replace(file: string, name: string, make: (original: Callable) => Callable): void {
  const exports = require(join(dist, file)) as { [name: string]: Callable };
  const original = exports[name];
  if (typeof original !== 'function') throw new Error(`${file} has no ${name}`);
  exports[name] = make(original);
  restore.push(() => {
    exports[name] = original;
  });
}

function thrower(fault: Fault): () => never {
  return () => {
    fault.calls += 1;
    throw new Error('a fault in the capture');
  };
}

/** An exported function that throws. */
export function faultyFunction(file: string, name: string): Fault {
  const fault = { calls: 0 };
  replace(file, name, () => thrower(fault));
  return fault;
}

/** A method that throws, of every object that an exported function makes. */
export function faultyMethod(file: string, maker: string, method: string): Fault {
  const fault = { calls: 0 };
  replace(
    file,
    maker,
    (original) =>
      (...parameters) =>
        withFault(original(...parameters), method, fault),
  );
  return fault;
}

/** A method of an exported class that throws. */
export function faultyMethodOf(file: string, className: string, method: string): Fault {
  const { prototype } = require(join(dist, file))[className] as { prototype: { [name: string]: Callable } };
  const original = prototype[method];
  if (typeof original !== 'function') throw new Error(`${className} has no ${method}`);
  const fault = { calls: 0 };
  prototype[method] = thrower(fault);
  restore.push(() => {
    prototype[method] = original;
  });
  return fault;
}

/** `a.b` throws where `b` is called on what `a` is. */
function withFault(made: unknown, path: string, fault: Fault): object {
  const [method, ...rest] = path.split('.');
  return new Proxy(made as object, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name === method) return rest.length > 0 ? withFault(value, rest.join('.'), fault) : thrower(fault);
      // A value recorder makes others, for one run each.
      if (name === 'counted') return () => withFault((value as Callable).call(target), path, fault);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export interface Outcomes {
  results: unknown[];
  /** Each activity with each number of attempt that its code saw. */
  attempts: string[];
  /** Types of the events in each history, by what was executed: headers differ, and nothing else may. */
  events: string[][];
}

/** Bundle of the workflows as they are without the plugin. */
function bareBundle(): Promise<{ code: string }> {
  return bundleWorkflowCode({ workflowsPath: faultWorkflows, logger: quietLogger() });
}

let shared: Promise<{ code: string }> | undefined;

/** Bundle with the plugin, made once. */
export function faultBundle(): Promise<{ code: string }> {
  const plugins = [new ProvenancePlugin()];
  shared ??= bundleWorkflowCode({ workflowsPath: faultWorkflows, plugins, logger: quietLogger() });
  return shared;
}

export function faultPlugin(options: ProvenancePluginOptions = {}): ProvenancePlugin {
  return new ProvenancePlugin({
    store: temporaryStore(),
    capture: { unrecorded: false },
    environment: { timeoutMs: 500, docker: false },
    ...options,
  });
}

/** What the workflows come to, on one worker for workflows and activities and another for activities alone. */
export async function outcomes(
  plugin: ProvenancePlugin | undefined,
  workflowBundle: { code: string },
  loggerSinks?: LoggerSinksOption,
): Promise<Outcomes> {
  attempts.length = 0;
  const [taskQueue, elsewhere] = [unique('faults'), unique('elsewhere')];
  const options: Partial<WorkerOptions> = { activities: faultActivities, workflowBundle };
  if (loggerSinks) options.sinks = loggerSinks;
  const worker = await Worker.create(await workerOptions(taskQueue, plugin, options));
  const second = { activities: faultActivities, workflowBundle: undefined };
  const other = await Worker.create(await workerOptions(elsewhere, plugin, second));
  const ids: string[] = [];
  const results = await other.runUntil(() => worker.runUntil(() => drive(plugin, taskQueue, elsewhere, ids)));
  return { results, attempts: [...attempts].sort(), events: await Promise.all(ids.map(eventTypes)) };
}

export type LoggerSinksOption = NonNullable<WorkerOptions['sinks']> & InjectedSinks<LoggerSinks>;

async function drive(
  plugin: ProvenancePlugin | undefined,
  taskQueue: string,
  elsewhere: string,
  ids: string[],
): Promise<unknown[]> {
  const client = await makeClient({ plugins: plugin ? [plugin] : [] });
  const idOf = (type: string) => {
    const id = unique(type);
    ids.push(id);
    return id;
  };
  const execute = (type: string, ...args: unknown[]) =>
    client.workflow.execute(type, { taskQueue, workflowId: idOf(type), args }).catch(told);
  const everything = async () => {
    const handle = await client.workflow.start('everything', { taskQueue, workflowId: idOf('everything') });
    const doubled = await handle.executeUpdate('double', { args: [21] });
    await handle.signal('go', 'now');
    return [doubled, await handle.result()];
  };
  return withMetadata({ operator: 'Ada' }, () =>
    Promise.all([
      everything().catch(told),
      execute('retried', 1),
      execute('failing'),
      execute('localOne', 'y'),
      execute('continued', 1),
      execute('apart', elsewhere),
    ]),
  );
}

/** How many workflow tasks there are is the server's doing, and the order of what happens at once. */
async function eventTypes(workflowId: string): Promise<string[]> {
  const client = await makeClient();
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? [])
    .map((event) => temporal.api.enums.v1.EventType[event.eventType ?? 0] ?? 'unknown')
    .filter((type) => !type.includes('WORKFLOW_TASK'))
    .sort();
}

/** A failure down to its root, as far as a user can tell one from another. */
function told(error: unknown): unknown {
  const { name, message, type, nonRetryable, details, retryState, cause } = error as {
    [name: string]: unknown;
  };
  return { name, message, type, nonRetryable, details, retryState, cause: cause ? told(cause) : undefined };
}

let bare: Promise<Outcomes> | undefined;

/** What the workflows come to without the plugin; found once. */
export function bareOutcomes(): Promise<Outcomes> {
  bare ??= bareBundle().then((bundle) => outcomes(undefined, bundle));
  return bare;
}

/** With the plugin and the faults, all is as without the plugin; and each fault was met. */
export async function expectNoDifference(...faults: Fault[]): Promise<void> {
  const expected = await bareOutcomes();
  const seen = await outcomes(faultPlugin(), await faultBundle());
  expect(faults.map(({ calls }) => calls > 0)).toEqual(faults.map(() => true));
  expect(seen).toEqual(expected);
}
