/** Every seam of the capture made to throw: what activities give, throw and how often they are tried stays the same. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, Worker, type WorkerOptions } from '@temporalio/worker';
import { ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { afterEach, expect, test } from 'vitest';
import {
  activities,
  makeClient,
  quietLogger,
  temporaryStore,
  unique,
  workerOptions,
  workflowsPath,
} from './harness';

const require = createRequire(import.meta.url);
const dist = join(__dirname, '..', '..', 'dist');

type Exports = { [name: string]: (...parameters: unknown[]) => unknown };

const restore: (() => void)[] = [];
afterEach(() => {
  for (const undo of restore.splice(0)) undo();
});

/** Replaces an export of a built module. */
function replace(file: string, name: string, make: (original: Exports[string]) => Exports[string]): void {
  const exports = require(join(dist, file)) as Exports;
  const original = exports[name]!;
  exports[name] = make(original);
  restore.push(() => {
    exports[name] = original;
  });
}

function throwing(): never {
  throw new Error('a fault in the capture');
}

/** A recorder whose method throws, or rejects, as a real one never should. */
function faultyRecorder(method: string): void {
  replace('src/record/recorder.js', 'createRecorder', (original) => (options) => {
    const recorder = original(options) as object;
    return new Proxy(recorder, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name === method && name === 'lookup') return { execution: throwing, context: throwing };
        if (name === method) return throwing;
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  });
}

/** What three workflows come to, and what was tried for them. */
async function outcomes(
  options: Partial<WorkerOptions>,
  plugin: ProvenancePlugin | undefined,
): Promise<unknown> {
  activities.ran.length = 0;
  const taskQueue = unique('faults');
  const worker = await Worker.create(await workerOptions(taskQueue, plugin, options));
  const client = await makeClient({ plugins: plugin ? [plugin] : [] });
  const execute = (type: string, ...args: unknown[]) =>
    client.workflow
      .execute(type, { taskQueue, workflowId: unique(type), args })
      .catch((error: { cause?: { cause?: { message: string; type: string } } }) => {
        const { message, type: errorType } = error.cause?.cause ?? { message: String(error), type: '' };
        return { message, errorType };
      });
  const results = await worker.runUntil(() =>
    withMetadata({ operator: 'Ada' }, () =>
      Promise.all([
        execute('one', 'x'),
        execute('retried', 1),
        execute('failing'),
        execute('localOne', 'y'),
        execute('continued', 0),
        execute('layered'),
      ]),
    ),
  );
  return { results, ran: activities.ran.map(({ type, args }) => `${type} ${args[0]}`).sort() };
}

const expected = {
  results: ['hello x', 'done at 2', { message: 'for good', errorType: 'Broken' }, 'hello y', 2, undefined],
  ran: [
    ...[
      'child',
      'inner',
      'round 0',
      'round 1',
      'round 2',
      'scope',
      'scope, local',
      'set',
      'set again',
      'x',
      'y',
    ],
  ]
    .map((name) => `greet ${name}`)
    .concat('failTimes 1', 'failTimes 2')
    .sort(),
};

function plugin(): ProvenancePlugin {
  return new ProvenancePlugin({ store: temporaryStore(), environment: false });
}

test('without a fault, and without the plugin', async () => {
  expect(await outcomes({}, plugin())).toEqual(expected);
  const bare = await bundleWorkflowCode({ workflowsPath, logger: quietLogger() });
  expect(await outcomes({ workflowBundle: bare }, undefined)).toEqual(expected);
});

test.each(['open', 'stop', 'execution', 'executionClose', 'context', 'session', 'skip', 'lose', 'lookup'])(
  'recorder.%s throws',
  async (method) => {
    faultyRecorder(method);
    expect(await outcomes({}, plugin())).toEqual(expected);
  },
);

test.each([
  ['src/record/value-fit.js', 'recordValue'],
  ['src/record/value-fit.js', 'recordValues'],
  ['src/record/value-errors.js', 'recordError'],
  ['src/metadata/fields.js', 'checkMetadata'],
  ['src/record/uid.js', 'newUid'],
  ['src/metadata/merge.js', 'mergeSources'],
  ['interceptors/run-draft.js', 'runDraft'],
  ['interceptors/run-draft.js', 'executionConstants'],
  ['interceptors/run-end.js', 'stopDraft'],
  ['interceptors/process-load.js', 'markLoad'],
  ['interceptors/process-load.js', 'loadSince'],
  ['interceptors/current-run.js', 'setRunOf'],
  ['interceptors/current-run.js', 'runOf'],
  ['interceptors/propagation.js', 'decodeHeader'],
  ['interceptors/executions.js', 'factsOf'],
  ['src/environment/process.js', 'processFacts'],
])('%s: %s throws', async (file, name) => {
  const made = plugin();
  replace(file, name, () => throwing);
  expect(await outcomes({}, made)).toEqual(expected);
});

test.each([
  ['interceptors/workflow-reports.js', ['executionStartText', 'executionCloseText', 'executionPlace']],
  ['interceptors/workflow-headers.js', ['activityHeader', 'startHeader', 'headerText']],
  ['interceptors/snapshot.js', ['snapshotMetadata']],
])('in the sandbox %s throws', async (file, names) => {
  const made = plugin();
  const faulty = join(mkdtempSync(join(tmpdir(), 'provenance-fault-')), 'faulty.js');
  const functions = names.map((name) => `exports.${name} = () => { throw new Error('fault'); };`);
  writeFileSync(faulty, functions.join('\n'));
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath,
    plugins: [made],
    logger: quietLogger(),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, alias: { ...config.resolve?.alias, [join(dist, file)]: faulty } },
    }),
  });
  expect(workflowBundle.code).toContain("throw new Error('fault')");
  expect(await outcomes({ workflowBundle }, made)).toEqual(expected);
});
