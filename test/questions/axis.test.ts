import { describe, expect, it } from 'vitest';
import { axisOf, placeOn } from '../../src/questions/executions/axis';

describe('the axis of a timeline', () => {
  it('folds long spans in which nothing ran, and reaches from end to end', () => {
    const axis = axisOf(0, 11_000, [{ begin: 100, end: 10_900 }]);
    expect(axis.map(({ begin, end, idle }) => [begin, end, idle])).toEqual([
      [0, 100, undefined],
      [100, 10_900, true],
      [10_900, 11_000, undefined],
    ]);
    expect(axis[0]!.from).toBe(0);
    expect(axis.at(-1)!.to).toBeCloseTo(1);
    expect(axis[1]!.to - axis[1]!.from).toBeLessThan(0.1);
  });

  it('is not folded if something ran most of the time', () => {
    expect(axisOf(0, 19, [{ begin: 4, end: 7 }])).toHaveLength(1);
    expect(axisOf(5, 5)).toHaveLength(1);
  });

  it('keeps to its span, and folds no more than there is room for', () => {
    const idle = Array.from({ length: 300 }, (_, i) => ({ begin: i * 100, end: i * 100 + 99 }));
    const axis = axisOf(1_000, 20_000, idle);
    const folded = axis.filter((part) => part.idle);
    expect(folded.length).toBeLessThanOrEqual(40);
    expect(folded.reduce((sum, { from, to }) => sum + to - from, 0)).toBeLessThan(0.31);
    expect(axis[0]!.begin).toBe(1_000);
    expect(axis.at(-1)!.end).toBe(20_000);
  });

  it('places instants in order, and those outside at its ends', () => {
    const axis = axisOf(0, 11_000, [{ begin: 100, end: 10_900 }]);
    const places = [-5, 0, 50, 100, 5_000, 10_900, 11_000, 20_000].map((time) => placeOn(axis, time));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBe(0);
    expect(places.at(-1)).toBeCloseTo(1);
  });
});
