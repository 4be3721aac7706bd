/**
 * Which metadata fields runs carry: how many, of which types, with which values. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import { nearestName } from '../../model/nearest-name';
import type { FieldUse } from '../../store/read/counting/field-use';
import type { Scope } from '../scope';

/** Types that say what a value is, beside which an absent one (`null`) is no disagreement. */
const NO_TYPE = 'null';

/**
 * The metadata fields of all runs, by path; of `path` alone with those below it, and with its most frequent values.
 * @throws (rejects) ProvenanceError NOT_FOUND where no run has the field, with the name that was probably meant
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

/** True where runs disagree about the type of a field. */
export function isMixed({ types }: FieldUse): boolean {
  return types.filter(({ type }) => type !== NO_TYPE).length > 1;
}

/** Paths of metadata fields that runs carry, by name, at most so many. */
export function carriedPaths({ store }: Scope, limit: number): Promise<string[]> {
  return store.paths(limit);
}
