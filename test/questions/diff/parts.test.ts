import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/model/environment';
import { codeParts } from '../../../src/questions/diff/code-parts';
import { dataRows } from '../../../src/questions/diff/data-rows';
import { errorRows } from '../../../src/questions/diff/error-rows';
import { partOf } from '../../../src/questions/diff/part';
import { changedFiles } from '../../../src/questions/diff/patch';
import type { RunDataItem } from '../../../src/questions/lineage/data-answers';

const environment = (identity: object, detail: object = {}, reasons: object = {}): Environment => ({
  id: `sha256:${JSON.stringify(identity)}`,
  code_id: 'sha256:c',
  identity: identity as never,
  detail: detail as never,
  reasons: reasons as never,
  restorable: { level: 'full', missing: [] },
  captured_time: 1,
  duration_ms: 1,
});
const row = (name: string, version: string, integrity = version) => ({
  type: 'npm',
  name,
  version,
  integrity,
});

describe('code of two sides', () => {
  const of = (a: Environment | null, b: Environment | null, more: object[] = [{}, {}]) =>
    codeParts(
      { environment: a, patch: undefined, packages: undefined, ...more[0] },
      { environment: b, patch: undefined, packages: undefined, ...more[1] },
    );

  it('is compared field by field, files by their paths', () => {
    const files = (...paths: string[]) => paths.map((path) => ({ path, sha256: path }));
    const [code] = of(
      environment({ 'git.commit': '1', 'git.untracked_code': files('a.ts', 'b.ts'), same: 1 }),
      environment({ 'git.commit': '2', 'git.untracked_code': files('b.ts', 'c.ts'), same: 1 }),
    );
    expect(code!.rows.map(({ name, how }) => [name, how])).toEqual([
      ['git.commit', 'different'],
      ['git.untracked_code["a.ts"]', 'only_a'],
      ['git.untracked_code["c.ts"]', 'only_b'],
    ]);
  });

  it('is unknown if it was not captured, with the reason if one is known', () => {
    expect(of(environment({}), null)[0]).toMatchObject({ counts: { unknown: 1, different: 0 } });
    const [code] = of(
      environment({ 'git.commit': '1' }),
      environment({}, {}, { 'git.commit': 'no_repository' }),
    );
    expect(code!.rows).toMatchObject([{ how: 'unknown', b: { missing: 'not known (no_repository)' } }]);
  });

  it('shows packages that were added, removed or changed, or have other contents', () => {
    const sets = [
      environment({ 'packages.npm.set': '1' }),
      environment({ 'packages.npm.set': '2' }),
    ] as const;
    const a = {
      packages: [row('gone', '1.0.0'), row('ms', '2.1.2'), row('same', '1.0.0'), row('other', '1.0.0', 'x')],
    };
    const b = {
      packages: [
        row('new', '1.0.0'),
        row('ms', '2.1.3'),
        row('ms', '2.0.0'),
        row('same', '1.0.0'),
        row('other', '1.0.0', 'y'),
      ],
    };
    const packages = of(...sets, [a, b])[2]!;
    expect(packages.rows.map(({ name, how, b: side }) => [name, how, side.value])).toEqual([
      ['gone', 'only_a', undefined],
      ['ms', 'different', '2.0.0, 2.1.3'],
      ['new', 'only_b', '1.0.0'],
      ['other', 'different', '1.0.0'],
    ]);
    expect(packages.counts.equal).toBe(1);
  });

  it('counts packages of one set without its list', () => {
    const one = environment({ 'packages.npm.set': '1' }, { 'packages.npm.count': 337 });
    expect(of(one, one)[2]).toMatchObject({ counts: { equal: 337 }, rows: [] });
  });

  it('compares uncommitted changes by file, and says if they were not kept', () => {
    const patch = (line: string) =>
      `diff --git a/x.ts b/x.ts\n--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-old\n+${line}\n`;
    const dirty = environment({}, { 'git.dirty': true });
    const changes = of(dirty, dirty, [{ patch: patch('one') }, { patch: patch('two') }])[1]!;
    expect(changes.rows).toMatchObject([
      { name: 'x.ts', how: 'different', a: { value: '1 line added, 1 removed' } },
    ]);
    const lost = of(dirty, dirty, [{ patch: patch('one') }, {}])[1]!;
    expect(lost).toMatchObject({ rows: [{ how: 'unknown' }], remarks: ['The changes of B were not kept.'] });
    const clean = environment({}, { 'git.dirty': false });
    expect(of(dirty, clean, [{ patch: patch('one') }, {}])[1]!.rows).toMatchObject([{ how: 'only_a' }]);
  });
});

describe('a patch', () => {
  it('names its files, also new and deleted ones', () => {
    const text = [
      'diff --git a/old.ts b/old.ts\n--- a/old.ts\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n',
      'diff --git a/a b.png b/a b.png\nBinary files differ\n',
    ].join('');
    expect([...changedFiles(text)].map(([name, { words }]) => [name, words])).toEqual([
      ['old.ts', '0 lines added, 2 removed'],
      ['a b.png', 'changed'],
    ]);
  });
});

describe('data of two sides', () => {
  const item = (name: string, sha256?: string, paths: string[] = []): RunDataItem => ({
    id: name,
    names: [name],
    kind: 'file',
    evidence: 'uri',
    paths,
    ...(sha256 && { sha256 }),
  });
  const of = (...given: Parameters<typeof dataRows>) =>
    dataRows(...given).map(({ name, how }) => [name, how]);

  it('are matched by content, then by place, then by name', () => {
    const a = [item('a/1', 'x'), item('a/2', 'y', ['args[0]']), item('same', 'z'), item('left', 'l')];
    const b = [item('b/1', 'x'), item('b/2', 'w', ['args[0]']), item('same', 'q'), item('right', 'r')];
    expect(of(a, b)).toEqual([
      ['a/1', 'equal'],
      ['a/2', 'different'],
      ['same', 'different'],
      ['left', 'only_a'],
      ['right', 'only_b'],
    ]);
  });

  it('are unknown if a content is unknown, or if not all inputs of a side are known', () => {
    expect(of([item('a', 'x')], [item('a')])).toEqual([['a', 'unknown']]);
    expect(of([item('a', 'x')], [], { a: false, b: true })).toEqual([['a', 'unknown']]);
  });

  it('match each item once', () => {
    expect(of([item('a', 'x'), item('b', 'x')], [item('c', 'x')])).toEqual([
      ['a', 'equal'],
      ['b', 'only_a'],
    ]);
  });
});

describe('errors of two sides', () => {
  it('are compared with their causes', () => {
    const error = (message: string) => ({ type: 'E', message: 'failed', cause: { type: 'C', message } });
    const rows = errorRows({ error: error('one') }, { error: error('two') });
    expect(rows.map(({ name, how }) => [name, how])).toEqual([
      ['error.type', 'equal'],
      ['error.message', 'equal'],
      ['cause.type', 'equal'],
      ['cause.message', 'different'],
    ]);
  });
});

describe('a part', () => {
  it('is bounded, and counts what it leaves out', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => ({
      name: `f${i}`,
      how: i % 2 ? ('equal' as const) : ('different' as const),
      a: { value: i },
      b: { value: i % 2 ? i : -i },
    }));
    const part = partOf('metadata', many);
    expect(part.counts).toMatchObject({ equal: 500, different: 500 });
    expect([part.rows.length, part.equal.length]).toEqual([200, 200]);
    expect(part.remarks).toEqual(['300 more are not shown.']);
  });
});
