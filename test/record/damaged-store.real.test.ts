/** A SQLite store that is damaged, loses its log or is moved away under a recorder: runs go on, into the spool where they must, and come back. */
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, expect, test, vi } from 'vitest';
import type { Recorder } from '../../src/record/recorder';
import { readSpool } from '../../src/record/spool/report';
import { AMPLE_MS, draft, reading, recorderOn, stopOf } from './recorder-kit';

const BEFORE = 20;
const AFTER = 60;
const BUDGET_MS = 250;
const MOST_MS = 1_000;
/** One when it begins, one for the spool; no more within a minute. */
const MOST_LINES = 2;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-damaged-'));
  folders.push(folder);
  return folder;
}

/** In a folder of its own, which can be moved away. */
function newStore(): string {
  const folder = join(newFolder(), 'store');
  mkdirSync(folder);
  return `sqlite:${join(folder, 'provenance.db')}`;
}

/** Noise in place of all that the file holds. */
function scramble(path: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(statSync(path).size, 0xa5), 0, undefined, 0);
  closeSync(file);
}

/** Runs one after the other: their uids, and how long the longest opening took. */
async function record(recorder: Recorder, runs: number): Promise<{ uids: string[]; longest_ms: number }> {
  const uids: string[] = [];
  let longest_ms = 0;
  for (let n = 0; n < runs; n++) {
    const run = draft();
    const started = performance.now();
    await recorder.open(run, BUDGET_MS);
    longest_ms = Math.max(longest_ms, performance.now() - started);
    recorder.stop(stopOf(run));
    uids.push(run.uid);
    await pause(20);
  }
  return { uids, longest_ms };
}

/** The next process' recorder takes in what the spool holds. */
async function takeIn(url: string, folder: string): Promise<string[]> {
  const next = recorderOn(url, { spool: { folder } });
  await next.open(draft(), AMPLE_MS);
  const left = async () => (await readSpool(folder, { count: true })).records ?? 0;
  await vi.waitFor(async () => expect(await left()).toBe(0), { timeout: AMPLE_MS, interval: 20 });
  await next.close(AMPLE_MS);
  const store = await reading(url);
  return (await store.runs({ limit: 1_000 })).map(({ start }) => start.uid);
}

/** Another connection writes, and empties the log: what is read next comes from the pages. */
function checkpointByAnother(path: string): void {
  const other = new Database(path);
  const version = other.pragma('user_version', { simple: true });
  other.pragma(`user_version = ${version}`);
  other.pragma('wal_checkpoint(TRUNCATE)');
  other.close();
}

interface Case {
  what: string;
  damage: (path: string) => void;
  /** What the lab does before the next worker begins. */
  mend?: (path: string) => void;
  /** Runs before it are in the store afterwards. */
  keepsBefore: boolean;
  spools: boolean;
}

const cases: Case[] = [
  {
    what: 'its pages are noise',
    damage: (path) => {
      checkpointByAnother(path);
      scramble(path);
    },
    mend: (path) => {
      for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
    },
    keepsBefore: false,
    spools: true,
  },
  {
    what: 'its folder is moved away',
    damage: (path) => renameSync(dirname(path), `${dirname(path)}-away`),
    mend: (path) => renameSync(`${dirname(path)}-away`, dirname(path)),
    keepsBefore: true,
    spools: true,
  },
  {
    what: 'noise stands behind its log',
    damage: (path) => appendFileSync(`${path}-wal`, Buffer.alloc(10_000, 0xa5)),
    keepsBefore: true,
    spools: false,
  },
  { what: 'its log is removed', damage: (path) => rmSync(`${path}-wal`), keepsBefore: true, spools: false },
  {
    what: 'its shared memory is removed',
    damage: (path) => rmSync(`${path}-shm`),
    keepsBefore: true,
    spools: false,
  },
];

test.each(cases)('$what: runs continue, and are in the store when it is repaired', async (one) => {
  const url = newStore();
  const path = url.slice('sqlite:'.length);
  const folder = join(newFolder(), 'spool');
  const lines: string[] = [];
  const log = { warn: (line: string) => lines.push(line) };
  const recorder = recorderOn(url, { spool: { folder }, log });
  const before = await record(recorder, BEFORE);
  await recorder.flush(AMPLE_MS);
  one.damage(path);
  const after = await record(recorder, AFTER);
  await recorder.close(AMPLE_MS);
  expect(after.longest_ms).toBeLessThan(MOST_MS);
  expect(recorder.statistics.losses).toEqual({});
  expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
  expect(((await readSpool(folder, { count: true })).records ?? 0) > 0).toBe(one.spools);
  one.mend?.(path);
  const found = await takeIn(url, folder);
  const expected = one.keepsBefore ? [...before.uids, ...after.uids] : after.uids;
  expect(found.filter((uid) => expected.includes(uid)).sort()).toEqual([...expected].sort());
});
