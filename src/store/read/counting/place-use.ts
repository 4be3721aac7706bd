/**
 * Indexed places in results and arguments: when they were named, how complete they are, and the values of runs. The same for
 * every dialect. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../schema';
import { UNSEEN_VALUE } from '../../value-index/entries';
import { type FieldType, type FieldUse, VALUE_TYPE } from './field-use';

/** An indexed place. */
export interface IndexedPlace {
  /** Full name: `temporal.result.chi2`. */
  path: string;
  /** When it was named (UNIX seconds). Later records are indexed from whole values, earlier ones from the part that was kept. */
  since: number;
  /** True if all documents of the store were read. */
  complete: boolean;
}

/** Returns the indexed places of a store, by name. */
export async function readIndexedPlaces(db: Kysely<Schema>): Promise<IndexedPlace[]> {
  const { rows } = await sql<{ path: string; since: number; behind: number }>`
    SELECT path, time AS since, (SELECT coalesce(max(n), 0) FROM chain) - chain_n AS behind
    FROM value_path ORDER BY path`.execute(db);
  return rows.map(({ path, since, behind }) => ({ path, since, complete: Number(behind) <= 0 }));
}

/** Returns the use of places by runs. `path`: only this place and those below it. */
export async function readPlaceUse(db: Kysely<Schema>, path: string | undefined): Promise<FieldUse[]> {
  const places = (await readIndexedPlaces(db)).filter(
    (place) => path === undefined || place.path === path || /^[.[]/.test(startOf(place.path, path)),
  );
  const uses: FieldUse[] = [];
  for (const { path: name, since, complete } of places) {
    const entries = sql`FROM value_field f JOIN value_path p ON p.id = f.path_id WHERE p.path = ${name}`;
    const { rows: types } = await sql<{ type: FieldType; runs: number }>`
      SELECT type, count(*) AS runs FROM (SELECT DISTINCT ${VALUE_TYPE} AS type, f.seq ${entries} AND f.value <> ${UNSEEN_VALUE}) t
      GROUP BY type ORDER BY 2 DESC, 1`.execute(db);
    const { rows: counts } = await sql<{ runs: number; unseen: number }>`
      SELECT (SELECT count(DISTINCT f.seq) ${entries} AND f.value <> ${UNSEEN_VALUE}) AS runs,
        (SELECT count(*) ${entries} AND f.value = ${UNSEEN_VALUE}) AS unseen`.execute(db);
    uses.push({
      path: name,
      runs: Number(counts[0]!.runs),
      types: types.map((one) => ({ type: one.type, runs: Number(one.runs) })),
      indexed: { since, complete, unseen: Number(counts[0]!.unseen) },
    });
  }
  return uses;
}

/** Returns what follows `start` in a name; empty if the name does not begin with it. */
function startOf(name: string, start: string): string {
  return name.startsWith(start) ? name.slice(start.length) : '';
}
