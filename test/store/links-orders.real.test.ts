/**
 * The same records in random orders, in groups and pages of random sizes, with deriving anew in between, lead to one set of links: of runs
 * in other processes, of spools that were taken in late, of digests that came before the data that they are of.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { byLength } from '../reliability';
import { openUpkeep, postgresPlace, sqlitePlace } from '../upkeep/stores';
import { linkAll, linksOf, waitingOf } from './links-kit';
import { Chance, shuffled, world } from './links-world';

const WORLDS = 10;
/** Of each lab, by length: 200 in all. */
const ORDERS = { SQLite: [20, 20, 100], PostgreSQL: [2, 20, 40] } as const;

/** Writes in groups, with pages of the linker between them. */
async function write(store: Store, records: readonly WriteRecord[], chance: Chance): Promise<void> {
  for (let from = 0; from < records.length; ) {
    const to = from + 1 + chance.below(20);
    for (const answer of await store.write(records.slice(from, to))) expect(answer.kind).not.toBe('rejected');
    from = to;
    if (chance.once(2)) await store.link(1 + chance.below(20));
    if (chance.once(40)) await store.forgetLinks();
  }
  if (chance.once(5)) await store.forgetLinks();
  await linkAll(store, 1 + chance.below(50));
}

for (const place of [sqlitePlace(), postgresPlace()])
  describe.skipIf(place.missing)(`links in ${place.name}${place.missing ? `: ${place.missing}` : ''}`, () => {
    beforeAll(() => place.start());
    afterAll(() => place.stop());

    /** What is derived of records that come in an order of their own. */
    async function derived(records: readonly WriteRecord[], chance: Chance): Promise<string[]> {
      const url = await place.url();
      const store = await openStore(url, { mode: 'write', create: true });
      await write(store, records, chance);
      await store.close();
      const database = await openUpkeep(url);
      const links = [...(await linksOf(database)), ...(await waitingOf(database))];
      await database.close();
      return links;
    }

    it('are the same in whatever order the facts came', async () => {
      let links = 0;
      const [short, full, soak] = ORDERS[place.name as keyof typeof ORDERS];
      for (let seed = 1; seed <= WORLDS; seed++) {
        const strands = world(seed);
        const expected = await derived(strands.flat(), new Chance(seed));
        links += expected.length;
        for (let order = 0; order < byLength({ short, full, soak }); order++) {
          const chance = new Chance(1_000 * seed + order + 1);
          expect(await derived(shuffled(strands, chance), chance), `world ${seed}, order ${order}`).toEqual(
            expected,
          );
        }
      }
      expect(links).toBeGreaterThan(40 * WORLDS);
    });
  });
