/**
 * Metadata fields of runs and indexed places in results and arguments, with their use. The same for every dialect. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import { formatPlace } from '../../../filter/format';
import { parsePlace } from '../../../filter/place';
import type { FieldValue } from '../../metadata-index/field-values';
import type { Schema } from '../../schema';
import { type FieldUse, readFieldUse, readTopValues } from './field-use';
import { readPlaceUse } from './place-use';

const TOP_VALUES = 20;

/** Returns all fields. `path`: only this field with its most frequent values, and the fields below it. */
export async function readFields(
  db: Kysely<Schema>,
  path: string | undefined,
  readValue: (stored: FieldValue) => FieldValue,
): Promise<FieldUse[]> {
  const place = path === undefined ? undefined : parsePlace(path);
  const name = place && formatPlace(place);
  const fields = [...(await readFieldUse(db, path)), ...(await readPlaceUse(db, name ?? path))];
  for (const field of fields.filter((one) => one.path === path || one.path === name)) {
    const of = { path: field.path, indexed: field.indexed !== undefined };
    field.values = await readTopValues(db, of, TOP_VALUES, readValue);
  }
  return fields;
}
