/** Retention and the search for secrets, on both databases. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenRecord, WriteRecord } from '../../src/store/interface/written';
import { tablesWithText } from '../../src/upkeep/text-columns';
import { openStore } from '../built';
import { call } from '../cli/laboratory';
import { opening, stopping, uidOf } from '../store/runs';
import { openForReading, openUpkeep, postgresPlace, sqlitePlace, unexplained } from './stores';

const OLD = 1_600_000_000;
const folder = mkdtempSync(join(tmpdir(), 'provenance-prune-'));
/** Tables of numbers and digests alone. */
const WITHOUT_TEXT = [
  ...['origin', 'storage', 'open_run', 'chain', 'migration', 'shared_scan'],
  ...['link', 'link_path', 'link_todo', 'link_spread', 'linker', 'content', 'version'],
];
const AUTHOR = { name: 'ada', host: 'h', pid: 1 };
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs 1 to 6 are old; 7 is of today. 2 is a retry of 1; 7 came from 3; 4 never ended; the doses vary. */
function records(): WriteRecord[] {
  const now = Date.now() / 1000;
  const run = (n: number, retry_of?: number): WriteRecord =>
    opening({
      n,
      time: n === 7 ? now : OLD + n,
      fields: { operator: n === 5 ? 'Grace' : 'Ada', dose: n },
      temporal: { run_id: `execution-${n}`, workflow_id: `w-${n}`, attempt: retry_of === undefined ? 1 : 2 },
      ...(retry_of !== undefined && { retry_of: uidOf(retry_of) }),
    });
  const stop = (n: number): WriteRecord => stopping(n, { time: OLD + n + 0.5 });
  const checkpoint = (n: number): WriteRecord => ({
    kind: 'checkpoint',
    checkpoint: {
      schema_version: 1,
      checkpoint_id: uidOf(100 + n),
      run_start: uidOf(n),
      index: 0,
      start_time: OLD,
      stop_time: OLD + 1,
      details: [],
    },
  });
  const lines = (n: number): WriteRecord => ({
    kind: 'log',
    run_start: uidOf(n),
    run_id: `execution-${n}`,
    first: 0,
    lines: [{ time: OLD, level: 'INFO', message: 'frame' }],
    keep_from: 0,
  });
  const settled: WriteRecord = {
    kind: 'settled',
    document: { schema_version: 1, run_start: uidOf(1), time: OLD + 2, outcome: 'superseded', evidence: {} },
  };
  return [
    ...[run(1), run(2, 1), run(3), run(4), run(5), run(6), run(7, 3)],
    ...[1, 2, 3, 5, 6, 7].map(stop),
    ...[1, 3].flatMap((n) => [checkpoint(n), lines(n)]),
    settled,
  ];
}

describe.each([sqlitePlace(), postgresPlace()])('$name', (place) => {
  beforeAll(async () => {
    if (!place.missing) await place.start();
  });
  afterAll(() => place.stop());

  async function filled(): Promise<string> {
    const url = await place.url();
    const store = await openStore(url);
    await store.write(records());
    await store.close();
    return url;
  }
  const ask = (...argv: string[]) => call(argv, { cwd: folder });
  async function uids(url: string): Promise<string[]> {
    const { json } = await ask('list', '--attempts', '--json', '--store', url);
    return json()
      .map((run) => (run.start as { uid: string }).uid)
      .sort();
  }

  it.skipIf(place.missing)('shows what it would remove, and removes nothing', async () => {
    const url = await filled();
    const { out, code } = await ask('prune', '--older-than', '1y', '--store', url);
    expect(code).toBe(0);
    expect(out).toMatch(/4 runs would be removed/);
    expect(out).toMatch(/Kept: 1 run from which other kept data was made/);
    expect(out).toMatch(/Kept: 1 run without a recorded end/);
    expect(out).toMatch(/^LAB +MONTH +RUNS\ndefault +2020-09 +4$/m);
    expect(out).toMatch(/--list to see each run/);
    const listed = await ask('prune', '--older-than', '1y', '--list', '--store', url);
    expect(listed.out.match(/^remove/gm)).toHaveLength(4);
    expect(listed.out).not.toMatch(/^LAB/m);
    const { json } = await ask('prune', '--older-than', '1y', '--json', '--store', url);
    expect(json()).toMatchObject([
      { lab: 'default', plan_name: '', month: '2020-09', runs: 4 },
      { removed: 4 },
    ]);
    expect(await uids(url)).toHaveLength(7);
  });

  it.skipIf(place.missing)('shows first which date the age means', async () => {
    const url = await filled();
    const [year, month] = new Date().toISOString().split('-');
    for (const argv of [[], ['--dry-run'], ['--yes']]) {
      const { out } = await ask('prune', '--older-than', '1y', ...argv, '--store', url);
      expect(out.split('\n')[0]).toMatch(
        new RegExp(`^Runs opened before ${Number(year) - 1}-${month}-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$`),
      );
    }
    const { out } = await ask('prune', '--progress-older-than', '1mo', '--dry-run', '--store', url);
    expect(out).toMatch(/^Checkpoints and log lines from before \d{4}-/);
  });

  it.skipIf(place.missing)('refuses an age that may be a typing error', async () => {
    const url = await filled();
    for (const argv of [
      ['--older-than', '1m'],
      ['--older-than', '1h'],
      ['--progress-older-than', '1m'],
    ]) {
      const { code, err } = await ask('prune', ...argv, '--yes', '--store', url);
      expect([code, err]).toEqual([2, expect.stringMatching(/takes days or more, like 90d, 6w, 3mo or 2y/)]);
    }
    const both = await ask('prune', '--older-than', '1y', '--yes', '--dry-run', '--store', url);
    expect([both.code, both.err]).toEqual([2, expect.stringContaining('Use --yes or --dry-run, not both')]);
    expect(await uids(url)).toHaveLength(7);
  });

  it.skipIf(place.missing)('removes what is old, except what remaining runs came from', async () => {
    const url = await filled();
    const { json } = await ask(
      ...['prune', '--older-than', '1y', '--yes', '--compact', '--json', '--store', url],
      ...['--reason', 'the disk is full'],
    );
    expect(json()).toEqual([
      {
        opened_before: expect.any(Number),
        removed: 4,
        ancestors: 1,
        open: 1,
        newest: 0,
        checkpoints: 0,
        log_lines: 0,
      },
    ]);
    expect(await uids(url)).toEqual([3, 4, 7].map(uidOf).sort());
    expect(await ask('verify', '--store', url)).toMatchObject({ code: 0, err: '' });
    const database = await openUpkeep(url);
    expect(await unexplained(database)).toEqual([]);
    expect((await ask('verify', '--store', url)).code).toBe(0);
    const stones = await database.query<{ what: string; name: string; reason: string }>(
      'SELECT what, name, reason FROM tombstone ORDER BY id',
    );
    expect(stones.filter(({ name }) => name === uidOf(1)).map(({ what }) => what)).toEqual([
      'start',
      'stop',
      'settled',
    ]);
    expect(stones[0]!.reason).toBe('pruned: older than 1y: the disk is full');
    const count = async (text: string) => Number((await database.query<{ n: number }>(text))[0]!.n);
    expect(await count('SELECT count(*) AS n FROM checkpoint')).toBe(1);
    expect(await count('SELECT count(*) AS n FROM log_line')).toBe(1);
    // 3 → 7, and 1 → 2 over their tombstones.
    expect(await count('SELECT count(*) AS n FROM link')).toBe(2);
    // No entry of a search table points at something that is gone.
    for (const [table, column, owner, key] of [
      ['metadata_field', 'metadata_id', 'metadata', 'id'],
      ['run_field', 'seq', 'run', 'seq'],
    ]) {
      const lost = `SELECT count(*) AS n FROM ${table} WHERE ${column} NOT IN (SELECT ${key} FROM ${owner})`;
      expect(await count(lost)).toBe(0);
    }
    expect(await count('SELECT sum(in_sets) AS n FROM path')).toBe(
      await count('SELECT count(*) AS n FROM metadata_field'),
    );
    await database.close();
    const found = await ask('list', '--where', "operator = 'Grace'", '--json', '--store', url);
    expect(found.json()).toEqual([]);
  });

  it.skipIf(place.missing)(
    'lets an execution go with its scan id, but not one that a child continues',
    async () => {
      const url = await place.url();
      const store = await openStore(url);
      const scan = (n: number, execution: string, time: number): WriteRecord => ({
        ...(opening({ n, time, temporal: { run_id: execution, workflow_id: execution } }) as OpenRecord),
        scan_root: execution === 'child' ? 'parent' : execution,
      });
      const close = (run_id: string): WriteRecord => ({
        kind: 'execution-close',
        close: {
          schema_version: 1,
          namespace: 'default',
          workflow_id: run_id,
          run_id,
          close_time: OLD + 9,
          status: 'completed',
          origin: 'server',
        },
      });
      const now = Date.now() / 1000;
      await store.write([
        ...[scan(1, 'alone', OLD), scan(2, 'parent', OLD), scan(3, 'child', now)],
        ...[1, 2].map((n) => stopping(n, { time: OLD + 1 })),
        ...['alone', 'parent'].map(close),
      ]);
      expect((await ask('prune', '--older-than', '1y', '--yes', '--store', url)).code).toBe(0);
      await store.write([scan(4, 'parent', now), scan(5, 'alone', now)]);
      const numbers = (await store.runs({ limit: 9 })).map(({ start }) => [start.uid, start.scan_id]);
      expect(new Map(numbers as [string, number][])).toEqual(
        new Map([
          [uidOf(5), 3],
          [uidOf(4), 2],
          [uidOf(3), 2],
        ]),
      );
      await store.close();
    },
  );

  it.skipIf(place.missing)('uses a filter, in pages, and while a worker writes', async () => {
    const url = await filled();
    const store = await openStore(url);
    const where = "operator = 'Grace' OR activity_type = 'nothing'";
    const { json } = await ask(
      'prune',
      '--older-than',
      '1y',
      '--where',
      where,
      '--yes',
      '--json',
      '--store',
      url,
    );
    expect(json()).toMatchObject([{ removed: 1 }]);
    // The worker remembers the set that is gone: it is written again, and no other takes its place.
    await store.write([
      opening({ n: 8, fields: { operator: 'Grace', dose: 5 } }),
      opening({ n: 9, fields: { x: 1 } }),
    ]);
    const [again] = await store.resolve({ by: 'uid', uid: uidOf(8) });
    expect(again?.start).toMatchObject({ operator: 'Grace', dose: 5 });
    await store.close();
    const database = await openUpkeep(url);
    expect(await unexplained(database)).toEqual([]);
    expect((await ask('verify', '--store', url)).code).toBe(0);
    await database.close();
  });

  it.skipIf(place.missing)('removes checkpoints and lines earlier than their runs', async () => {
    const url = await filled();
    const { json } = await ask('prune', '--progress-older-than', '30d', '--yes', '--json', '--store', url);
    expect(json()).toMatchObject([{ removed: 0, checkpoints: 2, log_lines: 2 }]);
    expect(await uids(url)).toHaveLength(7);
  });

  it.skipIf(place.missing)('keeps the newest run, at any age', async () => {
    const url = await place.url();
    const store = await openStore(url);
    await store.write(
      [1, 2, 3].flatMap((n) => [opening({ n, time: OLD + n }), stopping(n, { time: OLD + n })]),
    );
    await store.close();
    const { json } = await ask('prune', '--older-than', '1y', '--yes', '--json', '--store', url);
    expect(json()).toMatchObject([{ removed: 2, newest: 1 }]);
  });

  it.skipIf(place.missing)('scan-secrets shows where secrets are, and no value', async () => {
    const url = await filled();
    const clean = await ask('scan-secrets', '--store', url);
    expect([clean.code, clean.out]).toEqual([0, expect.stringMatching(/No secret found/)]);
    const secret = 'Zq99Canary7xQpL0m9Vx3Kd8';
    const store = await openStore(url);
    await store.changeStash('default', [{ op: 'set', key: 'api_key', value: secret }], AUTHOR);
    await store.write([
      opening({ n: 20, fields: { note: `postgres://app:${secret}@db/x` } }),
      stopping(20, { time: OLD, temporal: { result: [{ token: secret }] } }),
      { kind: 'loss', time: OLD, session_id: 's', loss: 'start', count: 1, detail: `password=${secret}` },
    ]);
    await store.close();
    const { code, out, json } = await ask('scan-secrets', '--json', '--store', url);
    expect(code).toBe(1);
    expect(out).not.toContain(secret);
    const told = json().map(({ place: where, rule }) => `${where} ${rule}`);
    expect(told).toEqual(
      expect.arrayContaining([
        'stash.value key',
        'stash_history.value key',
        'metadata.document url-credentials',
        'metadata_field.value url-credentials',
        'stop.document key',
        'loss.detail assignment',
      ]),
    );
  });

  it.skipIf(place.missing)('knows every table', async () => {
    const database = await openForReading(await filled());
    const tables =
      place.name === 'SQLite'
        ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        : 'SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()';
    const names = (await database.query<{ name: string }>(tables)).map(({ name }) => name);
    await database.close();
    const known = new Set([...tablesWithText().map(({ name }) => name), ...WITHOUT_TEXT]);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  it('refuses an invalid question', async () => {
    for (const argv of [['prune'], ['prune', '--older-than', 'soon'], ['prune', '--where', "a = 'b'"]]) {
      expect((await ask(...argv, '--store', 'sqlite:none.db')).code).toBe(2);
    }
  });
});
