/** A project that tests its worker with Jest, which runs each test file in a VM context of its own, without `import()`. */
import { execFile } from 'node:child_process';
import { cp, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../imports';
import { addNativePart, installInto, type Packed, pack } from '../packaging/packed';
import { runsOf } from '../plugin/harness';
import { temporalAddress } from '../real/temporal-server';

interface Tested {
  status: string;
  title: string;
  failureMessages: string[];
}

let packed: Packed;
let project: string;
let store: string;
let tests: Tested[];
let stderr: string;

beforeAll(async () => {
  packed = await pack();
  project = await installInto(packed, 'jest', ['jest@29.7.0']);
  await cp(join(__dirname, 'jest'), project, { recursive: true });
  await addNativePart(project);
  const sdk = join(project, 'node_modules', '@temporalio');
  await rm(sdk, { recursive: true, force: true });
  await symlink(join(ROOT, 'node_modules', '@temporalio'), sdk);
  store = `sqlite:${join(project, 'provenance.db')}`;
  const jest = join(project, 'node_modules', 'jest', 'bin', 'jest.js');
  const env = { ...process.env, ADDRESS: temporalAddress(), STORE: store, NODE_OPTIONS: undefined };
  const run = promisify(execFile)(
    process.execPath,
    [jest, '--runInBand', '--json', '--outputFile=tests.json'],
    {
      cwd: project,
      env,
    },
  );
  ({ stderr } = await run.catch((error) => error));
  const report = JSON.parse(await readFile(join(project, 'tests.json'), 'utf8'));
  tests = report.testResults.flatMap(
    ({ assertionResults }: { assertionResults: Tested[] }) => assertionResults,
  );
});

afterAll(() => packed?.remove());

it('its tests pass: scans run, rules refuse, histories replay', () => {
  expect(tests.filter(({ status }) => status !== 'passed')).toEqual([]);
  expect(tests).toHaveLength(4);
  expect(stderr).not.toMatch(/PROVENANCE_|unregistered external sink/);
});

it('its workers record everything', async () => {
  const [measured, failed, ...others] = await runsOf(store);
  expect(others).toEqual([]);
  expect(measured).toMatchObject({
    start: {
      operator: 'Ada',
      many: [1, null],
      nested: { list: [1, { deep: null }] },
      plan_args: [{ steps: [1, 2] }],
      temporal: { activity_type: 'measure', args: [{ steps: [1, 2] }] },
      provenance: { environment: expect.stringMatching(/^sha256:/) },
    },
    stop: { exit_status: 'success', temporal: { result: [{ input: { steps: [1, 2] } }] } },
  });
  expect(failed?.stop).toMatchObject({
    exit_status: 'fail',
    temporal: { error: { message: 'planned', cause: { type: 'TypeError', message: 'inner' } } },
  });
});
