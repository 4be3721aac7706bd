import { describe, expect, it } from 'vitest';
import { EXECUTION_FIELDS } from '../../src/filter/execution-fields';
import { formatFilter } from '../../src/filter/format';
import { FilterError, MAX_FILTER_DEPTH, parseFilter } from '../../src/filter/parser';
import { type Written, written } from './filter-reference';

const NOW = Date.UTC(2026, 10, 30, 12) / 1000;
const parsed = (text: string) => written(parseFilter(text, undefined, NOW));
const where = (text: string): Written => parsed(text).where!;

function faultOf(text: string): FilterError {
  try {
    parseFilter(text);
  } catch (error) {
    expect(error).toBeInstanceOf(FilterError);
    return error as FilterError;
  }
  throw new Error(`was understood: ${text}`);
}

describe('the meaning of a filter', () => {
  it('reads the query of the reference', () => {
    const text = `plan_name = 'scan' AND (operator = 'Ada' OR sample.name IN ('A', 'B')) AND time > '2026-11-01' ORDER BY scan_id DESC`;
    expect(parsed(text)).toEqual({
      where: {
        op: 'and',
        conditions: [
          { op: 'compare', field: ['plan_name'], operator: '=', value: 'scan' },
          {
            op: 'or',
            conditions: [
              { op: 'compare', field: ['operator'], operator: '=', value: 'Ada' },
              { op: 'in', field: ['sample', 'name'], values: ['A', 'B'], negated: false },
            ],
          },
          { op: 'compare', field: ['time'], operator: '>', value: Date.UTC(2026, 10, 1) / 1000 },
        ],
      },
      order: [{ field: ['scan_id'], direction: 'desc' }],
    });
  });

  it('reads the lineage reference in quotes', () => {
    const field = { kind: 'lineage', path: ['uses'], relation: 'uses', ref: "it's.h5", position: 4 };
    const uses = { op: 'compare', field, operator: '=', value: true };
    const text = "NOT uses ( 'it''s.h5' )";
    expect(parseFilter(text)).toEqual({ where: { op: 'not', condition: uses } });
    expect(formatFilter(parseFilter(text))).toBe("NOT uses('it''s.h5')");
    // Without a bracket it is a field like others.
    expect(where('uses = 1')).toMatchObject({ field: ['uses'] });
  });

  it.each([
    ['uses(model)', 5, 'uses needs its argument in quotes'],
    ["uses('a'", 8, 'expected a closing bracket'],
    ["used('a')", 0, "only upstream_of('…'), downstream_of('…'), uses('…') can precede a bracket"],
    ["operator = 'Ada' AND `uses`('a')", 21, 'can precede a bracket'],
  ])('%s is told with its place', (text, position, what) => {
    const fault = faultOf(text);
    expect(fault.position).toBe(position);
    expect(fault.message).toContain(what);
  });

  it('refuses lineage for executions', () => {
    expect(() => parseFilter("uses('a')", EXECUTION_FIELDS)).toThrow('a field has no bracket');
  });

  it('filters nothing if it is empty, and may only order', () => {
    expect(parseFilter('  \n ')).toEqual({});
    expect(parsed('order by time, operator desc, scan_id ASC')).toEqual({
      order: [
        { field: ['time'], direction: 'asc' },
        { field: ['operator'], direction: 'desc' },
        { field: ['scan_id'], direction: 'asc' },
      ],
    });
  });

  it('binds NOT before AND before OR', () => {
    const leaf = (name: string): Written => ({ op: 'compare', field: [name], operator: '=', value: 1 });
    expect(where('a = 1 OR NOT b = 1 AND c = 1')).toEqual({
      op: 'or',
      conditions: [leaf('a'), { op: 'and', conditions: [{ op: 'not', condition: leaf('b') }, leaf('c')] }],
    });
    expect(where('NOT NOT (a = 1)')).toEqual({ op: 'not', condition: { op: 'not', condition: leaf('a') } });
  });

  it.each([
    [`x <> 1`, { op: 'compare', field: ['x'], operator: '!=', value: 1 }],
    [`x>=-1.5e3`, { op: 'compare', field: ['x'], operator: '>=', value: -1500 }],
    [`x = -0`, { op: 'compare', field: ['x'], operator: '=', value: 0 }],
    [`x = TRUE`, { op: 'compare', field: ['x'], operator: '=', value: true }],
    [`x not in (1, 'b', false)`, { op: 'in', field: ['x'], values: [1, 'b', false], negated: true }],
    [`x BETWEEN 1 AND 2`, { op: 'between', field: ['x'], low: 1, high: 2, negated: false }],
    [`x NOT BETWEEN 'a' AND 'b'`, { op: 'between', field: ['x'], low: 'a', high: 'b', negated: true }],
    [`x Starts_With 'ab'`, { op: 'starts-with', field: ['x'], prefix: 'ab', negated: false }],
    [`x NOT STARTS_WITH 'ab'`, { op: 'starts-with', field: ['x'], prefix: 'ab', negated: true }],
    [`x is null`, { op: 'is-null', field: ['x'], negated: false }],
    [`x IS NOT NULL`, { op: 'is-null', field: ['x'], negated: true }],
    [`is_local = true`, { op: 'compare', field: ['is_local'], operator: '=', value: true }],
  ])('reads %s', (text, expected) => {
    expect(where(text)).toEqual(expected);
  });

  it.each([
    [`x = 'it''s'`, "it's"],
    [`x = 'it\\'s'`, "it's"],
    [`x = "say ""hi"" \\"now\\""`, 'say "hi" "now"'],
    [`x = 'tab\\tline\\nback\\\\other'`, 'tab\tline\nback\\other'],
    [`x = ''`, ''],
    [`x = 'Ω ✓ 🙂 -- ; DROP TABLE run'`, 'Ω ✓ 🙂 -- ; DROP TABLE run'],
  ])('reads the string of %s', (text, value) => {
    expect(where(text)).toMatchObject({ value });
  });

  it.each([
    ['`first name` = 1', ['first name']],
    ['`sample`.`first name` = 1', ['sample', 'first name']],
    ['`sample.first name` = 1', ['sample', 'first name']],
    ['`order` = 1', ['order']],
    ['`a``b` = 1', ['a`b']],
    ['größe.π_1 = 1', ['größe', 'π_1']],
    ['scan-type = 1', ['scan-type']],
    ['axes.0.2theta = 1', ['axes', '0', '2theta']],
    ['start.environment = 1', ['environment']],
  ])('reads the field of %s', (text, field) => {
    expect(where(text)).toMatchObject({ field });
  });

  it.each([
    [`time = '2026-11-01'`, 1793491200],
    [`time = '2026-11-01T08:30'`, 1793521800],
    [`time = '2026-11-01 08:30:15.25Z'`, 1793521815.25],
    [`time = '2026-11-01T08:30:00+02:00'`, 1793514600],
    [`time = '2026-11-01T08:30:00-0130'`, 1793527200],
    [`start.time = 12.5`, 12.5],
    [`stop.time = '1970-01-01'`, 0],
    [`time > '7d'`, NOW - 7 * 86_400],
    [`time > '12h'`, NOW - 12 * 3600],
    [`stop_time > '30m'`, NOW - 1800],
    [`time > '3mo'`, Date.UTC(2026, 7, 30, 12) / 1000],
    [`time > '1y'`, Date.UTC(2025, 10, 30, 12) / 1000],
  ])('reads the time of %s', (text, value) => {
    expect(where(text)).toMatchObject({ value });
  });

  it.each([
    [`activity = 'fit'`, ['activity_type']],
    [`error.type = 'MotorError'`, ['error', 'type']],
    [`stop.temporal.error.message STARTS_WITH 'axis'`, ['error', 'message']],
    [`temporal.worker.build_id = 'v2'`, ['build_id']],
    [`status = 'failed'`, ['status']],
    [`start.status = 'aligned'`, ['status']],
    [`family = 'scan-7'`, ['family']],
  ])('accepts the name of %s as people write it', (text, field) => {
    expect(where(text)).toMatchObject({ field });
  });

  it('does not treat a metadata field that looks like a time as a time', () => {
    expect(where(`calibrated = '7d'`)).toMatchObject({ value: '7d' });
    expect(where(`calibrated = '2026-11-01'`)).toMatchObject({ value: '2026-11-01' });
  });
});

describe('an invalid filter', () => {
  it.each([
    ['plan_name = scan', 12, /put a string in quotes: 'scan'/],
    ['plan_name =', 11, /at the end: expected a value/],
    ["plan_name = 'scan", 12, /has no end/],
    ["plan_name 'scan'", 10, /expected =.*after the field plan_name/],
    ["plan_name LIKE 'sc%'", 10, /STARTS_WITH/],
    ["plan_name = 'scan' LIMIT 5", 19, /--limit/],
    ["plan_name = 'scan' operator = 'Ada'", 19, /expected AND, OR, ORDER BY/],
    ["(plan_name = 'scan'", 19, /closing bracket/],
    ['x = NULL', 4, /IS NULL/],
    ['x IS 5', 5, /expected NULL/],
    ['x NOT = 5', 6, /IN, BETWEEN or STARTS_WITH/],
    ['x IN 5', 5, /brackets/],
    ['x IN ()', 6, /expected a value/],
    ['x IN (1, 2', 10, /comma or the closing bracket/],
    ['x BETWEEN 1 OR 2', 12, /expected AND/],
    ["x BETWEEN 1 AND 'b'", 16, /same type/],
    ['x STARTS_WITH 5', 14, /needs a string/],
    ['= 5', 0, /expected a field name/],
    ['order = 5', 6, /expected ORDER BY/],
    ['in = 5', 0, /in backquotes: `in`/],
    ['x = 5 ORDER time', 12, /ORDER BY/],
    ['x = 12abc', 4, /neither a number nor a name/],
    ['x = 9007199254740993', 4, /2\^53/],
    ['x = 1e999', 4, /finite/],
    ['x. = 1', 0, /cannot end with a dot/],
    ['`x = 1', 0, /backquotes has no end/],
    ['`` = 1', 0, /backquotes has no end/],
    ['`a..b` = 1', 0, /empty part/],
    ['x = 5 ; DROP TABLE run', 6, /unexpected character/],
    ["scan_id = '12'", 10, /number: write it without quotes/],
    ['workflow_id = 12', 14, /write '12', in quotes/],
    ["time > 'yesterday'", 7, /'2026-11-01'/],
    ["time > '2026-02-30'", 7, /is a time/],
    ["time > '2026-02-03T25:00'", 7, /is a time/],
    ['time = true', 7, /is a time/],
    ["time STARTS_WITH '2026'", 17, /STARTS_WITH works only with text/],
    ["is_local = 'yes'", 11, /true or false/],
    ["exit_status = 'failed'", 14, /one of success, fail, abort/],
    ["outcome IN ('completed', 'dead')", 25, /one of completed/],
    ["temporal.workflowtype = 'x'", 0, /did you mean temporal\.workflow_type\?/],
    ["temporal.zzzzzz = 'x'", 0, /can't be searched/],
    [
      "status = 'aligned'",
      9,
      /one of open, async, completed.*metadata field of that name write start\.status/,
    ],
    ["time > '7 days'", 7, /or as an age: '12h', '7d', '3mo'/],
    ['ORDER BY status', 9, /ORDER BY outcome/],
    ['ORDER BY family DESC', 9, /ORDER BY workflow_id/],
    ["stop.exitstatus = 'x'", 0, /did you mean stop\.exit_status\?/],
  ])('%s', (text, position, message) => {
    const fault = faultOf(text);
    expect(fault.message).toMatch(message);
    expect(fault.message).not.toContain('\n');
    expect(fault.message).toContain(`column ${position + 1}`);
    expect(fault).toMatchObject({ position, code: 'FILTER_INVALID' });
  });

  it('is refused by depth, number of values and length', () => {
    const deep = (levels: number) => `${'('.repeat(levels)}x = 1${')'.repeat(levels)}`;
    expect(where(deep(MAX_FILTER_DEPTH - 1))).toMatchObject({ field: ['x'] });
    expect(faultOf(deep(100_000 / 4)).message).toMatch(/nested deeper/);
    expect(faultOf(`${'NOT '.repeat(10_000)}x = 1`).message).toMatch(/nested deeper/);
    expect(faultOf(`x IN (${'1,'.repeat(3000)}1)`).message).toMatch(/more than 2000/);
    expect(faultOf(`x = '${'y'.repeat(70_000)}'`).message).toMatch(/the limit is 65536/);
  });

  it('is shown with a long token shortened, on one line', () => {
    expect(faultOf(`x = 1 '${'line\n'.repeat(50)}'`).message.length).toBeLessThan(150);
  });
});
