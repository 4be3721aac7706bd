/** `purge` waits until the spool is empty, on both databases; what other spools bring later stays out. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import type { Store } from '../../src/store/store';
import { fromBuild, openStore } from '../built';
import { call } from '../cli/laboratory';
import { opening, stopping, uidOf } from '../store/runs';
import { openForReading, postgresPlace, sqlitePlace } from './stores';

const { openSpool } = fromBuild<typeof import('../../src/record/spool/spool')>('src/record/spool/spool');

const PERSON = 'Ada Lovelace';
const folder = mkdtempSync(join(tmpdir(), 'provenance-purge-spool-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ended = (n: number, result = 'done') =>
  stopping(n, { time: 1_790_000_100 + n, temporal: { result: [result] } });

/** As a worker takes a spool in. */
async function takeIn(store: Store, spool: string): Promise<number> {
  const opened = await openSpool({ folder: spool });
  const report = await opened.drain({
    write: (records) => store.write(records),
    probe: () => store.identity(),
    removedAmong: (uids) => store.removedAmong(uids),
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

  it.skipIf(place.missing)(
    'a purge is refused while the spool holds records, and works once they are imported',
    async () => {
      await store.write([named(1), ended(1)]);
      const writer = await openSpool({ folder: spool });
      await writer.append([named(1), named(2), ended(2, PERSON)]);
      const held = `the spool ${spool} holds 3 records that the store does not have yet. Run a worker`;
      const dry = await purge('--person', PERSON);
      expect([dry.code, dry.out, dry.err]).toEqual([
        0,
        expect.stringContaining('Nothing was removed. Add --yes'),
        expect.stringContaining(`--yes will be refused: ${held}`),
      ]);
      for (const what of [
        ['--person', PERSON],
        ['--run', uidOf(1)],
        ['--field', 'operator'],
      ]) {
        const { code, out, err } = await purge(...what, '--yes');
        expect([code, out, err]).toEqual([2, '', expect.stringContaining(`Nothing was removed: ${held}`)]);
      }
      const [run] = await store.resolve({ by: 'uid', uid: uidOf(1) });
      expect(run!.start.operator).toBe(PERSON);
      await writer.close();
      expect(await takeIn(store, spool)).toBe(0);
      const { code, err } = await purge('--person', PERSON, '--yes');
      expect([code, err]).toEqual([0, '']);
      const runs = await store.runs({ limit: 10 });
      expect(runs.map(({ start }) => [start.uid, start.operator])).toEqual(
        [2, 1].map((n) => [uidOf(n), '[purged]']),
      );
      await expectNowhere(PERSON);
    },
  );

  it.skipIf(place.missing)('a purge is refused while the quarantine holds records', async () => {
    const aside = join(spool, 'quarantine', 'segment.jsonl');
    writeFileSync(aside, `${JSON.stringify({ segment: 'segment', records: 2, damaged: 2 })}\n`);
    const { code, err } = await purge('--field', 'dose', '--yes');
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(`2 records that could not be imported are in ${join(spool, 'quarantine')}.`),
    ]);
    rmSync(aside);
    expect((await purge('--field', 'dose', '--yes')).code).toBe(0);
  });

  it.skipIf(place.missing)('a purged run stays removed, even if another spool brings it later', async () => {
    await store.write([opening({ n: 11, fields: { sample: 'secret-11' } }), opening({ n: 12 })]);
    const elsewhere = join(folder, `${place.name}-elsewhere.spool`);
    const late: WriteRecord[] = [opening({ n: 11, fields: { sample: 'secret-11' } }), ended(11)];
    const writer = await openSpool({ folder: elsewhere });
    await writer.append(late);
    await writer.close();
    const { code, json } = await purge('--run', uidOf(11), '--yes', '--json');
    expect([code, json()]).toMatchObject([0, [{ run: 1, runs: [{ uid: uidOf(11) }] }]]);
    // A spool on another machine, which no purge here reaches.
    expect(await takeIn(store, elsewhere)).toBe(0);
    expect(readdirSync(join(elsewhere, 'quarantine'))).toEqual([]);
    expect(await store.resolve({ by: 'uid', uid: uidOf(11) })).toEqual([]);
    await expectNowhere('secret-11');
  });

  it.skipIf(place.missing)('a start that is imported again brings no purged field back', async () => {
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
