/**
 * `help`: the help of a verb, or a page of the documentation that ships with the package. Node only.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { nearestName } from '../model/nearest-name';
import { NotFound, type Output } from './io';

/** The pages of the package, next to `dist`. */
const DOCS = join(__dirname, '..', '..', '..', 'docs');

/** Folders of pages with the heading of each in the list; '' is `docs` itself. A bare name is looked up in this order. */
const FOLDERS = new Map([
  ['guide', 'How to do it (guide)'],
  ['reference', 'Reference'],
  ['design', 'Design, for maintainers'],
  ['', 'Overview'],
]);

/** Pages of the guide for verbs with a different name. */
const GUIDE_PAGES = new Map([
  ...['rules', 'stash', 'explain'].map((verb) => [verb, 'metadata'] as const),
  ...['which', 'artifacts', 'artifact'].map((verb) => [verb, 'lineage'] as const),
  ...['serve', 'token'].map((verb) => [verb, 'page'] as const),
  ...['reconcile', 'backfill', 'operations'].map((verb) => [verb, 'settlement'] as const),
  ...['verify', 'rebuild', 'backup'].map((verb) => [verb, 'store'] as const),
  ...['scan-secrets', 'prune', 'purge'].map((verb) => [verb, 'privacy'] as const),
  ['env', 'environment'],
  ['migrate', 'upgrade'],
]);

/** A page of the documentation. */
interface Page {
  /** Its address in `help`: `guide/metadata`, `glossary`. */
  address: string;
  /** The last part of it. */
  name: string;
}

/**
 * Prints the help of `topic`: a verb of `program` (its words joined by a space) or a page (`filters`, `guide/metadata`,
 * `docs/guide/metadata.md`). Without a topic it prints a list of both.
 * @param docs the folder of the pages
 * @throws NotFound with the nearest name
 */
export function printHelp(program: Command, topic: string, out: Output, docs = DOCS): void {
  if (topic === '') {
    program.outputHelp();
    out.write(pageList(docs));
    return;
  }
  const verb = verbNamed(program, topic.split(' '));
  if (verb) verb.outputHelp();
  else out.write(pageText(program, topic, docs));
}

/** The line that leads from the help of a verb to its page of the guide; '' if there is none. */
export function moreOn(verb: string): string {
  const page = GUIDE_PAGES.get(verb) ?? verb;
  return pagesIn(DOCS, 'guide').some(({ name }) => name === page) ? `\nMore: help guide/${page}\n` : '';
}

function pageText(program: Command, topic: string, docs: string): string {
  const wanted = topic.replace(/^docs\//, '').replace(/\.md$/, '');
  const pages = allPages(docs);
  const [page, ...others] = pages.filter(({ address, name }) => wanted === address || wanted === name);
  if (!page) throw new NotFound(`No help on '${topic}': ${hint(program, pages, wanted)}`);
  const text = textOf(docs, page);
  const also = others.map(({ address }) => `help ${address}`).join(', ');
  return also === '' ? text : `${text}\nAlso: ${also}\n`;
}

function hint(program: Command, pages: readonly Page[], wanted: string): string {
  const names = [...program.commands.map((command) => command.name()), ...pages.map(({ name }) => name)];
  const near = nearestName(wanted, [...names, ...pages.map(({ address }) => address)]);
  return near ? `did you mean '${near}'?` : 'help lists the verbs and the pages.';
}

function pageList(docs: string): string {
  const lists = [...FOLDERS].map(([folder, heading]) => {
    const lines = pagesIn(docs, folder).map(
      (page) => `  ${page.address.padEnd(30)} ${titleOf(textOf(docs, page))}\n`,
    );
    return lines.length === 0 ? '' : `\n${heading}:\n${lines.join('')}`;
  });
  return `\nPages, printed by help PAGE:\n${lists.join('')}`;
}

/** The heading of a page, without marks of Markdown. */
function titleOf(text: string): string {
  return /^# (.*)$/m.exec(text)?.[1]?.replaceAll('`', '') ?? '';
}

function textOf(docs: string, { address }: Page): string {
  return readFileSync(join(docs, `${address}.md`), 'utf8');
}

function verbNamed(program: Command, words: readonly string[]): Command | undefined {
  return words.reduce<Command | undefined>(
    (place, word) => place?.commands.find((command) => command.name() === word),
    program,
  );
}

function allPages(docs: string): Page[] {
  return [...FOLDERS.keys()].flatMap((folder) => pagesIn(docs, folder));
}

/** Pages of a folder by name; none if the package was installed without them. */
function pagesIn(docs: string, folder: string): Page[] {
  return namesIn(join(docs, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .sort()
    .map((name) => ({ address: folder === '' ? name : `${folder}/${name}`, name }));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
