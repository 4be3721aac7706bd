/** Scan ids that name an execution: `show` shows it whole, everything else its newest run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SourceName } from '../../src/model/documents';
import type { JsonObject } from '../../src/model/json';
import type { WriteRecord } from '../../src/store/interface/written';
import { openStore } from '../built';
import { opening, stopping, uidOf } from '../store/runs';
import { type Answer, call, MORNING } from './laboratory';

const folder = mkdtempSync(join(tmpdir(), 'provenance-scans-'));
const ask = (...argv: string[]): Promise<Answer> => call(argv, { cwd: folder });

const execution = (n: number) => ({
  workflow_id: `pipeline-${n}`,
  run_id: `aaaaaaaa-000${n}-4000-8000-000000000001`,
});
const ROOT = execution(1);
const CHILD = { ...execution(2), parent: ROOT, root: ROOT };

/** A finished run; `shared`: of an execution whose runs share their number. */
function run(n: number, scan_id: number, activity_type: string, place: object, shared = true): WriteRecord[] {
  const provenance: JsonObject = shared ? { scan_root: ROOT.run_id } : {};
  const temporal = { ...place, activity_type };
  const sources: { [field: string]: SourceName } = {
    operator: 'user',
    ...(scan_id === 4711 && { scan_id: 'user' }),
  };
  const opened = opening({
    sources,
    n,
    time: MORNING + n,
    scan_id,
    fields: { operator: 'Ada' },
    temporal,
    provenance,
  });
  return [opened, stopping(n, { time: MORNING + n + 0.5 })];
}

function started(place: { workflow_id: string; run_id: string; parent?: object }): WriteRecord {
  const start = {
    namespace: 'default',
    ...place,
    workflow_type: 'pipeline',
    start_time: MORNING,
    task_queue: 'measurements',
    first_execution_run_id: place.run_id,
    attempt: 1,
    origin: 'sandbox',
  };
  return { kind: 'execution', start } as WriteRecord;
}

beforeAll(async () => {
  const store = await openStore(`sqlite:${join(folder, 'provenance.db')}`, { mode: 'write', create: true });
  const given = execution(4);
  await store.write([
    ...[ROOT, CHILD, execution(3), given].map(started),
    ...run(1, 42, 'lastYear', execution(3), false),
    ...run(2, 42, 'acquire', ROOT),
    ...run(3, 42, 'reduce', CHILD),
    ...run(4, 42, 'report', ROOT),
    ...run(5, 43, 'alone', { ...execution(5), root: undefined }, false),
    ...run(6, 4711, 'one', given, false),
    ...run(7, 4711, 'two', given, false),
  ]);
  await store.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

it('show of a scan id that the runs of an execution share shows the execution with its children', async () => {
  const { code, json, err } = await ask('show', '42', '--json');
  expect(code).toBe(0);
  const [shown] = json() as [{ start: { run_id: string }; runs: object[]; children: { runs: object[] }[] }];
  expect(shown.start.run_id).toBe(ROOT.run_id);
  expect([shown.runs.length, shown.children.map(({ runs }) => runs.length)]).toEqual([2, [1]]);
  expect(err).toMatch(/^Scan id 42 was assigned more than once: also /);
  const told = await ask('show', '42');
  expect(told.out).toMatch(/pipeline-1/);
  for (const type of ['acquire', 'reduce', 'report']) expect(told.out).toContain(type);
});

it('show of a scan id that a user gave to all runs of an execution shows the execution', async () => {
  const [shown] = (await ask('show', '4711', '--json')).json() as [{ start: { workflow_id: string } }];
  expect(shown.start.workflow_id).toBe('pipeline-4');
});

it('show of a scan id of one run shows the run; --run shows the run for every scan id', async () => {
  const uid = async (...argv: string[]) =>
    ((await ask('show', ...argv, '--json')).json() as [{ start: { uid: string } }])[0].start.uid;
  expect(await uid('43')).toBe(uidOf(5));
  expect(await uid('42', '--run')).toBe(uidOf(4));
  expect(await uid('-1')).toBe(uidOf(7));
});

it('other verbs take the newest run, and say so', async () => {
  const { out, err } = await ask('explain', '42', 'scan_id');
  expect(out).toContain(`shared by all runs of execution ${ROOT.run_id}`);
  expect(err).toMatch(
    /^Scan id 42 belongs to an execution with several runs; this is the newest, .*`show 42` shows all; also /,
  );
});

it('list and filters have the scan id on each run', async () => {
  const { json } = await ask('list', '--where', 'scan_id = 42', '--json');
  const found = json() as { start: { uid: string; scan_id: number } }[];
  expect(found.map(({ start }) => [start.uid, start.scan_id])).toEqual(
    [4, 3, 2, 1].map((n) => [uidOf(n), 42]),
  );
});
