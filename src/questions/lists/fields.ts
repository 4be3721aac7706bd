/**
 * The metadata fields of runs: how many runs have each, of which types, with which values. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { nearestName } from '../../model/nearest-name';
import type { FieldUse } from '../../store/read/counting/field-use';
import type { Scope } from '../scope';

/** The type of `null`: a missing value does not conflict with other types. */
const NO_TYPE = 'null';

/**
 * The metadata fields of all runs, by path. With `path`: only this field and those below it, with its most
 * frequent values.
 * @throws (rejects) ProvenanceError NOT_FOUND if no run has the field, with the name that was probably meant
 */
export async function fieldsOf({ store }: Scope, path?: string): Promise<FieldUse[]> {
  const fields = await store.fields(path);
  if (path === undefined || fields.length > 0) return fields;
  const near = nearestName(
    path,
    (await store.fields()).map((field) => field.path),
  );
  throw new ProvenanceError(
    'NOT_FOUND',
    `No run has a field '${path}'${near === undefined ? '.' : `; did you mean ${near}?`}`,
  );
}

/** True if the field has different types in different runs. */
export function isMixed({ types }: FieldUse): boolean {
  return types.filter(({ type }) => type !== NO_TYPE).length > 1;
}

/** Paths of the metadata fields of runs, by name, up to a limit. */
export function carriedPaths({ store }: Scope, limit: number): Promise<string[]> {
  return store.paths(limit);
}
