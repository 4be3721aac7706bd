/** The labels are well formed, and few of them are known misses. */
import { expect, test } from 'vitest';
import * as activities from './activities';
import { CASES } from './cases';
import { linksOf, parseLink } from './label';
import * as workflows from './workflows';

const ofAll = (pick: (of: (typeof CASES)[number]) => readonly string[]) =>
  CASES.flatMap((of) =>
    pick(of)
      .flatMap(linksOf)
      .map((link) => ({ name: of.name, link })),
  );

test('each case has a name and a workflow of its own', () => {
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  const unknown = CASES.filter(({ workflow }) => !(workflow in workflows)).map(({ name }) => name);
  expect(unknown).toEqual([]);
});

test('each end that is a run names an existing activity', () => {
  const labels = ofAll(({ links, never = [], open = [] }) => [...links, ...never, ...open]);
  const unknown = labels.filter(({ link }) =>
    parseLink(link).some((end) => end.kind === 'run' && !(end.type in activities)),
  );
  expect(unknown).toEqual([]);
});

test('no link is both expected and excluded', () => {
  const both = CASES.filter(({ links, never = [], open = [] }) => {
    const all = [...links, ...never, ...open].flatMap(linksOf);
    return new Set(all).size < all.length;
  }).map(({ name }) => name);
  expect(both).toEqual([]);
});

test('a known miss is one of the links, and has a reason', () => {
  const wrong = CASES.flatMap(({ name, links, misses = {} }) =>
    Object.entries(misses)
      .filter(([link, reason]) => !links.flatMap(linksOf).includes(link) || reason === '')
      .map(([link]) => ({ name, link })),
  );
  expect(wrong).toEqual([]);
});

test('known misses are at most one in twenty', () => {
  const links = ofAll(({ links }) => links).length;
  const misses = CASES.flatMap(({ misses = {} }) => Object.keys(misses)).length;
  expect(misses / links).toBeLessThanOrEqual(0.05);
});
