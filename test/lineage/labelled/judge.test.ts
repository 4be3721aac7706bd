/** The judge of the labelled set finds what is missing and what is false. */
import { expect, test } from 'vitest';
import type { LabelledCase } from './case';
import type { Found, FoundLink, LabRun } from './found';
import { judge } from './judge';

const run = (type: string, nth = 1, attempt = 1, last = true): LabRun => ({
  uid: `${type}-${nth}-${attempt}`,
  case: 'one',
  child: '',
  type,
  nth,
  execution: 1,
  attempt,
  last,
});
const [acquire, first, second, fit] = [
  run('acquire'),
  run('measure', 1),
  run('measure', 2),
  run('fit', 1, 1, false),
];
const runs = [acquire, first, second, fit];
const at = (of: LabRun): Found => ({ kind: 'run', run: of });
const link = (earlier: LabRun, later: LabRun, evidence: FoundLink['evidence'] = ['identity']): FoundLink => ({
  earlier: at(earlier),
  later: at(later),
  evidence,
});
const labelled = (links: string[], open: string[] = []): LabelledCase => ({
  name: 'one',
  about: '',
  workflow: 'one',
  links,
  open,
});

test('a link without a label is false, unless it is optional', () => {
  const links = [link(acquire, first), link(first, second)];
  expect(judge(labelled(['acquire -> measure']), links, runs).false_links).toEqual([
    'measure -> measure#2 by identity',
  ]);
  expect(judge(labelled(['acquire -> measure'], ['measure -> measure#2']), links, runs).false_links).toEqual(
    [],
  );
});

test('a label without a link is missed, also if its evidence is only ambiguous', () => {
  const links = [link(acquire, first, ['value-ambiguous'])];
  const { missed, false_links } = judge(labelled(['acquire -> measure']), links, runs);
  expect({ missed, false_links }).toEqual({ missed: ['acquire -> measure'], false_links: [] });
});

test('a label for each activity of a type is missed if one of them lacks the link', () => {
  const each = labelled(['acquire -> measure#*']);
  expect(judge(each, [link(acquire, first)], runs).missed).toEqual(['acquire -> measure#*']);
  expect(judge(each, [link(acquire, first), link(acquire, second)], runs).missed).toEqual([]);
});

test('a label without an attempt means the last one', () => {
  expect(judge(labelled(['acquire -> fit']), [link(acquire, fit)], runs)).toMatchObject({
    missed: ['acquire -> fit'],
    false_links: ['acquire -> fit!1 by identity'],
  });
  expect(judge(labelled(['acquire -> fit!1']), [link(acquire, fit)], runs).missed).toEqual([]);
});

test('a file between two runs makes three links', () => {
  const file: Found = { kind: 'file', names: ['/data/raw.csv'] };
  const links: FoundLink[] = [
    { earlier: at(acquire), later: file, evidence: ['uri'] },
    { earlier: file, later: at(first), evidence: ['uri'] },
  ];
  expect(judge(labelled(['acquire -> [raw.csv] -> measure']), links, runs).missed).toEqual([
    'acquire -> measure',
  ]);
  expect(judge(labelled(['acquire -> [aw.csv]']), links, runs).missed).toEqual(['acquire -> [aw.csv]']);
});
