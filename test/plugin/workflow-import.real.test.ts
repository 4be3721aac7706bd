/** Workflow code that imports from the wrong entry of the package: one line, and no bundle. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundleOptions, bundleWorkflowCode, Worker } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../imports';
import { nativeConnection, unique } from './harness';

const folder = mkdtempSync(join(tmpdir(), 'provenance-import-'));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(ROOT, join(folder, 'node_modules', 'temporal-provenance'));
symlinkSync(join(ROOT, 'node_modules', '@temporalio'), join(folder, 'node_modules', '@temporalio'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WRONG =
  "import { withMetadata } from 'temporal-provenance';\nexport const one = () => withMetadata({}, () => 1);";
const RIGHT = WRONG.replace('temporal-provenance', 'temporal-provenance/workflow');

/** What bundling came to, and all that was logged meanwhile. */
async function bundled(files: { [name: string]: string }, more: Partial<BundleOptions> = {}) {
  const place = mkdtempSync(join(folder, 'case-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
  const lines: string[] = [];
  const log = (message: unknown): void => {
    lines.push(...String(message).split('\n'));
  };
  const logger = { log, trace: log, debug: log, info: log, warn: log, error: log };
  const workflowsPath = join(place, 'workflows.ts');
  try {
    const plugins = [new ProvenancePlugin()];
    const { code } = await bundleWorkflowCode({ workflowsPath, plugins, logger, ...more });
    return { code, lines };
  } catch (error) {
    return { error: error as Error & { code?: string }, lines };
  }
}

test('the root of the package is refused in one line that says what to import', async () => {
  const { error, lines } = await bundled({ 'workflows.ts': "export * from './helper';", 'helper.ts': WRONG });
  expect(error).toMatchObject({ name: 'ProvenanceError', code: 'WORKFLOW_IMPORT' });
  expect(error?.message).toMatch(
    /helper\.ts imports 'temporal-provenance', which is for clients and workers.*from 'temporal-provenance\/workflow'/,
  );
  expect(error?.message).not.toContain('\n');
  expect(lines).toEqual([]);
});

test('so is the activity entry, and the root by its path', async () => {
  const activity =
    "import { currentRun } from 'temporal-provenance/activity';\nexport const one = () => currentRun();";
  expect((await bundled({ 'workflows.ts': activity })).error?.message).toMatch(
    /workflows\.ts imports 'temporal-provenance\/activity', which is for activities/,
  );
  const path = WRONG.replace("'temporal-provenance'", JSON.stringify(join(ROOT, 'dist', 'src', 'index.js')));
  expect((await bundled({ 'workflows.ts': path })).error?.message).toMatch(
    /which is for clients and workers/,
  );
});

test('a worker that bundles its workflows reports the same', async () => {
  const workflowsPath = join(folder, 'of-a-worker.ts');
  writeFileSync(workflowsPath, WRONG);
  const worker = Worker.create({
    connection: await nativeConnection(),
    taskQueue: unique('import'),
    workflowsPath,
    plugins: [new ProvenancePlugin({ store: `sqlite:${join(folder, 'p.db')}`, environment: false })],
  });
  await expect(worker).rejects.toThrow(/of-a-worker\.ts imports 'temporal-provenance'/);
});

test("the right entry, a type alone, and modules that the lab ignores are bundled, and the lab's own hook is called", async () => {
  const type =
    "import type { StartDocument } from 'temporal-provenance';\nexport type Start = StartDocument;";
  const heard: unknown[] = [];
  const webpackConfigHook: BundleOptions['webpackConfigHook'] = (configuration) => {
    heard.push(configuration.mode);
    return configuration;
  };
  const right = await bundled({ 'workflows.ts': `${RIGHT}\n${type}` }, { webpackConfigHook });
  expect(right.error).toBeUndefined();
  expect(right.code).toContain('temporal-provenance:workflow-interceptors');
  expect(heard).toEqual(['development']);
  const ignored = await bundled({ 'workflows.ts': WRONG }, { ignoreModules: ['temporal-provenance$'] });
  expect(ignored.error).toBeUndefined();
});
