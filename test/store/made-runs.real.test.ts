/** A worker's record that comes from a spool takes the place of the run that was made of the attempt meanwhile; both dialects. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenRecord, WriteRecord } from '../../src/store/interface/written';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { opening, type RunSketch, stopping, uidOf } from './runs';

const T = 1_790_000_000;
let folder: string;
let server: PostgresServer | undefined;
const missing = postgresMissing();
beforeAll(async () => {
  if (!missing) server = await startPostgres();
});
afterAll(() => server?.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-made-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const attempt = (
  n: number,
  temporal: NonNullable<RunSketch['temporal']> = {},
  more: Partial<RunSketch> = {},
) =>
  opening({
    n,
    temporal: {
      run_id: 'r',
      activity_id: 'a',
      attempt: 2,
      scheduled_time: T,
      worker: { host: 'm', identity: 'w1' },
      ...temporal,
    },
    ...more,
  });
/** As `reconcile` makes it of a history. */
const made = (n: number, temporal: RunSketch['temporal'] = {}): OpenRecord => ({
  ...attempt(n, temporal, { provenance: { origin: 'history' }, numbered: false, fields: { made: n } }),
  made: true,
});
const late = (record: OpenRecord): OpenRecord => ({ ...record, late: true });
const settled = (n: number, time = T + 5, source = 'history'): WriteRecord => ({
  kind: 'settled',
  document: {
    schema_version: 1,
    run_start: uidOf(n),
    time,
    outcome: 'completed',
    evidence: { source, attempt: 2 },
  },
});

async function soundly(store: Store): Promise<{ tombstoned: number; uncovered?: number }> {
  let page = await store.verify();
  let tombstoned = page.tombstoned;
  const faults = [...page.faults];
  while (page.next) {
    page = await store.verify({ after: page.next });
    tombstoned += page.tombstoned;
    faults.push(...page.faults);
  }
  expect(faults).toEqual([]);
  return { tombstoned, uncovered: page.uncovered };
}
const uidsIn = async (store: Store) =>
  (await store.runs({ limit: 100 })).map(({ start }) => start.uid).sort();

const PLACES: readonly [name: string, skip: boolean, url: () => Promise<string>][] = [
  ['SQLite', false, async () => `sqlite:${join(folder, 'provenance.db')}`],
  [`PostgreSQL${missing ? `: ${missing}` : ''}`, Boolean(missing), () => server!.createDatabase()],
];

for (const [name, skip, url] of PLACES)
  describe.skipIf(skip)(name, () => {
    let store: Store;
    beforeEach(async () => {
      store = await openStore(await url());
    });
    afterEach(() => store.close());

    it('a late record replaces it: one run, with the end from history, under tombstones; the chain is valid', async () => {
      await store.write([attempt(1, { attempt: 1 })]);
      await store.write([made(2), settled(2)]);
      expect(await uidsIn(store)).toHaveLength(2);
      const real = attempt(3, {}, { fields: { operator: 'Ada' } });
      const answers = await store.write([late(real), stopping(3, { time: T + 4 })]);
      expect(answers).toMatchObject([{ kind: 'opened', scan_id: 2, retry_of: uidOf(1) }, { kind: 'done' }]);
      expect(await uidsIn(store)).toEqual([uidOf(1), uidOf(3)].sort());
      const [run] = await store.resolve({ by: 'uid', uid: uidOf(3) });
      expect(run).toMatchObject({
        start: { operator: 'Ada' },
        stop: { exit_status: 'success' },
        settled: { run_start: uidOf(3), outcome: 'completed', evidence: { source: 'history' } },
      });
      expect(await store.counts()).toMatchObject({ runs: 2, open: 1 });
      expect(await store.removedAmong([uidOf(2), uidOf(3)])).toEqual([uidOf(2)]);
      // Of the made run: its start and its end; all that stands is covered.
      expect(await soundly(store)).toEqual({ tombstoned: 2, uncovered: 0 });
      // The same segment again, after a crash.
      await store.write([late(real), stopping(3, { time: T + 4 })]);
      expect(await uidsIn(store)).toHaveLength(2);
      await soundly(store);
    });

    it('none is made if the record is already stored', async () => {
      await store.write([late(attempt(3)), stopping(3, { time: T + 4 })]);
      expect(await store.write([made(2), settled(2)])).toMatchObject([
        { kind: 'closed' },
        { kind: 'rejected' },
      ]);
      expect(await uidsIn(store)).toEqual([uidOf(3)]);
      await soundly(store);
    });

    it('runs of another attempt stay: another number, another worker, another use of the activity’s id', async () => {
      await store.write([
        made(10, { activity_id: 'number', attempt: 3 }),
        made(11, { activity_id: 'worker', worker: { host: 'm', identity: 'w2' } }),
        made(12, { activity_id: 'again' }),
        settled(12, T + 5),
        made(13, { activity_id: 'later', scheduled_time: T + 60 }),
      ]);
      await store.write([
        late(attempt(20, { activity_id: 'number' })),
        late(attempt(21, { activity_id: 'worker' })),
        late(attempt(22, { activity_id: 'again', scheduled_time: T + 30 })),
        late(attempt(23, { activity_id: 'later' })),
        // And one that is no late record at all.
        attempt(24, { activity_id: 'number', attempt: 3 }),
      ]);
      expect(await uidsIn(store)).toHaveLength(9);
      expect(await soundly(store)).toEqual({ tombstoned: 0, uncovered: 0 });
    });

    it('the outcome from the workflow alone is not carried over, since it names no attempt', async () => {
      await store.write([made(2), settled(2, T + 5, 'workflow')]);
      await store.write([late(attempt(3))]);
      const [run] = await store.resolve({ by: 'uid', uid: uidOf(3) });
      expect(run?.settled).toBe(null);
      expect(await uidsIn(store)).toEqual([uidOf(3)]);
      await soundly(store);
    });

    it('fifteen at once, with different values, leave fifteen', async () => {
      const of = (from: number, make: (n: number, temporal: RunSketch['temporal']) => OpenRecord) =>
        Array.from({ length: 15 }, (_, i) => make(from + i, { activity_id: `a${i}` }));
      // Enough of them that their values stand with each run and no more in their sets.
      const dose = (n: number) => opening({ n, fields: { dose: n * 1.5 } });
      for (let n = 1000; n < 2200; n += 200)
        await store.write(Array.from({ length: 200 }, (_, i) => dose(n + i)));
      const withDose = (record: OpenRecord, n: number): OpenRecord => ({
        ...record,
        metadata: JSON.stringify({ fields: { dose: n * 1.5 }, sources: { dose: 'user' } }),
      });
      await store.write(of(100, made).flatMap((record, i) => [withDose(record, 100 + i), settled(100 + i)]));
      const before = await store.fields();
      await store.write(of(200, attempt).map((record, i) => late(withDose(record, 200 + i))));
      expect((await store.counts()).runs).toBe(1215);
      const dosesOf = (fields: typeof before) => fields.find(({ path }) => path === 'dose')?.runs;
      expect(dosesOf(await store.fields())).toBe(dosesOf(before));
      await soundly(store);
    });
  });
