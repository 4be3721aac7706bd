/** Reads the tables of a page of docs/reference, section by section. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../imports';

/** Cells of a row, without the bars. */
export type Row = readonly string[];

/** A page of the reference by its name. */
export function referencePage(name: string): string {
  return readFileSync(join(ROOT, 'docs', 'reference', `${name}.md`), 'utf8');
}

/**
 * The text under a heading, as it is written in the page (`## Options`), up to the next heading of its level or a higher one.
 * @throws if the page has no such heading
 */
export function sectionOf(page: string, heading: string): string {
  const lines = page.split('\n');
  const from = lines.indexOf(heading);
  if (from < 0) throw new Error(`The page has no heading ${heading}`);
  const level = /^#+/.exec(heading)![0].length;
  const to = lines.findIndex(
    (line, i) => i > from && /^#+ /.test(line) && /^#+/.exec(line)![0].length <= level,
  );
  return lines.slice(from + 1, to < 0 ? undefined : to).join('\n');
}

/** Rows of all tables of a text, without their heads. Text below a deeper heading belongs to it, and is left out. */
export function rowsOf(text: string): Row[] {
  const own = text.split(/^#+ /m)[0]!;
  const lines = own.split('\n').filter((line) => line.startsWith('|'));
  return lines.filter((_, i) => !isHead(lines, i)).map(cellsOf);
}

/** The first row of a table, and the dashes below it. */
function isHead(lines: readonly string[], i: number): boolean {
  return isRule(lines[i]) || isRule(lines[i + 1]);
}

function isRule(line: string | undefined): boolean {
  return line !== undefined && /^\|(?: ?:?-+:? ?\|)+$/.test(line);
}

/** A bar inside a cell is written `\|`. */
function cellsOf(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** Texts in backquotes. */
export function codesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Names in the first cells of the tables under a heading. */
export function namesUnder(page: string, heading: string): string[] {
  return rowsOf(sectionOf(page, heading)).flatMap(([cell = '']) => codesIn(cell));
}

/** What the page lacks, and what it has that does not exist. Both are empty if the page is complete. */
export function difference(told: Iterable<string>, real: Iterable<string>) {
  const [there, wanted] = [new Set(told), new Set(real)];
  return {
    missing: [...wanted].filter((name) => !there.has(name)).sort(),
    unknown: [...there].filter((name) => !wanted.has(name)).sort(),
  };
}

/** The difference of a complete page. */
export const NONE = { missing: [], unknown: [] };
