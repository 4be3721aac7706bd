/**
 * Reads changes in the order of the chain. The same for every dialect. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import { readEntries } from '../integrity/digests';
import type { ChangePlace, ChangesPage, ChangesQuery } from '../interface/changes';
import type { Schema } from '../schema';
import { type Changed, documentsOf } from './changed-documents';

/** Chain links per read. */
const LINKS = 64;

type Link = Pick<Schema['chain'], 'n' | 'state_id' | 'entries'>;

/** Returns the state of the last chain link; 0 if there is none. */
export async function readLastState(db: Kysely<Schema>): Promise<number> {
  return Number((await headOf(db))?.state_id ?? 0);
}

/** Returns final documents after a position. */
export async function readChanges(db: Kysely<Schema>, { after, limit }: ChangesQuery): Promise<ChangesPage> {
  const n = await firstLink(db, after);
  const links = n === undefined ? [] : await linksFrom(db, n);
  const found = entriesOf(links, after, limit);
  const documents = await documentsOf(db, found);
  const changes = found.flatMap(({ state_id, ordinal, last, kind }, i) => {
    const document = documents[i];
    return document ? [{ state_id, ordinal, last, what: kind, ...document }] : [];
  });
  const end = found.at(-1);
  const next = end ? placeOf(end) : after;
  return { changes, next, done: found.length < limit && links.length <= LINKS };
}

function placeOf({ state_id, ordinal, last }: Changed): ChangePlace {
  return last ? { state_id } : { state_id, ordinal };
}

function headOf(db: Kysely<Schema>): Promise<Pick<Link, 'n' | 'state_id'> | undefined> {
  return db.selectFrom('chain').select(['n', 'state_id']).orderBy('n', 'desc').limit(1).executeTakeFirst();
}

/**
 * Returns the number of the first chain link after a position. States rise with the numbers, and most readers are near the end.
 * The search therefore starts at the end, in steps that double, and continues by halving.
 */
async function firstLink(
  db: Kysely<Schema>,
  { state_id, ordinal }: ChangePlace,
): Promise<number | undefined> {
  const wanted = ordinal === undefined ? state_id + 1 : state_id;
  const head = await headOf(db);
  if (!head || Number(head.state_id) < wanted) return undefined;
  const reaches = async (n: number) => Number(await stateOf(db, n)) >= wanted;
  let found = Number(head.n);
  let step = 1;
  while (found - step > 0 && (await reaches(found - step))) {
    found -= step;
    step *= 2;
  }
  let before = Math.max(0, found - step);
  while (found - before > 1) {
    const middle = Math.floor((before + found) / 2);
    if (await reaches(middle)) found = middle;
    else before = middle;
  }
  return found;
}

async function stateOf(db: Kysely<Schema>, n: number): Promise<number | undefined> {
  const row = await db.selectFrom('chain').select('state_id').where('n', '=', n).executeTakeFirst();
  return row?.state_id;
}

/** Reads one more than is used. It shows whether a transaction continues. */
function linksFrom(db: Kysely<Schema>, n: number): Promise<Link[]> {
  return db
    .selectFrom('chain')
    .select(['n', 'state_id', 'entries'])
    .where('n', '>=', n)
    .orderBy('n')
    .limit(LINKS + 1)
    .execute();
}

function entriesOf(links: readonly Link[], after: ChangePlace, limit: number): Changed[] {
  const found: Changed[] = [];
  let [state, ordinal] = [-1, 0];
  for (const [i, link] of links.slice(0, LINKS).entries()) {
    const state_id = Number(link.state_id);
    if (state_id !== state) [state, ordinal] = [state_id, 0];
    const ends = Number(links[i + 1]?.state_id ?? -1) !== state_id;
    const entries = readEntries(link.entries) ?? [];
    for (const [j, entry] of entries.entries()) {
      const own = ordinal++;
      if (state_id === after.state_id && own <= (after.ordinal ?? Number.POSITIVE_INFINITY)) continue;
      if (found.length === limit) return found;
      found.push({ ...entry, state_id, ordinal: own, last: ends && j === entries.length - 1 });
    }
  }
  return found;
}
