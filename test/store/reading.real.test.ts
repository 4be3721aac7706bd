/** Reading makes nothing and changes nothing, whoever reads and wherever the store lies; or one line says why it can't be read. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DIST, openStore } from '../built';
import { opening, stopping } from './runs';

const MAIN = join(DIST, 'src', 'cli', 'main.js');
/** Two users of one group, and one of none. Ids need no entry in the user database. */
const [OWNER, COLLEAGUE, GROUP, STRANGER] = [61_001, 61_002, 61_100, 61_003];

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-reading-'));
  path = join(folder, 'provenance.db');
});
afterEach(() => {
  spawnSync('umount', [folder]);
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

function asUser(uid: number, gid: number, ...argv: string[]) {
  const home = mkdtempSync(join(tmpdir(), 'provenance-home-'));
  chownSync(home, uid, gid);
  const result = spawnSync(process.execPath, [MAIN, ...argv, '--store', `sqlite:${path}`], {
    cwd: '/',
    uid,
    gid,
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: home },
    encoding: 'utf8',
  });
  // What it made for itself is gone with it.
  expect(readdirSync(home)).toEqual([]);
  rmSync(home, { recursive: true });
  return { code: result.status, out: result.stdout, err: result.stderr };
}
const colleague = (...argv: string[]) => asUser(COLLEAGUE, GROUP, ...argv);
const owner = (...argv: string[]) => asUser(OWNER, GROUP, ...argv);

/** Names, owners, modes and contents of all files in the folder. */
function state() {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const { uid, mode, mtimeMs } = statSync(join(folder, name));
      const content = readFileSync(join(folder, name)).toString('latin1');
      return { name, uid, mode, mtimeMs, content };
    });
}

async function filled(): Promise<void> {
  const store = await openStore(`sqlite:${path}`);
  await store.write([1, 2, 3].flatMap((n) => [opening({ n }), stopping(n, { time: n })]));
  await store.close();
}

/** All that is in the folder belongs to the owner; the file's own mode is what the lab gave it. */
function share(mode: number, folderMode: number): void {
  for (const name of readdirSync(folder)) {
    chownSync(join(folder, name), OWNER, GROUP);
    chmodSync(join(folder, name), mode);
  }
  chownSync(folder, OWNER, GROUP);
  chmodSync(folder, folderMode);
}

const READINGS = [['list'], ['show', '1'], ['doctor'], ['verify'], ['stash', 'get'], ['list', '--json']];
const root = process.getuid?.() === 0;

describe.skipIf(!root)(`other users${root ? '' : ': only root can be several users'}`, () => {
  it('a colleague of the group reads a store at rest and leaves no file; the owner writes after any reading', async () => {
    await filled();
    share(0o644, 0o775);
    const before = state();
    expect(before.map(({ name }) => name)).toEqual(['provenance.db']);
    for (const argv of READINGS) {
      const { code, err } = colleague(...argv);
      expect({ argv, code: code === 2 ? err : 'answered' }).toEqual({ argv, code: 'answered' });
      expect(state()).toEqual(before);
    }
    expect(colleague('list').out).toContain('acquire');
    expect(owner('stash', 'set', 'operator', 'Ada')).toMatchObject({ code: 0 });
    expect(colleague('stash', 'get').out).toContain('Ada');
    expect(owner('stash', 'set', 'operator', 'Ben')).toMatchObject({ code: 0 });
  });

  it('a colleague reads while the owner writes, and the owner continues', async () => {
    await filled();
    share(0o644, 0o775);
    const script = `const { openStore } = require(process.argv[1]);
      openStore(process.argv[2]).then(async (store) => {
        const set = (value) => store.changeStash('default', [{ op: 'set', key: 'n', value }], { name: 'o', host: 'h', pid: 1 });
        await set(0);
        process.stdout.write('open\\n');
        process.stdin.on('data', async () => { await set(1); await store.close(); process.exit(0); });
      });`;
    const worker = spawn(
      process.execPath,
      ['-e', script, join(DIST, 'src/store/open.js'), `sqlite:${path}`],
      {
        uid: OWNER,
        gid: GROUP,
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    await once(worker.stdout, 'data');
    const ended = once(worker, 'exit');
    for (const argv of READINGS) expect(colleague(...argv).err).toBe('');
    expect(colleague('stash', 'get').out).toMatch(/^n +0$/m);
    worker.stdin.write('go on\n');
    await ended;
    expect(worker.exitCode).toBe(0);
    expect(colleague('stash', 'get').out).toMatch(/^n +1$/m);
    expect(readdirSync(folder)).toEqual(['provenance.db']);
    expect(owner('stash', 'set', 'n', '2')).toMatchObject({ code: 0 });
  });

  it('the store of a killed worker is read, and no file changes its owner', async () => {
    await filled();
    share(0o644, 0o775);
    const script = `const D = require(process.argv[1]); const db = new D(process.argv[2]); db.pragma('journal_mode = WAL');
      db.exec("UPDATE lab SET scan_id = 77"); process.kill(process.pid, 'SIGKILL');`;
    const driver = join(process.cwd(), 'node_modules/better-sqlite3');
    spawnSync(process.execPath, ['-e', script, driver, path], { uid: OWNER, gid: GROUP });
    expect(readdirSync(folder).sort()).toEqual(['provenance.db', 'provenance.db-shm', 'provenance.db-wal']);
    const before = state().map(({ name, uid, mode }) => ({ name, uid, mode }));
    for (const user of [colleague, owner]) {
      const { out, err } = user('doctor', '--json');
      expect({ err, runs: JSON.parse(out).counts.runs }).toEqual({ err: '', runs: 3 });
      expect(state().map(({ name, uid, mode }) => ({ name, uid, mode }))).toEqual(before);
    }
    const db = new Database(path, { readonly: true });
    db.close();
    expect(owner('stash', 'set', 'operator', 'Ada')).toMatchObject({ code: 0 });
    expect(readdirSync(folder)).toEqual(['provenance.db']);
  });

  it('a file with a log and without an index is read by a colleague as a copy, log included', async () => {
    await filled();
    // As `cp provenance.db provenance.db-wal` of a store that is written to leaves it.
    const live = new Database(path);
    live.pragma('journal_mode = WAL');
    live.exec('UPDATE lab SET scan_id = 77');
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, join(folder, `aside${suffix}`));
    live.close();
    for (const name of readdirSync(folder)) if (!name.startsWith('aside')) rmSync(join(folder, name));
    for (const suffix of ['', '-wal']) renameSync(join(folder, `aside${suffix}`), path + suffix);
    share(0o644, 0o775);
    const before = state();
    expect(colleague('stash', 'get', '--json')).toMatchObject({
      code: 0,
      out: expect.stringContaining('77'),
    });
    expect(colleague('list').out).toContain('acquire');
    expect(state()).toEqual(before);
    expect(owner('stash', 'set', 'operator', 'Ada')).toMatchObject({ code: 0 });
  });

  it("a user without read permission gets the owner's name and what to ask for; one without write permission, too", async () => {
    await filled();
    share(0o600, 0o755);
    const closed = asUser(STRANGER, STRANGER, 'list');
    expect(closed).toMatchObject({ code: 2, out: '' });
    expect(closed.err).toMatch(
      /^temporal-provenance: The store sqlite:\S+ cannot be read by user \S+ \(it belongs to user 61001 and has mode 600\): its owner can .*\n$/,
    );
    chmodSync(folder, 0o700);
    expect(asUser(STRANGER, STRANGER, 'list').err).toMatch(
      /cannot be read by user .*its folder is closed to others.*`backup`\.\n$/,
    );
    share(0o644, 0o775);
    const before = state();
    const denied = colleague('stash', 'set', 'operator', 'Ben');
    expect(denied).toMatchObject({ code: 2, out: '' });
    expect(denied.err).toMatch(
      /^temporal-provenance: The store \S+ cannot be created or written by this user: .*\n$/,
    );
    expect(state()).toEqual(before);
  });
});

describe.skipIf(!root)(`a place without write permission${root ? '' : ': only root can mount'}`, () => {
  it('a closed folder: a store at rest is read unchanged', async () => {
    await filled();
    share(0o644, 0o555);
    const before = state();
    for (const argv of READINGS) expect(colleague(...argv).err).toBe('');
    for (const argv of READINGS) expect(owner(...argv).err).toBe('');
    expect(state()).toEqual(before);
    expect(colleague('backup', '/proc/none.db').err).toMatch(/cannot be created/);
  });

  it('a read-only disk: read unchanged at rest, also a copy of a working store; a writer gets the reason', async (context) => {
    await filled();
    const live = new Database(path);
    live.pragma('journal_mode = WAL');
    live.exec('UPDATE lab SET scan_id = 77');
    copyFileSync(path, join(folder, 'without-log.db'));
    mkdirSync(join(folder, 'both'));
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, join(folder, 'both', `copy.db${suffix}`));
    live.close();
    const rest = await openStore(`sqlite:${path}`);
    await rest.close();
    try {
      execFileSync('mount', ['--bind', folder, folder], { stdio: 'pipe' });
      execFileSync('mount', ['-o', 'remount,ro,bind', folder], { stdio: 'pipe' });
    } catch (error) {
      context.skip(true, `no mounts here: ${String((error as Error).message).split('\n')[0]}`);
    }
    const main = path;
    const rows = (file: string) => {
      path = file;
      const { out, err } = asUser(0, 0, 'doctor', '--json');
      return { err, runs: JSON.parse(out || '{}').counts?.runs };
    };
    expect(rows(main)).toEqual({ err: '', runs: 3 });
    expect(rows(join(folder, 'without-log.db')).err).toBe('');
    expect(rows(join(folder, 'both', 'copy.db'))).toEqual({ err: '', runs: 3 });
    path = main;
    const denied = asUser(0, 0, 'stash', 'set', 'operator', 'Ada');
    expect(denied.code).toBe(2);
    expect(denied.err).toMatch(/^temporal-provenance: The store \S+ cannot be (created or )?written.*\n$/);
    expect(existsSync(`${path}-shm`)).toBe(false);
  });
});

it('a store at rest is one file, complete by itself, also after several writers at once', async () => {
  await filled();
  const [one, two] = [await openStore(`sqlite:${path}`), await openStore(`sqlite:${path}`)];
  await one.write([opening({ n: 11 })]);
  await two.write([opening({ n: 12 })]);
  expect(await one.counts()).toMatchObject({ runs: 5 });
  await one.close();
  await two.write([opening({ n: 13 })]);
  await two.close();
  expect(readdirSync(folder)).toEqual(['provenance.db']);
  const db = new Database(path, { readonly: true });
  expect(db.pragma('journal_mode', { simple: true })).toBe('delete');
  expect(db.prepare('SELECT count(*) FROM run').pluck().get()).toBe(6);
  db.close();
});

it('a store that a killed process left in the middle of a change is reported, and the next writer repairs it', async () => {
  await filled();
  const half = join(folder, 'half.db');
  const db = new Database(path);
  db.pragma('cache_size = 1');
  db.exec('BEGIN');
  db.exec(
    'CREATE TABLE filler AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT i FROM n',
  );
  for (const suffix of ['', '-journal']) copyFileSync(`${path}${suffix}`, `${half}${suffix}`);
  db.close();
  const read = (verb: string) =>
    spawnSync(process.execPath, [MAIN, verb, '--store', `sqlite:${half}`], { cwd: '/', encoding: 'utf8' });
  expect(read('list')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/has an unfinished change by a killed process.*migrate/),
  });
  expect(read('migrate')).toMatchObject({ status: 0 });
  expect(read('list')).toMatchObject({ status: 0, stdout: expect.stringContaining('completed') });
});
