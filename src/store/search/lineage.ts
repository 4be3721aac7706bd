/**
 * Conditions on the lineage of runs: by then the runs themselves, which a question has found. Node only.
 * @module
 */
import type { LineageField } from '../../filter/fields';
import { FilterError } from '../../filter/tokens';
import type { SearchDialect } from './dialect';
import type { Fragment } from './fragment';

/** Query of the numbers of the runs. @throws FilterError where nobody has looked for them */
export function lineageRuns({ relation, runs, position }: LineageField, dialect: SearchDialect): Fragment {
  if (runs) return dialect.ids(runs);
  throw new FilterError(
    `Filter, column ${position + 1}, at "${relation}": lineage is asked for in lists and counts of runs alone.`,
    position,
  );
}
