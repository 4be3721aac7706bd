/** What is indexed of results and arguments goes with what a purge, a prune or a late record takes out of the documents; both databases. */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseFilter } from '../../src/filter/parser';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { call } from '../cli/laboratory';
import { opening, stopping, uidOf } from '../store/runs';
import { openUpkeep, postgresPlace, sqlitePlace } from './stores';

const PERSON = 'Ada Lovelace';
const TIME = 1_790_000_000;
const PLACES = ['temporal.result.who', 'temporal.result.chi2', 'temporal.args[0].sample'];
const RUNS = 20;

describe.each([sqlitePlace(), postgresPlace()])('the index of values in $name', (place) => {
  let url: string;
  let store: Store;

  beforeAll(async () => {
    if (!place.missing) await place.start();
  });
  afterAll(() => place.stop());
  beforeEach(async () => {
    if (place.missing) return;
    url = await place.url();
    store = await openStore(url);
    for (let n = 1; n <= RUNS; n++)
      await store.write([
        opening({ n, temporal: { args: [{ sample: n % 2 ? PERSON : 'Ni-7' }] } }),
        stopping(n, { time: TIME + n, temporal: { result: [{ who: `by ${PERSON}`, chi2: n / 10 }] } }),
      ]);
    await index();
  });

  async function index(): Promise<void> {
    while (await store.indexValues({ places: PLACES, limit: 7 }));
  }

  interface Entry {
    path: string;
    value: string;
    seq: number;
  }

  async function entries(): Promise<string[]> {
    const database = await openUpkeep(url);
    const found = await database.query<Entry & Record<string, never>>(
      'SELECT p.path, f.value, f.seq FROM value_field f JOIN value_path p ON p.id = f.path_id',
    );
    await database.close();
    return found.map(({ path, value, seq }) => `${seq} ${path} ${value}`).sort();
  }

  /** What stands in the index is what the documents say now. */
  async function isSound(): Promise<string[]> {
    const standing = await entries();
    const database = await openUpkeep(url);
    await database.query('DELETE FROM value_field');
    await database.query('UPDATE value_path SET chain_n = 0');
    await database.close();
    store = await openStore(url);
    await index();
    await store.close();
    expect(standing).toEqual(await entries());
    const { code, out } = await call(['verify', '--store', url], { cwd: tmpdir() });
    expect([code, out]).toEqual([0, expect.stringContaining('sound')]);
    return standing;
  }

  it.skipIf(place.missing)('loses a purged person, and keeps the rest', async () => {
    await store.close();
    expect((await entries()).filter((entry) => entry.includes(PERSON))).toHaveLength(RUNS * 1.5);
    const purged = await call(['purge', '--person', PERSON, '--yes', '--store', url], { cwd: tmpdir() });
    expect([purged.code, purged.err]).toEqual([0, '']);
    const standing = await isSound();
    expect(standing.filter((entry) => entry.includes(PERSON))).toEqual([]);
    expect(standing).toHaveLength(RUNS * 3);
    if (place.holds) expect(place.holds(PERSON)).toBe(false);
  });

  it.skipIf(place.missing)('loses pruned runs', async () => {
    await store.close();
    const { code, err } = await call(['purge', '--run', uidOf(3), '--yes', '--store', url], {
      cwd: tmpdir(),
    });
    expect([code, err]).toEqual([0, '']);
    const standing = await isSound();
    expect(standing).toHaveLength((RUNS - 1) * 3);
    expect(standing.filter((entry) => entry.startsWith('3 '))).toEqual([]);
  });

  it.skipIf(place.missing)("loses a run from history when the worker's record arrives", async () => {
    const temporal = { run_id: 'r', activity_id: 'a', scheduled_time: TIME, args: [{ sample: 'made' }] };
    const made = opening({ n: 50, temporal, provenance: { origin: 'history' } });
    await store.write([{ ...made, made: true }]);
    await index();
    const asked = { filter: parseFilter("args[0].sample = 'made'"), limit: 5 };
    expect(await store.findRuns(asked)).toHaveLength(1);
    const own = opening({ n: 51, temporal: { ...temporal, args: [{ sample: 'own' }] } });
    await store.write([{ ...own, late: true }]);
    expect(await store.findRuns(asked)).toEqual([]);
    await index();
    await store.close();
    expect((await isSound()).filter((entry) => entry.includes('made'))).toEqual([]);
  });
});
