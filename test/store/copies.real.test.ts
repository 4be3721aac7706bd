/** Copies of a store: each history has an identity of its own, a restored store keeps its own, and plain copying shows. */
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { type Answer, call } from '../cli/laboratory';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { opening, stopping, uidOf } from './runs';
import { manyRuns } from './transfer-records';

const { operationsIdentity } = createRequire(import.meta.url)(
  '../../dist/src/operations.js',
) as typeof import('../../src/operations');

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-copies-'));
  path = join(folder, 'provenance.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const ask = (...argv: string[]): Promise<Answer> => call(argv, { cwd: folder });
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

async function withStore<T>(file: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(file.includes('://') ? file : `sqlite:${file}`);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const identityOf = (file: string) => withStore(file, (store) => store.identity());
const write = (file: string, ...numbers: number[]) =>
  withStore(file, async (store) => {
    const answers = [];
    for (const n of numbers)
      answers.push(...(await store.write([opening({ n }), stopping(n, { time: n })])).slice(0, 1));
    return answers;
  });
/** Where each run was stored, by its number. */
const storageOf = (file: string) =>
  withStore(file, async (store) => {
    const runs = await store.runs({ limit: 100 });
    return new Map(runs.map(({ start }) => [start.uid, start.provenance.storage]));
  });
const identityLine = async (file: string) => {
  const { out } = await ask('doctor', '--store', `sqlite:${file}`);
  return out.split('\n').find((line) => / identity /.test(line)) ?? out;
};

describe('a backup', () => {
  it('takes an identity of its own at its first write, once, and names the state it began from', async () => {
    await write(path, 1, 2);
    const original = await identityOf(path);
    expect((await ask('backup', 'copy.db')).code).toBe(0);
    const copied = await identityOf(at('copy.db'));
    expect(copied).toMatchObject({
      storage_id: original.storage_id,
      state_id: 2,
      copied_time: expect.any(Number),
    });
    expect(copied).not.toHaveProperty('forked_from');

    const [answer] = await write(at('copy.db'), 3);
    const forked = await identityOf(at('copy.db'));
    expect(forked).toMatchObject({
      storage_id: expect.stringMatching(UUID),
      state_id: 3,
      created_time: original.created_time,
      forked_from: { storage_id: original.storage_id, state_id: 2 },
    });
    expect(forked.storage_id).not.toBe(original.storage_id);
    expect(forked).not.toHaveProperty('copied_time');
    expect(answer).toMatchObject({ storage_id: forked.storage_id, state_id: 3 });

    await write(at('copy.db'), 4);
    expect(await identityOf(at('copy.db'))).toMatchObject({ storage_id: forked.storage_id, state_id: 4 });
  });

  it('and its original never give one (storage_id, state_id) to two histories', async () => {
    await write(path, 1, 2);
    await ask('backup', 'copy.db');
    const answers = [...(await write(at('copy.db'), 3, 4)), ...(await write(path, 5, 6))];
    // A copy of the copy, and both go on.
    await ask('backup', 'second.db', '--store', `sqlite:${at('copy.db')}`);
    answers.push(...(await write(at('second.db'), 7)), ...(await write(at('copy.db'), 8)));
    const states = answers.map((answer) =>
      answer.kind === 'opened' ? `${answer.storage_id} ${answer.state_id}` : answer.kind,
    );
    expect(new Set(states).size).toBe(states.length);

    // What a document says of where it was stored is what was answered when it was, in every copy.
    const original = await identityOf(path);
    const copy = await identityOf(at('copy.db'));
    const second = await identityOf(at('second.db'));
    const stored = await storageOf(at('second.db'));
    expect([1, 2, 3, 4, 7].map((n) => stored.get(uidOf(n)))).toEqual([
      { storage_id: original.storage_id, state_id: 1 },
      { storage_id: original.storage_id, state_id: 2 },
      { storage_id: copy.storage_id, state_id: 3 },
      { storage_id: copy.storage_id, state_id: 4 },
      { storage_id: second.storage_id, state_id: 5 },
    ]);
    expect(second.forked_from).toEqual({ storage_id: copy.storage_id, state_id: 4 });
    for (const file of ['provenance.db', 'copy.db', 'second.db'])
      expect((await ask('verify', '--store', `sqlite:${at(file)}`)).code).toBe(0);
  });

  it('also forks if its stash is changed, or runs are removed from it', async () => {
    await write(path, 1, 2);
    const { storage_id } = await identityOf(path);
    await ask('backup', 'stash.db');
    expect((await ask('stash', 'set', 'operator', 'Ada', '--store', `sqlite:${at('stash.db')}`)).code).toBe(
      0,
    );
    await ask('backup', 'purged.db');
    expect((await ask('purge', '--run', '1', '--yes', '--store', `sqlite:${at('purged.db')}`)).code).toBe(0);
    for (const file of ['stash.db', 'purged.db'])
      expect(await identityOf(at(file))).toMatchObject({ forked_from: { storage_id, state_id: 2 } });
  });

  it('forks before its operations workers could take the work of the original', async () => {
    await write(path, 1);
    const { storage_id } = await identityOf(path);
    await ask('backup', 'copy.db');
    const own = await withStore(at('copy.db'), operationsIdentity);
    expect(own).toMatchObject({ forked_from: { storage_id, state_id: 1 } });
    expect(await withStore(at('copy.db'), operationsIdentity)).toEqual(own);
    expect((await withStore(path, operationsIdentity)).storage_id).toBe(storage_id);
  });

  it('is reported by doctor as a backup, and after its first write as a store of its own', async () => {
    await write(path, 1);
    const { storage_id } = await identityOf(path);
    expect(await identityLine(path)).toMatch(/✓ identity +its own$/);
    await ask('backup', 'copy.db');
    expect(await identityLine(at('copy.db'))).toMatch(
      /✓ identity +a backup made 20\S+: it gets its own identity/,
    );
    await write(at('copy.db'), 2);
    expect(await identityLine(at('copy.db'))).toMatch(
      new RegExp(`✓ identity +its own; it started as a copy of store ${storage_id} at state 1$`),
    );
    expect(await identityLine(path)).toMatch(/✓ identity +its own$/);
  });
});

describe('a backup that replaces a lost store', () => {
  it('keeps the identity, and no state that the lost store had after the backup is used again', async () => {
    await write(path, 1, 2);
    const { storage_id } = await identityOf(path);
    await ask('backup', 'copy.db');
    const lost = await write(path, 3, 4);
    rmSync(path);
    const { code, out, err } = await ask('backup', '--restore', 'copy.db');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`as store ${storage_id}.`);
    const [answer] = await write(path, 5);
    expect(answer).toMatchObject({ storage_id });
    const states = lost.map((one) => (one.kind === 'opened' ? one.state_id : 0));
    expect((answer as { state_id: number }).state_id).toBeGreaterThan(Math.max(...states));
    const identity = await identityOf(path);
    expect(identity).not.toHaveProperty('copied_time');
    expect(identity).not.toHaveProperty('forked_from');
    expect(await identityLine(path)).toMatch(/✓ identity +restored from a backup on 20/);
    expect((await ask('verify')).code).toBe(0);
    // The backup is what it was.
    expect(await identityOf(at('copy.db'))).toMatchObject({ copied_time: expect.any(Number), state_id: 2 });
  });

  it('never replaces an existing store, nor the remains of its log', async () => {
    await write(path, 1);
    await ask('backup', 'copy.db');
    const there = await ask('backup', '--restore', 'copy.db');
    expect(there).toMatchObject({
      code: 2,
      err: expect.stringMatching(/provenance\.db exists; .*move it/),
    });
    renameSync(path, `${path}-wal`);
    expect(await ask('backup', '--restore', 'copy.db')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/provenance\.db-wal exists/),
    });
    expect(existsSync(path)).toBe(false);
  });
});

describe('plain copying', () => {
  it('is found by doctor before and after the copy was written to, with the place of the original', async () => {
    await write(path, 1, 2);
    copyFileSync(path, at('plain.db'));
    const unwritten = await identityLine(at('plain.db'));
    expect(unwritten).toMatch(/! identity +copied or moved here without `backup`/);
    expect(unwritten).toContain(`${path} on `);
    await write(at('plain.db'), 3);
    await write(at('plain.db'), 4);
    expect(await identityLine(at('plain.db'))).toMatch(
      /! identity +copied or moved here without `backup` before state 3 .*provenance\.db on .*one identity/,
    );
    // The original can't know.
    expect(await identityLine(path)).toMatch(/✓ identity +its own$/);
  });

  it('is found if the original was deleted, whatever inode the copy has', async () => {
    await write(path, 1);
    copyFileSync(path, at('aside.db'));
    await write(path, 2);
    rmSync(path);
    copyFileSync(at('aside.db'), path);
    expect(await identityLine(path)).toMatch(/! identity +copied or moved here without `backup`/);
  });

  it('does not include a new name on the same disk', async () => {
    await write(path, 1);
    renameSync(path, at('renamed.db'));
    expect(await identityLine(at('renamed.db'))).toMatch(/✓ identity +its own$/);
    await write(at('renamed.db'), 2);
    expect(await identityLine(at('renamed.db'))).toMatch(/✓ identity +its own$/);
  });

  it('is repaired by a backup of the copy in its place, which takes its own identity', async () => {
    await write(path, 1);
    const { storage_id } = await identityOf(path);
    copyFileSync(path, at('plain.db'));
    await write(at('plain.db'), 2);
    await ask('backup', 'mended.db', '--store', `sqlite:${at('plain.db')}`);
    await write(at('mended.db'), 3);
    expect(await identityOf(at('mended.db'))).toMatchObject({ forked_from: { storage_id, state_id: 2 } });
    expect(await identityLine(at('mended.db'))).toMatch(/✓ identity +its own; it started as a copy/);
  });
});

it("can't be continued by an older release under the original identity: the database assigns another one", async () => {
  await write(path, 1);
  const { storage_id } = await identityOf(path);
  await ask('backup', 'copy.db');
  const db = new Database(at('copy.db'));
  db.exec('UPDATE storage SET state_id = state_id + 1');
  expect(() => db.exec("UPDATE storage SET storage_id = 'x'")).toThrow(/never rewritten/);
  db.close();
  expect(await identityOf(at('copy.db'))).toMatchObject({ forked_from: { storage_id, state_id: 1 } });
});

const missing = postgresMissing();

describe.skipIf(missing)(`copies and PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.close());

  it('is followed by a fork if a backup of the copy is written to, or moved to another PostgreSQL store', async () => {
    const url = await server.createDatabase();
    await withStore(url, (store) => store.write(manyRuns(30)));
    const original = await identityOf(url);
    await ask('backup', 'copy.db', '--store', url);
    expect(await identityOf(at('copy.db'))).toMatchObject({ copied_time: expect.any(Number) });

    const to = await server.createDatabase();
    const moved = await ask('migrate', '--store', `sqlite:${at('copy.db')}`, '--to', to);
    expect({ code: moved.code, err: moved.err }).toEqual({ code: 0, err: '' });
    expect(moved.out).toMatch(/copy\.db is a backup and is unchanged. Its copy is a separate store/);
    const there = await identityOf(to);
    const forked_from = { storage_id: original.storage_id, state_id: original.state_id };
    expect(there).toMatchObject({ forked_from });
    expect(there.storage_id).not.toBe(original.storage_id);
    const [answer] = await write(to, 500);
    expect(answer).toMatchObject({ storage_id: there.storage_id });
    const stored = await storageOf(to);
    expect(stored.get(uidOf(1))?.storage_id).toBe(original.storage_id);
    expect(stored.get(uidOf(500))?.storage_id).toBe(there.storage_id);
    expect((await ask('verify', '--store', to)).code).toBe(0);

    await write(at('copy.db'), 600);
    const copy = await identityOf(at('copy.db'));
    expect(copy).toMatchObject({ forked_from });
    expect(new Set([original, there, copy].map(({ storage_id }) => storage_id)).size).toBe(3);
  });

  it('keeps the identity if a backup is restored', async () => {
    const url = await server.createDatabase();
    await withStore(url, (store) => store.write(manyRuns(30)));
    const original = await identityOf(url);
    await ask('backup', 'copy.db', '--store', url);
    const to = await server.createDatabase();
    const { code, err, out } = await ask('backup', '--restore', 'copy.db', '--store', to);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`as store ${original.storage_id}.`);
    const restored = await identityOf(to);
    expect(restored.storage_id).toBe(original.storage_id);
    expect(restored.state_id).toBeGreaterThan(original.state_id + 1_000_000);
    expect(restored).not.toHaveProperty('forked_from');
    expect(await ask('backup', '--restore', 'copy.db', '--store', to)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/another state of this store/),
    });
  });

  it('by the database server is visible once the copy is written to', async () => {
    const url = await server.createDatabase();
    await withStore(url, (store) => store.write(manyRuns(3)));
    const copy = new URL(await server.createDatabase());
    const name = (of: URL) => of.pathname.slice(1);
    await server.execute(`DROP DATABASE ${name(copy)}`, 'postgres');
    await server.execute(`CREATE DATABASE ${name(copy)} TEMPLATE ${name(new URL(url))}`, 'postgres');
    await write(copy.href, 400);
    const { out } = await ask('doctor', '--store', copy.href);
    expect(out).toMatch(/! identity +copied or moved here without `backup` before state 2 /);
    expect((await ask('doctor', '--store', url)).out).toMatch(/✓ identity +its own/);
  });
});
