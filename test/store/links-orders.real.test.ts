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

const LABS = Array.from({ length: 10 }, (_, i) => i + 1);
/** Of each lab: 200 in all on each database, where CI runs them. */
const ORDERS = {
  SQLite: byLength({ short: 6, full: 20, soak: 100 }),
  PostgreSQL: byLength({ short: 1, full: 20, soak: 40 }),
};

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

    it.each(LABS)('are the same for every order of the facts of lab %i', async (lab) => {
      const strands = world(lab);
      const expected = await derived(strands.flat(), new Chance(lab));
      expect(expected.length).toBeGreaterThan(40);
      const orders = ORDERS[place.name as keyof typeof ORDERS];
      for (let order = 1; order <= orders; order++) {
        const chance = new Chance(1_000 * lab + order);
        expect(await derived(shuffled(strands, chance), chance), `order ${order}`).toEqual(expected);
      }
    });
  });
