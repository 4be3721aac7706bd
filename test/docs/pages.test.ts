/** What holds for every page: links, commands, imports, and the names of pages that source and messages give. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, repositoryFiles } from '../imports';
import { anchorsIn, linksIn, readPage } from './pages';

const files = repositoryFiles();
const pages = files.filter((path) => path.endsWith('.md') && !path.startsWith('test/'));
const manifest = JSON.parse(readPage('package.json'));
const anchors = new Map(pages.map((page) => [page, anchorsIn(readPage(page))]));

/** Why a link of a page leads nowhere; undefined if it does not. */
function faultOf(page: string, link: string): string | undefined {
  if (/^(https?:|mailto:)/.test(link)) return undefined;
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? page : join(dirname(page), decodeURIComponent(file));
  if (!existsSync(join(ROOT, target))) return `${link}: no such file`;
  const known = anchors.get(target);
  if (anchor !== undefined && known && !known.includes(anchor)) return `${link}: no such heading`;
  return undefined;
}

describe('every page', () => {
  it.each(pages)('%s has no dead link', (page) => {
    expect(linksIn(readPage(page)).flatMap((link) => faultOf(page, link) ?? [])).toEqual([]);
  });

  it('names only npm commands that exist', () => {
    const named = pages.flatMap((page) =>
      [...readPage(page).matchAll(/npm (?:run )?(start|test|lint|build|bench|[a-z]+:[a-z]+)\b/g)].map(
        ([, name = '']) => name,
      ),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !manifest.scripts[name])).toEqual([]);
  });

  it('imports only what the package exports', () => {
    const entries = Object.keys(manifest.exports).map((entry) => manifest.name + entry.slice(1));
    const imported = pages.flatMap((page) =>
      [...readPage(page).matchAll(/from '(temporal-provenance[^']*)'/g)].map(([, module = '']) => module),
    );
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((module) => !entries.includes(module))).toEqual([]);
  });
});

describe('files that are named', () => {
  const source = files.filter((path) => /\.(ts|tsx|mts|mjs|js|json|yaml|yml|sh)$/.test(path));
  const own = source.filter((path) => !path.startsWith('test/docs/') && path !== 'test/cli/help.test.ts');

  it('exist, if source, scripts or tests name a page', () => {
    const named = own.flatMap((path) =>
      [...readPage(path).matchAll(/\bdocs\/[\w./-]+\.(?:md|json|png|ya?ml)\b/g)].map(
        ([page]) => `${path}: ${page}`,
      ),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((one) => !existsSync(join(ROOT, one.split(': ')[1] ?? '')))).toEqual([]);
  });

  it('exist, if the page of reliability names a test', () => {
    const tests = [...readPage('docs/reference/reliability.md').matchAll(/`((?:test|bench)\/[\w./-]+)`/g)];
    expect(tests.length).toBeGreaterThan(50);
    expect(tests.filter(([, path = '']) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('are found by help, if a message names a topic', () => {
    const messages = own.filter((path) => /^(src|interceptors)\//.test(path));
    const named = messages.flatMap((path) =>
      [...readPage(path).matchAll(/(?:temporal-provenance |see: )help ([\w/-]+)/g)].map(
        ([, page = '']) => [path, page] as const,
      ),
    );
    const names = ['guide', 'reference', 'design', '.'].flatMap((folder) =>
      pages
        .filter((page) => dirname(page) === join('docs', folder))
        .flatMap((page) => [page.slice('docs/'.length, -3), page.slice(dirname(page).length + 1, -3)]),
    );
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter(([, page]) => !names.includes(page))).toEqual([]);
  });
});

describe('the reading of links', () => {
  it('finds a dead file, a dead heading, and no link in code', () => {
    expect(linksIn('[a](b.md) `[c](d)`\n```\n[e](f)\n```\n![g](h.png)')).toEqual(['b.md', 'h.png']);
    expect(faultOf('README.md', 'docs/none.md')).toBe('docs/none.md: no such file');
    expect(faultOf('docs/reference/api.md', '#none')).toBe('#none: no such heading');
    expect(faultOf('docs/reference/api.md', 'events.md#losses')).toBeUndefined();
    expect(anchorsIn('# A `b` c\n## A b c\n```\n# no\n```\n')).toEqual(['a-b-c', 'a-b-c-1']);
  });
});

describe('pages of docs', () => {
  /** Pages that links lead to, from some on. */
  function reachable(from: readonly string[]): Set<string> {
    const found = new Set<string>();
    const visit = (page: string): void => {
      if (found.has(page) || !anchors.has(page)) return;
      found.add(page);
      for (const link of linksIn(readPage(page))) {
        const [file = ''] = link.split('#');
        if (file !== '' && !/^(https?:|mailto:)/.test(link)) visit(join(dirname(page), file));
      }
    };
    for (const page of from) visit(page);
    return found;
  }

  it('are reached by links from README and docs/README', () => {
    const found = reachable(['README.md', 'docs/README.md']);
    // The note beside the pictures is for those who take new ones, and is not in the package.
    const own = pages.filter((page) => page.startsWith('docs/') && !page.startsWith('docs/screenshots/'));
    expect(own.filter((page) => !found.has(page))).toEqual([]);
  });
});
