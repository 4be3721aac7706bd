/**
 * `help`: what a verb does, or a page of the documentation, which the package brings with it. Node only.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { nearestName } from '../model/nearest-name';
import { NotFound, type Output } from './io';

/** Beside `dist` in the package and in a clone. */
const PAGES = join(__dirname, '..', '..', '..', 'docs');

/**
 * Prints what `topic` names: a verb of `program` (its words joined by a space), else a page; without a topic, a list of both.
 * @throws NotFound naming what was probably meant
 */
export function printHelp(program: Command, topic: string, out: Output): void {
  const verb = topic === '' ? program : verbNamed(program, topic.split(' '));
  if (verb) verb.outputHelp();
  else out.write(pageText(program, topic));
  if (verb === program) out.write(`\nPages, printed by help PAGE:\n  ${pageNames().join(' ')}\n`);
}

function pageText(program: Command, topic: string): string {
  const page = topic.replace(/\.md$/, '').replace(/^docs\//, '');
  if (pageNames().includes(page)) return readFileSync(join(PAGES, `${page}.md`), 'utf8');
  const near = nearestName(page, [...program.commands.map((command) => command.name()), ...pageNames()]);
  const hint = near ? `did you mean '${near}'?` : `There are pages on ${pageNames().join(', ')}.`;
  throw new NotFound(`No help on '${topic}': ${hint}`);
}

function verbNamed(program: Command, words: readonly string[]): Command | undefined {
  return words.reduce<Command | undefined>(
    (place, word) => place?.commands.find((command) => command.name() === word),
    program,
  );
}

function pageNames(): string[] {
  return readdirSync(PAGES)
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -3))
    .sort();
}
