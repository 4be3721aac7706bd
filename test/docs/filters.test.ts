/** docs/reference/filters.md has every field, spelling, type, operator and relation of the language, and no other. */
import { describe, expect, it } from 'vitest';
import { ARTIFACT_FIELDS } from '../../src/filter/artifact-fields';
import { EXECUTION_FIELDS } from '../../src/filter/execution-fields';
import type { ColumnField, FieldCatalogue } from '../../src/filter/fields';
import { KEYWORDS, OPERATORS } from '../../src/filter/keywords';
import { parseFilter } from '../../src/filter/parser';
import { RUN_FIELDS } from '../../src/filter/run-fields';
import { codesIn, difference, NONE, referencePage, rowsOf, sectionOf } from './reference';

const page = referencePage('filters');

const SECTIONS: readonly (readonly [heading: string, fields: FieldCatalogue])[] = [
  ['## Fields of runs', RUN_FIELDS],
  ['## Executions', EXECUTION_FIELDS],
  ['## Artifacts', ARTIFACT_FIELDS],
];

/** The column that a spelling names. */
function columnOf(fields: FieldCatalogue, name: string): ColumnField | undefined {
  const field = fields.resolve(name.split('.'));
  return field?.kind === 'column' ? field : undefined;
}

describe.each(SECTIONS)('%s', (heading, fields) => {
  const rows = rowsOf(sectionOf(page, heading)).filter(([name = '']) => !name.includes('…'));

  it('has every name and every other spelling', () => {
    const told = rows.flatMap(([name = '', also = '']) => [...codesIn(name), ...codesIn(also)]);
    expect(fields.names.length).toBeGreaterThan(5);
    expect(difference(told, fields.names)).toEqual(NONE);
  });

  it('has spellings, type and values of each field', () => {
    for (const [name = '', also = '', type, meaning = ''] of rows) {
      const [field = ''] = codesIn(name);
      const column = columnOf(fields, field);
      expect([field, type]).toEqual([column?.name, column?.type]);
      for (const spelling of codesIn(also)) expect(columnOf(fields, spelling)?.name).toBe(field);
      for (const value of column?.values ?? [])
        if (!/^(observed|settled)\.status$/.test(field))
          expect(`${field}: ${codesIn(meaning)}`).toContain(value);
    }
  });
});

it('has what executions have in their documents alone', () => {
  const free = rowsOf(sectionOf(page, '## Executions')).filter(([name = '']) => name.includes('…'));
  for (const name of free.flatMap(([name = '', also = '']) => [...codesIn(name), ...codesIn(also)]))
    expect(EXECUTION_FIELDS.resolve(name.replace('…', 'x').split('.'))?.kind).toBe('document');
  expect(free).toHaveLength(2);
});

describe('operators', () => {
  const conditions = rowsOf(sectionOf(page, '## Operators')).map(([cell = '']) => codesIn(cell));
  const operators = conditions.filter(([first = '']) => !first.includes('(') || first.includes(' ('));

  it('are all there', () => {
    const words = operators.flat().map((text) => text.replace(/'[^']*'|\(.*\)|\d+/g, '').trim());
    const signs = words.filter((word) => !/[A-Z]/.test(word));
    expect(difference(signs, OPERATORS)).toEqual(NONE);
    const others = new Set(
      words.flatMap((word) => word.split(/\s+/)).filter((word) => /^[A-Z_]+$/.test(word)),
    );
    const joining = ['OR', 'TRUE', 'FALSE', 'ORDER', 'BY', 'ASC', 'DESC'];
    expect(difference([...others, ...joining], KEYWORDS)).toEqual(NONE);
  });

  it('have a row each, negated forms included', () => {
    const words = operators.flat().map((text) =>
      text
        .replace(/'[^']*'|[(),]|\d+/g, '')
        .replace(/\s+/g, ' ')
        .trim(),
    );
    const negatable = ['IN', 'BETWEEN AND', 'STARTS_WITH'];
    const forms = [...negatable, ...negatable.map((word) => `NOT ${word}`), 'IS NULL', 'IS NOT NULL'];
    expect(
      difference(
        words.filter((word) => /[A-Z]/.test(word)),
        forms,
      ),
    ).toEqual(NONE);
  });

  it('are understood as they are written', () => {
    for (const operator of operators.flat())
      expect(() =>
        parseFilter(`sample ${/[A-Z]/.test(operator) ? operator : `${operator} 1`}`),
      ).not.toThrow();
    for (const [condition = ''] of conditions.filter((one) => !operators.includes(one)))
      expect(() => parseFilter(condition)).not.toThrow();
  });

  it('include each relation', () => {
    const told = conditions
      .filter((one) => !operators.includes(one))
      .map(([text = '']) => text.split('(')[0]!);
    expect(difference(told, RUN_FIELDS.relations ?? [])).toEqual(NONE);
  });
});

it('has examples that are understood', () => {
  const blocks = [...page.matchAll(/^```\n(plan_name[\s\S]*?)```/gm)].map(([, text = '']) => text);
  expect(blocks).toHaveLength(1);
  for (const text of blocks) expect(() => parseFilter(text)).not.toThrow();
});
