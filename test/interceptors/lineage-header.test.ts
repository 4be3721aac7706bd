import { describe, expect, it } from 'vitest';
import { decodeHeader, encodeHeader } from '../../src/temporal/header';
import {
  bytesBeforeLineage,
  lineageIn,
  lineageOf,
  type PassedPart,
  passedParts,
  predecessorsOf,
  withLineage,
} from '../../src/temporal/lineage-header';
import type { WireLineage } from '../../src/temporal/wire-lineage';

const context = encodeHeader({
  plan: { phase: 'one', nested: { lineage: 'mine', more: '\n,"lineage":{}' } },
});

function part(
  activity_id: string | undefined,
  from: string,
  to: string,
  more: Partial<PassedPart> = {},
): PassedPart {
  return { ...(activity_id !== undefined && { activity_id }), evidence: 'identity', from, to, ...more };
}

/** What a reader of the header makes of parts. */
function read(parts: PassedPart[]) {
  const header = withLineage(context, lineageOf(parts)!);
  const whole = predecessorsOf(decodeHeader(header), 'own run');
  expect(predecessorsOf({ lineage: lineageIn(header.data) }, 'own run')).toEqual(whole);
  return { ...whole, bytes: header.data!.length - context.data!.length };
}

/** Every producer with its path pairs, as one line each. */
function lines(parts: PassedPart[]): string[] {
  return read(parts).predecessors.flatMap(({ run_id, activity_id, evidence, paths = [] }) =>
    paths.map(([from, to]) => `${run_id} ${activity_id ?? 'result'} ${evidence}: ${from} → ${to}`),
  );
}

describe('lineage in a header', () => {
  it('follows the metadata, which is read as before', () => {
    const header = withLineage(context, lineageOf([part('1', 'result', 'args[0]')])!);
    const { lineage, ...rest } = decodeHeader(header);
    expect(rest).toEqual(decodeHeader(context));
    expect(lineage).toEqual({ from: [{ n: '1' }], paths: [[0, 'result', 'args[0]']] });
    expect(bytesBeforeLineage(header.data!)).toEqual(context.data!.subarray(0, -1));
  });

  it('is not found in metadata that has a member of that name', () => {
    expect(lineageIn(context.data)).toBeUndefined();
    expect(bytesBeforeLineage(context.data!)).toEqual(context.data!.subarray(0, -1));
    expect(predecessorsOf(decodeHeader(context), 'own run')).toEqual({ predecessors: [], partial: false });
  });

  it('names producers of every kind, with the paths of each', () => {
    const parts = [
      part('2', 'result.a', 'args[0].x'),
      part('1', 'result', 'args[1]', { evidence: 'value' }),
      part('align', 'result[3]', 'args[2]["a b"]'),
      part(undefined, 'result', 'args[3]', { run_id: 'child run' }),
      part('7', 'result.v', 'args[4]', { run_id: 'other run', evidence: 'value-ambiguous' }),
      part(undefined, 'result', 'args[5]', { run_id: 'updated run', update_id: 'update 1' }),
      part('2', 'result.b', 'args[0].y'),
    ];
    expect(lines(parts).sort()).toEqual([
      'child run result identity: result → args[3]',
      'other run 7 value-ambiguous: result.v → args[4]',
      'own run 1 value: result → args[1]',
      'own run 2 identity: result.a → args[0].x',
      'own run 2 identity: result.b → args[0].y',
      'own run align identity: result[3] → args[2]["a b"]',
      'updated run result identity: result → args[5]',
    ]);
    expect(read(parts).predecessors.find(({ update_id }) => update_id)).toMatchObject({
      run_id: 'updated run',
      update_id: 'update 1',
    });
  });

  it('has one range for a fan-out of 5,000, its paths included', () => {
    const fanOut = (path: (n: number) => PassedPart) =>
      read(Array.from({ length: 5_000 }, (_, n) => path(n)));
    const gathered = fanOut((n) => part(String(n + 7), 'result.file', `args[0][${n}].file`));
    expect(gathered.bytes).toBeLessThan(100);
    expect(gathered.predecessors).toHaveLength(5_000);
    expect(gathered.predecessors[4_999]).toEqual({
      run_id: 'own run',
      activity_id: '5006',
      evidence: 'identity',
      paths: [['result.file', 'args[0][4999].file']],
    });
    const listed = fanOut((n) => part('3', `result.files[${n + 2}]`, `args[${n}]`));
    expect(listed.bytes).toBeLessThan(100);
    expect(listed.predecessors[0]!.paths!.slice(-1)).toEqual([['result.files[5001]', 'args[4999]']]);
  });

  it('folds only what counts in step, whatever the names look like', () => {
    const odd = [
      'args[0]["[+3]"]',
      'args[0]["[+4]"]',
      'args[0]["[3]"][1]',
      'args[0]["[3]"][2]',
      'args[0].a[9].b',
      'args[0].a[11].b',
      'args[1]',
      'args[01]',
    ];
    const parts = odd.map((to, n) => part(String(n), 'result[1]', to));
    expect(lines(parts)).toEqual(odd.map((to, n) => `own run ${n} identity: result[1] → ${to}`));
    const backwards = [5, 4, 3, 2].map((n) => part(String(n), 'result', `args[${n}]`));
    expect(new Set(lines(backwards))).toEqual(
      new Set([2, 3, 4, 5].map((n) => `own run ${n} identity: result → args[${n}]`)),
    );
  });

  it('says that it is partial, and where the paths are', () => {
    const parts = [part('1', 'result', 'args[0]')];
    expect(lineageOf(parts, { paths_by: 'sink', partial: true })).toEqual({
      from: [{ n: '1' }],
      paths_by: 'sink',
      partial: true,
    });
    expect(lineageOf([], { partial: true })).toEqual({ from: [], partial: true });
    expect(lineageOf([])).toBeUndefined();
    const many = Array.from({ length: 6_000 }, (_, n) => part(String(n), 'result', 'args[0]'));
    expect(predecessorsOf({ lineage: lineageOf(many) }, 'own run')).toMatchObject({ partial: true });
  });

  it('gives the next sender the origin of each part, with its path if it is known', () => {
    const parts = [
      part('1', 'result.a', 'args[0]'),
      { activity_id: '2', evidence: 'identity', to: 'args[1]' } as const,
    ];
    expect(passedParts(lineageOf(parts)!)).toEqual(parts);
    expect(predecessorsOf({ lineage: lineageOf(parts) }, 'own run').predecessors[1]).not.toHaveProperty(
      'paths',
    );
  });
});

describe('lineage from another sender', () => {
  const nonsense: unknown[] = [
    {},
    { from: 5 },
    {
      from: [
        null,
        { n: '5-1' },
        { n: 'x' },
        { n: '1,,2' },
        { ids: [1] },
        { run: 7, n: '1' },
        { evidence: 'faith', n: '1' },
      ],
    },
    { from: [{ n: '1' }], paths: [[0], [9, 'a', 'b'], [0, 1, 2], 'text', [-1, 'a', 'b'], [0, 'a', 'b', -3]] },
    { from: [{ n: '0-999999999999' }], paths: [[0, 'result', 'args[+0]', 999_999_999_999, 1]] },
    { from: [{ ids: ['x'.repeat(10_000)] }] },
  ];

  it.each(nonsense.map((lineage) => [JSON.stringify(lineage).slice(0, 60), lineage]))(
    'is read as far as possible: %s',
    (_, lineage) => {
      const { predecessors } = predecessorsOf({ lineage: lineage as WireLineage }, 'own run');
      expect(predecessors.length).toBeLessThanOrEqual(5_000);
      for (const { activity_id, paths = [] } of predecessors) {
        expect(activity_id).toMatch(/^\d+$/);
        for (const pair of paths) expect(pair.every((path) => typeof path === 'string')).toBe(true);
      }
      expect(() => passedParts(lineage as WireLineage)).not.toThrow();
    },
  );

  it("is partial if it can't be read", () => {
    const torn = withLineage(context, lineageOf([part('1', 'result', 'args[0]')])!);
    expect(lineageIn(torn.data!.subarray(0, -4))).toEqual({ from: [], partial: true });
    expect(predecessorsOf({ lineage: { from: 'x' } as never }, 'own run').partial).toBe(true);
  });
});
