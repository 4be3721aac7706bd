/**
 * Fields of a filter that no run has, with the name that was probably meant. Node only.
 * @module
 */

import type { Field, FieldCatalogue } from '../../filter/fields';
import { type Filter, predicatesOf } from '../../filter/filter';
import { formatField, formatPlace, nameOf } from '../../filter/format';
import { otherName } from '../../filter/other-names';
import { nearestName } from '../../model/nearest-name';
import { hasIndex } from '../../store/search/columns/run-columns';

/** One line for each field of the filter that is neither known nor present in a run. */
export function unknownFields(
  filter: Filter,
  carried: readonly string[],
  catalogue: FieldCatalogue,
): string[] {
  const names = [...catalogue.names, ...carried];
  const unknown = new Map<string, string>();
  for (const field of fieldsOf(filter)) {
    if (field.kind !== 'metadata' || carried.includes(field.path.join('.'))) continue;
    // The name is read as a place in results.
    if (field.otherwise && !carried.includes(field.path[0]!)) continue;
    const name = field.path.join('.');
    const near = nearestName(name, names);
    const meant =
      otherName(field.path) ??
      (near === undefined ? undefined : `did you mean ${formatField(near.split('.'))}?`);
    unknown.set(name, `No run has a field ${nameOf(field)}${meant === undefined ? '.' : `; ${meant}`}`);
  }
  return [...unknown.values()];
}

/**
 * Why a search may have to read every run; undefined if an index serves a condition or the order.
 * @param indexed places in results and arguments that are indexed, by their full names
 */
export function readsEveryRun(
  { where, order = [] }: Filter,
  indexed: readonly string[] = [],
): string | undefined {
  const ordered = order.find(({ field }) => field.kind === 'metadata');
  if (ordered && !where) {
    return `ORDER BY ${nameOf(ordered.field)} reads every run; add a condition to read fewer.`;
  }
  const fields = predicatesOf(where).map(({ field }) => field);
  if (fields.length === 0 || fields.some((field) => leads(field, indexed))) return undefined;
  return `${nameOf(fields[0]!)} has no index, so every run may be read; add a condition on an indexed field to read fewer.`;
}

function leads(field: Field, indexed: readonly string[]): boolean {
  const place = field.kind === 'value' ? field.path : field.kind === 'metadata' ? field.otherwise : undefined;
  return place ? indexed.includes(formatPlace(place)) : hasIndex(field);
}

function fieldsOf({ where, order = [] }: Filter) {
  return [...predicatesOf(where), ...order].map(({ field }) => field);
}
