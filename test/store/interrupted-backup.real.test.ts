/** A backup that is cut off leaves nothing; what a killed one left goes with the next. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DIST, openStore } from '../built';
import { call } from '../cli/laboratory';
import { opening } from './runs';

const folder = mkdtempSync(join(tmpdir(), 'provenance-interrupted-'));
const path = join(folder, 'provenance.db');
const partials = () => readdirSync(folder).filter((name) => name.includes('.partial-'));
const MIB = 1024 * 1024;

beforeAll(async () => {
  const store = await openStore(`sqlite:${path}`);
  await store.write([opening({ n: 1 })]);
  await store.close();
  // Large enough to be met in the middle, on a quick disk too.
  const db = new Database(path);
  const insert = db.prepare('INSERT INTO blob (digest, media_type, bytes) VALUES (?, ?, zeroblob(?))');
  db.transaction(() => {
    for (let n = 0; n < 40; n++) insert.run(`sha256:${n}`, 'x', 8 * MIB);
  })();
  db.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A backup in a process of its own, once a part of it is on the disk. */
async function underWay(name: string) {
  const main = join(DIST, 'src', 'cli', 'main.js');
  const child = spawn(process.execPath, [main, 'backup', name, '--store', `sqlite:${path}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const output of [child.stdout, child.stderr]) output.on('data', (chunk) => (text += chunk));
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const begun = () =>
    partials().some((file) => (statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0) > MIB);
  while (!begun() && child.exitCode === null) await pause(1);
  return { child, ended, text: () => text };
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  it(`${signal} ends it at once, as the signal ends a process, and leaves no file`, async () => {
    const { child, ended, text } = await underWay('copy.db');
    const began = performance.now();
    child.kill(signal);
    const [code, by] = await ended;
    expect({ code, by, text: text() }).toEqual({ code: null, by: signal, text: '' });
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(partials()).toEqual([]);
    expect(existsSync(join(folder, 'copy.db'))).toBe(false);
  });

it('the remains of a killed backup are removed by the next one, under any name; running backups are kept', async () => {
  const { child, ended } = await underWay('monday.db');
  child.kill('SIGKILL');
  await ended;
  expect(partials().length).toBeGreaterThan(0);
  const ofOthers = [
    `a.db.partial-${hostname()}-${process.pid}`,
    'b.db.partial-elsewhere-1',
    'c.db.partial-x',
  ];
  for (const name of ofOthers) writeFileSync(join(folder, name), '');
  expect(await call(['backup', 'tuesday.db'], { cwd: folder })).toMatchObject({ code: 0, err: '' });
  expect(partials().sort()).toEqual([...ofOthers].sort());
  expect(existsSync(join(folder, 'monday.db'))).toBe(false);
});
