/** README and the page of messages. What all pages must hold, and the reference, is in test/docs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, repositoryFiles } from './imports';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const readme = read('README.md');

const LONGEST_README_LINES = 150;

/** A reader decides in them. */
const FIRST_LINES = 30;

describe('README', () => {
  it('is short', () => {
    expect(readme.split('\n').length - 1).toBeLessThanOrEqual(LONGEST_README_LINES);
  });

  it('shows the install and the one line in the first thirty lines', () => {
    const first = readme.split('\n').slice(0, FIRST_LINES).join('\n');
    expect(first).toMatch(/^npm install temporal-provenance$/m);
    expect(first).toMatch(/^ {2}plugins: \[new ProvenancePlugin\(\)\]/m);
    expect(first).toMatch(/^\$ temporal-provenance show \d+$/m);
  });

  it('shows a run and a lineage as they are printed', () => {
    const printed = [...readme.matchAll(/^\$ temporal-provenance (\w+) .*\n(?!```)./gm)].map(
      ([, verb]) => verb,
    );
    expect(printed).toEqual(['show', 'lineage']);
  });

  it('ends with the two commands of a clone', () => {
    expect(readme).toMatch(/\n```sh\nnpm start\b.*\nnpm test\b.*\n```\n$/);
  });

  it('has tables of what is captured and what is not, and the four sources of metadata in their order', () => {
    expect(readme).toMatch(/## What is captured\n\| /);
    expect(readme).toMatch(/## What is not captured\n\| what \| why \|/);
    const sources = [...readme.matchAll(/^\d\. \*\*(\w+)\*\*/gm)].map(([, name]) => name);
    expect(sources).toEqual(['user', 'plan', 'inferred', 'stash']);
  });
});

describe('the index', () => {
  it('has a link to every page of the guide, the reference and the design', () => {
    const index = read('docs/README.md');
    const addresses = repositoryFiles().flatMap(
      (path) => /^docs\/((?:guide|reference|design)\/[^/]+\.md)$/.exec(path)?.[1] ?? [],
    );
    expect(addresses.length).toBeGreaterThan(30);
    expect(addresses.filter((address) => !index.includes(`(${address})`))).toEqual([]);
  });
});

describe('docs/guide/page.md', () => {
  it('names links and buttons by the words that they have', () => {
    const named = [...read('docs/guide/page.md').matchAll(/(?<!\*)\*([A-Z][\w ]+)\*(?!\*)/g)].map(
      ([, name = '']) => name,
    );
    const shown = repositoryFiles()
      .filter((path) => /^src\/web\/.*\.tsx?$/.test(path))
      .map(read)
      .join('\n');
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !shown.includes(name))).toEqual([]);
  });
});

describe('troubleshooting', () => {
  const page = read('docs/guide/troubleshooting.md');
  /** Texts of the product, as they are printed: parts that are joined by `+` are one. */
  const printed = repositoryFiles()
    .filter((path) => /^(src|interceptors)\/.*\.ts$/.test(path))
    .map((path) => read(path).replace(/['`"] \+\n\s*['`"]/g, ''))
    .join('\n');
  const blocks = [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].flatMap(([, language, text = '']) =>
    language === '' ? text.trimEnd().split('\n') : [],
  );
  const cells = /\| message \|.*\n\|.*\n((?:\|.*\n)+)/.exec(page)?.[1]?.matchAll(/^\| `([^`]+)` \|/gm) ?? [];
  const messages = [
    ...blocks.flatMap((block) => block.split('\n')),
    ...[...cells].map(([, text = '']) => text),
  ];

  it('has messages to look up', () => expect(messages.length).toBeGreaterThan(15));

  /** `…` stands for what differs. */
  it.each(messages)('names a message that is printed: %s', (message) => {
    const parts = message.split('…').filter((part) => /\w{3}/.test(part));
    expect(parts.length).toBeGreaterThan(0);
    expect(parts.filter((part) => !printed.includes(part))).toEqual([]);
  });
});
