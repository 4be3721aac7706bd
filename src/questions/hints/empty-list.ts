/**
 * Explains why a list is empty: another lab has the runs, or no run has a field or a value. The cost of a hint
 * does not depend on the size of the store. Node only.
 * @module
 */

import type { FieldCatalogue } from '../../filter/fields';
import type { Filter } from '../../filter/filter';
import type { Store } from '../../store/store';
import type { Scope } from '../scope';
import { runsElsewhere } from './other-labs';
import { readsEveryRun, unknownFields } from './unknown-fields';
import { unknownValues } from './unknown-values';

/** The most field names that are compared with the one that was typed. */
const MANY_FIELDS = 5_000;

/** A list in which nothing was found. */
interface EmptyList {
  /** `runs` or `executions`. */
  what: 'runs' | 'executions';
  filter: Filter;
  catalogue: FieldCatalogue;
}

/** Why nothing was found, one sentence each. */
export async function explainEmpty({ store, only_lab: lab }: Scope, list: EmptyList): Promise<string[]> {
  const { what, filter } = list;
  const of = lab === undefined ? '' : ` of lab ${lab}`;
  const elsewhere =
    lab === undefined || (await hasRuns(store, lab)) ? undefined : await runsElsewhere(store, lab);
  if (elsewhere)
    return [
      `No ${what}${of} in ${store.location}; ${what === 'runs' ? '' : 'runs: '}${elsewhere}.`,
      ...(await refusedInstead(store, lab)),
    ];
  if (!filter.where) return [`No ${what}${of} in ${store.location}.`, ...(await refusedInstead(store, lab))];
  const others = lab === undefined ? '' : await passElsewhere(store, list);
  const carried = await store.paths(MANY_FIELDS);
  return [
    `No ${what}${of} match the filter in ${store.location}${others}.`,
    ...unknownFields(filter, carried, list.catalogue),
    ...(await unknownValues(store, filter)),
  ];
}

/** Points to refusals: a new lab's first activities may all lack required metadata. */
async function refusedInstead(store: Store, lab: string | undefined): Promise<string[]> {
  const refusals = await store.refusals(1, lab);
  return refusals.length === 0 ? [] : ['Activities were refused: `list --refused` shows why.'];
}

async function hasRuns(store: Store, lab: string): Promise<boolean> {
  return (await store.labRuns({ most: 1 })).some((one) => one.lab === lab);
}

/** Queries again without the lab, if an index makes that cheap. */
async function passElsewhere(store: Store, { what, filter }: EmptyList): Promise<string> {
  if (what !== 'runs' || readsEveryRun(filter)) return '';
  const [run] = await store.runs({ filter: { where: filter.where }, limit: 1 });
  const { lab } = run?.start.provenance ?? {};
  return lab === undefined ? '' : `; some of lab ${lab} do (--lab ${lab})`;
}
