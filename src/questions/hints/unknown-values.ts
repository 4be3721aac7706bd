/**
 * Values of a filter that no run has, with those that were probably meant. Queries only known values, which an
 * index returns one by one; nothing here counts runs. Node only.
 * @module
 */

import { type Field, type Literal, namesOf } from '../../filter/fields';
import type { Condition, Filter } from '../../filter/filter';
import { formatLiteral, nameOf } from '../../filter/format';
import { nearestNames } from '../../model/nearest-name';
import type { Store } from '../../store/store';

/** The most values of a field that are searched. */
const MANY_VALUES = 5_000;
const NEAREST = 3;
/** The most values of a filter that are looked up. */
const MANY_LEAVES = 10;

interface RequiredValue {
  field: Field;
  value: Literal;
}

/** One line for each value that the filter requires and no run has. */
export async function unknownValues(store: Store, filter: Filter): Promise<string[]> {
  const lines: string[] = [];
  for (const required of filter.where ? requiredIn(filter.where).slice(0, MANY_LEAVES) : []) {
    const known = await knownValues(store, required.field);
    if (!known || known.length === 0 || known.includes(required.value)) continue;
    if (known.length < MANY_VALUES) lines.push(lineOf(required, known));
    else if (!(await isThere(store, required))) lines.push(`No run has ${text(required)}.`);
  }
  return lines;
}

function lineOf(required: RequiredValue, known: readonly Literal[]): string {
  const said = `No run has ${text(required)}`;
  const other = known.find(
    (one) => typeof one !== typeof required.value && String(one) === String(required.value),
  );
  if (other !== undefined)
    return `${said}; ${literal(other)} exists, which is a different value than ${literal(required.value)}.`;
  const texts = known.filter((one) => typeof one === 'string');
  const near = typeof required.value === 'string' ? nearestNames(required.value, texts, NEAREST) : [];
  const count =
    known.length === 1 ? '1 value is known' : `${known.length.toLocaleString('en-US')} values are known`;
  const shown = (near.length > 0 ? near : known.slice(0, NEAREST)).map(literal).join(', ');
  const which = near.length > 0 ? ', the nearest:' : known.length > NEAREST ? ', such as' : ':';
  return `${said}; ${count}${which} ${shown}.${escapeHint(required.value)}`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** A tab or a line feed in a typed value is usually a Windows path whose backslashes were not doubled. */
function escapeHint(value: Literal): string {
  const control = typeof value === 'string' && CONTROL.test(value);
  return control ? ' (In a filter \\t is a tab and \\n a line feed: double each backslash.)' : '';
}

async function knownValues(store: Store, field: Field) {
  if (field.kind === 'metadata') {
    const paths = namesOf(field.path).map((one) => store.fieldValues(one.join('.'), MANY_VALUES));
    return [...new Set((await Promise.all(paths)).flat())];
  }
  return field.kind === 'column' ? store.columnValues(field.name, MANY_VALUES) : undefined;
}

async function isThere(store: Store, { field, value }: RequiredValue): Promise<boolean> {
  const where: Condition = { op: 'compare', field, operator: '=', value };
  return (await store.runs({ filter: { where }, limit: 1 })).length > 0;
}

/** Values that a run must have, or may have, to pass the filter. Values under NOT are ignored. */
function requiredIn(condition: Condition): RequiredValue[] {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.conditions.flatMap(requiredIn);
    case 'compare':
      return condition.operator === '=' ? [{ field: condition.field, value: condition.value }] : [];
    case 'in':
      return condition.negated ? [] : condition.values.map((value) => ({ field: condition.field, value }));
    default:
      return [];
  }
}

function text({ field, value }: RequiredValue): string {
  return `${nameOf(field)} ${literal(value)}`;
}

function literal(value: Literal): string {
  const written = formatLiteral(value);
  return written.length > 80 ? `${written.slice(0, 79)}…` : written;
}
