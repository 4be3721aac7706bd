/** What the command line says of itself: which part of the store it shows, in which words, and why it shows nothing. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import { openStore } from '../built';
import { opening, stopping, uidOf } from '../store/runs';
import { type Answer, call, MORNING } from './laboratory';

const folder = mkdtempSync(join(tmpdir(), 'provenance-words-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function storeOf(
  name: string,
  records: readonly WriteRecord[],
): Promise<(...argv: string[]) => Promise<Answer>> {
  const url = `sqlite:${join(folder, `${name}.db`)}`;
  const store = await openStore(url, { mode: 'write', create: true });
  await store.write(records);
  await store.close();
  return (...argv) => call([...argv, '--store', url], { cwd: folder });
}

describe('a store with runs of another lab', () => {
  let ask: (...argv: string[]) => Promise<Answer>;
  const start = { namespace: 'default', task_queue: 'measurements', attempt: 1, origin: 'sandbox' as const };
  const run_id = '00000000-0000-4000-8000-000000000001';

  beforeAll(async () => {
    ask = await storeOf('labs', [
      ...[1, 2, 3].map((n) => opening({ n, time: MORNING + n, fields: { operator: 'Ada' } })),
      opening({ n: 4, time: MORNING + 4, lab: 'hall-2', fields: { operator: 'Grace' } }),
      opening({ n: 5, time: MORNING + 5, lab: 'hall-3' }),
      {
        kind: 'execution',
        start: {
          schema_version: 1,
          ...start,
          workflow_id: 'w-1',
          run_id,
          workflow_type: 'pipeline',
          start_time: MORNING,
          first_execution_run_id: run_id,
        },
      },
      {
        kind: 'log',
        run_start: uidOf(1),
        run_id: null,
        first: 0,
        lines: [{ time: MORNING, level: 'INFO', message: 'shutter open' }],
        keep_from: 0,
      },
    ]);
    await ask('stash', 'set', 'sample', 'Au', '--lab', 'hall-2');
  });

  it('is not called empty: the labs with runs are named', async () => {
    const { out, err, code } = await ask('list', '--lab', 'X');
    expect([code, out]).toEqual([0, '']);
    expect(err).toMatch(
      /^No runs of lab X in sqlite:.*labs\.db; 3 are in lab default \(--lab default\), 1 in lab hall-2, 1 in lab hall-3\.\n$/,
    );
    const place = join(folder, 'configured');
    mkdirSync(place);
    writeFileSync(
      join(place, 'temporal-provenance.json'),
      JSON.stringify({ store: 'sqlite:../labs.db', lab: 'X' }),
    );
    const configured = await call(['list'], { cwd: place });
    expect(configured.err).toContain('3 are in lab default (--lab default)');
    expect((await call(['show', '-1'], { cwd: place })).err).toContain(
      '; it has no runs, 3 are in lab default (--lab default)',
    );
  });

  it('names the labs that have the scan id', async () => {
    const { err, code } = await ask('show', '1', '--lab', 'X');
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(
        /^No run '1' in lab X of .*; labs default, hall-2 and hall-3 have a scan 1 \(--lab default\)\.\n$/,
      ),
    ]);
    expect((await ask('show', '3', '--lab', 'hall-2')).err).toContain(
      '; lab default has a scan 3 (--lab default).',
    );
    expect((await ask('show', '99', '--lab', 'hall-2')).err).toMatch(
      /No run '99' in lab hall-2 of [^;]*\.\n$/,
    );
  });

  it('is reported for executions, stash and log lines as well', async () => {
    expect((await ask('list', '--executions', '--lab', 'X')).err).toMatch(
      /No executions of lab X in .*; runs: 3 are in lab default \(--lab default\)/,
    );
    expect((await ask('list', '--executions', '--lab', 'default', '--json')).json()).toHaveLength(1);
    expect((await ask('stash', 'get', '--lab', 'X')).out).toMatch(
      /Lab X: last scan id 0, stash version 0\. The stash is empty; lab hall-2 has values \(--lab hall-2\)\./,
    );
    expect((await ask('stash', 'get', 'sample')).err).toContain(
      "The stash of lab default has no 'sample'; lab hall-2 has it (--lab hall-2).",
    );
    expect((await ask('stash', 'history', '--lab', 'X')).err).toContain(
      '; lab hall-2 has a history (--lab hall-2)',
    );
    expect((await ask('log', '--lab', 'X')).err).toContain(
      'Nothing was logged in lab X; lab default has such lines (--lab default).',
    );
    expect((await ask('log', '--lab', 'default', '--json')).json()).toHaveLength(1);
  });

  it('is listed with a column LAB if runs of several labs are shown', async () => {
    const [title, first] = (await ask('list')).out.split('\n');
    expect(title).toMatch(/^LAB +SCAN +UID/);
    expect(first).toMatch(/^hall-3 +1 /);
    expect((await ask('list', '--lab', 'hall-2')).out).toMatch(/^SCAN +UID/);
  });

  it('mentions matching runs of other labs', async () => {
    expect((await ask('list', '--lab', 'default', '--where', "operator = 'Grace'")).err).toMatch(
      /^No runs of lab default match the filter in .*; some of lab hall-2 do \(--lab hall-2\)\.\n/,
    );
  });
});

describe('a filter that finds nothing', () => {
  let ask: (...argv: string[]) => Promise<Answer>;
  const said = async (where: string) => (await ask('list', '--where', where)).err.split('\n').slice(1, -1);

  beforeAll(async () => {
    const operators = ['Ada', 'Grace', 'Noboru', 'Norbert', 'Lise'];
    ask = await storeOf(
      'values',
      Array.from({ length: 200 }, (_, n) =>
        opening({
          n: n + 1,
          time: MORNING + n,
          fields: { operator: operators[n % 5]!, dose: n, path: 'C:\\data', sample: { name: 'Ni-7' } },
          temporal: { activity_type: n % 2 ? 'fit' : 'acquire' },
        }),
      ),
    );
  });

  it('suggests the values that were probably meant', async () => {
    expect(await said("operator = 'ada'")).toEqual([
      "No run has operator 'ada'; 5 values are known, the nearest: 'Ada'.",
    ]);
    expect(await said("operator = 'Zacharias' AND dose > 3")).toEqual([
      "No run has operator 'Zacharias'; 5 values are known, such as 'Ada', 'Grace', 'Lise'.",
    ]);
    expect(await said("operator IN ('Norbet', 'Xxxxxxx')")).toEqual([
      "No run has operator 'Norbet'; 5 values are known, the nearest: 'Norbert'.",
      expect.stringMatching(
        /^No run has operator 'Xxxxxxx'; 5 values are known, such as '\w+', '\w+', '\w+'\.$/,
      ),
    ]);
    expect(await said("activity_type = 'fitt'")).toEqual([
      "No run has activity_type 'fitt'; 2 values are known, the nearest: 'fit'.",
    ]);
    expect(await said("dose = '5'")).toEqual([
      "No run has dose '5'; 5 exists, which is a different value than '5'.",
    ]);
    expect(await said("operator = 'Ada' AND dose = 1")).toEqual([]);
    expect(await said("sample = 'Ni-8'")).toEqual([
      "No run has sample 'Ni-8'; 1 value is known, the nearest: 'Ni-7'.",
    ]);
  });

  it('explains a backslash', async () => {
    expect((await ask('list', '--where', "path = 'C:\\data'")).err).toMatch(
      /column 11, at "\\d": double the backslash: write \\\\\./,
    );
    expect((await ask('list', '--where', "path = 'C:\\\\data'", '--json')).json()).toHaveLength(50);
    const [line] = await said("path = 'C:\\temp'");
    expect(line).toMatch(/No run has path 'C:\\temp'; .*In a filter \\t is a tab/);
  });
});

describe('the order of a list', () => {
  it('is named below it', async () => {
    const ask = await storeOf(
      'order',
      [1, 2, 3].map((n) => opening({ n, time: MORNING + 60 * n, fields: { dose: n } })),
    );
    const below = async (where?: string, limit = '2') =>
      (await ask('list', '--limit', limit, ...(where ? ['--where', where] : []))).err;
    expect(await below()).toBe('The last 2 recorded; --limit shows more.\n');
    expect(await below('ORDER BY time ASC')).toBe('The oldest 2; --limit shows more.\n');
    expect(await below('ORDER BY start.time DESC')).toBe('The newest 2; --limit shows more.\n');
    expect(await below('ORDER BY dose DESC, time')).toBe(
      'The first 2 by dose DESC, time; --limit shows more.\n',
    );
    expect(await below(undefined, '9')).toBe('');
  });

  it('is named if it is not by time, since a record may arrive late', async () => {
    const late = [3, 1, 2].map((n) => opening({ n, time: MORNING + 60 * n }));
    const ask = await storeOf('late', late);
    const { out, err } = await ask('list');
    expect(out.match(/08:0\d/g)).toEqual(['08:02', '08:01', '08:03']);
    expect(err).toBe('Sorted by the order of recording, not by time; ORDER BY time DESC sorts by time.\n');
    expect((await ask('list', '--where', 'ORDER BY time DESC')).err).toBe('');
  });
});

describe('how a run ended', () => {
  const BUILD = `@temporalio/worker@1.24.0+${'3dde0002'.repeat(8)}`;
  const settled = (n: number, outcome: 'completed' | 'failed' | 'timed_out' | 'superseded'): WriteRecord => ({
    kind: 'settled',
    document: { schema_version: 1, run_start: uidOf(n), time: MORNING + 50, outcome, evidence: {} },
  });
  let ask: (...argv: string[]) => Promise<Answer>;
  beforeAll(async () => {
    const temporal = { worker: { host: 'machine', build_id: BUILD } };
    ask = await storeOf('states', [
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((n) => opening({ n, time: MORNING + n, temporal })),
      stopping(1, { time: MORNING + 1.089, resources: { duration_ms: 6 } }),
      stopping(2, { time: MORNING + 3, exit_status: 'fail' }),
      settled(2, 'failed'),
      stopping(3, { time: MORNING + 4, exit_status: 'fail' }),
      settled(3, 'superseded'),
      stopping(4, { time: MORNING + 5 }),
      settled(4, 'timed_out'),
      settled(5, 'timed_out'),
      stopping(6, { time: MORNING + 7, exit_status: 'abort', temporal: { cancellation: 'worker_shutdown' } }),
      stopping(7, { time: MORNING + 8, exit_status: 'fail' }),
    ]);
  });

  it('is one word in every list, tree and page', async () => {
    const words = [
      'completed',
      'failed',
      'failed, retried',
      'timed_out',
      'timed_out',
      'aborted',
      'failed',
      'open',
    ];
    const rows = (await ask('list', '--attempts', '--where', 'ORDER BY time')).out
      .trimEnd()
      .split('\n')
      .slice(1);
    expect(rows.map((row) => /acquire +(.*?)(?: {2,}|$)/.exec(row)?.[1])).toEqual(words);
    for (const [index, word] of words.entries()) {
      expect((await ask('show', uidOf(index + 1))).out.split('\n')[0]).toMatch(new RegExp(` · ${word}$`));
    }
  });

  it('is one sentence that names its source, with a second status only if the two differ', async () => {
    const ended = async (n: number) => /ended +(.*)/.exec((await ask('show', uidOf(n))).out)?.[1];
    expect(await ended(1)).toBe("completed, reported by its worker; Temporal's outcome is not known yet");
    expect(await ended(2)).toBe('failed, reported by Temporal');
    expect(await ended(3)).toBe('failed, retried, reported by Temporal');
    expect(await ended(4)).toBe('timed_out, reported by Temporal; its worker saw the code return');
    expect(await ended(5)).toBe('timed_out, reported by Temporal; its worker recorded no end');
    expect(await ended(6)).toBe(
      "aborted (worker_shutdown), reported by its worker; Temporal's outcome is not known yet",
    );
    expect(await ended(8)).toBeUndefined();
  });

  it('has the span of its two times, and the span of the code if it differs', async () => {
    const { out } = await ask('show', uidOf(1));
    expect(out).toContain('08:00:01.000Z → 2096-11-23T08:00:01.089Z (89 ms, code 6 ms)');
    expect(out).toContain('build @temporalio/worker@1.24.0+3dde00023dde…\n');
    expect(out).not.toMatch(/[0-9a-f]{40}/);
  });
});

describe('values without a JSON form', () => {
  it('are shown as JavaScript writes them', async () => {
    const ask = await storeOf('marked', [
      opening({
        n: 1,
        time: MORNING,
        temporal: {
          args: [
            { $js: 'Error', message: 'beam lost', value: { code: 'E_BEAM' } },
            {
              frames: { $js: 'bigint', value: '12' },
              at: { $js: 'Date', value: '1970-01-01T00:00:00.000Z' },
            },
            [{ $js: 'undefined' }, { $js: 'Map', value: [['a', 1]] }],
            { plain: 1 },
          ],
        },
      }),
    ]);
    const { out } = await ask('show', uidOf(1));
    expect(out).toContain(
      'arguments    Error: beam lost {"code":"E_BEAM"}, {"frames":12n,"at":1970-01-01T00:00:00.000Z}, [undefined,Map{"a" => 1}], {"plain":1}',
    );
    expect((await ask('show', uidOf(1), '--json')).out).toContain('"$js":"Error"');
  });
});

describe('the log of a workflow', () => {
  it('includes the lines of its activities', async () => {
    const run_id = '00000000-0000-4000-8000-00000000000a';
    const line = (second: number, message: string) => ({ time: MORNING + second, level: 'INFO', message });
    const log = (run_start: string | null, lines: ReturnType<typeof line>[]): WriteRecord => ({
      kind: 'log',
      run_start,
      run_id,
      first: 0,
      lines,
      keep_from: 0,
    });
    const ask = await storeOf('logs', [
      opening({ n: 1, temporal: { workflow_id: 'night', run_id } }),
      opening({ n: 2 }),
      log(uidOf(1), [line(2, 'shutter open'), line(4, 'shutter closed')]),
      log(null, [line(1, 'begin'), line(3, 'half')]),
      { ...log(uidOf(2), [line(2, 'of another workflow')]), run_id: null } as WriteRecord,
    ]);
    const messages = (await ask('log', 'night', '--json')).json().map(({ message }) => message);
    expect(messages).toEqual(['begin', 'shutter open', 'half', 'shutter closed']);
    expect((await ask('log', uidOf(1), '--json')).json()).toHaveLength(2);
  });

  it('is cut by dates and times in UTC, in every time zone of the reader', async () => {
    const before = process.env.TZ;
    process.env.TZ = 'America/New_York';
    try {
      const ask = await storeOf('utc', [
        opening({ n: 1 }),
        {
          kind: 'log',
          run_start: uidOf(1),
          run_id: null,
          first: 0,
          lines: [{ time: MORNING, level: 'INFO', message: 'eight' }],
          keep_from: 0,
        },
      ]);
      expect((await ask('log', '--since', '2096-11-23T08:00', '--json')).json()).toHaveLength(1);
      expect((await ask('log', '--since', '2096-11-23T08:01', '--json')).json()).toHaveLength(0);
      expect((await ask('log', '--since', '2096-11-23T10:00+02:00', '--json')).json()).toHaveLength(1);
      expect((await ask('log', '--since', '2096-13-01')).err).toMatch(
        /--since takes an age like 7d, or a date or time/,
      );
    } finally {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    }
  });
});

describe('digests and kept contents', () => {
  const hex = '3dde0002'.repeat(8);
  const rows = [
    ['npm', 'ms', '2.1.3', 'sha512-abc'],
    ['npm', 'isarray', '2.0.5', null],
    ['deb', 'libc6', '2.36', null],
  ];
  const bytes = new TextEncoder().encode(JSON.stringify(rows));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  let ask: (...argv: string[]) => Promise<Answer>;

  beforeAll(async () => {
    const environment = {
      id: `sha256:${hex}`,
      code_id: `sha256:${'cd'.repeat(32)}`,
      identity: { 'packages.npm.set': digest },
      detail: {},
      reasons: {},
      restorable: { level: 'source' as const, missing: [] },
      captured_time: MORNING,
      duration_ms: 1,
    };
    ask = await storeOf('digests', [
      { kind: 'environment', environment, blobs: [{ digest, media_type: 'application/json', bytes }] },
      opening({ n: 1, environment: environment.id }),
      opening({ n: 2 }),
    ]);
  });

  it('are accepted as they are printed, with and without the name of the hash', async () => {
    const found = async (where: string) => (await ask('list', '--json', '--where', where)).json().length;
    for (const id of [hex, hex.toUpperCase(), `sha256:${hex}`]) {
      expect(await found(`environment = '${id}'`)).toBe(1);
      expect(await found(`provenance.environment IN ('${id}')`)).toBe(1);
      expect((await ask('env', id, '--json')).code).toBe(0);
    }
    for (const part of ['3dde0002', 'sha256:3dde00', 'sha256:'])
      expect(await found(`environment STARTS_WITH '${part}'`)).toBe(1);
    expect(await found(`code = '${'cd'.repeat(32)}'`)).toBe(1);
    const short = await ask('list', '--where', "environment = '3dde00023dde'");
    expect([short.code, short.err]).toEqual([
      2,
      expect.stringContaining(
        "environment has 64 hex digits; for its first digits write STARTS_WITH '3dde00023dde'.",
      ),
    ]);
    const head = await ask('verify', '--head', `1:sha256:${'0'.repeat(64)}`);
    expect([head.code, head.out]).toEqual([1, expect.stringMatching(/chain|link/)]);
  });

  it('print one package per line', async () => {
    expect((await ask('env', hex, '--packages')).out).toBe(
      'ms@2.1.3  sha512-abc\nisarray@2.0.5\ndeb:libc6@2.36\n',
    );
    expect((await ask('env', hex, '--packages', '--json')).json()).toEqual([
      { type: 'npm', name: 'ms', version: '2.1.3', integrity: 'sha512-abc' },
      { type: 'npm', name: 'isarray', version: '2.0.5' },
      { type: 'deb', name: 'libc6', version: '2.36' },
    ]);
  });
});
