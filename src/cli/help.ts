/**
 * `help`: what a verb does, or a page of the documentation, which the package brings with it. Node only.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { nearestName } from '../model/nearest-name';
import { NotFound, type Output } from './io';

/** Next to `dist`, in the package and in a clone. */
const PAGES = join(__dirname, '..', '..', '..', 'docs');

/** Folders of pages. A bare page name is looked up in this order. */
const FOLDERS = ['guide', 'reference', 'design'] as const;

/**
 * Prints the help of `topic`: a verb of `program` (its words joined by a space) or a page (`filters`, `guide/metadata`). Without a
 * topic it prints a list of both.
 * @throws NotFound with the nearest name
 */
export function printHelp(program: Command, topic: string, out: Output): void {
  const verb = topic === '' ? program : verbNamed(program, topic.split(' '));
  if (verb) verb.outputHelp();
  else out.write(pageText(program, topic));
  if (verb === program) out.write(`\nPages, printed by help PAGE:\n${pageList()}`);
}

function pageText(program: Command, topic: string): string {
  const page = topic.replace(/\.md$/, '').replace(/^docs\//, '');
  const path = pagePath(page);
  if (path) return readFileSync(path, 'utf8');
  const names = FOLDERS.flatMap(pagesIn);
  const near = nearestName(page, [...program.commands.map((command) => command.name()), ...names]);
  const hint = near ? `did you mean '${near}'?` : `There are pages on ${names.join(', ')}.`;
  throw new NotFound(`No help on '${topic}': ${hint}`);
}

function pagePath(page: string): string | undefined {
  const folder = FOLDERS.find((name) => page.startsWith(`${name}/`) || pagesIn(name).includes(page));
  if (!folder) return undefined;
  const name = page.replace(`${folder}/`, '');
  return pagesIn(folder).includes(name) ? join(PAGES, folder, `${name}.md`) : undefined;
}

function pageList(): string {
  return FOLDERS.map((folder) => `  ${folder}/: ${pagesIn(folder).join(' ')}\n`).join('');
}

function verbNamed(program: Command, words: readonly string[]): Command | undefined {
  return words.reduce<Command | undefined>(
    (place, word) => place?.commands.find((command) => command.name() === word),
    program,
  );
}

function pagesIn(folder: string): string[] {
  return readdirSync(join(PAGES, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -3))
    .sort();
}
