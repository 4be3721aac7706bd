/** A store that was moved to PostgreSQL: its writers are refused and told where it is, its readers are told, and nothing is lost. */
import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import Database from 'better-sqlite3';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store';
import { DIST, fromBuild, openStore } from '../built';
import { type Answer, call } from '../cli/laboratory';
import { unique, workerOptions } from '../plugin/harness';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { AMPLE_MS, draft, recorderOn, stopOf } from '../record/recorder-kit';
import { opening, uidOf } from './runs';
import { manyRuns } from './transfer-records';

const { transferStore } = fromBuild<typeof import('../../src/upkeep/transfer/transfer')>(
  'src/upkeep/transfer/transfer',
);
const missing = postgresMissing();

describe.skipIf(missing)(`a store that was moved${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let folder: string;
  let path: string;
  let from: string;
  let to: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'provenance-moved-'));
    path = join(folder, 'lab.db');
    from = `sqlite:${path}`;
    const store = await openStore(from);
    await store.write(manyRuns(40));
    await store.close();
    const url = new URL(await server.createDatabase());
    // A password that must not be told to anybody; this server asks for none.
    url.password ||= 'geheim';
    to = url.href;
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  const ask = (...argv: string[]): Promise<Answer> => call(argv, { cwd: folder });
  const password = () => new URL(to).password;
  const location = () => `postgres://${new URL(to).host}${new URL(to).pathname}`;
  const refusal = (store: Promise<Store>) =>
    store.then(
      async (open) => {
        await open.close();
        return undefined;
      },
      (error: Error & { code: string }) => ({ code: error.code, message: error.message }),
    );
  const runsIn = async (url: string) => {
    const store = await openStore(url, { mode: 'read' });
    try {
      return await store.runs({ limit: 10_000 });
    } finally {
      await store.close();
    }
  };

  it('refuses writers with the new URL, without a password; readers get a note on stderr, and read what it held', async () => {
    const before = await ask('list', '--store', from);
    const moved = await ask('migrate', '--store', from, '--to', to);
    expect({ code: moved.code, err: moved.err }).toEqual({ code: 0, err: '' });
    expect(moved.out).toContain(`${from} is marked as moved`);

    const refused = await refusal(openStore(from));
    expect(refused).toMatchObject({ code: 'STORE_MOVED' });
    expect(refused?.message).toContain(`was moved to ${location()}`);
    const stash = await ask('stash', 'set', 'operator', 'Ada', '--store', from);
    expect(stash).toMatchObject({ code: 2, err: expect.stringContaining(location()) });
    const pruned = await ask('purge', '--run', '1', '--yes', '--store', from);
    expect(pruned).toMatchObject({ code: 2, err: expect.stringContaining(location()) });
    const after = await ask('list', '--store', from);
    expect(after.out).toBe(before.out);
    expect(after.err).toMatch(
      new RegExp(`was moved to ${location()} on 20\\d\\d-\\d\\d-\\d\\d: this is its content at that time`),
    );
    const doctor = await ask('doctor', '--store', from);
    expect(doctor.code).toBe(1);
    expect(doctor.out).toMatch(/✗ identity +moved to postgres:/);
    for (const text of [moved.out, refused?.message, stash.err, after.err, doctor.out])
      expect(text).not.toContain(password());

    // An earlier release's hand, or anybody's: the database refuses as well.
    const db = new Database(path);
    expect(() => db.exec('UPDATE storage SET state_id = state_id + 1')).toThrow('the store was moved');
    db.close();
    const there = await ask('doctor', '--store', to);
    expect(there.out).toMatch(/✓ identity +its own/);
  });

  it("can't be moved elsewhere, but again to the same place", async () => {
    const { source, ...first } = await transferStore(from, to);
    expect(source).toBe('marked');
    expect(await transferStore(from, to)).toMatchObject(first);
    await expect(transferStore(from, await server.createDatabase())).rejects.toMatchObject({
      code: 'STORE_MOVED',
      message: expect.stringContaining(location()),
    });
  });

  it('is not changed by a move that fails, or is killed', async () => {
    const interrupted = transferStore(from, to, {
      onProgress: () => {
        throw new Error('the plug was pulled');
      },
    });
    await expect(interrupted).rejects.toThrow('the plug was pulled');
    const script = `const { transferStore } = require(process.argv[1]);
      transferStore(process.argv[2], process.argv[3], { onProgress: () => process.kill(process.pid, 'SIGKILL') });`;
    expect(() =>
      execFileSync(process.execPath, ['-e', script, join(DIST, 'src/upkeep/transfer/transfer.js'), from, to]),
    ).toThrow();
    const store = await openStore(from);
    expect(await store.write([opening({ n: 900 })])).toMatchObject([{ kind: 'opened' }]);
    await store.close();
    expect((await ask('doctor', '--store', from)).out).toMatch(/✓ identity +its own/);
  });

  it('makes its writers wait during the copy, and refuses their writes once it is complete', async () => {
    let writing: Promise<unknown> | undefined;
    const worker = await openStore(from);
    const result = await transferStore(from, to, {
      onProgress: () => {
        writing ??= worker.write([opening({ n: 901 })]).catch((error: unknown) => error);
      },
    });
    expect(await writing).toMatchObject({ code: 'STORE_MOVED' });
    await worker.close();
    const uids = (await runsIn(to)).map(({ start }) => start.uid);
    expect(uids).toHaveLength(40);
    expect(uids).not.toContain(uidOf(901));
    expect(result.source).toBe('marked');
  });

  it('loses nothing of a worker that runs on: its records wait in the spool, and a worker of the new store imports them', async () => {
    const warned: string[] = [];
    const log = { warn: (message: string) => warned.push(message), info() {}, error() {}, debug() {} };
    const old = recorderOn(from, { log: log as never });
    const runs = [draft(), draft(), draft(), draft()];
    const record = async (recorder: ReturnType<typeof recorderOn>, run: (typeof runs)[number]) => {
      await recorder.open(run, 50);
      recorder.stop(stopOf(run));
    };
    await record(old, runs[0]!);
    await old.flush(AMPLE_MS);
    expect((await ask('migrate', '--store', from, '--to', to)).code).toBe(0);
    await record(old, runs[1]!);
    await record(old, runs[2]!);
    await old.flush(AMPLE_MS);
    // A worker with the new URL, while the old one is still at work.
    const next = recorderOn(to);
    await record(next, runs[3]!);
    await old.close(AMPLE_MS);
    expect(existsSync(`${path}.spool`)).toBe(true);
    const wanted = new Set(runs.map(({ uid }) => uid));
    let found = new Map<string, unknown>();
    for (let left = 200; left > 0 && found.size < 4; left--) {
      await pause(100);
      const there = (await runsIn(to)).filter(({ start, stop }) => wanted.has(start.uid) && stop);
      found = new Map(there.map(({ start }) => [start.uid, start.scan_id]));
    }
    expect(new Set(found.keys())).toEqual(wanted);
    expect(new Set(found.values()).size).toBe(4);
    const told = warned.filter((line) => line.includes('was moved to'));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(location());
    expect(told[0]).not.toContain(password());
    expect((await ask('verify', '--store', to)).code).toBe(0);
  });

  it('prevents a worker, with one line that names the new place', async () => {
    expect((await ask('migrate', '--store', from, '--to', to)).code).toBe(0);
    const plugin = new ProvenancePlugin({ store: from, environment: false });
    const made = Worker.create(await workerOptions(unique('moved'), plugin));
    const error: Error & { code?: string } = await made.then(
      () => expect.unreachable('a worker was made'),
      (fault) => fault,
    );
    expect(error.code).toBe('STORE_MOVED');
    expect(error.message).toContain(`was moved to ${location()}`);
    expect(error.message).not.toMatch(/\n/);
    expect(error.message).not.toContain(password());
    expect(existsSync(`${path}.spool`)).toBe(false);
  });

  it('returns as a copy: its backup accepts records again, under an identity of its own', async () => {
    const { storage_id } = await transferStore(from, to);
    expect((await ask('backup', 'back.db', '--store', from)).code).toBe(0);
    const back = await openStore(`sqlite:${join(folder, 'back.db')}`);
    expect(await back.write([opening({ n: 902 })])).toMatchObject([{ kind: 'opened' }]);
    expect((await back.identity()).forked_from?.storage_id).toBe(storage_id);
    await back.close();
  });
});
