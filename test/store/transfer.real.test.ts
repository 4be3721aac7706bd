import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storedText } from '../../src/store/marked-text';
import type { Store } from '../../src/store/store';
import { DIST } from '../built';
import { main } from '../cli/laboratory';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { opening, uidOf } from './runs';
import { manyRuns, ODD, surroundings } from './transfer-records';

const built = createRequire(join(DIST, 'x'));
const { openStore } = built('./src/store/open.js') as typeof import('../../src/store/open');
const { transferStore } = built(
  './src/upkeep/transfer/transfer.js',
) as typeof import('../../src/upkeep/transfer/transfer');
const { TABLES } = built('./src/store/records/index.js') as typeof import('../../src/store/records');

const missing = postgresMissing();

/** Of the store itself: its identity is taken over, its migrations and its places are the copy's own. */
const NOT_COPIED = ['storage', 'migration', 'place'];

describe.skipIf(missing)(`move to PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-transfer-'));
  const path = join(folder, 'lab.db');
  const from = `sqlite:${path}`;
  let server: PostgresServer;
  let source: Store;

  beforeAll(async () => {
    server = await startPostgres();
    source = await openStore(from);
    const runs = manyRuns(900);
    for (let n = 0; n < runs.length; n += 300) await source.write(runs.slice(n, n + 300));
    await source.write(surroundings());
    const author = { name: 'Ada', host: 'machine', pid: 1 };
    await source.changeStash('default', [{ op: 'set', key: 'operator', value: ODD }], author);
    const database = new Database(path);
    database.prepare('INSERT INTO link (earlier, later, kind, evidence) VALUES (2, 1, 3, 1)').run();
    // What was derived, whatever it means: it comes over as it is.
    const odd = storedText(ODD);
    database.prepare("INSERT INTO artifact VALUES (7, 'a', 'd', ?, ?, 'file', 1)").run(odd, odd);
    database.prepare("INSERT INTO content VALUES (8, 'c', 5, NULL)").run();
    database.prepare("INSERT INTO version VALUES (9, 7, 's', 8, NULL, 5, 1, 1)").run();
    database.prepare('INSERT INTO member VALUES (9, 9, ?)').run(odd);
    database.prepare('INSERT INTO run_data VALUES (1, 9, 1, 4, 2, NULL, 7)').run();
    database.prepare('INSERT INTO run_value VALUES (1, ?, 1, 2, 1, ?)').run('d', odd);
    database.prepare('INSERT INTO link_spread VALUES (1, 9, 2, 1)').run();
    database.prepare('INSERT INTO json_path VALUES (3, ?)').run(odd);
    database.prepare('INSERT INTO link_path VALUES (1, 2, 3, 1, 3, 3)').run();
    database.prepare("INSERT INTO wanted_link VALUES (1, 'r', '1', '', 8, 3, 1, NULL)").run();
    database.prepare('UPDATE linker SET chain_n = 5').run();
    database.prepare('INSERT INTO link_todo VALUES (4)').run();
    database.prepare("INSERT INTO value_path VALUES (2, 'temporal.result.chi2', 5, 3)").run();
    database.prepare('INSERT INTO value_field VALUES (2, 0.5, 1), (2, ?, 2)').run('s:text');
    database.prepare('INSERT INTO shared_scan VALUES (1, ?, 7)').run(ODD);
    database.prepare('INSERT INTO asked_activity VALUES (1, ?, 5, ?)').run(ODD, '{}');
    database.prepare("INSERT INTO origin VALUES (1, 'the store that it was a copy of', 5)").run();
    database
      .prepare(`INSERT INTO tombstone VALUES (1, 'stop', 5, ?, 4, 6, ?, NULL, ?, '{"name":"Ada"}')`)
      .run(uidOf(5), Buffer.alloc(32, 7), `prune ${ODD}`);
    database.close();
    await source.close();
    source = await openStore(from, { mode: 'read' });
  });

  let copies = 0;
  /** The store again: one that was moved takes no more records, and goes nowhere else. */
  function another(): string {
    const copy = join(folder, `${++copies}.db`);
    copyFileSync(path, copy);
    return `sqlite:${copy}`;
  }
  afterAll(async () => {
    await source?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('knows every table and column of the schema', () => {
    const database = new Database(path, { readonly: true });
    const names = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all() as string[];
    // A number of SQLite's own; there the key is (run_id, n).
    const own = (name: string, column: string) => name === 'context' && column === 'id';
    const columnsOf = (name: string) => {
      const columns = database.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(name) as string[];
      return columns.filter((column) => !own(name, column));
    };
    const copied = names.filter((name) => !NOT_COPIED.includes(name)).sort();
    const moving = TABLES.filter(({ moves }) => moves !== false);
    const known = moving.map(({ name }) => name).sort();
    expect(known).toEqual(copied);
    for (const { name, columns } of moving)
      expect({ name, columns: Object.keys(columns).sort() }).toEqual({
        name,
        columns: columnsOf(name).sort(),
      });
    database.close();
  });

  it('copies everything, continues after an interruption, and keeps the identity', async () => {
    const to = await server.createDatabase();
    const from = another();
    let pieces = 0;
    const interrupted = transferStore(from, to, {
      onProgress: (table) => {
        if (table === 'run' && ++pieces === 2) throw new Error('the plug was pulled');
      },
    });
    await expect(interrupted).rejects.toThrow('the plug was pulled');
    const result = await transferStore(from, to);
    expect(result.rows).toMatchObject({
      run: 900,
      stop: 720,
      settled: 90,
      open_run: 180,
      lab: 1,
      log_line: 1,
    });
    // An empty table would prove nothing.
    expect(Object.keys(result.rows).filter((table) => result.rows[table] === 0)).toEqual([]);
    expect(await transferStore(from, to)).toEqual(result);

    const target = await openStore(to);
    try {
      expect({ ...(await target.identity()) }).toEqual({ ...(await source.identity()) });
      expect(await target.runs({ limit: 1000 })).toEqual(await source.runs({ limit: 1000 }));
      expect(await target.executions({ limit: 10 })).toEqual(await source.executions({ limit: 10 }));
      expect(await target.stash('default')).toEqual(await source.stash('default'));
      expect(await target.losses()).toEqual(await source.losses());
      const [answer] = await target.write([opening({ n: 5000 })]);
      expect(answer).toMatchObject({ kind: 'opened', scan_id: 901 });
      await expect(transferStore(from, to)).rejects.toMatchObject({ code: 'STORE_URL_INVALID' });
    } finally {
      await target.close();
    }
  });

  it('detects that what arrived is not what was sent', async () => {
    const to = await server.createDatabase();
    const from = another();
    await transferStore(from, to);
    await server.execute(`UPDATE provenance.log_line SET message = 'another'`, new URL(to).pathname.slice(1));
    await expect(transferStore(from, to)).rejects.toMatchObject({
      code: 'STORE_CORRUPT',
      message: expect.stringContaining('log_line'),
    });
  });

  it('has a verb, which prints counts and digest, with the rights of roles', async () => {
    const to = await server.createDatabase();
    const output = { stdout: '', stderr: '' };
    const io = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (output[name] += text) });
    const run = (...words: string[]) =>
      main(words, { stdout: io('stdout'), stderr: io('stderr'), env: {}, cwd: folder });
    expect(await run('migrate', '--store', another(), '--to', to, '--json')).toBe(0);
    expect(JSON.parse(output.stdout)).toMatchObject({
      rows: { run: 900 },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await run('migrate', '--store', to, '--roles', 'writer=w')).toBe(0);
    expect(output.stdout).toContain('GRANT INSERT ON ALL TABLES IN SCHEMA "provenance" TO "w"');
    expect(await run('migrate', '--store', from, '--roles', 'writer=w')).toBe(2);
    expect(output.stderr).toContain('PostgreSQL');
  });
});
