import { describe, expect, it } from 'vitest';
import type { Ends, Layout } from '../../src/web/pages/lineage/layout/geometry';
import { layout } from '../../src/web/pages/lineage/layout/layout';

const box = (id: string, height = 58) => ({ id, width: 216, height });
const boxes = (count: number) => Array.from({ length: count }, (_, i) => box(`b${i}`));
const line = (from: number, to: number) => ({ from: `b${from}`, to: `b${to}` });

/** Numbers that look random, the same each time. */
function* numbers(): Generator<number, never> {
  for (let state = 7; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

function random(count: number, links: number): Ends[] {
  const next = numbers();
  return Array.from({ length: links }, () => {
    const from = Math.floor(next.next().value * count);
    return line(from, Math.min(count - 1, from + 1 + Math.floor(next.next().value * 60)));
  }).filter(({ from, to }) => from !== to);
}

/** Pairs of boxes of one column that touch or overlap. */
function overlaps({ boxes }: Layout<Ends>): string[] {
  const columns = new Map<number, typeof boxes>();
  for (const one of boxes) columns.set(one.x, [...(columns.get(one.x) ?? []), one]);
  return [...columns.values()].flatMap((column) => {
    const sorted = column.toSorted((a, b) => a.y - b.y);
    return sorted.flatMap((one, at) => {
      const next = sorted[at + 1];
      return next && one.y + one.height / 2 >= next.y - next.height / 2 ? [`${one.id} ${next.id}`] : [];
    });
  });
}

describe('the layout', () => {
  it('of nothing is empty', () => {
    expect(layout([], [])).toMatchObject({ boxes: [], lines: [] });
  });

  it('of one box has a place for it', () => {
    const { boxes, width, height } = layout([box('a')], [{ from: 'a', to: 'a' }]);
    expect(boxes).toEqual([{ ...box('a'), rank: 0, x: 32, y: 61 }]);
    expect([width, height]).toEqual([280, 122]);
  });

  it('puts earlier nodes to the left, and a chain on one height', () => {
    const { boxes: placed } = layout(boxes(4), [line(0, 1), line(1, 2), line(2, 3)]);
    expect(placed.map(({ rank }) => rank)).toEqual([0, 1, 2, 3]);
    expect(new Set(placed.map(({ y }) => y)).size).toBe(1);
  });

  it('puts a box next to what it leads to rather than far to the left', () => {
    const { boxes: placed } = layout(boxes(5), [line(0, 1), line(1, 2), line(2, 3), line(4, 3)]);
    expect(placed[4]!.rank).toBe(2);
  });

  it('avoids crossings if an order without them exists', () => {
    const { boxes: placed } = layout(boxes(6), [line(0, 5), line(1, 4), line(2, 3)]);
    const heights = (ids: number[]) => ids.map((at) => placed[at]!.y);
    expect(heights([5, 4, 3])).toEqual(heights([0, 1, 2]));
  });

  it('avoids crossings with long lines as well', () => {
    const names = ['curves', 'calibrate', 'fit', 'calibration', 'model', 'report'];
    const ends: [string, string][] = [
      ['curves', 'fit'],
      ['calibrate', 'fit'],
      ['calibrate', 'calibration'],
      ['fit', 'model'],
      ['calibration', 'report'],
      ['model', 'report'],
    ];
    const { boxes: placed } = layout(
      names.map((id) => box(id)),
      ends.map(([from, to]) => ({ from, to })),
    );
    const height = (id: string) => placed.find((one) => one.id === id)!.y;
    expect(height('calibration') > height('model')).toBe(height('calibrate') > height('curves'));
  });

  it('leads a long line around the boxes of the columns in between', () => {
    const found = layout(boxes(3), [line(0, 1), line(1, 2), line(0, 2)]);
    const { points } = found.lines[2]!;
    const middle = found.boxes[1]!;
    expect(points).toHaveLength(4);
    for (const { y } of points.slice(1, 3))
      expect(Math.abs(y - middle.y)).toBeGreaterThanOrEqual(middle.height / 2);
  });

  it('marks a line that closes a cycle, and keeps all boxes in columns', () => {
    const found = layout(boxes(3), [line(0, 1), line(1, 2), line(2, 0)]);
    expect(found.lines.map(({ back }) => back)).toEqual([false, false, true]);
    expect(found.boxes.map(({ rank }) => rank)).toEqual([0, 1, 2]);
    const low = Math.max(...found.lines[2]!.points.map(({ y }) => y));
    expect(low).toBeLessThan(found.height);
  });

  it('omits lines to missing boxes', () => {
    expect(layout(boxes(1), [line(0, 9)]).lines).toEqual([]);
  });

  it.each([
    [300, 552],
    [2_000, 3_886],
  ])(
    'of %i boxes and %i lines has no overlaps, lies within its bounds, and is the same each time',
    (count, links) => {
      const lines = random(count, links);
      const mixed = boxes(count).map((one, at) => (at % 7 === 0 ? box(one.id, 76) : one));
      const found = layout(mixed, lines);
      expect(overlaps(found)).toEqual([]);
      for (const { x, y, width, height } of found.boxes) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(found.width);
        expect(y - height / 2).toBeGreaterThanOrEqual(0);
        expect(y + height / 2).toBeLessThanOrEqual(found.height);
      }
      expect(layout(mixed, lines)).toEqual(found);
    },
  );

  it.each([
    ['a fan', (at: number) => line(0, at + 1)],
    ['a chain', (at: number) => line(at, at + 1)],
  ])('of %s of 2,000 boxes has no overlaps', (_, lineOf) => {
    const lines = Array.from({ length: 1_999 }, (_, at) => lineOf(at));
    expect(overlaps(layout(boxes(2_000), lines))).toEqual([]);
  });
});
