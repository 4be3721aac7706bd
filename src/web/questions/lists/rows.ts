/**
 * Rows of lists: the id of a record, and the values of the requested columns. Node only.
 * @module
 */
import { z } from 'zod';
import type { FieldCatalogue } from '../../../filter/fields';
import type { Json, JsonObject } from '../../../model/json';
import { fieldText } from '../../../questions/shown/recorded-values';
import { instant } from '../../../questions/words';
import type { CsvColumn } from '../../csv/form';

/** The maximum number of columns. */
const MOST_COLUMNS = 40;

/** Names of columns, separated by commas. */
export const columns = z
  .string()
  .max(2_000)
  .transform((text) => namesIn(text))
  .pipe(z.array(z.string().min(1)).max(MOST_COLUMNS, `At most ${MOST_COLUMNS} columns.`))
  .optional()
  .describe('Return rows with only these values, instead of documents: scan_id,status,operator,took_ms.');

/** The maximum length of a value. */
export const cut = z.coerce
  .number()
  .int()
  .min(8)
  .max(100_000)
  .optional()
  .describe('With `columns`: longer values are cut to this number of characters, as text.');

/** Splits names at the commas outside of backquotes. */
function namesIn(text: string): string[] {
  const names = text.match(/(?:`[^`]*`|[^,`])+/g) ?? [];
  return [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))];
}

/** Cuts values to `most` characters. */
export function shortened(values: JsonObject, most: number | undefined): JsonObject {
  if (most === undefined) return values;
  const entries = Object.entries(values).map(([name, value]) => [name, shortValue(value, most)]);
  return Object.fromEntries(entries);
}

function shortValue(value: Json, most: number): Json {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  const text = fieldText(value);
  if (text.length <= most) return typeof value === 'string' ? value : text;
  return `${text.slice(0, most)}…`;
}

/** Returns the columns of a CSV file of such rows. Times are written as ISO 8601 in UTC. */
export function csvColumns(
  names: readonly string[],
  catalogue: FieldCatalogue,
): CsvColumn<{ values: JsonObject }>[] {
  return names.map((name) => [
    name,
    ({ values }) => {
      const value = values[name];
      return typeof value === 'number' && isInstant(name, catalogue) ? instant(value, 'milliseconds') : value;
    },
  ]);
}

/** True for a column of times, which are UNIX seconds. */
export function isInstant(name: string, catalogue: FieldCatalogue): boolean {
  const field = catalogue.resolve(name.split('.'));
  return field?.kind === 'column' && field.type === 'instant';
}
