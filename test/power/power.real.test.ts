/**
 * Loss of power: what a process wrote is recorded, and replayed up to many moments at which the current fails. Whatever was
 * acknowledged by then must be there, and nothing may be damaged.
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import { DIST, fromBuild, openStore } from '../built';
import { byLength, measured, SOAK } from '../reliability';
import { Disk, dice, type Survives } from './disk';
import { record, type Step, straceMissing } from './trace';

const { openSpool } = fromBuild<typeof import('../../src/record/spool/spool')>('src/record/spool/spool');

const missing = straceMissing();
/** Moments of a recording at which the current fails, each with both kinds of loss. */
const POINTS = byLength({ short: 150, full: 550, soak: 2_000 });
/** So many must have been looked at, or the recording was too short. */
const LEAST_POINTS = byLength({ short: 120, full: 500, soak: 500 });
const RUNS = byLength({ short: 200, full: 400, soak: 1_500 });
/**
 * Of the spool, whose every crash is taken in segment by segment: several recordings of one length, since the work for one grows with
 * the cube of its length.
 */
const SPOOLS = SOAK ? 4 : 1;
const SPOOL_POINTS = byLength({ short: 200, full: 550, soak: 550 });
const SPOOL_RECORDS = byLength({ short: 1_000, full: 2_000, soak: 2_000 });

const folder = mkdtempSync(join(tmpdir(), 'provenance-power-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Crash {
  point: number;
  survives: Survives;
  /** Acknowledged before the current failed. */
  acknowledged: readonly string[];
  /** What is on the disk. */
  disk: string;
}

/** Fails the current at up to `most` moments, spread over the recording, and looks at what is left. */
async function crashes(
  { steps, recorded, most }: { steps: readonly Step[]; recorded: string; most: number },
  look: (crash: Crash) => Promise<void>,
): Promise<number> {
  const every = Math.max(1, steps.length / most);
  const disk = new Disk();
  let points = 0;
  for (const [index, step] of steps.entries()) {
    disk.step(step);
    if (Math.floor(index / every) === Math.floor((index - 1) / every)) continue;
    points += 1;
    for (const survives of ['none', 'some'] as const) {
      const left = join(folder, 'left');
      mkdirSync(left);
      disk.crash(recorded, left, survives, dice(index * 2 + 1));
      await look({ point: index, survives, acknowledged: disk.acknowledged, disk: left });
      rmSync(left, { recursive: true });
    }
  }
  return points;
}

describe.skipIf(missing)(
  `loss of power${missing ? `: ${missing}` : ''}`,
  { timeout: SOAK ? 2_400_000 : 600_000 },
  () => {
    let steps: Step[];

    describe('the SQLite store', () => {
      const recorded = join(folder, 'store');

      beforeAll(() => {
        mkdirSync(recorded);
        const acknowledgements = join(folder, 'store-acknowledged');
        const script = join(__dirname, 'store-writer.cjs');
        const url = `sqlite:${join(recorded, 'p.db')}`;
        const command = [process.execPath, script, DIST, url, acknowledgements, String(RUNS)];
        steps = record({ command, folder: recorded, acknowledgements });
      });

      it('is recorded completely: a replay gives the written file', async () => {
        const disk = new Disk();
        for (const step of steps) disk.step(step);
        expect(disk.acknowledged).toHaveLength(RUNS);
        const left = join(folder, 'whole');
        mkdirSync(left);
        disk.crash(recorded, left, 'none', dice(1));
        for (const name of ['p.db', 'p.db-wal'])
          expect([name, statSync(join(left, name)).size]).toEqual([
            name,
            statSync(join(recorded, name)).size,
          ]);
      });

      it('loses nothing that was acknowledged, and is never damaged', async () => {
        const lost: object[] = [];
        const points = await crashes(
          { steps, recorded, most: POINTS },
          async ({ point, survives, acknowledged, disk }) => {
            const path = join(disk, 'p.db');
            const faults = faultsOf(path, acknowledged);
            if (faults.length > 0) lost.push({ point, survives, faults });
          },
        );
        report('SQLite', points, lost.length);
        expect(lost).toEqual([]);
        expect(points).toBeGreaterThanOrEqual(LEAST_POINTS);
      });

      it('detects a disk that ignores every sync: acknowledged records are lost', async () => {
        const unsynced = steps.filter(({ do: what }, i) => what !== 'sync' || i < steps.length / 2);
        const disk = new Disk();
        for (const step of unsynced) disk.step(step);
        const left = join(folder, 'unsynced');
        mkdirSync(left);
        disk.crash(recorded, left, 'none', dice(5));
        expect(faultsOf(join(left, 'p.db'), disk.acknowledged)).not.toEqual([]);
      });

      it('continues after power is back', async () => {
        const disk = new Disk();
        for (const step of steps.slice(0, Math.floor(steps.length * 0.7))) disk.step(step);
        const left = join(folder, 'goes-on');
        mkdirSync(left);
        disk.crash(recorded, left, 'some', dice(3));
        const store = await openStore(`sqlite:${join(left, 'p.db')}`);
        const numbers = (await store.runs({ limit: 10_000 })).map(({ start }) => start.scan_id!);
        expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, i) => i + 1));
        await store.close();
      });
    });

    describe('the spool', () => {
      it('loses nothing that was acknowledged, and what remains is readable', async () => {
        const lost: object[] = [];
        let points = 0;
        for (let n = 0; n < SPOOLS; n += 1) {
          const recorded = join(folder, `spool-${n}`);
          const spool = { steps: recordSpool(recorded), recorded, most: SPOOL_POINTS };
          points += await crashes(spool, async ({ point, survives, acknowledged, disk }) => {
            const { there, quarantined } = await takenFrom(disk);
            const gone = acknowledged.filter((uid) => !there.has(uid));
            // Of what was not synced an arbitrary part may be left, with damage in it.
            const damaged = survives === 'none' ? quarantined : 0;
            if (gone.length + damaged > 0) lost.push({ n, point, survives, gone: gone.length, damaged });
          });
        }
        report('spool', points, lost.length);
        expect(lost).toEqual([]);
        expect(points).toBeGreaterThanOrEqual(LEAST_POINTS);
      });
    });
  },
);

function recordSpool(recorded: string): Step[] {
  const acknowledgements = `${recorded}-acknowledged`;
  const script = join(__dirname, 'spool-writer.cjs');
  const command = [process.execPath, script, DIST, recorded, acknowledgements, String(SPOOL_RECORDS)];
  return record({ command, folder: recorded, acknowledgements });
}

function report(what: string, points: number, faults: number): void {
  measured({
    row: 'B1',
    figure: `${what}: moments of power loss, each with two kinds of loss`,
    value: points,
    limit: '≥ 500',
    holds: points >= 500,
  });
  measured({
    row: 'B1',
    figure: `${what}: of them with an acknowledged record lost, or damage`,
    value: faults,
    limit: '0',
    holds: faults === 0,
  });
}

/** What is wrong with a database after its recovery; it may be missing as long as nothing was acknowledged. */
function faultsOf(path: string, acknowledged: readonly string[]): string[] {
  if (!statSync(path, { throwIfNoEntry: false })) return acknowledged.length > 0 ? ['no file'] : [];
  const database = new Database(path);
  try {
    const integrity = database.pragma('integrity_check', { simple: true });
    if (integrity !== 'ok') return [String(integrity)];
    if (acknowledged.length === 0) return [];
    const there = new Set(
      database.prepare('SELECT run.uid FROM run JOIN stop ON stop.seq = run.seq').pluck().all(),
    );
    const gone = acknowledged.filter((uid) => !there.has(uid));
    return gone.length > 0 ? [`${gone.length} of ${acknowledged.length} are gone`] : [];
  } catch (error) {
    return [String(error)];
  } finally {
    database.close();
  }
}

/** Every record that a spool gives, as another process would take it in. */
async function takenFrom(disk: string): Promise<{ there: Set<string>; quarantined: number }> {
  const there = new Set<string>();
  const spool = await openSpool({ folder: disk });
  const write = async (records: readonly WriteRecord[]) => {
    for (const each of records) if ('uid' in each) there.add(each.uid);
    return records.map(() => ({ kind: 'done' as const }));
  };
  const { quarantined } = await spool.drain({ write });
  await spool.close();
  return { there, quarantined };
}
