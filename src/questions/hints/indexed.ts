/**
 * Suggestions for a search that took too long: fields with an index, and the same filter over less time. Node
 * only.
 * @module
 */
import type { Filter } from '../../filter/filter';
import { parseFilter } from '../../filter/parser';
import { RUN_FIELDS } from '../../filter/run-fields';
import { hasIndex } from '../../store/search/columns/run-columns';
import type { Scope } from '../scope';
import { readsEveryRun } from './unknown-fields';

/** A filter that reads fewer runs. */
export interface Narrower {
  words: string;
  where: string;
}

/** The suggestions. */
export interface FasterSearch {
  /** Why the filter may have to read every run. If absent, an index serves it, but very many runs match. */
  why?: string;
  /** Known fields with an index, and places in results and arguments. */
  indexed: string[];
  /** Metadata fields, each of which has an index. */
  metadata: string[];
  narrower: Narrower[];
}

/** The most metadata fields in an answer. */
const NAMED_FIELDS = 30;
const AGES = [
  ['the last day', '1d'],
  ['the last 7 days', '7d'],
  ['the last 30 days', '30d'],
] as const;

/** Returns suggestions for `where`, a filter of runs. @throws FilterError */
export async function fasterSearch({ store }: Scope, where: string): Promise<FasterSearch> {
  const filter: Filter = parseFilter(where);
  const [places, metadata] = await Promise.all([store.indexedPlaces(), store.paths(NAMED_FIELDS)]);
  const names = places.map(({ path }) => path);
  const why = readsEveryRun(filter, names);
  return {
    ...(why !== undefined && { why }),
    indexed: [...indexedColumns(), ...names],
    metadata,
    narrower: AGES.flatMap(([words, age]) => {
      const narrower = within(where, age);
      return narrower === undefined ? [] : [{ words, where: narrower }];
    }),
  };
}

function indexedColumns(): string[] {
  return RUN_FIELDS.names.filter((name) => {
    const field = RUN_FIELDS.resolve(name.split('.'));
    return field?.kind === 'column' && hasIndex(field);
  });
}

/**
 * The filter, restricted to runs that are younger than an age; undefined if it cannot be restricted in this
 * way.
 */
function within(where: string, age: string): string | undefined {
  const [, conditions = '', order = ''] = /^(.*?)(\border\s+by\b.*)?$/is.exec(where) ?? [];
  const wanted = conditions.trim() === '' ? '' : `(${conditions.trim()}) AND `;
  const narrower = `${wanted}time > '${age}' ${order}`.trim();
  try {
    parseFilter(narrower);
    return narrower;
  } catch {
    return undefined;
  }
}
