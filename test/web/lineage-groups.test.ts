import { describe, expect, it } from 'vitest';
import type { LineageLink } from '../../src/questions/lineage/lineage-answers';
import { folded, unfolded, type WholeDrawing } from '../../src/questions/lineage/map/fold';
import { alike, attempts, steps } from '../../src/questions/lineage/map/groups';
import type { PlacedNode } from '../../src/questions/lineage/map/map-answers';

const run = (id: string, depth: number, more: object = {}): PlacedNode =>
  ({
    id,
    type: 'run',
    uid: id,
    label: id,
    depth,
    activity_type: 'reduce',
    status: 'completed',
    ...more,
  }) as PlacedNode;
const file = (id: string, depth: number, label = `/data/${id}.h5`): PlacedNode =>
  ({
    id,
    type: 'artifact',
    label,
    names: [label],
    depth,
    artifact_id: id,
    kind: 'file',
    time: 0,
  }) as PlacedNode;
const used = (from: string, to: string): LineageLink => ({ from, to, kind: 'used', evidence: 'uri' });
const made = (from: string, to: string): LineageLink => ({ from, to, kind: 'generated', evidence: 'uri' });
const NONE = { one: new Set<string>(), all: new Set<string>() };
const sizes = ({ boxes }: WholeDrawing) => boxes.map(({ id, count }) => [id, count]);

/** So many frames, each reduced by a run to a curve; a run `fit` uses all curves. */
function frames(count: number) {
  const numbers = Array.from({ length: count }, (_, i) => i);
  const nodes = numbers.flatMap((i) => [
    file(`raw${i}`, -3),
    run(`r${i}`, -2, { took_ms: i }),
    file(`curve${i}`, -1, `/c/${i}.csv`),
  ]);
  const links = numbers.flatMap((i) => [
    used(`raw${i}`, `r${i}`),
    made(`r${i}`, `curve${i}`),
    used(`curve${i}`, 'fit'),
  ]);
  return unfolded([...nodes, run('fit', 0, { activity_type: 'fit' })], links, ['fit']);
}

describe('nodes that are drawn as one', () => {
  it('are five or more of a kind with the same neighbours, whole chains too', () => {
    const drawing = frames(5);
    const found = folded(drawing, alike(drawing, NONE));
    expect(sizes(found)).toEqual([
      ['raw0', 5],
      ['r0', 5],
      ['curve0', 5],
      ['fit', 1],
    ]);
    expect(found.lines.map(({ from, to, count }) => [from, to, count])).toEqual([
      ['raw0', 'r0', 5],
      ['r0', 'curve0', 5],
      ['curve0', 'fit', 5],
    ]);
  });

  it('are not four', () => {
    const drawing = frames(4);
    expect(folded(drawing, alike(drawing, NONE)).boxes).toHaveLength(13);
  });

  it('exclude those with other boxes after them', () => {
    const nodes = [...'abcdefghij'].map((id) => file(id, -1));
    const links = [...'abcdefghij'].map((id, at) => used(id, at < 6 ? 'one' : 'two'));
    const drawing = unfolded([...nodes, run('one', 0), run('two', 0)], links, ['one', 'two']);
    expect(sizes(folded(drawing, alike(drawing, NONE)))).toEqual([
      ['a', 6],
      ['g', 1],
      ['h', 1],
      ['i', 1],
      ['j', 1],
      ['one', 1],
      ['two', 1],
    ]);
  });

  it('exclude the focus', () => {
    const nodes = [...'abcdef'].map((id) => file(id, 0));
    const drawing = unfolded(nodes, [], ['a']);
    expect(sizes(folded(drawing, alike(drawing, NONE)))).toEqual([
      ['a', 1],
      ['b', 5],
    ]);
  });

  it('release one with everything that only it leads to', () => {
    const drawing = frames(7);
    const found = folded(drawing, alike(drawing, { ...NONE, one: new Set(['r3']) }));
    expect(
      sizes(found)
        .filter(([, count]) => count === 1)
        .map(([id]) => id),
    ).toEqual(['raw3', 'r3', 'curve3', 'fit']);
    expect(found.boxes.filter(({ count }) => count === 6)).toHaveLength(3);
  });

  it('are drawn singly if one of them requires it', () => {
    const drawing = frames(6);
    const found = folded(drawing, alike(drawing, { ...NONE, all: new Set(['r2']) }));
    expect(found.boxes.map(({ count }) => count).sort()).toEqual([1, 1, 1, 1, 1, 1, 1, 6, 6]);
  });

  it('say how they ended and how long they took', () => {
    const drawing = frames(5);
    const box = folded(drawing, alike(drawing, NONE)).boxes.find(({ id }) => id === 'r0')!;
    expect(box).toMatchObject({ states: { completed: 5 }, quartiles_ms: [1, 2, 3] });
  });

  it('may be ten thousand', () => {
    const nodes = Array.from({ length: 10_000 }, (_, i) => file(`f${i}`, 1));
    const links = nodes.map(({ id }) => made('fit', id));
    const drawing = unfolded([run('fit', 0), ...nodes], links, ['fit']);
    expect(sizes(folded(drawing, alike(drawing, NONE)))).toEqual([
      ['fit', 1],
      ['f0', 10_000],
    ]);
  });
});

describe('attempts', () => {
  it('of one activity are one box, which shows the last', () => {
    const attempt = (n: number, status: string) =>
      run(`a${n}`, 0, { run_id: 'x', activity_id: '1', attempt: n, status });
    const drawing = unfolded(
      [attempt(1, 'failed, retried'), attempt(2, 'completed'), file('in', -1)],
      [used('in', 'a1'), used('in', 'a2')],
      ['a2'],
    );
    const found = folded(drawing, attempts(drawing));
    expect(found.boxes[0]).toMatchObject({ id: 'a2', kind: 'attempts', count: 2, focus: true });
    expect(found.lines).toMatchObject([{ from: 'in', to: 'a2', count: 2 }]);
  });
});

describe('the level of the plan', () => {
  it('has a box for each activity type and for data between them', () => {
    const drawing = frames(3);
    expect(sizes(folded(drawing, steps(drawing)))).toEqual([
      ['raw0', 3],
      ['r0', 3],
      ['curve0', 3],
      ['fit', 1],
    ]);
  });

  it('may contain a cycle', () => {
    const nodes = [
      run('a', 0),
      file('x', 1, '/x.csv'),
      run('b', 2, { activity_type: 'fit' }),
      file('y', 3, '/y.csv'),
      run('c', 4),
    ];
    const links = [made('a', 'x'), used('x', 'b'), made('b', 'y'), used('y', 'c')];
    const drawing = unfolded(nodes, links, ['a']);
    const found = folded(drawing, steps(drawing));
    expect(sizes(found)).toEqual([
      ['a', 2],
      ['x', 1],
      ['b', 1],
      ['y', 1],
    ]);
    expect(found.lines.map(({ from, to }) => `${from} ${to}`)).toEqual(['a x', 'x b', 'b y', 'y a']);
  });
});
