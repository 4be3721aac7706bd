/** docs/reference/command-line.md has every verb, argument and flag of the command line, and no other. */
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { program } from '../../src/cli/program';
import { RUN_STATUSES } from '../../src/filter/run-fields';
import { EVIDENCE } from '../../src/model/link';
import { repositoryFiles } from '../imports';
import { readPage } from './pages';
import {
  codesIn,
  difference,
  NONE,
  namesUnder,
  type Row,
  referencePage,
  rowsOf,
  sectionOf,
} from './reference';

const page = referencePage('command-line');
const out = { write: () => undefined };
const root = program({ stdout: out, stderr: out, env: {}, cwd: '/' }, { code: 0 });

/** Verbs with their whole names. */
function verbsOf(command: Command, before = ''): [string, Command][] {
  return command.commands.flatMap((one): [string, Command][] => {
    const name = `${before}${one.name()}`;
    return one.commands.length > 0 ? verbsOf(one, `${name} `) : [[name, one]];
  });
}

const verbs = verbsOf(root);
const COMMON = namesUnder(page, '## Options of every verb');

/** Arguments and flags of a verb, as its help writes them. */
function askedBy(command: Command): string[] {
  const words = command.registeredArguments.map((one) => {
    const name = `${one.name()}${one.variadic ? '...' : ''}`;
    return one.required ? `<${name}>` : `[${name}]`;
  });
  return [...words, ...command.options.map(({ flags }) => flags)].filter((flags) => !COMMON.includes(flags));
}

/** Tables of a verb's section whose first column is an option; other tables explain words. */
function optionRows(verb: string): Row[] {
  const section = sectionOf(page, `### ${verb}`);
  const tables = section.split('\n\n').filter((block) => block.startsWith('| option |'));
  return tables.flatMap(rowsOf);
}

it('has the options of every verb', () => {
  const own = verbs
    .filter(([name]) => name !== 'help')
    .map(([, { options }]) => options.map(({ flags }) => flags));
  const common = own.reduce((some, others) => some.filter((flags) => others.includes(flags)));
  expect(difference(COMMON, [...common, '--help', '--version'])).toEqual(NONE);
});

describe('verbs', () => {
  it('have a section each', () => {
    expect(verbs.length).toBeGreaterThan(25);
    const told = [...sectionOf(page, '## Verbs').matchAll(/^### ([a-z][a-z -]*)$/gm)].map(
      ([, name = '']) => name,
    );
    expect(
      difference(
        told,
        verbs.map(([name]) => name),
      ),
    ).toEqual(NONE);
  });

  it('are in the first table', () => {
    const told = rowsOf(sectionOf(page, '## Verbs')).flatMap(([cell = '']) => codesIn(cell));
    expect(
      difference(
        told,
        root.commands.map((command) => command.name()),
      ),
    ).toEqual(NONE);
  });

  it.each(verbs)('%s has its arguments and flags', (name, command) => {
    const told = optionRows(name).flatMap(([cell = '']) => codesIn(cell));
    expect(difference(told, askedBy(command))).toEqual(NONE);
  });

  it.each(verbs)('%s has its defaults and effects', (name, command) => {
    const rows = new Map(optionRows(name).map((row) => [codesIn(row[0] ?? '')[0], row]));
    for (const { flags, defaultValue } of command.options) {
      const [, otherwise = '', effect = ''] = rows.get(flags) ?? [];
      if (!rows.has(flags)) continue;
      expect([flags, effect === '']).toEqual([flags, false]);
      const given = Array.isArray(defaultValue) ? 'none' : defaultValue;
      if (given !== undefined) expect(`${flags}: ${otherwise}`).toContain(String(given));
    }
  });
});

it('has the words for evidence and for the status of a run', () => {
  expect(difference(namesUnder(page, '### Evidence'), Object.keys(EVIDENCE))).toEqual(NONE);
  const words = rowsOf(sectionOf(page, '## Output')).flatMap(([cell = '']) => codesIn(cell));
  expect(difference(words, RUN_STATUSES)).toEqual(NONE);
});

it('has each verb that a page shows', () => {
  const pages = repositoryFiles().filter((path) => path.endsWith('.md') && !path.startsWith('test/'));
  const shown = pages.flatMap((path) =>
    [...readPage(path).matchAll(/^(?:npx )?temporal-provenance ([a-z-]+)/gm)].map(([, verb = '']) => verb),
  );
  const names = root.commands.map((command) => command.name());
  expect(shown.length).toBeGreaterThan(5);
  expect(shown.filter((verb) => !names.includes(verb))).toEqual([]);
});
