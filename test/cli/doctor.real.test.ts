/** `doctor` on an installation that is broken in every way that can be brought about here: each fault is named. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { expect, it } from 'vitest';
import type { Finding } from '../../src/questions/health/checks';
import { fromBuild, openStore } from '../built';
import { quietLogger, recording, temporaryStore, workflowsPath } from '../plugin/harness';
import { opening } from '../store/runs';
import { main } from './laboratory';

const { openSpool } = fromBuild<typeof import('../../src/record/spool/spool')>('src/record/spool/spool');
const { spoolFolder } = fromBuild<typeof import('../../src/record/delivery/spool-place')>(
  'src/record/delivery/spool-place',
);

interface Answer {
  code: number;
  report: { summary: string; health: string; findings: Finding[] };
}

async function doctor(url: string): Promise<Answer> {
  let out = '';
  const stdout = { write: (text: string) => (out += text) };
  const code = await main(['doctor', '--json', '--store', url], {
    stdout,
    stderr: stdout,
    env: {},
    cwd: '/',
  });
  return { code, report: JSON.parse(out) };
}

const faultsOf = ({ report }: Answer) =>
  report.findings.filter(({ health }) => health !== 'ok').map(({ check, health }) => `${check}: ${health}`);

it('reports a healthy installation as healthy, and names each fault of another one', async () => {
  const store = temporaryStore();
  await recording({ store }, ({ client, taskQueue }) =>
    client.workflow.execute('one', { taskQueue, workflowId: taskQueue, args: ['Ada'] }),
  );
  const well = await doctor(store);
  expect(faultsOf(well)).toEqual([]);
  expect(well).toMatchObject({ code: 0, report: { health: 'ok' } });
  expect(well.report.summary).toMatch(
    /^Captured: 1 worker \(queue \S+\), since \d{4}-\d\d-\d\d; last run .* ago; none is running now\.$/,
  );

  await breakIt(store);
  const broken = await doctor(store);
  expect(broken.code).toBe(1);
  expect(faultsOf(broken).sort()).toEqual([
    'data flow: warn',
    'file modes: fail',
    'labs: warn',
    'links: warn',
    'lookup: warn',
    'losses: fail',
    'losses: fail',
    'open runs: warn',
    'registration: warn',
    'spool: warn',
    'workflow module: fail',
  ]);
});

async function breakIt(url: string): Promise<void> {
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: quietLogger() });
  const { ProvenancePlugin } = await import('temporal-provenance');
  const plugin = new ProvenancePlugin({ store: url, environment: false, capture: { lookup: 'off' } });
  await recording(
    { store: url },
    ({ client, taskQueue }) =>
      client.workflow.execute('one', { taskQueue, workflowId: taskQueue, args: ['Ada'] }),
    { workflowBundle, plugins: [plugin, plugin] },
  );
  const store = await openStore(url);
  const loss = { kind: 'loss' as const, time: 1, session_id: null, loss: 'start', count: 2, detail: 'full' };
  const elsewhere = opening({ n: 1, time: 1_000, temporal: { namespace: 'another' } });
  await store.write([elsewhere, loss]);
  await store.close();
  const spool = await openSpool({ folder: spoolFolder(url) });
  await spool.append([opening({ n: 2 })]);
  await spool.close();
  const file = url.replace('sqlite:', '');
  expect(existsSync(file)).toBe(true);
  chmodSync(file, 0o644);
}

it('says that nothing is captured, and how to begin, if no worker has used the store', async () => {
  const url = temporaryStore();
  await (await openStore(url)).close();
  const { code, report } = await doctor(url);
  expect(code).toBe(0);
  expect(report.summary).toMatch(/^Nothing is captured: .*plugins: \[new ProvenancePlugin\(\)\]\.$/);
  expect(report.findings[0]).toMatchObject({ check: 'workers', health: 'warn' });
  let out = '';
  const stdout = { write: (text: string) => (out += text) };
  await main(['doctor', '--store', url], { stdout, stderr: stdout, env: {}, cwd: '/' });
  expect(out).toMatch(/^Nothing is captured: /);
  expect(out).toMatch(/Nothing is captured yet\.\s*$/);
  expect(out).not.toContain('Healthy');
});

it("names a worker's unusable spool, as the worker reported it to the store", async () => {
  const store = temporaryStore();
  const file = join(dirname(store.slice('sqlite:'.length)), 'file');
  writeFileSync(file, '');
  const folder = join(file, 'spool');
  await recording({ store, spool: { folder } }, ({ client, taskQueue }) =>
    client.workflow.execute('one', { taskQueue, workflowId: taskQueue, args: ['Ada'] }),
  );
  const answer = await doctor(store);
  expect(faultsOf(answer)).toEqual(['spool: fail']);
  const [fault] = answer.report.findings.filter(({ health }) => health === 'fail');
  expect(fault?.words).toMatch(/ on \S+: the spool \S+ cannot be used \(ENOTDIR.*lost when the worker ends/);
  expect(answer.code).toBe(1);
});
