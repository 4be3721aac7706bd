/**
 * Prepares a filter for a store. Operators are reduced to four tests, negation is moved down to the tests, and
 * derived fields are replaced by their parts. The meaning of a filter is decided here, once, for every store.
 *
 * If a run lacks a field, a test on it is false, and so is its negation, as in SQL (also for `!=` and NOT).
 * Only IS NULL asks for absence. A field with an array passes a test if one of its elements does.
 * [isolate-safe]
 * @module
 */

import type { Field, Literal } from './fields';
import type { Condition, Filter, Predicate } from './filter';
import { statusCondition } from './run-status';

/** One end of a range. */
export interface Bound {
  value: Literal;
  inclusive: boolean;
}

/** A test of a field's value. */
export type Test =
  | { kind: 'equals'; values: Literal[] }
  | { kind: 'range'; low?: Bound; high?: Bound }
  | { kind: 'prefix'; prefix: string }
  | { kind: 'present' };

/**
 * A test of one field. `negated`: the field is present and the test fails. A negated `present` means that the
 * field is absent.
 */
export interface Leaf {
  op: 'test';
  field: Field;
  test: Test;
  negated: boolean;
}

/** A filter whose negation is only in its tests. */
export type Node = Leaf | { op: 'and' | 'or'; nodes: Node[] };

/** A field by which runs are ordered. */
export interface OrderKey {
  field: Field;
  direction: 'asc' | 'desc';
}

/** The filter's conditions, all of which must hold, and its order. */
export interface NormalForm {
  conjuncts: Node[];
  order: OrderKey[];
}

/** Normal form of a filter. */
export function normalForm(filter: Filter | undefined): NormalForm {
  const node = filter?.where && normalise(filter.where, false);
  return {
    conjuncts: node ? joinRanges(node.op === 'and' ? node.nodes : [node]) : [],
    order: filter?.order ?? [],
  };
}

/**
 * Joins `time > a AND time < b` into one range, which an index answers at once. Not for metadata fields, which
 * may hold several values.
 */
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

/** True if one test gives the lower end and the other the upper end of one column. */
function completes(a: Node, b: Node): boolean {
  if (a.op !== 'test' || b.op !== 'test' || a.negated || b.negated) return false;
  if (a.field.kind !== 'column' || b.field.kind !== 'column' || a.field.name !== b.field.name) return false;
  if (a.test.kind !== 'range' || b.test.kind !== 'range') return false;
  return a.test.low ? !a.test.high && !b.test.low : !b.test.high;
}

function normalise(condition: Condition, negated: boolean): Node {
  switch (condition.op) {
    case 'not':
      return normalise(condition.condition, !negated);
    case 'and':
    case 'or': {
      const op = (condition.op === 'and') === negated ? 'or' : 'and';
      const nodes = condition.conditions
        .map((inner) => normalise(inner, negated))
        .flatMap((node) => (node.op === op ? node.nodes : [node]));
      return nodes.length === 1 ? nodes[0]! : { op, nodes };
    }
    default:
      return leaf(condition, negated);
  }
}

function leaf(condition: Predicate, negated: boolean): Node {
  const { field } = condition;
  const test: Leaf = {
    op: 'test',
    field,
    test: testOf(condition),
    negated: isNegated(condition) !== negated,
  };
  return field.kind === 'column' && field.derived ? derived(test, field.values ?? []) : test;
}

/** A run always has a status, so a test of it becomes the list of statuses that pass. */
function derived({ test, negated }: Leaf, words: readonly string[]): Node {
  const conditions = words.filter((word) => passesWord(word, test) !== negated).map(statusCondition);
  return normalise({ op: 'or', conditions }, false);
}

function passesWord(word: string, test: Test): boolean {
  switch (test.kind) {
    case 'present':
      return true;
    case 'equals':
      return test.values.includes(word);
    case 'prefix':
      return word.startsWith(test.prefix);
    case 'range':
      return isWithin(word, test);
  }
}

function isWithin(word: string, { low, high }: { low?: Bound; high?: Bound }): boolean {
  if (low && (word < low.value || (word === low.value && !low.inclusive))) return false;
  return !high || word < high.value || (word === high.value && high.inclusive);
}

function isNegated(condition: Predicate): boolean {
  if (condition.op === 'compare') return condition.operator === '!=';
  return condition.op === 'is-null' ? !condition.negated : condition.negated;
}

function testOf(condition: Predicate): Test {
  switch (condition.op) {
    case 'is-null':
      return { kind: 'present' };
    case 'in':
      return { kind: 'equals', values: condition.values };
    case 'starts-with':
      return { kind: 'prefix', prefix: condition.prefix };
    case 'between':
      return betweenTest(condition.low, condition.high);
    case 'compare': {
      const { operator, value } = condition;
      if (operator === '=' || operator === '!=') return { kind: 'equals', values: [value] };
      const bound: Bound = { value, inclusive: operator.endsWith('=') };
      return operator.startsWith('<') ? { kind: 'range', high: bound } : { kind: 'range', low: bound };
    }
  }
}

/** No value lies between two values of different types. */
function betweenTest(low: Literal, high: Literal): Test {
  if (typeof low !== typeof high) return { kind: 'equals', values: [] };
  return { kind: 'range', low: { value: low, inclusive: true }, high: { value: high, inclusive: true } };
}
