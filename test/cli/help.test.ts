/** `help` on a folder of pages that is made for the test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { printHelp } from '../../src/cli/help';

const docs = mkdtempSync(join(tmpdir(), 'provenance-help-'));
const PAGES = {
  'guide/metadata': '# Metadata\n\nHow to give it.\n',
  'reference/events': '# Events and `codes`\n',
  'design/metadata': '# Design of metadata\n',
  glossary: '# Glossary\n',
};
beforeAll(() => {
  for (const folder of ['guide', 'reference', 'design']) mkdirSync(join(docs, folder));
  for (const [page, text] of Object.entries(PAGES)) writeFileSync(join(docs, `${page}.md`), text);
  writeFileSync(join(docs, 'guide', 'compose.yaml'), 'a file to copy, which is no page');
});
afterAll(() => rmSync(docs, { recursive: true }));

function help(topic: string): string {
  let printed = '';
  const write = (text: string) => {
    printed += text;
  };
  const program = new Command('program').configureOutput({ writeOut: write });
  program.command('list').description('lists runs');
  printHelp(program, topic, { write }, docs);
  return printed;
}

describe('help of a page', () => {
  it.each([
    ['guide/metadata', PAGES['guide/metadata']],
    ['design/metadata', PAGES['design/metadata']],
    ['docs/reference/events.md', PAGES['reference/events']],
    ['events.md', PAGES['reference/events']],
    ['glossary', PAGES.glossary],
  ])('prints %s', (topic, text) => {
    expect(help(topic)).toBe(text);
  });

  it('prints the page of the guide where another folder has that name too, and names the other', () => {
    expect(help('metadata')).toBe(`${PAGES['guide/metadata']}\nAlso: help design/metadata\n`);
  });

  it('does not know another file, and names what is near', () => {
    expect(() => help('compose')).toThrow("No help on 'compose': help lists the verbs and the pages.");
    expect(() => help('lst')).toThrow("No help on 'lst': did you mean 'list'?");
    expect(() => help('glosary')).toThrow("did you mean 'glossary'?");
  });
});

it('lists the verbs, and the pages with their headings', () => {
  const listed = help('');
  expect(listed).toContain('list            lists runs');
  expect(listed).toMatch(/ {2}reference\/events +Events and codes\n/);
  expect(listed).toMatch(/\nOverview:\n {2}glossary +Glossary\n$/);
});
