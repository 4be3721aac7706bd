/** `purge` reaches the spool on both databases: what is taken in later brings nothing back, not even after a kill. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import type { Store } from '../../src/store/store';
import { DIST, fromBuild, openStore } from '../built';
import { call } from '../cli/laboratory';
import { opening, stopping, uidOf } from '../store/runs';
import { openForReading, postgresPlace, sqlitePlace } from './stores';

const { openSpool } = fromBuild<typeof import('../../src/record/spool/spool')>('src/record/spool/spool');

const PERSON = 'Ada Lovelace';
const folder = mkdtempSync(join(tmpdir(), 'provenance-purge-spool-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ended = (n: number, result = 'done') =>
  stopping(n, { time: 1_790_000_100 + n, temporal: { result: [result] } });

/** Files of a spool in which a text stands. */
function filesWith(spool: string, text: string): string[] {
  return readdirSync(spool, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && readFileSync(join(file.parentPath, file.name)).includes(text))
    .map(({ name }) => name);
}

/** As a worker takes a spool in. */
async function takeIn(store: Store, spool: string): Promise<number> {
  const opened = await openSpool({ folder: spool });
  const report = await opened.drain({
    write: (records) => store.write(records),
    probe: () => store.identity(),
    buried: (uids) => store.buried(uids),
  });
  expect(report.stopped).toBeUndefined();
  await opened.close();
  return report.quarantined;
}

describe.each([sqlitePlace(), postgresPlace()])('$name', (place) => {
  let url: string;
  let spool: string;
  let store: Store;
  const purge = (...argv: string[]) =>
    call(['purge', ...argv, '--store', url, '--spool', spool], { cwd: folder });

  beforeAll(async () => {
    if (place.missing) return;
    await place.start();
    url = await place.url();
    spool = join(folder, `${place.name}.spool`);
    store = await openStore(url);
  });
  afterAll(async () => {
    await store?.close();
    await place.stop();
  });

  const named = (n: number) => opening({ n, fields: { operator: PERSON, dose: n } });

  it.skipIf(place.missing)('a person goes out of what waits, and what is taken in is sound', async () => {
    await store.write([named(1), ended(1)]);
    const writer = await openSpool({ folder: spool });
    await writer.append([named(1), named(2), ended(2, PERSON), named(3)]);
    const dry = await purge('--person', PERSON, '--json');
    expect([dry.code, dry.json()]).toMatchObject([0, [{ run: 1, spool: 4 }]]);
    expect(filesWith(spool, PERSON)).toHaveLength(1);
    const { code, json } = await purge('--person', PERSON, '--yes', '--json');
    expect([code, json()]).toMatchObject([0, [{ run: 1, spool: 4 }]]);
    expect(filesWith(spool, PERSON)).toEqual([]);
    // The writer, whose segment was taken from it, goes on.
    const { stored } = await writer.append([ended(3)]);
    expect(stored).toEqual([true]);
    await writer.close();
    expect(await takeIn(store, spool)).toBe(0);
    const runs = await store.runs({ limit: 10 });
    expect(runs.map(({ start }) => [start.uid, start.operator])).toEqual(
      [3, 2, 1].map((n) => [uidOf(n), '[purged]']),
    );
    expect(runs.every(({ stop }) => stop !== null)).toBe(true);
    await expectNowhere(PERSON);
  });

  it.skipIf(place.missing)('a run that was purged stays gone, whatever comes in later', async () => {
    await store.write([opening({ n: 11, fields: { sample: 'secret-11' } }), opening({ n: 12 })]);
    const elsewhere = join(folder, `${place.name}-elsewhere.spool`);
    const late: WriteRecord[] = [opening({ n: 11, fields: { sample: 'secret-11' } }), ended(11)];
    for (const at of [spool, elsewhere]) {
      const writer = await openSpool({ folder: at });
      await writer.append(late);
      await writer.close();
    }
    const { code, json } = await purge('--run', uidOf(11), '--yes', '--json');
    expect([code, json()]).toMatchObject([0, [{ run: 1, spool: 2, runs: [{ uid: uidOf(11) }] }]]);
    expect(filesWith(spool, uidOf(11))).toEqual([]);
    // A spool on another machine, which no purge here reaches.
    expect(await takeIn(store, elsewhere)).toBe(0);
    expect(readdirSync(join(elsewhere, 'quarantine'))).toEqual([]);
    expect(await store.resolve({ by: 'uid', uid: uidOf(11) })).toEqual([]);
    await expectNowhere('secret-11');
  });

  it.skipIf(place.missing)('a start that comes in again brings no purged field back', async () => {
    await store.write([opening({ n: 21, fields: { owner: 'Mallory' } }), opening({ n: 22 })]);
    const elsewhere = join(folder, `${place.name}-again.spool`);
    const writer = await openSpool({ folder: elsewhere });
    await writer.append([opening({ n: 21, fields: { owner: 'Mallory' } }), ended(21)]);
    await writer.close();
    expect((await purge('--field', 'owner', '--yes')).code).toBe(0);
    expect(await takeIn(store, elsewhere)).toBe(0);
    const [run] = await store.resolve({ by: 'uid', uid: uidOf(21) });
    expect([run!.start.owner, run!.stop?.exit_status]).toEqual([undefined, 'success']);
    await expectNowhere('Mallory');
  });

  it.skipIf(place.missing)('a run that only the spool has is found by its uid', async () => {
    const writer = await openSpool({ folder: spool });
    await writer.append([opening({ n: 31 })]);
    await writer.close();
    expect((await purge('--run', uidOf(31), '--json')).json()).toEqual([{ spool: 1 }]);
    expect((await purge('--run', uidOf(31), '--yes')).code).toBe(0);
    const { code, err } = await purge('--run', uidOf(31), '--yes');
    expect([code, err]).toEqual([1, expect.stringContaining('neither in the store nor in its spool')]);
  });

  async function expectNowhere(text: string): Promise<void> {
    const verified = await call(['verify', '--store', url], { cwd: folder });
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('sound')]);
    const database = await openForReading(url);
    const sets = await database.query<{ document: string }>('SELECT document FROM metadata');
    await database.close();
    expect(sets.filter(({ document }) => String(document).includes(text))).toEqual([]);
    expect(place.holds?.(text) ?? false).toBe(false);
  }
});

describe('a purge that is killed', () => {
  it.each(['claimed', 'written'])('once a segment is %s leaves all of it, once', async (failpoint) => {
    const spool = join(folder, `killed-${failpoint}.spool`);
    const writer = await openSpool({ folder: spool, segment_bytes: 4096 });
    const runs = Array.from({ length: 40 }, (_, index) => index + 1);
    for (const n of runs) await writer.append([opening({ n, fields: { operator: PERSON } })]);
    await writer.close();
    const script = `
      const { purgeSpool } = require('./src/upkeep/purge/spool.js');
      const { editWaiting } = require('./src/upkeep/purge/waiting.js');
      const { personEdit } = require('./src/upkeep/purge/edits.js');
      let passes = 0;
      const failpoint = (name) => name === process.argv[2] && ++passes === 3 && process.kill(process.pid, 'SIGKILL');
      purgeSpool(process.argv[1], editWaiting(personEdit('${PERSON}')), { dry: false, failpoint });`;
    const killed = () => execFileSync(process.execPath, ['-e', script, spool, failpoint], { cwd: DIST });
    expect(killed).toThrow(/SIGKILL|Command failed/);
    const before = filesWith(spool, PERSON).length;
    expect(before).toBeGreaterThan(0);
    execFileSync(process.execPath, ['-e', script, spool, 'never'], { cwd: DIST });
    expect(filesWith(spool, PERSON)).toEqual([]);
    expect(readdirSync(spool).filter((name) => name.endsWith('.draft'))).toEqual([]);
    const place = sqlitePlace();
    await place.start();
    const store = await openStore(await place.url());
    expect(await takeIn(store, spool)).toBe(0);
    const found = await store.runs({ limit: 100 });
    expect(found.map(({ start }) => start.uid).sort()).toEqual(runs.map(uidOf).sort());
    expect(new Set(found.map(({ start }) => start.operator))).toEqual(new Set(['[purged]']));
    await store.close();
    await place.stop();
  });
});
