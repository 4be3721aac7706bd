/**
 * What a search that took too long may be asked instead: fields that an index leads from, and the same filter over less time. Node only.
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

/** What can be asked instead. */
export interface FasterSearch {
  /** Why the filter may have to read every run; absent: an index serves it, and very many runs have what it asks for. */
  why?: string;
  /** Known fields that an index leads from, and places in results and arguments. */
  indexed: string[];
  /** Metadata fields, each of which has an index. */
  metadata: string[];
  narrower: Narrower[];
}

/** Metadata fields that are named. */
const NAMED_FIELDS = 30;
const AGES = [
  ['the last day', '1d'],
  ['the last 7 days', '7d'],
  ['the last 30 days', '30d'],
] as const;

/** What can be asked instead of `where`, a filter of runs. @throws FilterError */
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

/** The same filter, of younger runs; undefined where it has no such form. */
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
