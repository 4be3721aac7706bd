/** A disk that fails in the middle of writing: what was acknowledged is stored, nothing is damaged, and writing goes on. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { DIST } from '../built';
import { measured } from '../reliability';
import { straceMissing } from './trace';

const missing = straceMissing();
const RUNS = 900;
const folder = mkdtempSync(join(tmpdir(), 'provenance-faulty-disk-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Counted for each thread: the first fault comes after what the making of a store writes. */
const FAULTS = [
  ['fsync and fdatasync fail with EIO', 'fsync,fdatasync:error=EIO:when=20+7'],
  ['pwrite64 fails with ENOSPC', 'pwrite64:error=ENOSPC:when=400+701'],
  ['pwrite64 fails with EIO', 'pwrite64:error=EIO:when=400+701'],
] as const;

describe.skipIf(missing)(`a disk that fails${missing ? `: ${missing}` : ''}`, () => {
  it.each(FAULTS)('%s, again and again', (name, injection) => {
    const place = join(folder, name.replaceAll(' ', '-'));
    mkdirSync(place);
    const [database, acknowledgements] = [join(place, 'p.db'), join(place, 'acknowledged')];
    const script = join(__dirname, 'store-writer.cjs');
    const inject = ['-e', `trace=openat,${injection.split(':')[0]}`, '-e', `inject=${injection}`];
    const ours = [database, `${database}-wal`].flatMap((path) => ['-P', path]);
    const writer = [script, DIST, `sqlite:${database}`, acknowledgements, String(RUNS), 'persist'];
    const trace = join(place, 'trace');
    const flags = ['-f', '-qq', '--seccomp-bpf', '-o', trace, ...inject, ...ours];
    const { stderr, signal } = spawnSync('strace', [...flags, process.execPath, ...writer], {
      encoding: 'utf8',
    });
    const lines = readFileSync(trace, 'utf8').split('\n');
    const injected = lines.filter((line) => line.includes('(INJECTED)')).length;
    expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: expect.stringContaining('failed:') });
    expect(injected).toBeGreaterThan(5);
    // What failed to be synced is not asked for again: the file is opened anew.
    const firstFault = lines.findIndex((line) => line.includes('(INJECTED)'));
    const opened = lines
      .slice(firstFault)
      .filter((line) => line.includes('openat(') && line.includes('p.db"'));
    if (injection.includes('EIO')) expect(opened.length).toBeGreaterThanOrEqual(injected);

    const acknowledged = readFileSync(acknowledgements, 'utf8').split('\n').filter(Boolean);
    expect(acknowledged).toHaveLength(RUNS);
    const db = new Database(database, { readonly: true });
    const stored = new Set(db.prepare('SELECT uid FROM run').pluck().all());
    const numbers = db.prepare('SELECT scan_id FROM run ORDER BY scan_id').pluck().all();
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
    const lost = acknowledged.filter((uid) => !stored.has(uid)).length;
    measured({
      row: 'B4',
      figure: `${name}: acknowledged records lost`,
      value: lost,
      limit: '0',
      holds: lost === 0,
    });
    expect(lost).toBe(0);
    expect(numbers).toEqual(Array.from({ length: RUNS }, (_, i) => i + 1));
  });
});
