/**
 * Fields of a filter that no run has, with the name that was probably meant. Node only.
 * @module
 */
import { type FieldCatalogue, nearestName } from '../store/fields';
import type { Condition, FieldPath, Filter } from '../store/filter';
import { formatField } from '../store/filter-format';

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

function pathsOf(filter: Filter): FieldPath[] {
  return [...(filter.where ? pathsIn(filter.where) : []), ...(filter.order ?? []).map(({ field }) => field)];
}

function pathsIn(condition: Condition): FieldPath[] {
  if (condition.op === 'not') return pathsIn(condition.condition);
  if ('conditions' in condition) return condition.conditions.flatMap(pathsIn);
  return [condition.field];
}
