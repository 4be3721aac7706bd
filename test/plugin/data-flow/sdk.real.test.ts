/** How results are recognised is private to the SDK: whether it holds in the version that is installed, and what happens where it does not. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorkflow, WorkflowRunOperationHandler } from '@temporalio/nexus';
import { bundleWorkflowCode, type WorkerOptions } from '@temporalio/worker';
import { serviceHandler } from 'nexus-rpc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../imports';
import { quietLogger, reading, unique } from '../harness';
import { type Flow, flowing, flowOf, workflowsPath } from './kit';
import { makingService } from './nexus';

/** Versions of the SDK with which this file has passed. Each version that the package allows and that is published belongs here. */
const TRIED = ['1.24.0'];

const built = createRequire(join(ROOT, 'dist', 'package.json'));
const folder = mkdtempSync(join(tmpdir(), 'provenance-sdk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function performed(more: Partial<WorkerOptions> = {}): Promise<Flow & { store: string }> {
  const endpoint = unique('endpoint');
  const making = serviceHandler(makingService, {
    make: async (_context, n) => ({ part: { n }, path: `/lab/service/${n}.h5` }),
    workflow: new WorkflowRunOperationHandler<number, unknown>((context, n) =>
      startWorkflow(context, 'childOfItsOwn', { workflowId: unique('operation'), args: [n] }),
    ),
  });
  const { store } = await flowing(
    async ({ client, taskQueue }) => {
      await client.connection.operatorService.createNexusEndpoint({
        spec: { name: endpoint, target: { worker: { namespace: 'default', taskQueue } } },
      });
      const start = { taskQueue, workflowId: unique('results'), args: [endpoint] };
      await client.workflow.execute('everyResult', start);
    },
    { nexusServices: [making], ...more },
  );
  return { ...(await flowOf(store)), store };
}

test('the installed SDK was tested, and is the oldest that the package allows', () => {
  const { version } = built('@temporalio/workflow/package.json') as { version: string };
  const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(TRIED).toContain(version);
  expect(peerDependencies['@temporalio/workflow']).toBe(`>=${TRIED[0]} <2`);
});

describe.each([true, false])(
  'results are recognised, with one context for all workflows: %s',
  (reuseV8Context) => {
    let flow: Flow;
    beforeAll(async () => {
      flow = await performed({ reuseV8Context });
    });

    test.each<[name: string, lines: string[]]>([
      ['of an activity', ['make 1: result.part → args[1] (identity)']],
      ['of a local activity', ['make 2: result.part → args[1] (identity)']],
      ['of a child', ['childOfItsOwn: result.own → args[1] (identity)']],
      ['of an operation that answers at once', ['partial']],
      ['of an operation that is a workflow', ['partial']],
    ])('%s', (name, lines) => {
      expect(flow.into(name)).toEqual(lines);
    });
  },
);

/** Ours stand outside those of the lab. */
function bundleOf(
  more: readonly string[],
  alias: { [path: string]: string } = {},
): Promise<{ code: string }> {
  const own = ['workflow', 'no-codec'].map((name) => built.resolve(`./interceptors/workflow/${name}.js`));
  return bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [...own, ...more],
    logger: quietLogger(),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, alias: { ...config.resolve?.alias, ...alias } },
    }),
  });
}

test('they are recognised in an interceptor that calls on later', async () => {
  const flow = await performed({ workflowBundle: await bundleOf([join(__dirname, 'asynchronous.ts')]) });
  expect(flow.into('of an activity')).toEqual(['make 1: result.part → args[1] (identity)']);
});

/** Our module, that looks where nothing is. */
function lookingElsewhere(path: string): string {
  const elsewhere = readFileSync(path, 'utf8')
    .replaceAll('__TEMPORAL_ACTIVATOR__', '__TEMPORAL_ELSEWHERE__')
    .replace(
      /require\("([^"]+)"\)/g,
      (_, name: string) => `require(${JSON.stringify(createRequire(path).resolve(name))})`,
    );
  expect(elsewhere).toContain('__TEMPORAL_ELSEWHERE__');
  const own = join(folder, 'results.js');
  writeFileSync(own, elsewhere);
  return own;
}

test("if the SDK keeps them elsewhere, strings are followed instead, and the worker's session says so", async () => {
  const path = built.resolve('./interceptors/workflow/lineage/results.js');
  const flow = await performed({ workflowBundle: await bundleOf([], { [path]: lookingElsewhere(path) }) });
  expect(flow.into('of an activity')).toEqual(['make 1: result.part.path → args[1].path (value)', 'partial']);
  expect(flow.into('of a child')).toContain('partial');
  const sessions = await reading(flow.store, (store) => store.sessions(10));
  expect(JSON.stringify(sessions)).toContain('data flow is found only by equal strings');
});
