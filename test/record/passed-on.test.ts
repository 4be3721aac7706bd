import { describe, expect, it } from 'vitest';
import { encodeHeader } from '../../src/temporal/header';
import { lineageOf, withLineage } from '../../src/temporal/lineage-header';
import { passedTo } from '../../src/values/passed-on';

const SECRET = 'AKIAIOSFODNN7EXAMPLE';
const header = withLineage(
  encodeHeader({}),
  lineageOf(
    [`args[0]`, 'args[1].part', `args[2].${SECRET}[3]`].map((to, n) => ({
      activity_id: String(n),
      evidence: 'identity' as const,
      from: 'result',
      to,
    })),
    { partial: true },
  )!,
);

function paths(rules: { withholds: boolean; text: (text: string) => string }): unknown[] {
  const { predecessors = [] } = passedTo(header.data, 'own run', rules);
  return predecessors.map((predecessor) => predecessor.paths?.[0]?.[1]);
}

describe('the origins that a run records', () => {
  it('contain every producer, and say if there are more', () => {
    const all = passedTo(header.data, 'own run', { withholds: false, text: (text) => text });
    expect(all.predecessors).toHaveLength(3);
    expect(all.predecessors_partial).toBe(true);
    expect(passedTo(encodeHeader({}).data, 'own run', { withholds: false, text: String })).toEqual({});
    expect(passedTo(undefined, 'own run', { withholds: false, text: String })).toEqual({});
  });

  it('have no secret in their paths', () => {
    const text = (of: string) => of.replace(SECRET, '***');
    expect(paths({ withholds: false, text })).toEqual(['args[0]', 'args[1].part', 'args[2].***[3]']);
  });

  it('have no names in their paths if a codec encrypts them, but the producers', () => {
    expect(paths({ withholds: true, text: () => 'withheld' })).toEqual(['args[0]', undefined, undefined]);
  });
});
