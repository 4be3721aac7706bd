/** CONTRIBUTING.md: its map is the imports' own, and the files that it names exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withMap } from '../scripts/house-map.mjs';
import { ROOT } from './imports';

const page = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');

describe('the map of the house', () => {
  it('is what scripts/house-map.mjs draws from the imports', () => {
    expect(page).toBe(withMap(page, ROOT));
  });

  it('refuses a page without its marks', () => {
    expect(() => withMap('# Contributing\n', ROOT)).toThrow(/lacks the marks/);
  });
});

describe('paths in CONTRIBUTING.md', () => {
  it('exist', () => {
    const named = [...page.matchAll(/`((?:src|interceptors|test|scripts|docs|bench)\/[^`\s]*)`/g)].map(
      ([, path = '']) => path,
    );
    const concrete = named.filter((path) => !/NAME|NN-|\*|…/.test(path));
    expect(concrete.length).toBeGreaterThan(60);
    expect(concrete.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
