/**
 * Converts a filter back to text, which {@link parseFilter} parses into the same tree. Links, titles and
 * messages use it. [isolate-safe]
 * @module
 */
import { isListPlace, partsOf, type ValuePath } from '../model/value-path';
import type { Field, FieldPath, Literal, MetadataField } from './fields';
import type { Condition, Filter, Predicate } from './filter';
import { RUN_FIELDS } from './run-fields';

const PLAIN_PART = /^[\p{L}_$][\p{L}\p{M}\p{N}_$-]*$/u;
const KEYWORD = /^(and|or|not|in|between|starts_with|is|null|true|false|order|by|asc|desc)$/i;

/** The text of a filter. */
export function formatFilter(filter: Filter): string {
  const parts: string[] = [];
  if (filter.where) parts.push(formatCondition(filter.where));
  if (filter.order?.length) {
    const keys = filter.order.map((key) => `${nameOf(key.field)}${key.direction === 'desc' ? ' DESC' : ''}`);
    parts.push(`ORDER BY ${keys.join(', ')}`);
  }
  return parts.join(' ');
}

/** The name of a field in a filter of runs. */
export function nameOf(field: Field): string {
  if (field.kind === 'column') return formatField(field.name.split('.'));
  if (field.kind === 'value') return formatPlace(field.path);
  if (field.kind === 'lineage') return `${field.relation}(${formatLiteral(field.ref)})`;
  const hidden = field.kind === 'metadata' && !isMetadata(RUN_FIELDS.resolve(field.path), field);
  return formatField(hidden ? ['start', ...field.path] : field.path);
}

/** True if the name without `start.` means the same metadata field. */
function isMetadata(named: Field | undefined, { otherwise }: MetadataField): boolean {
  return named?.kind === 'metadata' && (named.otherwise === undefined) === (otherwise === undefined);
}

/** A field's path in its written form: `sample.name`, `` `sample`.`first name` ``. */
export function formatField(path: FieldPath): string {
  return path.map(formatPart).join('.');
}

/**
 * A place in a result or in arguments by its full name: `temporal.args[0].sample`. The store's index uses this
 * name.
 */
export function formatPlace(path: ValuePath): string {
  const [head, ...rest] = partsOf(path);
  return rest.reduce((name, part) => name + (isListPlace(part) ? part : `.${formatPart(part)}`), head!);
}

function formatPart(part: string): string {
  return PLAIN_PART.test(part) && !KEYWORD.test(part) ? part : `\`${part.replaceAll('`', '``')}\``;
}

/** A value in its written form: a string in quotes. */
export function formatLiteral(value: Literal): string {
  if (typeof value !== 'string') return String(value);
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

function formatCondition(condition: Condition): string {
  switch (condition.op) {
    case 'and':
    case 'or':
      return condition.conditions.map(formatOperand).join(condition.op === 'and' ? ' AND ' : ' OR ');
    case 'not':
      return `NOT ${formatOperand(condition.condition)}`;
    default:
      return formatPredicate(condition);
  }
}

function formatOperand(condition: Condition): string {
  const compound = condition.op === 'and' || condition.op === 'or';
  return compound ? `(${formatCondition(condition)})` : formatCondition(condition);
}

function formatPredicate(condition: Predicate): string {
  if (condition.field.kind === 'lineage') return nameOf(condition.field);
  const field = nameOf(condition.field);
  const not = 'negated' in condition && condition.negated ? 'NOT ' : '';
  switch (condition.op) {
    case 'compare':
      return `${field} ${condition.operator} ${formatLiteral(condition.value)}`;
    case 'in':
      return `${field} ${not}IN (${condition.values.map(formatLiteral).join(', ')})`;
    case 'between':
      return `${field} ${not}BETWEEN ${formatLiteral(condition.low)} AND ${formatLiteral(condition.high)}`;
    case 'starts-with':
      return `${field} ${not}STARTS_WITH ${formatLiteral(condition.prefix)}`;
    case 'is-null':
      return `${field} IS ${not}NULL`;
  }
}
