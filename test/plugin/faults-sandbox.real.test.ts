/** Every seam of the capture inside the workflow sandbox made to throw: workflows come to what they do without the plugin. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, expect, test } from 'vitest';
import { bareOutcomes, dist, faultPlugin, faultWorkflows, outcomes } from './faults-kit';
import { quietLogger } from './harness';

const folder = mkdtempSync(join(tmpdir(), 'provenance-fault-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A built module whose exports named (`function` or `Class.method`) throw, and say so before. */
function faultyModule(file: string, names: readonly string[]): string {
  const path = join(dist, file);
  const { resolve } = createRequire(path);
  const source = readFileSync(path, 'utf8').replace(
    /require\("([^"]+)"\)/g,
    (_, name: string) => `require(${JSON.stringify(resolve(name))})`,
  );
  const workflow = JSON.stringify(resolve('@temporalio/workflow'));
  const throwers = names.map((name) => {
    const target = name.includes('.') ? name.replace('.', '.prototype.') : name;
    return `exports.${target} = () => { require(${workflow}).log.warn('FAULT ${name}'); throw new Error('fault'); };`;
  });
  const faulty = join(folder, file.replaceAll('/', '-'));
  writeFileSync(faulty, [source, ...throwers].join('\n'));
  return faulty;
}

test.each([
  ['interceptors/workflow/reports.js', ['executionStartText', 'executionCloseText', 'executionAncestry']],
  ['interceptors/workflow/headers.js', ['activityHeader', 'startHeader']],
  ['interceptors/workflow/headers.js', ['localActivityHeader', 'ofContinuedRun']],
  ['interceptors/workflow/lineage/data-flow.js', ['DataFlow.returned', 'DataFlow.passed']],
  ['interceptors/workflow/lineage/data-flow.js', ['DataFlow.receivedFromOutside', 'DataFlow.reported']],
  ['interceptors/workflow/lineage/results.js', ['Results.watch', 'Results.schedules']],
  ['interceptors/workflow/lineage/lineage-headers.js', ['passingToActivity', 'passingToStart']],
  ['src/metadata/snapshot.js', ['snapshotMetadata']],
  ['src/temporal/header.js', ['readHeader']],
  ['interceptors/workflow/state.js', ['currentScope', 'receiveContext']],
  ['interceptors/workflow/state.js', ['beginWorkflowState']],
  ['interceptors/workflow/state.js', ['isUntouched']],
  ['interceptors/workflow/state.js', ['joinScopes']],
  ['interceptors/workflow/state.js', ['workflowState']],
  ['interceptors/workflow/state.js', ['runInScope']],
  ['interceptors/workflow/state.js', ['setBaseMetadata']],
  ['interceptors/workflow/decisions.js', ['DecisionCounter.read', 'DecisionCounter.update']],
  ['interceptors/workflow/resolutions.js', ['ScheduledActivities.remember', 'ScheduledActivities.resolve']],
])('in the sandbox %s throws: %j', async (file, names) => {
  const bare = await bareOutcomes();
  const plugin = faultPlugin({ environment: false });
  const faulty = faultyModule(file, names);
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: faultWorkflows,
    plugins: [plugin],
    logger: quietLogger(),
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, alias: { ...config.resolve?.alias, [join(dist, file)]: faulty } },
    }),
  });
  const said = new Set<string>();
  const nothing = { fn: () => {} };
  const warn = {
    fn: (_info: unknown, message: string) => {
      said.add(message);
    },
  };
  const defaultWorkerLogger = { trace: nothing, debug: nothing, info: nothing, warn, error: nothing };
  const seen = await outcomes(plugin, workflowBundle, { defaultWorkerLogger });
  expect([...said].filter((message) => message.startsWith('FAULT ')).sort()).toEqual(
    names.map((name) => `FAULT ${name}`).sort(),
  );
  expect(seen).toEqual(bare);
});
