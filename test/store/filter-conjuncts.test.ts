import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  conjunctsOf,
  joinConjuncts,
  replacingField,
  togglingValue,
  valuesWanted,
  withCondition,
  withoutCondition,
} from '../../src/filter/conjuncts';
import { EXECUTION_FIELDS } from '../../src/filter/execution-fields';
import { formatFilter } from '../../src/filter/format';
import { normalForm } from '../../src/filter/normal-form';
import { parseFilter } from '../../src/filter/parser';
import { filters } from './filter-arbitraries';
import { resolved } from './filter-reference';

const NOW = 1_790_000_000;
const parsed = (text: string) => parseFilter(text, undefined, NOW);
const texts = filters().map((written) => formatFilter(resolved(written)));
/** What a filter means, without regard to how it was nested. */
const meaning = (text: string) => normalForm(parsed(text));

describe('the conditions of a filter', () => {
  it.each([
    ['', [], ''],
    ["operator = 'Ada'", ["operator = 'Ada'"], ''],
    ["a = 1 and time > '7d' order by time desc", ['a = 1', "time > '7d'"], 'time desc'],
    ['a BETWEEN 1 AND 2 AND b = 3', ['a BETWEEN 1 AND 2', 'b = 3'], ''],
    ['NOT a NOT BETWEEN 1 AND 2 AND b = 3', ['NOT a NOT BETWEEN 1 AND 2', 'b = 3'], ''],
    ['a = 1 OR b = 2 AND c = 3', ['(a = 1 OR b = 2 AND c = 3)'], ''],
    ['(a = 1 OR b = 2) AND c = 3', ['(a = 1 OR b = 2)', 'c = 3'], ''],
    ["`and` = ' AND ' AND `b`.c IN ('x', ')')", ["`and` = ' AND '", "`b`.c IN ('x', ')')"], ''],
    ["uses('a AND b') AND x IS NOT NULL", ["uses('a AND b')", 'x IS NOT NULL'], ''],
    ['ORDER BY scan_id', [], 'scan_id'],
  ])('of %j are told apart as they were written', (text, conditions, order) => {
    expect(conjunctsOf(text)).toEqual({ conditions, order });
  });

  it('joined again mean the same', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(meaning(joinConjuncts(conjunctsOf(text)))).toEqual(meaning(text));
      }),
      { numRuns: 500 },
    );
  });

  it('with one more mean the filter AND that condition', () => {
    fc.assert(
      fc.property(texts, texts, (text, more) => {
        const condition = parsed(more).where;
        const { where, order } = parsed(text);
        const both = [where, condition].filter((one) => one !== undefined);
        const added = normalForm(parsed(withCondition(text, formatFilter({ where: condition }))));
        const expected = normalForm({ where: { op: 'and', conditions: both }, order });
        expect(added.order).toEqual(expected.order);
        // A condition that the filter has is not written twice.
        const distinct = (nodes: readonly unknown[]) => new Set(nodes.map((node) => JSON.stringify(node)));
        expect(distinct(added.conjuncts)).toEqual(distinct(expected.conjuncts));
      }),
      { numRuns: 500 },
    );
  });

  it('without one are the others, as they were written', () => {
    fc.assert(
      fc.property(texts, fc.nat(), (text, any) => {
        const { conditions, order } = conjunctsOf(text);
        const index = conditions.length === 0 ? 0 : any % conditions.length;
        const left = conditions.filter((_, at) => at !== index);
        // Alternatives that are alone need no brackets.
        const expected = meaning(joinConjuncts({ conditions: left, order }));
        expect(meaning(withoutCondition(text, index))).toEqual(expected);
        expect(expected.conjuncts.length).toBeLessThanOrEqual(meaning(text).conjuncts.length);
      }),
      { numRuns: 300 },
    );
  });

  it('replace their condition on a field by another', () => {
    const text = "a = 1 AND time > '30d' AND (time < '7d' OR b = 2) ORDER BY time";
    expect(replacingField(text, 'time', "time >= '2026-11-30'")).toBe(
      "a = 1 AND (time < '7d' OR b = 2) AND time >= '2026-11-30' ORDER BY time",
    );
    expect(replacingField("time > '7d'", 'time', '')).toBe('');
  });

  it('add a value, and remove it, by one condition', () => {
    const one = togglingValue("time > '7d'", 'operator', "O'Neil");
    expect(one).toBe("time > '7d' AND operator = 'O''Neil'");
    const two = togglingValue(one, 'operator', 'back\\slash');
    expect(two).toBe("time > '7d' AND operator IN ('O''Neil', 'back\\\\slash')");
    expect(valuesWanted(two, 'operator')).toEqual(["O'Neil", 'back\\slash']);
    expect(togglingValue(togglingValue(two, 'operator', "O'Neil"), 'operator', 'back\\slash')).toBe(
      "time > '7d'",
    );
  });

  it('of executions are shown by their own fields', () => {
    const text = "status = 'terminated' AND start_time > '7d'";
    expect(togglingValue(text, 'status', 'failed', EXECUTION_FIELDS)).toBe(
      "start_time > '7d' AND status IN ('terminated', 'failed')",
    );
  });
});
