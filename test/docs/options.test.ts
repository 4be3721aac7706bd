/** docs/reference/options.md has every option, nested ones included, and every variable; and no other. */
import { describe, expect, it } from 'vitest';
import { optionSchemas } from '../../src/options/schema';
import { productFiles } from '../imports';
import { codesIn, difference, NONE, namesUnder, referencePage, rowsOf, sectionOf } from './reference';

const page = referencePage('options');

interface Definition {
  type: string;
  innerType?: Schema;
  options?: readonly Schema[];
  element?: Schema;
  valueType?: Schema;
  catchall?: Schema;
  shape?: Readonly<Record<string, Schema>>;
}
type Schema = { readonly _zod: { readonly def: unknown } };

/** Names of all options of a schema: `environment.git.patchBytes`, `labs.*.required`, `serve.tokens[].name`. */
function optionsIn(schema: Schema, prefix = ''): string[] {
  const { type, innerType, options, element, valueType, catchall, shape } = schema._zod.def as Definition;
  const inside = [innerType, ...(options ?? [])].filter((one) => one !== undefined);
  const named: [string, Schema][] = Object.entries(shape ?? {}).map(([name, below]) => [
    `${prefix}${name}`,
    below,
  ]);
  const free = type === 'record' ? valueType : catchall;
  if (free && (free._zod.def as Definition).type !== 'never') named.push([`${prefix}*`, free]);
  const inList = element ? optionsIn(element, prefix.replace(/\.$/, '[].')) : [];
  return [
    ...inside.flatMap((one) => optionsIn(one, prefix)),
    ...inList,
    ...named.flatMap(([name, below]) => [name, ...optionsIn(below, `${name}.`)]),
  ];
}

const { constructed, file } = optionSchemas();
/** Names of roots and of an activity type `lookup` are no options; a rule inside a rule is described with the outer one. */
const asOptions = (names: readonly string[]) =>
  new Set(
    names.filter(
      (name) =>
        name !== 'data.roots.*' &&
        name !== 'capture.lookup.scanId' &&
        !/\.items\./.test(name) &&
        !/^labs\.\*\.fields\./.test(name),
    ),
  );
const inCode = asOptions(optionsIn(constructed));
const inFile = asOptions(optionsIn(file));
const nested = [
  'fields',
  'labs',
  'capture',
  'spool',
  'redact',
  'environment',
  'values',
  'log',
  'data',
  'serve',
];

const told = new Map<string, readonly string[]>();
for (const row of rowsOf(sectionOf(page, '## Options'))) told.set(codesIn(row[0] ?? '')[0] ?? '', row);
for (const option of nested)
  for (const row of rowsOf(sectionOf(page, `## \`${option}\``)))
    told.set(`${option}.${codesIn(row[0] ?? '')[0]}`, row);

describe('options', () => {
  it('are all there, nested ones included, and no others', () => {
    expect(inCode.size).toBeGreaterThan(60);
    expect(difference(told.keys(), [...inCode, ...inFile])).toEqual(NONE);
  });

  it('say whether they may be in the file', () => {
    const wrong = [...told].filter(([name, [, , , where = '']]) => {
      if (!inFile.has(name)) return where !== 'no';
      return inCode.has(name) ? !/^(yes|a string)/.test(where) : where !== 'only there';
    });
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  it('have a type and an effect', () => {
    const empty = [...told].filter(([, row]) => row.length !== 5 || row[1] === '' || row[4] === '');
    expect(empty.map(([name]) => name)).toEqual([]);
  });

  it('have a section each, where an option has options of its own', () => {
    const own = new Set(
      [...inCode, ...inFile].filter((name) => name.includes('.')).map((name) => name.split('.')[0]),
    );
    const missing = [...own]
      .map((name) => name?.replace('[]', ''))
      .filter((name) => !nested.includes(name ?? ''));
    expect(missing).toEqual([]);
  });
});

it('names every variable that is read', () => {
  // Codes of warnings and of PostgreSQL's errors are named like variables, and are neither in a constant nor behind `env.`.
  const read =
    /(?:env\.|VARIABLE = '|^ *'|\['|of ')(PROVENANCE_(?!TIMEOUT|STORE_UPGRADED|SET_UP|POOLER|NO_TLS|BUNDLE|CLIENT|PLUGINS)[A-Z_]+)/gm;
  const names = new Set(
    productFiles().flatMap(({ text }) => [...text.matchAll(read)].map(([, name = '']) => name)),
  );
  const own = namesUnder(page, '## Variables').filter((name) => name.startsWith('PROVENANCE_'));
  expect(names.size).toBeGreaterThan(8);
  expect(difference(own, names)).toEqual(NONE);
});
