/**
 * Fields of a filter that no run has, with the name that was probably meant. Node only.
 * @module
 */

import type { Condition, FieldPath, Filter } from '../../filter/filter';
import { formatField } from '../../filter/format';
import { type FieldCatalogue, nearestName } from '../../filter/run-fields';

/** One line for each field of the filter that is neither known nor carried by a run. */
export function unknownFields(
  filter: Filter,
  carried: readonly string[],
  catalogue: FieldCatalogue,
): string[] {
  const names = [...catalogue.names, ...carried];
  const unknown = new Map<string, string>();
  for (const path of pathsOf(filter)) {
    const field = catalogue.resolve(path);
    if (field?.kind !== 'metadata' || carried.includes(field.path.join('.'))) continue;
    const near = nearestName(field.path.join('.'), names);
    const meant = near ? `; did you mean ${formatField(near.split('.'))}?` : '.';
    unknown.set(field.path.join('.'), `No run has a field ${formatField(path)}${meant}`);
  }
  return [...unknown.values()];
}

/** Facts with an index or a small table of their own; the others stand in the documents alone. */
const INDEXED = /^(?!temporal\.|stop\.|settled\.|host$|session$|scheduled_time$|stop_time$)/;

/** Why a search may have to read every run; undefined where an index serves a condition or the order. */
export function readsEveryDocument(filter: Filter, catalogue: FieldCatalogue): string | undefined {
  const ordered = (filter.order ?? []).find(({ field }) => catalogue.resolve(field)?.kind === 'metadata');
  if (ordered && !filter.where) {
    return `ORDER BY ${formatField(ordered.field)} reads every run; a condition beside it makes that fewer.`;
  }
  const fields = (filter.where ? pathsIn(filter.where) : []).map((path) => catalogue.resolve(path));
  const unserved = (field: (typeof fields)[number]) => field?.kind === 'column' && !INDEXED.test(field.name);
  if (fields.length === 0 || !fields.every(unserved)) return undefined;
  const [name] = filter.where ? pathsIn(filter.where) : [];
  return `${formatField(name!)} has no index, so every run may be read; a condition that has one makes that fewer.`;
}

function pathsOf(filter: Filter): FieldPath[] {
  return [...(filter.where ? pathsIn(filter.where) : []), ...(filter.order ?? []).map(({ field }) => field)];
}

function pathsIn(condition: Condition): FieldPath[] {
  if (condition.op === 'not') return pathsIn(condition.condition);
  if ('conditions' in condition) return condition.conditions.flatMap(pathsIn);
  return [condition.field];
}
