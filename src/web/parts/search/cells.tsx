/**
 * Values in the cells of a list, formatted by the unit in their name. Node only.
 * @module
 */
import type { Child } from 'hono/jsx';
import type { FieldCatalogue } from '../../../filter/fields';
import type { Json } from '../../../model/json';
import { fieldText } from '../../../questions/shown/recorded-values';
import { Digest, Size, Time, Took } from '../words';

/** The maximum length of a text that is shown in full. */
export const CELL_CHARACTERS = 160;

/** The cell of a value; empty if there is none. */
export function valueCell(name: string, value: Json | undefined, catalogue: FieldCatalogue): Child {
  if (value === undefined) return null;
  if (typeof value === 'number') return numberCell(name, value, catalogue);
  if (typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)) return <Digest of={value} />;
  return <bdi>{fieldText(value)}</bdi>;
}

/** True for columns whose cells are aligned as numbers. */
export function isNumeric(name: string, values: readonly (Json | undefined)[]): boolean {
  const known = values.filter((value) => value !== undefined);
  return /_(ms|bytes)$/.test(name) || (known.length > 0 && known.every((value) => typeof value === 'number'));
}

function numberCell(name: string, value: number, catalogue: FieldCatalogue): Child {
  const field = catalogue.resolve(name.split('.'));
  if (field?.kind === 'column' && field.type === 'instant') return <Time at={value} relative />;
  if (name.endsWith('_ms')) return <Took ms={value} />;
  if (name.endsWith('_bytes')) return <Size bytes={value} />;
  return String(value);
}
