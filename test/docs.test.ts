import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, repositoryFiles } from './imports';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const pages = repositoryFiles().filter((path) => path.endsWith('.md') && !path.startsWith('test/'));
const readme = read('README.md');
const manifest = JSON.parse(read('package.json'));

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

describe('every page', () => {
  it.each(pages)('%s links to what is there', (page) => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken = links
      .filter((link) => !/^(https?:|mailto:)/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? page : join(dirname(page), file);
        if (!existsSync(join(ROOT, target))) return true;
        return anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it('names only npm commands that there are', () => {
    const named = pages.flatMap((page) =>
      [...read(page).matchAll(/npm (?:run )?(start|test|lint|build|bench|[a-z]+:[a-z]+)\b/g)].map(
        ([, name = '']) => name,
      ),
    );
    expect(named.filter((name) => !manifest.scripts[name])).toEqual([]);
  });

  it('imports only what the package exports', () => {
    const entries = Object.keys(manifest.exports).map((entry) => manifest.name + entry.slice(1));
    const imported = pages.flatMap((page) =>
      [...read(page).matchAll(/from '(temporal-provenance[^']*)'/g)].map(([, module = '']) => module),
    );
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((module) => !entries.includes(module))).toEqual([]);
  });
});

describe('configuration', () => {
  it('tells every option of the plugin', () => {
    const declared = ['RuleOptions', 'ProvenancePluginOptions'].map(
      (name) =>
        new RegExp(`export interface ${name} [^{]*\\{([\\s\\S]*?)\\n\\}`).exec(
          read('src/options/plugin-options.ts'),
        )?.[1],
    );
    const options = [...declared.join('\n').matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name);
    const told = [...read('docs/reference/options.md').matchAll(/^\| `(\w+)` \|.*\|.*\|.*\|$/gm)].map(
      ([, name]) => name,
    );
    expect(options.length).toBeGreaterThan(10);
    expect(options.filter((name) => !told.includes(name))).toEqual([]);
  });

  it('tells every variable that is read', () => {
    const table = /^## Variables\n([\s\S]*?)\n## /m.exec(read('docs/reference/options.md'))?.[1] ?? '';
    const sources = repositoryFiles().filter((path) => /^(src|interceptors)\/.*\.ts$/.test(path));
    // Codes of warnings and errors are named like variables, and never stand alone in a constant or behind `env.`.
    const read_as =
      /(?:env\.|VARIABLE = '|^ *'|\['|of ')(PROVENANCE_(?!TIMEOUT|STORE_UPGRADED|SET_UP)[A-Z_]+)/gm;
    const namesIn = (path: string) => [...read(path).matchAll(read_as)].map(([, name = '']) => name);
    const names = new Set(sources.flatMap(namesIn));
    expect(names.size).toBeGreaterThan(8);
    expect([...names].filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
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

describe('the command line', () => {
  it('has each verb that a page shows', () => {
    const shown = pages.flatMap((page) =>
      [...read(page).matchAll(/^(?:npx )?temporal-provenance ([a-z-]+)/gm)].map(([, verb = '']) => verb),
    );
    expect(shown.length).toBeGreaterThan(5);
    const folders = ['.', 'page', 'questions', 'lineage', 'upkeep'].map((folder) =>
      join(ROOT, 'src/cli', folder),
    );
    const verbs = shown.filter((verb) => folders.some((folder) => existsSync(join(folder, `${verb}.ts`))));
    expect(shown.filter((verb) => !verbs.includes(verb))).toEqual([]);
  });
});

/** Anchors as they are made from headings. */
function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+\s+(.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}
