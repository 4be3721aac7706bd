/**
 * Records that come late: from a spool, in any order, or in the place of a run that was made of a history meanwhile. Links end at the run
 * that stands for the attempt in the end, on both databases.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenRecord, WriteRecord } from '../../src/store/interface/written';
import type { Store } from '../../src/store/store';
import type { UpkeepDatabase } from '../../src/upkeep/database';
import { fromBuild, openStore } from '../built';
import { openUpkeep, postgresPlace, sqlitePlace } from '../upkeep/stores';
import { data, digest, done, linkAll, linksOf, made, run, settled, sha, signature, used } from './links-kit';

const { openSpool } = fromBuild<typeof import('../../src/record/spool/spool')>('src/record/spool/spool');
const folder = mkdtempSync(join(tmpdir(), 'provenance-late-links-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FILE = 'file://host/data/a.h5';
const SIGNED = signature(1, 1.5);
const given = (activity_id: string) => [
  {
    run_id: 'e1',
    activity_id,
    evidence: 'identity' as const,
    paths: [['result.x', 'args[0]']] as [string, string][],
  },
];
const asMade = (record: WriteRecord): WriteRecord => ({ ...(record as OpenRecord), made: true });
const asLate = (record: WriteRecord): WriteRecord => ({ ...(record as OpenRecord), late: true });
/** As the server tells it. */
const told = (n: number): WriteRecord => {
  const record = settled(n) as Extract<WriteRecord, { kind: 'settled' }>;
  return { ...record, document: { ...record.document, evidence: { source: 'history' } } };
};

for (const place of [sqlitePlace(), postgresPlace()])
  describe.skipIf(place.missing)(
    `late records in ${place.name}${place.missing ? `: ${place.missing}` : ''}`,
    () => {
      let store: Store;
      let database: UpkeepDatabase;
      beforeAll(() => place.start());
      afterAll(() => place.stop());
      beforeEach(async () => {
        const url = await place.url();
        store = await openStore(url);
        database = await openUpkeep(url);
      });
      afterEach(async () => {
        await store.close();
        await database.close();
      });

      async function sound(): Promise<void> {
        for (let page = await store.verify(); ; page = await store.verify({ after: page.next })) {
          expect(page.faults).toEqual([]);
          expect(page.behind).toBeUndefined();
          if (page.next === undefined) return;
        }
      }

      it('take over the links of a reconciled run, and derive their own', async () => {
        // 1 was made of a history, given nothing; 3 was given its result. 2 is the worker's own record, which was given the result of 5.
        await store.write([asMade(run({ n: 1, activity: 'a', origin: 'history' })), told(1)]);
        await store.write([...done({ n: 5, activity: 'e', time: 0.1 }), run({ n: 3, from: given('a') })]);
        await linkAll(store);
        expect(await linksOf(database)).toEqual(['1 -informed identity-> 3 result.x>args[0]']);
        const own = run({ n: 2, activity: 'a', time: 1.2, scheduled: 1, from: given('e') });
        const file = data(2, [made(FILE, 1.5, { signature: SIGNED })]);
        await store.write([asLate(own)]);
        // At once, and after the linker was there.
        const taken = ['2 -informed identity-> 3 result.x>args[0]'];
        expect(await linksOf(database)).toEqual(taken);
        await store.write([file]);
        await linkAll(store);
        expect(await linksOf(database)).toEqual([
          `2 -generated uri-> ${FILE}@${SIGNED}`,
          ...taken,
          '5 -informed identity-> 2 result.x>args[0]',
        ]);
        await sound();
      });

      it('from a spool, in any order, lead to the same links as timely records', async () => {
        const records: WriteRecord[] = [
          ...done({ n: 1 }, made(FILE, 1.5, { signature: SIGNED })),
          ...done({ n: 2, from: given('1') }, used(FILE, 2, { signature: SIGNED })),
          ...done({ n: 3 }, used('file://host/copy.h5', 3, { signature: signature(3, 1) })),
          digest(FILE, SIGNED, { sha256: sha(1), size_bytes: 100 }),
          digest('file://host/copy.h5', signature(3, 1), { sha256: sha(1), size_bytes: 100 }),
        ];
        await store.write(records);
        await linkAll(store);
        const expected = await linksOf(database);
        expect(expected.length).toBeGreaterThan(4);
        const url = await place.url();
        const other = await openStore(url);
        const spool = await openSpool({ folder: join(folder, place.name) });
        for (const record of [...records].reverse()) {
          await spool.append([record]);
          if (record.kind !== 'document') continue;
          await spool.drain(other);
          await linkAll(other);
        }
        await spool.drain(other);
        await linkAll(other);
        await spool.close();
        const found = await openUpkeep(url);
        expect(await linksOf(found)).toEqual(expected);
        await found.close();
        await other.close();
        await sound();
      });
    },
  );
