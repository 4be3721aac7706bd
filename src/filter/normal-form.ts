/**
 * A filter made ready for a store: fields resolved, operators reduced to four tests, negation pushed down to the tests
 * and values held against their types. What a filter means is decided here, once, for every store.
 *
 * A test on a field that a run does not have holds neither plainly nor negated, as in SQL (`!=` and NOT included);
 * only IS NULL asks for absence. A field that holds an array passes a test when one of its elements does.
 * [isolate-safe]
 * @module
 */

import type { Condition, FieldPath, Filter, Literal } from './filter';
import { type Field, type FieldCatalogue, nearestName, RUN_FIELDS } from './run-fields';
import { FilterError } from './tokens';
import { coerce, type ValueUse } from './values';

/** One end of a range. */
export interface Bound {
  value: Literal;
  inclusive: boolean;
}

/** What is asked of a field's value. */
export type Test =
  | { kind: 'equals'; values: Literal[] }
  | { kind: 'range'; low?: Bound; high?: Bound }
  | { kind: 'prefix'; prefix: string }
  | { kind: 'present' };

/** A test of one field. `negated`: the field is there and the test fails; with `present`: the field is not there. */
export interface Leaf {
  op: 'test';
  field: Field;
  test: Test;
  negated: boolean;
}

export type Node = Leaf | { op: 'and' | 'or'; nodes: Node[] };

export interface OrderKey {
  field: Field;
  direction: 'asc' | 'desc';
}

/** The filter's conditions, all of which must hold, and its order. */
export interface NormalForm {
  conjuncts: Node[];
  order: OrderKey[];
}

/**
 * Normal form of a filter.
 * @throws FilterError when a value does not fit its field, or a path names nothing
 */
export function normalForm(filter: Filter | undefined, fields: FieldCatalogue = RUN_FIELDS): NormalForm {
  const node = filter?.where && normalise(filter.where, false, fields);
  return {
    conjuncts: node ? joinRanges(node.op === 'and' ? node.nodes : [node]) : [],
    order: (filter?.order ?? []).map((key) => ({
      field: resolve(key.field, fields),
      direction: key.direction,
    })),
  };
}

/** `time > a AND time < b` as one range, which an index answers at once. A metadata field may hold several values, so not those. */
function joinRanges(nodes: readonly Node[]): Node[] {
  const joined: Node[] = [];
  for (const node of nodes) {
    const at = joined.findIndex((other) => completes(other, node));
    if (at < 0) joined.push(node);
    else
      joined[at] = {
        ...(node as Leaf),
        test: { ...(joined[at] as Leaf).test, ...(node as Leaf).test } as Test,
      };
  }
  return joined;
}

/** True where one test gives the lower end and the other the upper end of one column. */
function completes(a: Node, b: Node): boolean {
  if (a.op !== 'test' || b.op !== 'test' || a.negated || b.negated) return false;
  if (a.field.kind !== 'column' || b.field.kind !== 'column' || a.field.name !== b.field.name) return false;
  if (a.test.kind !== 'range' || b.test.kind !== 'range') return false;
  return a.test.low ? !a.test.high && !b.test.low : !b.test.high;
}

function normalise(condition: Condition, negated: boolean, fields: FieldCatalogue): Node {
  switch (condition.op) {
    case 'not':
      return normalise(condition.condition, !negated, fields);
    case 'and':
    case 'or': {
      const op = (condition.op === 'and') === negated ? 'or' : 'and';
      const nodes = condition.conditions
        .map((inner) => normalise(inner, negated, fields))
        .flatMap((node) => (node.op === op ? node.nodes : [node]));
      return nodes.length === 1 ? nodes[0]! : { op, nodes };
    }
    default:
      return leaf(condition, negated, fields);
  }
}

type Predicate = Exclude<Condition, { op: 'and' | 'or' | 'not' }>;

function leaf(condition: Predicate, negated: boolean, fields: FieldCatalogue): Leaf {
  const field = resolve(condition.field, fields);
  const not = isNegated(condition) !== negated;
  return { op: 'test', field, test: testOf(condition, field), negated: not };
}

function isNegated(condition: Predicate): boolean {
  if (condition.op === 'compare') return condition.operator === '!=';
  return condition.op === 'is-null' ? !condition.negated : condition.negated;
}

function testOf(condition: Predicate, field: Field): Test {
  const value = (literal: Literal, use: ValueUse) => fitting(field, condition.field, literal, use);
  switch (condition.op) {
    case 'is-null':
      return { kind: 'present' };
    case 'in':
      return { kind: 'equals', values: condition.values.map((one) => value(one, 'equality')) };
    case 'starts-with':
      return { kind: 'prefix', prefix: String(value(condition.prefix, 'prefix')) };
    case 'between':
      return betweenTest(value(condition.low, 'order'), value(condition.high, 'order'));
    case 'compare': {
      const { operator } = condition;
      if (operator === '=' || operator === '!=')
        return { kind: 'equals', values: [value(condition.value, 'equality')] };
      const bound: Bound = { value: value(condition.value, 'order'), inclusive: operator.endsWith('=') };
      return operator.startsWith('<') ? { kind: 'range', high: bound } : { kind: 'range', low: bound };
    }
  }
}

/** Values of different types have nothing between them. */
function betweenTest(low: Literal, high: Literal): Test {
  if (typeof low !== typeof high) return { kind: 'equals', values: [] };
  return { kind: 'range', low: { value: low, inclusive: true }, high: { value: high, inclusive: true } };
}

function resolve(path: FieldPath, fields: FieldCatalogue): Field {
  const field = fields.resolve(path);
  if (field) return field;
  const near = nearestName(path.join('.'), fields.names);
  throw new FilterError(
    `Filter: ${path.join('.')} can't be searched${near ? `; did you mean ${near}?` : '.'}`,
  );
}

function fitting(field: Field, path: FieldPath, literal: Literal, use: ValueUse): Literal {
  if (field.kind === 'metadata') return literal;
  const coerced = coerce(field, literal, use);
  if ('value' in coerced) return coerced.value;
  throw new FilterError(`Filter, field ${path.join('.')}: ${coerced.fault}`);
}
