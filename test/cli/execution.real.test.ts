import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import { openStore } from '../built';
import { opening, stopping, uidOf } from '../store/runs';
import { BEFORE, CHILD, FAILED, failedExecutionRecords } from './failed-execution';
import { type Answer, call, MORNING } from './laboratory';

const folder = mkdtempSync(join(tmpdir(), 'provenance-execution-'));
const ask = (...argv: string[]): Promise<Answer> => call(argv, { cwd: folder });
const onTerminal = (columns: number, ...argv: string[]): Promise<Answer> =>
  call(argv, { cwd: folder, tty: { columns } });

const LONG = { namespace: 'default', workflow_id: '8', run_id: 'e4f1e5d0-1111-4000-8000-000000000044' };
const LONG_RUNS = 3000;

/** An execution of very many runs, a few of which failed, whose workflow id is also a scan id. */
function longRecords(): WriteRecord[] {
  const records: WriteRecord[] = [
    {
      kind: 'execution',
      start: {
        schema_version: 1,
        ...LONG,
        workflow_type: 'watch',
        start_time: MORNING,
        task_queue: 'measurements',
        first_execution_run_id: LONG.run_id,
        attempt: 1,
        origin: 'history',
      },
    },
  ];
  for (let n = 10_000; n < 10_000 + LONG_RUNS; n++) {
    records.push(
      opening({ n, time: MORNING + n, numbered: false, temporal: { ...LONG, activity_type: 'poll' } }),
    );
    const error = { type: 'Timeout', message: `poll ${n}` };
    if (n % 1000 === 500)
      records.push(stopping(n, { time: MORNING + n + 1, exit_status: 'fail', temporal: { error } }));
    else records.push(stopping(n, { time: MORNING + n + 1 }));
  }
  return records;
}

const refusal: WriteRecord = {
  kind: 'refusal',
  refusal_id: uidOf(70_000),
  time: MORNING + 60_000,
  lab: 'default',
  issues: [{ path: ['operator'], message: 'is required' }],
  document: JSON.stringify({ fields: {}, sources: {}, temporal: { ...BEFORE, activity_type: 'acquire' } }),
};

beforeAll(async () => {
  const store = await openStore(`sqlite:${join(folder, 'provenance.db')}`, { mode: 'write', create: true });
  await store.write([...failedExecutionRecords(), refusal]);
  await store.write(longRecords());
  await store.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('show EXECUTION', () => {
  it('shows on one screen what failed, where, with which code and which arguments', async () => {
    const { out, code } = await ask('show', FAILED.workflow_id);
    const lines = out.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(lines.length).toBeLessThanOrEqual(45);
    expect(lines[0]).toBe('✗ night-scan-0042 · nightScan · failed · 19 s');
    expect(lines.indexOf('what failed')).toBeLessThan(lines.indexOf('execution'));
    for (const words of [
      `✗ train · scan 8 · ${uidOf(105).slice(-8)} · attempt 3 · failed · 2 s`,
      'in child     night-scan-0042/model',
      'error        ModelError: singular matrix: 3 of 12 frames are dark (not retryable)',
      'caused by    RangeError: only 3 points',
      'at           fit (/srv/pipeline/model.ts:41:7)',
      'where        ada@beamline-7, pid 4711, queue measurements, build 1.4.2',
      'code         3f2a1bc9d0e4 on main of https://example.org/lab/pipeline.git with changes (patch kept)',
      'node 20.20.2',
      'arguments    detector-2, {"frames":12}',
      `results of   acquire ${uidOf(101).slice(-8)}`,
      `retry of     2 attempts, the last ${uidOf(104).slice(-8)} failed: Error: connection reset`,
      'checkpoints  2 (show ',
      'frames 4, 7, 9 are dark\\x1b[2J',
      'schedule     nightly',
      `continues    run id ${BEFORE.run_id} (2 of 2 in its chain)`,
      'operator  Ada',
      'runs: 1 activity, 1 child',
      '3 attempts',
    ]) {
      expect(out).toContain(words);
    }
    expect(out).toMatch(/signal +resume +by ada@beamline-7\n.* update +setExposure/);
  });

  it.each([80, 120])('fits a terminal of %i columns, in colour', async (columns) => {
    const { out } = await onTerminal(columns, 'show', FAILED.workflow_id, '--log', '--all');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    const plain = out.replace(/\u001b\[\d+m/g, '').split('\n');
    expect(Math.max(...plain.map((line) => [...line].length))).toBeLessThanOrEqual(columns);
    expect(out).toContain('\u001b[31m');
    expect(out).toContain('training starts');
  });

  it('accepts a workflow id, a run id and the beginning of a run id', async () => {
    for (const word of [FAILED.run_id, FAILED.run_id.toUpperCase(), 'c4f1e5', FAILED.workflow_id]) {
      expect((await ask('show', word, '--json')).json()[0]).toMatchObject({ start: FAILED });
    }
    expect((await ask('show', 'b4f1e5')).out).toMatch(/continued as +run id c4f1e5d0.*failed \(1 of 2/);
    expect((await ask('show', CHILD.run_id)).out).toMatch(/child of +night-scan-0042, run id c4f1e5d0/);
  });

  it('shows refusals', async () => {
    expect((await ask('show', 'b4f1e5')).out).toMatch(/refused +acquire: operator: is required/);
  });

  it('prints everything as one object with --json', async () => {
    const [document] = (await ask('show', FAILED.workflow_id, '--json')).json();
    expect(document).toMatchObject({
      start: { ...FAILED, memo: { purpose: 'calibration' } },
      settled: { status: 'failed' },
      runs: [{ start: { uid: uidOf(101) } }],
      decisions: [{ name: 'resume' }, { name: 'setExposure' }],
      children: [{ start: CHILD, runs: [{}, {}, {}], children: [] }],
      chain: [BEFORE.run_id, FAILED.run_id],
      failed: uidOf(105),
      log: [{ message: 'training starts' }],
    });
  });

  it('shows the first, the last and the failed runs of a long execution, and all on request', async () => {
    const { out } = await ask('show', '8', '--execution');
    expect(out.split('\n').length).toBeLessThan(40);
    expect(out).toContain('… 8 · watch · open');
    expect(out).toContain('runs: 3000 activities');
    expect(out).toContain('failed, but the execution went on');
    expect(out.match(/✗ {2}poll/g)).toHaveLength(3);
    expect(out).toMatch(/… \d+ more \(--all\)/);
    expect(out).toContain('backfill, from the history');
    const all = await ask('show', '8', '--execution', '--all');
    expect(all.out.match(/[✓✗] {2}poll/g)).toHaveLength(LONG_RUNS);
  });

  it('shows an execution that only its runs name', async () => {
    const { out, code } = await ask('show', 'seasonal-2026');
    expect(code).toBe(0);
    expect(out).toContain('seasonal-2026');
    expect(out).toMatch(/train .* 2 attempts/);
  });
});

describe('an ambiguous reference', () => {
  it('that is a number means a scan id; the workflow id is mentioned', async () => {
    const answer = await ask('show', '8', '--json');
    expect(answer.json()[0]).toMatchObject({ start: { uid: uidOf(105) } });
    expect(answer.err).toContain("'8' is also a workflow id");
    expect((await ask('show', '8', '--run', '--json')).json()[0]).toMatchObject({
      start: { uid: uidOf(105) },
    });
  });

  it("is refused if it is the beginning of a run's and an execution's name", async () => {
    const store = await openStore(`sqlite:${join(folder, 'provenance.db')}`, { mode: 'write' });
    const twin = {
      ...LONG,
      workflow_id: 'twin',
      run_id: `${uidOf(105).slice(-8)}-0000-4000-8000-000000000000`,
    };
    const { start } = longRecords()[0] as Extract<WriteRecord, { kind: 'execution' }>;
    await store.write([
      {
        kind: 'execution',
        start: { ...start, ...twin, first_execution_run_id: twin.run_id },
      },
    ]);
    await store.close();
    const word = uidOf(105).slice(-8);
    // All digits: a scan id or part of a uid first.
    const answer = await ask('show', word);
    expect(answer).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/names run .* and execution twin/),
    });
    expect((await ask('show', word, '--execution')).out).toContain('twin');
    expect((await ask('show', word, '--run')).out).toContain('train');
    expect(await ask('show', word, '--run', '--execution')).toMatchObject({ code: 2 });
  });
});

describe('show RUN', () => {
  it('shows checkpoints and log, in full on request', async () => {
    const brief = (await ask('show', '8')).out;
    expect(brief).toMatch(/checkpoints +2, the last at .*: \{"epoch":2\}, simulated time 0 to 40 ms/);
    expect(brief).toMatch(/log +2 lines, 1 of them warnings or errors \(--log prints them\)/);
    const full = (await ask('show', '8', '--checkpoints', '--log')).out;
    expect(full).toMatch(/0 +2096.* \{"epoch":1\}/);
    expect(full).toMatch(/info +reading 12 frames/);
    const [run] = (await ask('show', '8', '--checkpoints', '--log', '--json')).json();
    expect(run).toMatchObject({ start: {}, checkpoints: [{ index: 0 }, { index: 1 }], log: [{}, {}] });
  });
});

describe('list --executions', () => {
  it('lists, filters and orders them', async () => {
    const { out } = await ask('list', '--executions');
    expect(out.split('\n')[0]).toMatch(
      /WORKFLOW ID +TYPE +STATUS +STARTED +TOOK +SCAN +OPERATOR +SAMPLE +RUN ID +PARENT +SCHEDULE/,
    );
    const where = "memo.tags = 'gold' AND status = 'failed' ORDER BY start_time";
    const found = (await ask('list', '--executions', '--json', '--where', where)).json();
    expect(found.map(({ start }) => (start as { run_id: string }).run_id)).toEqual([
      FAILED.run_id,
      CHILD.run_id,
    ]);
  });

  it('finds executions by the metadata of their runs, and shows operator, sample and scan id', async () => {
    const found = (await ask('list', '--executions', '--json', '--where', "operator = 'Ada'")).json();
    expect(found.length).toBeGreaterThan(0);
    expect(found.map(({ operator }) => operator)).toEqual(found.map(() => 'Ada'));
    expect(found.map(({ scan_id }) => typeof scan_id)).toContain('number');
    expect((await ask('list', '--executions', '--json', '--where', "operator = 'Nobody'")).json()).toEqual(
      [],
    );
  });

  it("names what can't be searched", async () => {
    expect(await ask('list', '--executions', '--where', "start.nothing = 'x'")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/start\.nothing.*can't be searched/),
    });
  });
});
