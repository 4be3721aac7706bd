/** docs/reference/api.md has every path, parameter and problem of the API, and no other. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventsInput } from '../../src/web/api/events/routes';
import { LAB } from '../../src/web/api/parameters';
import { csvParameters } from '../../src/web/csv/requested-form';
import { PAGE, READING } from '../../src/web/limits';
import { QUESTIONS } from '../../src/web/questions/all';
import { productFiles } from '../imports';
import { codesIn, difference, NONE, referencePage, rowsOf, sectionOf } from './reference';
import { interfacesIn } from './types';

const page = referencePage('api');

interface Known {
  /** Parameters of the query, those that are required in bold. */
  parameters: string[];
  csv: string;
}

interface Shape {
  properties?: Record<string, { default?: unknown; maximum?: number }>;
  required?: string[];
}

const shapeOf = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;

function known(path: string, input: z.ZodType, csv: boolean): Known {
  const { properties = {}, required = [] } = shapeOf(input);
  const names = Object.keys(properties).filter((name) => !path.includes(`{${name}`));
  return {
    parameters: names.map((name) => (required.includes(name) ? `**\`${name}\`**` : `\`${name}\``)).sort(),
    csv: csv ? 'yes' : '',
  };
}

const questions = QUESTIONS.map(
  ({ path, input, csv }) => [path.replace('+}', '}'), known(path, input, csv !== undefined)] as const,
);
const real = new Map<string, Known>([
  ...questions,
  ['/events', known('/events', eventsInput, false)],
  ['/openapi.json', { parameters: [], csv: '' }],
]);

const told = new Map(
  rowsOf(sectionOf(page, '## Paths')).map(([path = '', , parameters = '', csv = '']) => [
    codesIn(path)[0] ?? '',
    { parameters: (parameters.match(/\*\*`\w+`\*\*|`\w+`/g) ?? []).sort(), csv },
  ]),
);

describe('paths', () => {
  it('are all there, and no others', () => {
    expect(real.size).toBeGreaterThan(40);
    expect(difference(told.keys(), real.keys())).toEqual(NONE);
  });

  it.each([...real])('%s has its parameters', (path, known) => {
    expect(told.get(path)).toEqual(known);
  });

  it('include each that is served under /api/v1 beside the questions', () => {
    const served = productFiles()
      .filter(({ path }) => path.startsWith('src/web/api/'))
      .flatMap(({ text }) => [...text.matchAll(/\.get\('\/api\/v1(\/[^']+)'/g)].map(([, path = '']) => path));
    expect(served).toHaveLength(2);
    expect(served.filter((path) => !told.has(path))).toEqual([]);
  });
});

describe('parameters', () => {
  const rows = new Map(
    rowsOf(sectionOf(page, '## Parameters')).map((row) => [codesIn(row[0] ?? '')[0] ?? '', row]),
  );
  const inputs = [...QUESTIONS.map(({ input }) => input), eventsInput as z.ZodType];
  const properties = inputs.flatMap((input) => Object.entries(shapeOf(input).properties ?? {}));

  it('are all there, and no others', () => {
    const inPaths = QUESTIONS.flatMap(({ path }) =>
      [...path.matchAll(/\{(\w+)/g)].map(([, name = '']) => name),
    );
    const asked = QUESTIONS.filter(({ path, input }) =>
      Object.keys(shapeOf(input).properties ?? {}).some((name) => !path.includes(`{${name}`)),
    );
    const names = asked.flatMap(({ path, input }) =>
      Object.keys(shapeOf(input).properties ?? {}).filter((name) => !path.includes(`{${name}`)),
    );
    expect(inPaths.length).toBeGreaterThan(0);
    expect(difference(rows.keys(), [...names, LAB.name, ...Object.keys(csvParameters.shape)])).toEqual(NONE);
  });

  it('have their defaults and highest values', () => {
    const digits = (text: string) => text.replaceAll(',', '');
    for (const [name, { default: given, maximum }] of properties) {
      const [, value = '', otherwise = ''] = rows.get(name) ?? [];
      if (given !== undefined && given !== '')
        expect(`${name}: ${digits(otherwise)}`).toContain(String(given));
      if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && rows.has(name))
        expect(`${name}: ${digits(value)}`).toContain(String(maximum));
    }
  });
});

describe('problems', () => {
  const tables = sectionOf(page, '## Problems').split('| code | status |');

  it('have the members that are sent', () => {
    const members = interfacesIn(['src/web/http/problem.ts'])
      .get('Problem')!
      .map(({ path }) => path);
    const sent = [
      'type',
      'title',
      ...members.filter((name) => name !== 'retry_after_s' && name !== 'offers'),
    ];
    const named = rowsOf(tables[0] ?? '').flatMap(([cell = '']) => codesIn(cell));
    expect(difference(named, sent)).toEqual(NONE);
  });

  it('have every code, but for those of the store', () => {
    const web = productFiles().filter(({ path }) => path.startsWith('src/web/'));
    const codes = web.flatMap(({ text }) =>
      [...text.matchAll(/\bcode: '([A-Z_]+)'/g)].map(([, code = '']) => code),
    );
    const problem = web.find(({ path }) => path === 'src/web/http/problem.ts')!.text;
    const byStatus = /const STATUS\b[^{]*\{([^}]*)\}/.exec(problem)?.[1] ?? '';
    const mapped = [...byStatus.matchAll(/([A-Z_]+):/g)].map(([, code = '']) => code);
    const rows = rowsOf(`| code | status |${tables[1] ?? ''}`);
    const named = rows.flatMap(([cell = '']) => codesIn(cell)).filter((code) => code !== 'STORE_…');
    expect(mapped.length).toBeGreaterThan(5);
    expect(difference(named, [...codes, ...mapped])).toEqual(NONE);
  });
});

it('has the limits', () => {
  expect(page).toContain(
    `${READING.limit_ms / 1000} s, on ${READING.threads} threads; ${READING.waiting} questions may wait`,
  );
  expect(page).toContain(`| filter | ${PAGE.filter_characters.toLocaleString('en')} characters |`);
});
