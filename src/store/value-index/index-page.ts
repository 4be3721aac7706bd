/**
 * Continues the index of named places by one page. The documents are found by the chain, whose links list the documents of each
 * transaction. New records and records from before a place was named are thus indexed in the same way. Node only.
 * This folder contains the index of results and arguments. The index is derived from documents, and can be derived again at any time.
 * Both databases run it; the search reads it.
 * @module
 */
import { type ChainEntry, readEntries } from '../integrity/digests';
import type { IndexPage } from '../interface/writing';
import type { SearchDialect } from '../search/dialect';
import { sql } from '../search/fragment';
import { insertRows, type Named, namedPlaces, type Place, readPlace, rowsOf, type Work } from './rows';

const LINKS_PER_PAGE = 256;

/** @returns true if more pages are left */
export function* indexPage(dialect: SearchDialect, { places, limit }: IndexPage): Work<boolean> {
  const named = yield* placesOf(dialect, places);
  const [{ newest } = { newest: 0 }] = (yield sql`SELECT coalesce(max(n), 0) AS newest FROM chain`) as {
    newest: number;
  }[];
  const from = Math.min(...named.map(({ chain_n }) => chain_n));
  if (named.length === 0 || from >= newest) return false;
  const behind = named.filter(({ chain_n }) => chain_n === from);
  const next = Math.min(newest, ...named.map(({ chain_n }) => chain_n).filter((n) => n > from));
  const { entries, last } = yield* linksAfter(from, next, limit);
  yield* indexEntries(dialect, behind.flatMap(readPlace), entries);
  yield sql`UPDATE value_path SET chain_n = ${last} WHERE chain_n = ${from}`;
  return last < newest || next < newest;
}

/** Returns all places of the store, including those that are named for the first time. */
function* placesOf(dialect: SearchDialect, places: readonly string[]): Work<Named[]> {
  const known = yield* namedPlaces(dialect);
  const missing = places.filter((place) => !known.some(({ path }) => path === place));
  if (missing.length === 0) return known;
  const time = Date.now() / 1000;
  for (const place of missing)
    yield sql`INSERT INTO value_path (path, time, chain_n) VALUES (${place}, ${time}, 0) ON CONFLICT (path) DO NOTHING`;
  return yield* namedPlaces(dialect);
}

function* linksAfter(
  from: number,
  to: number,
  limit: number,
): Work<{ entries: readonly ChainEntry[]; last: number }> {
  const links =
    (yield sql`SELECT n, entries FROM chain WHERE n > ${from} AND n <= ${to} ORDER BY n LIMIT ${LINKS_PER_PAGE}`) as {
      n: number;
      entries: Uint8Array;
    }[];
  const entries: ChainEntry[] = [];
  let last = to;
  for (const link of links) {
    last = link.n;
    entries.push(...(readEntries(link.entries) ?? []));
    if (entries.length >= limit) break;
  }
  return { entries, last };
}

/** Indexes only the documents that these entries list, because a stop can be written long after its start. */
function* indexEntries(
  dialect: SearchDialect,
  places: readonly Place[],
  entries: readonly ChainEntry[],
): Work<void> {
  for (const [of, kind] of [
    ['result', 'stop'],
    ['args', 'start'],
  ] as const) {
    const wanted = places.filter(({ path }) => path.of === of);
    const seqs = entries.filter((entry) => entry.kind === kind).map(({ ref }) => ref);
    yield* insertRows(yield* rowsOf(dialect, wanted, of, seqs));
  }
}
