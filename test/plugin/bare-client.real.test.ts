/** Metadata that is given around a client which lacks the plugin: lost, with a word. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from '../imports';
import { temporalAddress } from '../real/temporal-server';

const folder = mkdtempSync(join(tmpdir(), 'provenance-bare-client-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** Warnings of a program of its own: what was told once in a process is not told again there. */
async function warningsOf(code: string): Promise<string[]> {
  const file = join(folder, `program-${++files}.cjs`);
  writeFileSync(
    file,
    `const warnings = [];
    process.on('warning', (warning) => warnings.push(warning.message));
    const { ProvenancePlugin, withMetadata } = require(${JSON.stringify(ROOT)});
    const sdk = require(${JSON.stringify(join(ROOT, 'node_modules', '@temporalio', 'client'))});
    const { Client, Connection, WithStartWorkflowOperation } = sdk;
    const at = (name) => ({ taskQueue: 'nobody', workflowId: name + '-' + process.pid });
    const settled = (promise) => Promise.resolve(promise).catch(() => undefined);
    const deadline = () => new Promise((resolve) => setTimeout(resolve, 300));
    (async () => {
      const connection = await Connection.connect({ address: ${JSON.stringify(temporalAddress())} });
      const bare = new Client({ connection });
      const ours = new Client({ connection, plugins: [new ProvenancePlugin()] });
      ${code}
      await deadline();
      console.log(JSON.stringify(warnings));
      process.exit(0);
    })();`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', file], { cwd: folder });
  return JSON.parse(stdout) as string[];
}

test('a client without the plugin is reported once, with the fields and the remedy', async () => {
  const warnings = await warningsOf(`
    for (const name of ['first', 'second'])
      await withMetadata({ operator: 'Grace', sample: { name: 'Au' } }, () => bare.workflow.start('one', at(name)));
  `);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /withMetadata gave operator, sample, but client\.workflow\.start was called on a client without the plugin/,
  );
  expect(warnings[0]).toContain('new Client({ connection, plugins: [new ProvenancePlugin()] })');
  expect(warnings[0]).not.toContain('Grace');
});

test.each([
  [
    'client.workflow.signalWithStart',
    `bare.workflow.signalWithStart('one', { ...at('signal'), signal: 'go' })`,
  ],
  [
    'client.schedule.create',
    `bare.schedule.create({ scheduleId: 's-' + process.pid, spec: {}, action: { type: 'startWorkflow', workflowType: 'one', ...at('scheduled') } })`,
  ],
  [
    'client.activity.start',
    `bare.activity.start('greet', { id: 'a', taskQueue: 'nobody', startToCloseTimeout: '1 minute' })`,
  ],
  [
    'client.workflow.executeUpdateWithStart',
    `Promise.race([deadline(), bare.workflow.startUpdateWithStart('act', { waitForStage: 'ACCEPTED', args: [],
      startWorkflowOperation: new WithStartWorkflowOperation('one', { ...at('update'), workflowIdConflictPolicy: 'USE_EXISTING' }) })])`,
  ],
  [
    'client.workflow.start',
    `new Client({ connection, plugins: [new ProvenancePlugin()], interceptors: { workflow: { calls: [] } } }).workflow.start('one', at('old'))`,
  ],
])('%s on such a client is told of', async (call, code) => {
  const warnings = await warningsOf(`await settled(withMetadata({ operator: 'Grace' }, () => ${code}));`);
  expect(warnings.filter((text) => text.includes(`gave operator, but ${call} was called`))).toHaveLength(1);
});

test('nothing is reported if nothing is lost', async () => {
  const warnings = await warningsOf(`
    withMetadata({ operator: 'Ada' }, () => 'nothing is started');
    await withMetadata({ operator: 'Ada' }, () => bare.workflow.count());
    await withMetadata({}, () => bare.workflow.start('one', at('empty')));
    await bare.workflow.start('one', at('outside'));
    let later;
    withMetadata({ operator: 'Ada' }, () => {
      later = deadline().then(() => ours.workflow.start('one', at('later')));
    });
    await withMetadata({ operator: 'Ada' }, () => withMetadata({ inner: true }, async () => {
      await ours.workflow.start('one', at('nested'));
      await ours.schedule.create({ scheduleId: 'ours-' + process.pid, spec: {}, action: { type: 'startWorkflow', workflowType: 'one', ...at('scheduled') } });
      await settled(ours.activity.start('greet', { id: 'b', taskQueue: 'nobody', startToCloseTimeout: '1 minute' }));
    }));
    await later;
    await withMetadata({ outer: true }, async () => {
      const handle = ours.workflow.getHandle('nested-' + process.pid);
      await handle.signal('go');
      await bare.workflow.getHandle('nested-' + process.pid).terminate();
    });
  `);
  expect(warnings).toEqual([]);
});
