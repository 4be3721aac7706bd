/** The page that publishes what became of the labelled set: docs/reference/lineage-labelled.md, between two marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabelledCase } from './case';
import { GROUPS } from './cases';
import type { Judged } from './judge';
import { linksOf } from './label';

const PAGE = join(__dirname, '..', '..', '..', 'docs', 'reference', 'lineage-labelled.md');
const BEGIN = '<!-- results: written by `LABELLED=write npm test -- test/lineage/labelled` -->';
const END = '<!-- end of results -->';

/** What the page says now. */
export function readResults(): string {
  const page = readFileSync(PAGE, 'utf8');
  return page.slice(page.indexOf(BEGIN) + BEGIN.length, page.indexOf(END)).trim();
}

/** Puts results into the page. */
export function writeResults(results: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const [before, after] = [page.slice(0, page.indexOf(BEGIN) + BEGIN.length), page.slice(page.indexOf(END))];
  writeFileSync(PAGE, `${before}\n\n${results}\n${after}`);
}

/** Sums of all cases. */
export function sumsOf(judged: readonly Judged[]): { there: number; found: number; false_links: number } {
  const sum = (of: (one: Judged) => number): number => judged.reduce((total, one) => total + of(one), 0);
  return {
    there: sum(({ there }) => there),
    found: sum(({ found }) => found),
    false_links: sum(({ false_links }) => false_links.length),
  };
}

/** The results as Markdown. */
export function resultsText(judged: readonly Judged[]): string {
  const by_name = new Map(judged.map((one) => [one.name, one]));
  const { there, found, false_links } = sumsOf(judged);
  const sections = GROUPS.map(([heading, cases]) => section(heading, cases, by_name));
  return [
    `**${judged.length} cases, ${there} links: ${found} found (${((100 * found) / there).toFixed(1)} %), ${there - found} missed, ${false_links} false.**`,
    ...sections,
    missesText(judged),
  ].join('\n\n');
}

function section(
  heading: string,
  cases: readonly LabelledCase[],
  by_name: ReadonlyMap<string, Judged>,
): string {
  const rows = cases.map(({ name, about, never = [] }) => {
    const one = by_name.get(name);
    if (!one) throw new Error(`The case ${name} did not run`);
    const temptations = never.flatMap(linksOf).length;
    return `| ${name} | ${about} | ${one.found} of ${one.there} | ${one.evidence.join(', ')} | ${temptations || ''} |`;
  });
  const head = '| case | what happens | links found | evidence | false links avoided |';
  return `### ${heading}\n${head}\n| --- | --- | --- | --- | --- |\n${rows.join('\n')}`;
}

function missesText(judged: readonly Judged[]): string {
  const cases = new Map(GROUPS.flatMap(([, all]) => all.map((one) => [one.name, one])));
  const rows = judged.flatMap(({ name, missed }) =>
    missed.map((link) => {
      const reason = cases.get(name)?.misses?.[link] ?? 'not known';
      return `| ${name} | \`${link}\` | ${reason} |`;
    }),
  );
  return `### What is missed, and why\n| case | link | reason |\n| --- | --- | --- |\n${rows.join('\n')}`;
}
