/** A field, a person and a run are taken out of both databases, and the chain still explains what is there. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../src/model/environment';
import type { WriteRecord } from '../../src/store/interface/written';
import { openStore } from '../built';
import { call } from '../cli/laboratory';
import { opening, stopping, uidOf } from '../store/runs';
import { openForReading, openUpkeep, postgresPlace, sqlitePlace, unexplained } from './stores';

const PERSON = 'Ada Lovelace';
const OWNER = 'Mallory Moriarty';
const AUTHOR = { name: PERSON, host: 'h', pid: 1 };
const TIME = 1_790_000_000;
const folder = mkdtempSync(join(tmpdir(), 'provenance-purge-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PATCH = Buffer.from(`+// ${PERSON} wrote this\n`);
const DIGEST = `sha256:${createHash('sha256').update(PATCH).digest('hex')}`;
const environment: Environment = {
  id: `sha256:${'ab'.repeat(32)}`,
  code_id: `sha256:${'cd'.repeat(32)}`,
  identity: {},
  detail: { git: { branch: PERSON.toLowerCase(), patch: DIGEST } },
  reasons: {},
  restorable: { level: 'source', missing: [] },
  captured_time: TIME,
  duration_ms: 1,
};

function records(): WriteRecord[] {
  const address = { namespace: 'default', workflow_id: 'w-1', run_id: 'execution-1' };
  // Doses vary, so that they stand with the runs; half of the samples differ in their owner alone.
  const runs = Array.from({ length: 40 }, (_, index) => index + 1).flatMap((n) => [
    opening({
      n,
      environment: environment.id,
      fields: {
        operator: n % 4 === 0 ? PERSON : 'Grace',
        sample: { name: 'LaB6', ...(n % 2 === 0 && { owner: OWNER }) },
        dose: { value: n, by: n === 37 ? PERSON : 'nobody' },
      },
      shadowed: { sample: { stash: { name: 'Au', owner: OWNER } } },
      temporal: { args: [`by ${PERSON}`, 'Adalovelace'] },
    }),
    stopping(n, { time: TIME + n, temporal: { result: [{ who: PERSON }] } }),
  ]);
  return [
    {
      kind: 'environment',
      environment,
      blobs: [{ digest: DIGEST, media_type: 'text/x-diff', bytes: PATCH }],
    },
    ...runs,
    {
      kind: 'settled',
      document: {
        schema_version: 1,
        run_start: uidOf(1),
        time: TIME,
        outcome: 'completed',
        evidence: { by: PERSON },
      },
    },
    {
      kind: 'execution-close',
      close: {
        schema_version: 1,
        ...address,
        close_time: TIME,
        status: 'completed',
        result: [PERSON],
        origin: 'server',
      },
    },
    {
      kind: 'context',
      run_id: 'execution-1',
      n: 0,
      document: JSON.stringify({ user: { sample: { owner: OWNER } } }),
    },
    {
      kind: 'refusal',
      refusal_id: uidOf(500),
      time: TIME,
      lab: 'default',
      issues: [],
      document: JSON.stringify({
        fields: { sample: { owner: OWNER }, operator: PERSON },
        sources: {},
        temporal: {},
      }),
    },
    {
      kind: 'log',
      run_start: uidOf(1),
      run_id: 'execution-1',
      first: 0,
      lines: [{ time: TIME, level: 'INFO', message: `asked ${PERSON}`, attributes: { who: PERSON } }],
      keep_from: 0,
    },
    { kind: 'loss', time: TIME, session_id: 's', loss: 'start', count: 1, detail: `for ${PERSON}` },
  ];
}

describe.each([sqlitePlace(), postgresPlace()])('$name', (place) => {
  let url: string;
  const ask = (...argv: string[]) => call([...argv, '--store', url], { cwd: folder });

  beforeAll(async () => {
    if (place.missing) return;
    await place.start();
    url = await place.url();
    const store = await openStore(url);
    await store.changeStash(
      'default',
      [
        { op: 'set', key: 'sample', value: { name: 'Au', owner: OWNER } },
        { op: 'set', key: 'operator', value: PERSON },
        { op: 'set', key: 'proposal', value: 7 },
      ],
      AUTHOR,
    );
    await store.write(records());
    await store.close();
  });
  afterAll(() => place.stop());

  /** Columns in which a text still stands. */
  async function places(text: string): Promise<string[]> {
    const database = await openForReading(url);
    const found: string[] = [];
    const tables = place.name === 'SQLite' ? SQLITE_TABLES : POSTGRES_TABLES;
    for (const { name } of await database.query<{ name: string }>(tables)) {
      for (const row of await database.query(`SELECT * FROM ${name}`)) {
        for (const [column, value] of Object.entries(row)) {
          const bytes = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
          if (bytes.toLowerCase().includes(text.toLowerCase())) found.push(`${name}.${column}`);
        }
      }
    }
    await database.close();
    return [...new Set(found)];
  }

  async function sound(): Promise<void> {
    const { code, out } = await ask('verify');
    expect([code, out]).toEqual([0, expect.stringContaining('sound')]);
    const database = await openUpkeep(url);
    expect(await unexplained(database)).toEqual([]);
    const sums = async (text: string) => Number((await database.query<{ n: number }>(text))[0]!.n);
    expect(await sums('SELECT sum(in_sets) AS n FROM path')).toBe(
      await sums('SELECT count(*) AS n FROM metadata_field'),
    );
    expect(await sums('SELECT sum(in_runs) AS n FROM path')).toBe(
      await sums('SELECT count(*) AS n FROM run_field'),
    );
    await database.close();
  }

  it.skipIf(place.missing)('shows what would change, and changes nothing', async () => {
    const before = await places(OWNER);
    const { out, code } = await ask('purge', '--field', 'sample.owner');
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(
        /^Would be changed or removed: .*\b40 runs \(scan 1, [0-9a-f]{8}, acquire; scan 2, .*; 37 more\)/,
      ),
    ]);
    expect(await places(OWNER)).toEqual(before);
    expect((await ask('purge', '--field', 'sample.nothing')).code).toBe(1);
  });

  it.skipIf(place.missing)('removes a field; sets that become equal are one', async () => {
    const sets = async () => {
      const database = await openForReading(url);
      const [row] = await database.query<{ n: number }>(
        'SELECT count(*) AS n FROM metadata WHERE id IN (SELECT metadata_id FROM run WHERE time > 0)',
      );
      await database.close();
      return row!.n;
    };
    const before = await sets();
    const { out, code } = await ask('purge', '--field', 'sample.owner', '--yes');
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^Changed or removed: .*40 runs \(scan 1.*backups/s),
    ]);
    expect(await places(OWNER)).toEqual([]);
    expect(place.holds?.(OWNER) ?? false).toBe(false);
    expect(await sets()).toBeLessThan(before);
    await sound();
    const [run] = (await ask('show', uidOf(2), '--json')).json();
    expect(run).toMatchObject({ start: { sample: { name: 'LaB6' }, dose: { value: 2 } } });
    expect((await ask('list', '--where', 'sample.owner IS NOT NULL', '--json')).json()).toEqual([]);
    expect((await ask('list', '--where', 'dose.value = 30', '--json')).json()).toHaveLength(1);
    expect((await ask('stash', 'get', '--json')).json()).toMatchObject([
      { sample: { name: 'Au' }, proposal: 7 },
    ]);
  });

  it.skipIf(place.missing)('removes a whole field also from the stash, and workers see that', async () => {
    const store = await openStore(url);
    const { version } = await store.stash('default');
    expect((await ask('purge', '--field', 'proposal', '--yes')).code).toBe(0);
    const stash = await store.stash('default');
    expect([stash.version > version, 'proposal' in stash.values]).toEqual([true, false]);
    await store.close();
  });

  it.skipIf(place.missing)(
    'removes a person, wherever the name is, and purges a backup as a store of its own',
    async () => {
      expect((await places(PERSON)).length).toBeGreaterThan(10);
      const backups = mkdtempSync(join(tmpdir(), 'provenance-purge-backups-'));
      const backup = join(backups, 'yesterday.db');
      expect((await ask('backup', backup)).code).toBe(0);
      const dry = await ask('purge', '--person', PERSON);
      expect([dry.code, dry.out]).toEqual([0, expect.stringMatching(/40 runs/)]);
      expect(await places(PERSON)).not.toEqual([]);
      const args = ['--yes', '--reason', 'as asked in writing'];
      const { code, out } = await ask('purge', '--person', PERSON, ...args);
      expect([code, out]).toEqual([
        0,
        expect.stringContaining('To purge a backup: purge --store sqlite:backup.db'),
      ]);
      const again = await ask('purge', '--person', PERSON);
      expect([again.code, again.out]).toEqual([1, 'The store does not hold it.\n']);
      if (place.name === 'SQLite') {
        const copy = ['purge', '--person', PERSON, '--yes', '--store', `sqlite:${backup}`];
        expect((await call(copy, { cwd: folder })).code).toBe(0);
        expect(readFileSync(backup).includes(PERSON)).toBe(false);
      }
      rmSync(backups, { recursive: true });
      expect(await places(PERSON)).toEqual([]);
      expect(place.holds?.(PERSON) ?? false).toBe(false);
      await sound();
      const [run] = (await ask('show', uidOf(4), '--json')).json();
      expect(run).toMatchObject({
        start: { operator: '[purged]', temporal: { args: ['by [purged]', 'Adalovelace'] } },
        stop: { temporal: { result: [{ who: '[purged]' }] } },
      });
      expect(
        (await ask('list', '--where', "operator = '[purged]'", '--limit', '100', '--json')).json(),
      ).toHaveLength(10);
      expect((await ask('list', '--where', "dose.by = '[purged]'", '--json')).json()).toHaveLength(1);
    },
  );

  it.skipIf(place.missing)('removes a run, but not the newest', async () => {
    // The question is answered alike whether it is done or not, and says which run, not how many.
    const dry = await ask('purge', '--run', '3', '--dry-run');
    const named = `1 run (scan 3, ${uidOf(3).slice(-8)}, acquire)`;
    expect([dry.code, dry.out]).toEqual([0, expect.stringContaining(`Would be removed: ${named}.\n`)]);
    expect((await ask('show', uidOf(3))).code).toBe(0);
    expect((await ask('purge', '--run', uidOf(40))).err).toMatch(/newest run/);
    expect((await ask('purge', '--run', '3', '--yes', '--dry-run')).code).toBe(2);
    const { code: done, out } = await ask('purge', '--run', uidOf(3), '--yes');
    expect([done, out]).toEqual([0, expect.stringContaining(`Removed: ${named}.\n`)]);
    expect((await ask('show', uidOf(3))).code).toBe(1);
    const { code, err } = await ask('purge', '--run', uidOf(40), '--yes');
    expect([code, err]).toEqual([2, expect.stringMatching(/newest run/)]);
    await sound();
    for (const argv of [['purge'], ['purge', '--field', 'a', '--person', 'b'], ['purge', '--person', 'a']])
      expect((await ask(...argv)).code).toBe(2);
  });
});

it('never guesses which of several runs is meant', async () => {
  const url = `sqlite:${join(folder, 'eras.db')}`;
  const store = await openStore(url);
  await store.write([1, 2, 3].map((n) => opening({ n, ...(n < 3 && { scan_id: 12 }) })));
  await store.close();
  const ask = (...argv: string[]) => call([...argv, '--store', url], { cwd: folder });
  for (const argv of [['--yes'], []]) {
    const { code, err } = await ask('purge', '--run', '12', ...argv);
    expect(code).toBe(2);
    expect(err).toContain(`'12' names several runs: ${uidOf(2).slice(-8)} (`);
    expect(err).toContain('Use a uid.');
  }
  expect((await ask('list', '--json')).json()).toHaveLength(3);
});

const SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
const POSTGRES_TABLES =
  'SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema()';
