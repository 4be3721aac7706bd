/**
 * Conditions on the lineage of runs. A question has already found the runs. Node only.
 * @module
 */
import type { LineageField } from '../../filter/fields';
import { FilterError } from '../../filter/tokens';
import type { SearchDialect } from './dialect';
import type { Fragment } from './fragment';

/**
 * Returns a query of the numbers of the runs.
 * @throws FilterError if the runs were not looked up
 */
export function lineageRuns({ relation, runs, position }: LineageField, dialect: SearchDialect): Fragment {
  if (runs) return dialect.ids(runs);
  throw new FilterError(
    `Filter, column ${position + 1}, at "${relation}": lineage works only in lists and counts of runs.`,
    position,
  );
}
