/** Patterns of names, and names below a root. */
import { describe, expect, test } from 'vitest';
import { NamePatterns, patternExpression } from '../../src/data/patterns';
import { Roots } from '../../src/data/roots';

test.each([
  ['*.csv', 'a.csv', true],
  ['*.csv', 'x/a.csv', false],
  ['**/*.csv', 'x/y/a.csv', true],
  ['**/*.csv', 'a.csv', true],
  ['/scratch/**', '/scratch/x/y', true],
  ['/scratch/**', '/scratches/x', false],
  ['a?.h5', 'a1.h5', true],
  ['a?.h5', 'a/.h5', false],
  ['scan_[0-3].h5', 'scan_2.h5', true],
  ['scan_[!0-3].h5', 'scan_2.h5', false],
  ['{raw,dark}/*.tif', 'dark/1.tif', true],
  ['{raw,dark}/*.tif', 'flat/1.tif', false],
  ['a+(b).csv', 'a+(b).csv', true],
  ['[z-a].csv', '[z-a].csv', true],
  ['a{b', 'a{b', true],
  ['[^a]', '^', true],
  ['[a&&b]', '&', true],
])('%s and %s: %s', (pattern, text, matches) => {
  expect(patternExpression(pattern).test(text)).toBe(matches);
});

describe('patterns of ignored names', () => {
  test('name a last segment, or a whole name', () => {
    const patterns = new NamePatterns(['*.tmp', 'scratch/**', 's3://cache/**']);
    expect(patterns.match(['/lab/x/a.tmp'])).toBe(true);
    expect(patterns.match(['/lab/scratch/a', 'scratch/a'])).toBe(true);
    expect(patterns.match(['s3://cache/a/b'])).toBe(true);
    expect(patterns.match(['/lab/data/a.csv', 'data/a.csv'])).toBe(false);
  });
});

describe('roots', () => {
  const roots = new Roots({ data: '/mnt/beamline/', raw: '/mnt/beamline/raw' });

  test('name the files in them, the inner root first', () => {
    expect(roots.siteNameOf('/mnt/beamline/a.h5')).toEqual({ root: 'data', site_name: 'data/a.h5' });
    expect(roots.siteNameOf('/mnt/beamline/raw/a.h5')).toEqual({ root: 'raw', site_name: 'raw/a.h5' });
    expect(roots.siteNameOf('/mnt/beamline')).toEqual({ root: 'data', site_name: 'data' });
    expect(roots.siteNameOf('/mnt/beamline2/a.h5')).toBeUndefined();
  });
});
