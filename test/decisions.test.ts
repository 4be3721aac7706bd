/** Decisions and design pages: their form, and that source code and pages cite what is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, repositoryFiles } from './imports';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const records = readdirSync(join(ROOT, 'docs/decisions')).filter((name) => /^\d{4}-.*\.md$/.test(name));
const designs = readdirSync(join(ROOT, 'docs/design')).filter((name) => name.endsWith('.md'));
const numberOf = (record: string): string => record.slice(0, 4);
const linesOf = (path: string): number => read(path).split('\n').length - 1;

const LONGEST_RECORD_LINES = 40;
const LONGEST_DESIGN_LINES = 200;
const LEAST_CITATIONS = 50;

/** Where text cites a record or a design page: `docs/decisions/0003`, `docs/design/spool.md#importing`. */
const CITATION = /docs\/(?:decisions\/(\d{4})|design\/([a-z-]+\.md)(?:#([\p{L}\p{N}_-]+))?)/gu;
const CODE =
  /^(?:src|interceptors|activities|workflows|scripts|bench|test|examples)\/.*\.(?:ts|tsx|mjs|cjs)$/;
const code = repositoryFiles()
  .filter(
    (path) => CODE.test(path) && path !== 'test/decisions.test.ts' && path !== 'test/model/limits.test.ts',
  )
  .map((path) => ({ path, text: read(path) }));
const citations = code.flatMap(({ path, text }) =>
  [...text.matchAll(CITATION)].map(([cited, number, page, anchor]) => ({
    path,
    cited,
    number,
    page,
    anchor,
  })),
);

describe('a decision', () => {
  it('has a number of its own', () => {
    expect(records.length).toBeGreaterThan(10);
    expect(new Set(records.map(numberOf)).size).toBe(records.length);
  });

  it.each(records)('%s has a title, a status, a date and three parts, and is short', (record) => {
    const text = read(`docs/decisions/${record}`);
    expect(text).toMatch(new RegExp(`^# ${numberOf(record)}: \\S.*\\n\\n\\*\\*Status:\\*\\* `));
    expect(text).toMatch(/^\*\*Status:\*\* (?:accepted|superseded by \[\d{4}\]\(\d{4}-[\w.-]+\.md\)) {2}$/m);
    expect(text).toMatch(/^\*\*Date:\*\* \d{4}-\d\d-\d\d$/m);
    const parts = [...text.matchAll(/^## (.*)$/gm)].map(([, part]) => part);
    expect(parts).toEqual(['Context', 'Decision', 'Consequences']);
    expect(linesOf(`docs/decisions/${record}`)).toBeLessThanOrEqual(LONGEST_RECORD_LINES);
  });

  it('is in the index, with its title, status and date', () => {
    const rows = records.map((record) => {
      const text = read(`docs/decisions/${record}`);
      const [, title = ''] = /^# \d{4}: (.*)$/m.exec(text) ?? [];
      const [, status = ''] = /^\*\*Status:\*\* (.*?) {2}$/m.exec(text) ?? [];
      const [, date = ''] = /^\*\*Date:\*\* (.*)$/m.exec(text) ?? [];
      return `| ${numberOf(record)} | [${title}](${record}) | ${status} | ${date} |`;
    });
    const index = [...read('docs/decisions/README.md').matchAll(/^\| \d{4} .*$/gm)].map(([row]) => row);
    expect(index).toEqual(rows);
  });

  it('is cited by source code or by a design page', () => {
    const pages = designs.map((page) => read(`docs/design/${page}`)).join('\n');
    const product = citations.filter(({ path }) => !path.startsWith('test/'));
    const uncited = records.filter(
      (record) => !pages.includes(`/${record}`) && !product.some(({ number }) => number === numberOf(record)),
    );
    expect(uncited).toEqual([]);
  });
});

describe('a design page', () => {
  it.each(designs)('%s says what holds, why, what was rejected and measured, and where it is', (page) => {
    const parts = [...read(`docs/design/${page}`).matchAll(/^## (.*)$/gm)].map(([, part]) => part);
    expect(parts).toEqual(expect.arrayContaining(['Rules', 'Why', 'Rejected', 'Measured', 'Where']));
    expect(linesOf(`docs/design/${page}`)).toBeLessThanOrEqual(LONGEST_DESIGN_LINES);
  });

  it.each(designs)('%s names files and folders that exist', (page) => {
    const where = /^## Where\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(read(`docs/design/${page}`))?.[1] ?? '';
    const named = [...where.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('a citation in code', () => {
  it('leads to a record or a design page, and to a heading that is there', () => {
    expect(citations.length).toBeGreaterThan(LEAST_CITATIONS);
    const broken = citations.filter(({ number, page, anchor }) =>
      number === undefined
        ? !designs.includes(page ?? '') || (anchor !== undefined && !anchorsOf(page ?? '').includes(anchor))
        : !records.some((record) => numberOf(record) === number),
    );
    expect(broken).toEqual([]);
  });
});

/** Anchors as they are made from headings. */
function anchorsOf(page: string): string[] {
  return [...read(`docs/design/${page}`).matchAll(/^#+\s+(.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}
