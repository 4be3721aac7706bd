/** What very many runs used is never gone through at once: a writer that comes late reaches its uses in pages, each of a bounded size. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import type { Store } from '../../src/store/store';
import type { UpkeepDatabase } from '../../src/upkeep/database';
import { openStore } from '../built';
import { byLength } from '../reliability';
import { openUpkeep, postgresPlace, sqlitePlace } from '../upkeep/stores';
import { data, done, linkAll, made, run, sha, signature, used } from './links-kit';

/** More than one statement of the linker brings. */
const USES = byLength({ short: 6_000, full: 100_000, soak: 100_000 });
const LIMIT = 500;
const HUB = 's3://bucket/calibration';
const remote = { type: 'remote' as const };

for (const place of [sqlitePlace(), postgresPlace()])
  describe.skipIf(place.missing)(`a hub in ${place.name}${place.missing ? `: ${place.missing}` : ''}`, () => {
    let store: Store;
    let database: UpkeepDatabase;
    beforeAll(async () => {
      await place.start();
      const url = await place.url();
      store = await openStore(url, { mode: 'write', create: true });
      database = await openUpkeep(url);
      for (let n = 10; n < 10 + USES; ) {
        const records: WriteRecord[] = [];
        for (const end = Math.min(n + 500, 10 + USES); n < end; n++) {
          const bytes = { signature: signature(5, 2), sha256: sha(3), size_bytes: 100 };
          records.push(run({ n, execution: `e${n % 50}` }));
          records.push(data(n, [used(HUB, n, remote), used('file://h/copy', n, bytes)]));
        }
        await store.write(records);
      }
      await linkAll(store, LIMIT);
    });
    afterAll(async () => {
      await database?.close();
      await store?.close();
      await place.stop();
    });

    const usesOf = async (uri: string, signed: string) => {
      const [row] = await database.query<{ n: number }>(
        `SELECT count(*) AS n FROM link l JOIN version v ON l.earlier = v.id * 4 + 1 JOIN artifact a ON a.id = v.artifact_id
         WHERE a.uri = ? AND v.signature LIKE ?`,
        [uri, signed],
      );
      return Number(row!.n);
    };

    it('has a link to each use', async () => {
      expect(await usesOf(HUB, '')).toBe(USES);
    });

    it('gets a late writer, in pages of a bounded size', async () => {
      await store.write(done({ n: 1 }, made(HUB, 1.5, remote)));
      for (;;) {
        const { done: all, handled } = await store.link(LIMIT);
        expect(handled).toBeLessThanOrEqual(LIMIT);
        if (all) break;
      }
      expect({ unknown: await usesOf(HUB, ''), late: await usesOf(HUB, 'run:%') }).toEqual({
        unknown: 0,
        late: USES,
      });
    });

    it('gets the producer of the same bytes, and a second producer makes all of them ambiguous', async () => {
      const bytes = (inode: number) => ({ signature: signature(inode, 1), sha256: sha(3), size_bytes: 100 });
      await store.write(done({ n: 2 }, made('file://h/original', 2.5, bytes(6))));
      await linkAll(store, LIMIT);
      const counted = async () => {
        const rows = await database.query<{ evidence: number; n: number }>(
          'SELECT evidence, count(*) AS n FROM link WHERE evidence IN (2, 128) GROUP BY evidence',
        );
        return rows.map(({ evidence, n }) => [evidence, Number(n)]);
      };
      expect(await counted()).toEqual([[2, USES]]);
      await store.write(done({ n: 3 }, made('file://h/twin', 3.5, bytes(7))));
      await linkAll(store, LIMIT);
      expect(await counted()).toEqual([[128, 2 * USES]]);
    });
  });
