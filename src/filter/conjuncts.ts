/**
 * Splits a filter's text into the conditions that must all hold. So one can be added, changed or removed, and
 * the rest keeps its text with its ages (`'7d'`) and spellings.
 * @module
 */
import type { Field, FieldCatalogue, Literal } from './fields';
import type { Condition } from './filter';
import { formatLiteral, nameOf } from './format';
import { isKeyword } from './keywords';
import { parseFilter } from './parser';
import { RUN_FIELDS } from './run-fields';
import { type Token, tokenize } from './tokens';

/** The parts of a filter's text. */
export interface Conjuncts {
  /** Each in a form that can be joined by AND; alternatives are in brackets. */
  conditions: string[];
  /** The order without the words `ORDER BY`; empty if there is none. */
  order: string;
}

/**
 * Splits a filter.
 * @throws FilterError if the text cannot be split into words
 */
export function conjunctsOf(text: string): Conjuncts {
  const tokens = tokenize(text);
  const ends = boundaries(tokens);
  const order = ends.order === undefined ? '' : text.slice(tokens[ends.order + 2]?.position).trim();
  const last = tokens[ends.order ?? tokens.length - 1]!;
  const whole = text.slice(0, last.position).trim();
  if (whole === '') return { conditions: [], order };
  if (ends.alternatives) return { conditions: [`(${whole})`], order };
  const starts = [0, ...ends.ands.map((at) => tokens[at]!.position + tokens[at]!.text.length)];
  const stops = [...ends.ands.map((at) => tokens[at]!.position), last.position];
  return { conditions: starts.map((start, i) => text.slice(start, stops[i]).trim()), order };
}

/** Joins conditions and order into a text. */
export function joinConjuncts({ conditions, order }: Conjuncts): string {
  const where = conditions.length === 1 ? withoutBrackets(conditions[0]!) : conditions.join(' AND ');
  return [where, order === '' ? '' : `ORDER BY ${order}`].filter((part) => part !== '').join(' ');
}

/**
 * The filter with an additional condition (or several, joined by AND). A condition that it already has is not
 * added again.
 */
export function withCondition(text: string, condition: string): string {
  const { conditions, order } = conjunctsOf(text);
  const missing = conjunctsOf(condition).conditions.filter((one) => !conditions.includes(one));
  return missing.length === 0 ? text : joinConjuncts({ conditions: [...conditions, ...missing], order });
}

/** The filter without its condition of this number, from 0. */
export function withoutCondition(text: string, index: number): string {
  const { conditions, order } = conjunctsOf(text);
  return joinConjuncts({ conditions: conditions.filter((_, i) => i !== index), order });
}

/** The filter with `condition` instead of all its conditions on only that field; `''` removes them. */
export function replacingField(
  text: string,
  field: string,
  condition: string,
  catalogue: FieldCatalogue = RUN_FIELDS,
): string {
  const { conditions, order } = conjunctsOf(text);
  const others = conditions.filter((one) => onlyFieldOf(one, catalogue) !== field);
  return joinConjuncts({ conditions: condition === '' ? others : [...others, condition], order });
}

/**
 * The values that the filter allows for the field (the field must have one of them); empty if it has no such
 * condition.
 */
export function valuesWanted(text: string, field: string, catalogue: FieldCatalogue = RUN_FIELDS): Literal[] {
  return conjunctsOf(text).conditions.flatMap((one) =>
    onlyFieldOf(one, catalogue) === field ? equalTo(parseFilter(one, catalogue).where) : [],
  );
}

/** Adds one value to those that the filter allows for a field, or removes it if it is there. */
export function togglingValue(
  text: string,
  field: string,
  value: Literal,
  catalogue: FieldCatalogue = RUN_FIELDS,
): string {
  const known = valuesWanted(text, field, catalogue);
  const values = known.includes(value) ? known.filter((one) => one !== value) : [...known, value];
  return replacingField(text, field, oneOf(field, values), catalogue);
}

/** The condition that a field has one of these values; `''` for none. */
export function oneOf(field: string, values: readonly Literal[]): string {
  const written = values.map(formatLiteral);
  if (written.length === 0) return '';
  return written.length === 1 ? `${field} = ${written[0]}` : `${field} IN (${written.join(', ')})`;
}

/**
 * The places where a filter can be split: its outer ANDs, its order, and whether it has outer ORs. All are
 * numbers of tokens.
 */
function boundaries(tokens: readonly Token[]): { ands: number[]; order?: number; alternatives: boolean } {
  const ands: number[] = [];
  let [depth, between, alternatives] = [0, 0, false];
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'symbol') depth += token.text === '(' ? 1 : token.text === ')' ? -1 : 0;
    if (depth > 0) continue;
    if (isKeyword(token, 'BETWEEN')) between += 1;
    else if (isKeyword(token, 'OR')) alternatives = true;
    else if (isKeyword(token, 'ORDER')) return { ands, order: at, alternatives };
    else if (isKeyword(token, 'AND')) {
      if (between > 0) between -= 1;
      else ands.push(at);
    }
  }
  return { ands, alternatives };
}

/** Brackets around a whole condition are needed only next to AND. */
function withoutBrackets(condition: string): string {
  if (!condition.startsWith('(')) return condition;
  const tokens = tokenize(condition);
  let depth = 0;
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind === 'symbol') depth += text === '(' ? 1 : text === ')' ? -1 : 0;
    if (depth === 0) return at === tokens.length - 2 ? condition.slice(1, -1).trim() : condition;
  }
  return condition;
}

/** The name of the condition's field, if the condition compares one field without NOT. */
function onlyFieldOf(condition: string, catalogue: FieldCatalogue): string | undefined {
  const { where } = parseFilter(condition, catalogue);
  if (!where || !('field' in where)) return undefined;
  const negated = 'negated' in where ? where.negated : where.operator === '!=';
  return negated ? undefined : fieldName(where.field);
}

function fieldName(field: Field): string {
  return nameOf(field);
}

function equalTo(where: Condition | undefined): Literal[] {
  if (where?.op === 'in') return where.values;
  return where?.op === 'compare' && where.operator === '=' ? [where.value] : [];
}
