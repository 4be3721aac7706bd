/** The database file: its rights, its migrations, and one clear error for each file that is no store. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIST, openStore, SqliteEngine } from '../built';
import { opening, uidOf } from './runs';

let folder: string;
let path: string;
let url: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-files-'));
  path = join(folder, 'provenance.db');
  url = `sqlite:${path}`;
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

const failure = (target: string, options?: Parameters<typeof openStore>[1]) =>
  openStore(target, options).then(
    () => undefined,
    (error: Error & { code: string }) => ({ code: error.code, message: error.message }),
  );

async function filled(): Promise<void> {
  const store = await openStore(url);
  await store.write([opening({ n: 1, fields: { a: 'x'.repeat(5000) } })]);
  await store.close();
}

function change(sql: string): void {
  const db = new Database(path);
  db.exec(sql);
  db.close();
}

describe('something that is not a store is reported in one line', () => {
  it('an invalid URL', async () => {
    for (const bad of [
      '',
      'provenance.db',
      'mysql://x/y',
      'sqlite:',
      'sqlite::memory:',
      'sqlite://host/x',
      'sqlite:%E0%A4%A',
    ]) {
      expect(await failure(bad)).toMatchObject({ code: 'STORE_URL_INVALID' });
    }
  });

  it('a URL with a password, which is not repeated', async () => {
    expect((await failure('mysql://ada:geheim@host/db'))?.message).not.toContain('geheim');
  });

  it('a folder; a folder that is missing; a file that is missing, when reading', async () => {
    expect(await failure(`sqlite:${folder}`)).toMatchObject({ code: 'STORE_UNREACHABLE', message: /folder/ });
    expect(await failure(`sqlite:${folder}/no/where.db`)).toMatchObject({
      code: 'STORE_UNREACHABLE',
      message: expect.stringContaining('does not exist'),
    });
    expect(await failure(url, { mode: 'read' })).toMatchObject({ code: 'STORE_UNREACHABLE' });
    expect(existsSync(path)).toBe(false);
  });

  it('a file that is not a database', async () => {
    writeFileSync(path, 'operator,sample\nAda,Au\n'.repeat(500));
    expect(await failure(url)).toMatchObject({ code: 'STORE_CORRUPT' });
    expect(await failure(url, { mode: 'read' })).toMatchObject({ code: 'STORE_CORRUPT' });
    expect(readFileSync(path, 'utf8')).toContain('Ada');
  });

  it('a database of another program, which is not changed', async () => {
    change('CREATE TABLE theirs (a)');
    expect(await failure(url)).toMatchObject({ code: 'STORE_URL_INVALID' });
    const db = new Database(path);
    expect(db.prepare('SELECT name FROM sqlite_master').pluck().all()).toEqual(['theirs']);
    db.close();
  });

  it('a damaged database', async () => {
    await filled();
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 0, 4096);
    writeFileSync(path, bytes);
    expect(await failure(url)).toMatchObject({ code: 'STORE_CORRUPT' });
  });

  it('a newer schema: refused if breaking, used if not', async () => {
    await filled();
    change(`INSERT INTO migration VALUES (90, 'later', 0, 1, '9.1.0'); PRAGMA user_version = 90`);
    expect(await failure(url)).toBeUndefined();
    change(`INSERT INTO migration VALUES (91, 'much-later', 1, 1, '9.2.0'); PRAGMA user_version = 91`);
    expect(await failure(url)).toMatchObject({
      code: 'STORE_SCHEMA_NEWER',
      message: expect.stringContaining('9.2.0'),
    });
    expect(await failure(url, { mode: 'read' })).toMatchObject({ code: 'STORE_SCHEMA_NEWER' });
  });

  it('an empty file, when reading', async () => {
    writeFileSync(path, '');
    expect(await failure(url, { mode: 'read' })).toMatchObject({
      code: 'STORE_UNREACHABLE',
      message: /empty/,
    });
  });

  it('a folder without write permission', async (context) => {
    context.skip(
      process.getuid?.() === 0 && !canDropRights(),
      'root may write everywhere, and no other user is here',
    );
    mkdirSync(join(folder, 'locked'), { mode: 0o555 });
    const code = `require(${JSON.stringify(join(DIST, 'src/store/open.js'))}).openStore(${JSON.stringify(`sqlite:${folder}/locked/p.db`)})
      .then(() => console.log('opened'), (error) => console.log(error.code))`;
    chmodSync(folder, 0o755);
    const rights = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    expect(execFileSync(process.execPath, ['-e', code], { ...rights, encoding: 'utf8' }).trim()).toBe(
      'STORE_UNREACHABLE',
    );
  });

  it('a driver without its native part', async () => {
    const packages = join(folder, 'node_modules', 'better-sqlite3');
    mkdirSync(packages, { recursive: true });
    writeFileSync(join(packages, 'package.json'), '{"name":"better-sqlite3","main":"index.js"}');
    writeFileSync(
      join(packages, 'index.js'),
      `module.exports = class { constructor() { throw new Error('Could not locate the bindings file. Tried: …'); } };`,
    );
    const code = `const Module = require('node:module'); const resolve = Module._resolveFilename;
      Module._resolveFilename = (name, ...rest) => name === 'better-sqlite3' ? ${JSON.stringify(join(packages, 'index.js'))} : resolve(name, ...rest);
      require(${JSON.stringify(join(DIST, 'src/store/open.js'))}).openStore(${JSON.stringify(url)}, {mode: 'read'})
      .then(() => console.log('opened'), (error) => console.log(error.code))`;
    writeFileSync(path, '');
    expect(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' }).trim()).toBe('NATIVE_MISSING');
  });
});

function canDropRights(): boolean {
  try {
    execFileSync(process.execPath, ['-e', `require(${JSON.stringify(join(DIST, 'src/store/open.js'))})`], {
      uid: 65534,
      gid: 65534,
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

describe('the file', () => {
  it('is for its owner alone, under every umask', async () => {
    const before = process.umask(0);
    try {
      const engine = new SqliteEngine({ path, location: url, create: true });
      const modes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]);
      engine.close();
      expect(modes).toEqual(
        ['provenance.db', 'provenance.db-shm', 'provenance.db-wal'].map((name) => [name, 0o600]),
      );
    } finally {
      process.umask(before);
    }
  });

  it('is durable: write-ahead log, synchronous FULL, foreign keys', () => {
    const engine = new SqliteEngine({ path, location: url, create: true });
    const pragma = (name: string) => engine.database.pragma(name, { simple: true });
    expect(['journal_mode', 'synchronous', 'foreign_keys'].map(pragma)).toEqual(['wal', 2, 1]);
    engine.close();
  });

  it('twenty processes that create it at once make one', async () => {
    const code = `require(${JSON.stringify(join(DIST, 'src/store/sqlite/engine.js'))});
      const { SqliteEngine } = require(${JSON.stringify(join(DIST, 'src/store/sqlite/engine.js'))});
      const engine = new SqliteEngine({ path: ${JSON.stringify(path)}, location: 'x', create: true });
      console.log(engine.storage_id); engine.close()`;
    const children = Array.from({ length: 20 }, () =>
      spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    const said = await Promise.all(
      children.map(async (child) => {
        let text = '';
        child.stdout.on('data', (chunk) => {
          text += chunk;
        });
        await once(child, 'close');
        return text.trim();
      }),
    );
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('migrating again changes nothing', async () => {
    await filled();
    const dump = () => {
      const db = new Database(path, { readonly: true });
      const rows = db.prepare('SELECT sql FROM sqlite_master ORDER BY name').pluck().all();
      const migrations = db.prepare('SELECT * FROM migration').all();
      db.close();
      return { rows, migrations };
    };
    const before = dump();
    await (await openStore(url)).close();
    expect(dump()).toEqual(before);
  });

  it('refuses, in the database, to rewrite a start, a stop, a settled outcome or its own identity', async () => {
    const store = await openStore(url);
    const settled = {
      schema_version: 1,
      run_start: uidOf(1),
      time: 1,
      outcome: 'completed' as const,
      evidence: {},
    };
    await store.write([opening({ n: 1 }), { kind: 'settled', document: settled }]);
    await store.close();
    for (const sql of [
      `UPDATE run SET facts = '{}'`,
      `UPDATE settled SET outcome = 'failed'`,
      `INSERT OR REPLACE INTO settled VALUES (1, 1, 'failed', '{}')`,
      `UPDATE storage SET storage_id = 'x'`,
    ]) {
      expect(() => change(sql), sql).toThrow(/never/);
    }
  });

  it('is read during writes, and from a copy without its log', async () => {
    const store = await openStore(url);
    await store.write([opening({ n: 1 })]);
    const reader = await openStore(url, { mode: 'read' });
    await store.write([opening({ n: 2 })]);
    expect((await reader.counts()).runs).toBe(2);
    await expect(reader.write([opening({ n: 3 })])).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    await store.close();
    await reader.close();
    copyFileSync(path, join(folder, 'copy.db'));
    const copy = await openStore(`sqlite:${join(folder, 'copy.db')}`, { mode: 'read' });
    expect((await copy.counts()).runs).toBe(2);
    await copy.close();
  });
});
