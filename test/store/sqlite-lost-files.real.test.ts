/** The file goes away, is replaced, loses its rights or its room while it is open: nothing is acknowledged into nothing. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store';
import { DIST, openStore } from '../built';
import { opening, uidOf } from './runs';

let folder: string;
let path: string;
const opened: Store[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-lost-'));
  path = join(folder, 'provenance.db');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.allSettled(opened.splice(0).map((store) => store.close()));
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

async function open(at = path, mode: 'read' | 'write' = 'write'): Promise<Store> {
  const store = await openStore(`sqlite:${at}`, { mode });
  opened.push(store);
  return store;
}

const REPLACED = { code: 'STORE_UNREACHABLE', message: expect.stringContaining('removed or replaced') };

/** What another program finds in the file. */
function inFile(at = path): { uids: string[]; storage_id: string; integrity: string } {
  const db = new Database(at, { fileMustExist: true });
  try {
    return {
      uids: db.prepare('SELECT uid FROM run ORDER BY seq').pluck().all() as string[],
      storage_id: db.prepare('SELECT storage_id FROM storage').pluck().get() as string,
      integrity: db.pragma('integrity_check', { simple: true }) as string,
    };
  } finally {
    db.close();
  }
}

describe('a file that is lost while it is open', () => {
  it('deleted: the write fails, and the next one is in a new file', async () => {
    const store = await open();
    await store.write([opening({ n: 1 })]);
    const before = (await store.identity()).storage_id;
    rmSync(path);
    await expect(store.write([opening({ n: 2 })])).rejects.toMatchObject(REPLACED);
    const [answer] = await store.write([opening({ n: 2 })]);
    const found = inFile();
    expect(found).toMatchObject({ uids: [uidOf(2)], integrity: 'ok' });
    expect(answer).toMatchObject({ kind: 'opened', storage_id: found.storage_id });
    expect(found.storage_id).not.toBe(before);
  });

  it('deleted with its log: a changed stash is not acknowledged either', async () => {
    const store = await open();
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix);
    const author = { name: 'Ada', host: 'h', pid: 1 };
    const change = () => store.changeStash('default', [{ op: 'set', key: 'operator', value: 'Ada' }], author);
    await expect(change()).rejects.toMatchObject(REPLACED);
    await change();
    expect((await (await open(path, 'read')).stash('default')).values).toEqual({ operator: 'Ada' });
  });

  it.each(['-wal', '-shm'])('its %s deleted: nothing that was acknowledged is missing', async (suffix) => {
    const store = await open();
    await store.write([opening({ n: 1 })]);
    rmSync(path + suffix);
    await expect(store.write([opening({ n: 2 })])).rejects.toMatchObject(REPLACED);
    await store.write([opening({ n: 2 })]);
    await store.write([opening({ n: 3 })]);
    expect(inFile()).toMatchObject({ uids: [uidOf(1), uidOf(2), uidOf(3)], integrity: 'ok' });
  });

  it('another store renamed over it: continues there, with the scan ids and the identity of that one', async () => {
    const other = await open(join(folder, 'other.db'));
    await other.write([opening({ n: 7 }), opening({ n: 8 })]);
    const { storage_id } = await other.identity();
    await other.close();
    const store = await open();
    const reader = await open(path, 'read');
    await store.write([opening({ n: 1 })]);
    expect((await reader.counts()).runs).toBe(1);
    renameSync(join(folder, 'other.db'), path);
    await expect(store.write([opening({ n: 2 })])).rejects.toMatchObject(REPLACED);
    expect(await store.write([opening({ n: 2 })])).toMatchObject([
      { kind: 'opened', scan_id: 3, storage_id },
    ]);
    expect(inFile()).toMatchObject({ uids: [uidOf(7), uidOf(8), uidOf(2)], integrity: 'ok' });
    expect((await reader.counts()).runs).toBe(3);
    expect((await reader.identity()).storage_id).toBe(storage_id);
  });

  it('deleted with its folder: unreachable until the folder exists again', async () => {
    mkdirSync(join(folder, 'lab'));
    const at = join(folder, 'lab', 'provenance.db');
    const store = await open(at);
    rmSync(join(folder, 'lab'), { recursive: true });
    await expect(store.write([opening({ n: 1 })])).rejects.toMatchObject(REPLACED);
    await expect(store.write([opening({ n: 1 })])).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    mkdirSync(join(folder, 'lab'));
    await store.write([opening({ n: 1 })]);
    expect(inFile(at).uids).toEqual([uidOf(1)]);
  });
});

interface Patient {
  child: ChildProcess;
  lines: () => string[];
  /** Waits until `test` holds for what it printed. */
  until: (test: (lines: string[]) => boolean) => Promise<void>;
}

function patient(runs: number, at: string, options: { uid?: number; under?: string[] } = {}): Patient {
  const script = join(__dirname, 'processes', 'patient.cjs');
  const words = [...(options.under ?? []), process.execPath, script, DIST, `sqlite:${at}`, String(runs)];
  const rights = options.uid === undefined ? {} : { uid: options.uid, gid: options.uid };
  const child = spawn(words[0]!, words.slice(1), { ...rights, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let text = '';
  child.stdout!.on('data', (chunk) => {
    text += chunk;
  });
  const lines = () => text.split('\n').slice(0, -1);
  const until = async (test: (lines: string[]) => boolean) => {
    for (const deadline = Date.now() + 45_000; !test(lines()); await pause(10)) {
      if (child.exitCode !== null || Date.now() > deadline)
        throw new Error(`it said:\n${lines().slice(-20)}`);
    }
  };
  return { child, lines, until };
}

const count = (lines: string[]) => lines.filter((line) => line.startsWith('opened')).length;
const uids = (lines: string[]) =>
  lines.flatMap((line) => (line.startsWith('opened ') ? line.slice('opened '.length) : []));

describe('permissions and room that are lost while it is open', () => {
  it('a folder without write permission, a file without any: refused until they are back, nothing lost', async (context) => {
    const nobody = 65_534;
    const isRoot = process.getuid?.() === 0;
    context.skip(isRoot && !canRunAs(nobody), 'root may write everywhere, and no other user is here');
    const own = join(folder, 'own');
    mkdirSync(own);
    chmodSync(folder, 0o755);
    const at = join(own, 'provenance.db');
    if (isRoot) execFileSync('chown', [`${nobody}:${nobody}`, own]);
    const uid = isRoot ? nobody : undefined;
    chmodSync(own, 0o555);
    const writer = patient(60, at, { uid });
    await writer.until((lines) => lines.includes('! STORE_UNREACHABLE'));
    expect(existsSync(at)).toBe(false);
    chmodSync(own, 0o755);
    await writer.until((lines) => count(lines) >= 5);
    chmodSync(at, 0o000);
    const second = patient(5, at, { uid });
    await second.until((lines) => lines.includes('! STORE_UNREACHABLE'));
    chmodSync(at, 0o600);
    chmodSync(own, 0o555);
    await pause(100);
    chmodSync(own, 0o755);
    await Promise.all([writer, second].map(({ until }) => until((lines) => lines.includes('done'))));
    const acknowledged = [writer, second].flatMap(({ lines }) => uids(lines()));
    const found = inFile(at);
    expect(acknowledged).toHaveLength(65);
    expect(new Set(found.uids)).toEqual(new Set(acknowledged));
    expect(found.integrity).toBe('ok');
  });

  it('no room to write: the handle is closed, and everything is written when there is room again', async (context) => {
    context.skip(!hasPrlimit(), 'no prlimit');
    await (await open()).close();
    const writer = patient(200, path, { under: ['prlimit', '--fsize=400000:unlimited'] });
    await writer.until((lines) => lines.includes('! STORE_UNREACHABLE'));
    expect(count(writer.lines())).toBeGreaterThan(0);
    execFileSync('prlimit', [`--pid=${writer.child.pid}`, '--fsize=unlimited:unlimited']);
    await writer.until((lines) => lines.includes('done'));
    const found = inFile();
    expect(new Set(found.uids)).toEqual(new Set(uids(writer.lines())));
    expect(found).toMatchObject({ integrity: 'ok', uids: { length: 200 } });
  });
});

function canRunAs(uid: number): boolean {
  try {
    const load = `require(${JSON.stringify(join(DIST, 'src/store/open.js'))})`;
    execFileSync(process.execPath, ['-e', load], { uid, gid: uid, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function hasPrlimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
