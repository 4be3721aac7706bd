/**
 * Why a list is empty: another lab has the runs, a field or a value that no run has. Each hint costs what it says, never the
 * size of the store. Node only.
 * @module
 */

import type { Filter } from '../filter/filter';
import { type FieldCatalogue, RUN_FIELDS } from '../filter/run-fields';
import type { Store } from '../store/store';
import type { Context } from './context';
import { readsEveryDocument, unknownFields } from './field-hints';
import { runsElsewhere } from './other-labs';
import { unknownValues } from './value-hints';

/** Fields that are looked through for the one that was meant. */
const MANY_FIELDS = 5_000;

export interface EmptyList {
  /** `runs` or `executions`. */
  what: 'runs' | 'executions';
  filter: Filter;
  /** Only of this lab. */
  lab?: string;
  catalogue: FieldCatalogue;
}

/** Says on stderr why nothing was found. */
export async function explainEmpty(context: Context, store: Store, list: EmptyList): Promise<void> {
  const { what, filter, lab } = list;
  const of = lab === undefined ? '' : ` of lab ${lab}`;
  const elsewhere =
    lab === undefined || (await hasRuns(store, lab)) ? undefined : await runsElsewhere(store, lab);
  if (elsewhere) {
    context.note(`No ${what}${of} in ${store.location}; ${what === 'runs' ? '' : 'runs: '}${elsewhere}.`);
    return;
  }
  if (!filter.where) {
    context.note(`No ${what}${of} in ${store.location}.`);
    return;
  }
  const others = lab === undefined ? '' : await passElsewhere(store, list);
  context.note(`No ${what}${of} pass the filter in ${store.location}${others}.`);
  const carried = what === 'runs' ? await store.paths(MANY_FIELDS) : [];
  for (const line of unknownFields(filter, carried, list.catalogue)) context.note(line);
  for (const line of await unknownValues(store, filter, list.catalogue)) context.note(line);
}

async function hasRuns(store: Store, lab: string): Promise<boolean> {
  return (await store.labRuns({ most: 1 })).some((one) => one.lab === lab);
}

/** Asked once more without the lab, where that costs no more than a search by an index. */
async function passElsewhere(store: Store, { what, filter }: EmptyList): Promise<string> {
  if (what !== 'runs' || readsEveryDocument(filter, RUN_FIELDS)) return '';
  const [run] = await store.runs({ filter: { where: filter.where }, limit: 1 });
  const { lab } = run?.start.provenance ?? {};
  return lab === undefined ? '' : `; some of lab ${lab} do (--lab ${lab})`;
}
