/** docs/reference/events.md has every document, event, warning, failure, code and loss of the source, and no other. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BLOCKED_TYPE, REFUSAL_TYPE } from '../../src/model/not-run';
import { CHANGE_KINDS } from '../../src/questions/changes';
import { productFiles, ROOT } from '../imports';
import { codesIn, difference, NONE, namesUnder, referencePage, rowsOf, sectionOf } from './reference';
import { interfacesIn } from './types';

const page = referencePage('events');
const sources = productFiles();

/** First groups of an expression in the source, in files whose path begins with `folder`. */
function inSource(expression: RegExp, folder = ''): string[] {
  const files = sources.filter(({ path }) => path.startsWith(folder));
  const found = files.flatMap(({ text }) => [...text.matchAll(expression)].map(([, name = '']) => name));
  expect(found.length).toBeGreaterThan(0);
  return found;
}

/** Names in the first cells of one table under a heading: the page has two under some. */
function namesOfTable(heading: string, head: string): string[] {
  const section = sectionOf(page, heading);
  const table = section.slice(section.indexOf(`| ${head} |`)).split('\n\n')[0]!;
  return rowsOf(table).flatMap(([cell = '']) => codesIn(cell));
}

it('has the documents of subscribers', () => {
  const real = inSource(/\{ name: '(\w+)'; document: \w+ \}/g, 'src/model/documents.ts');
  expect(difference(namesUnder(page, '## Subscribers'), real)).toEqual(NONE);
});

describe('events of the API', () => {
  const heading = '## Events of the API';

  it('are the kinds of changes', () => {
    expect(difference(namesOfTable(heading, 'event | document'), CHANGE_KINDS)).toEqual(NONE);
  });

  it('have the fields of a change', () => {
    const real = interfacesIn(['src/questions/changes.ts'])
      .get('Change')!
      .map(({ path }) => path);
    expect(difference(namesOfTable(heading, 'field | meaning'), real)).toEqual(NONE);
  });

  it('include those that control the stream', () => {
    const real = inSource(/\bmessage\('(\w+)'/g, 'src/web/api/events/');
    expect(difference(namesOfTable(heading, 'event | meaning'), real)).toEqual(NONE);
  });
});

it('has the codes of warnings', () => {
  const real = inSource(/(?:\bcode: |#warn\(\s*)'(PROVENANCE_[A-Z_]+)'/g);
  expect(difference(namesUnder(page, '## Warnings of the process'), real)).toEqual(NONE);
});

it('has the types of failures that the plugin makes', () => {
  const own = inSource(
    /ApplicationFailure\.\w+\(\s*(?:'[^']*'|"[^"]*"|`[^`]*`),\s*'(\w+)'/g,
    'interceptors/',
  );
  const told = rowsOf(sectionOf(page, '## Failures of activities')).flatMap(([type = '']) => codesIn(type));
  expect(difference(told, [REFUSAL_TYPE, BLOCKED_TYPE, ...own])).toEqual(NONE);
});

it('has the codes of errors', () => {
  const errors = readFileSync(join(ROOT, 'src', 'errors.ts'), 'utf8');
  const real = [...errors.matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(([, code = '']) => code);
  expect(real.length).toBeGreaterThan(10);
  expect(difference(namesUnder(page, '## Error codes'), real)).toEqual(NONE);
});

it('has the kinds of losses', () => {
  const named = inSource(/\b(?:lose|losses\.add)\((?:[\w.#]+, |\s*)'([a-z-]+)'/g);
  const emitted = inSource(/'(subscriber(?:-slow)?)'/g, 'src/record/reports/emission.ts');
  const ofHistories = inSource(/^ {2}\| '([a-z-]+)'/gm, 'src/settlement/histories/history-losses.ts');
  const written = readFileSync(join(ROOT, 'src', 'store', 'interface', 'written.ts'), 'utf8');
  const records = written.slice(0, written.indexOf('export type WriteAnswer'));
  const kinds = [...records.matchAll(/\bkind: '([a-z-]+)'/g)].map(([, kind = '']) => kind);
  const documents = inSource(/\bkind: '(document)'/g, 'src/store/records/document-kind.ts');
  const real = [...named, ...emitted, ...ofHistories, ...kinds, ...documents];
  expect(difference(namesUnder(page, '## Losses'), real)).toEqual(NONE);
});
