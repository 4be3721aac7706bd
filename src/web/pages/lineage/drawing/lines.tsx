/**
 * Lines of the drawing; their style shows the evidence. Node only.
 * @module
 */

import { LINK_WORDS } from '../../../../questions/lineage/evidence-words';
import type { Box, Line } from '../../../../questions/lineage/map/map-answers';
import { counted } from '../../../../questions/words';
import type { Addresses } from '../address';
import type { PlacedLine, Point } from '../layout/geometry';
import { boxWords } from './names';

/** The minimum length of the horizontal start of a curve, in pixels. */
const BEND = 24;

/** A line. Each kind of link between two boxes has its own line. */
export function LineShape(given: {
  placed: PlacedLine<Line>;
  boxes: ReadonlyMap<string, Box>;
  addresses: Addresses;
  doubtful: boolean;
}) {
  const { placed, boxes, addresses, doubtful } = given;
  const { line, points, back } = placed;
  const { from, to, kind, evidence, count } = line;
  const path = pathOf(points, back);
  const style = doubtful || evidence.endsWith('-ambiguous') ? 'ambiguous' : evidence;
  const words = (id: string) => boxWords(boxes.get(id)!).name;
  const many = count > 1 ? `, ${counted(count, 'link')}` : '';
  const title = `${words(from)} ${LINK_WORDS[kind]} ${words(to)}: ${evidence}${many}`;
  const middle = middleOf(points);
  return (
    <a
      class={`line ${style}${back ? ' back' : ''}`}
      href={addresses.line(from, to)}
      tabindex={-1}
      aria-label={title}
      data-from={from}
      data-to={to}
    >
      <title>{title}</title>
      <path class="reach" d={path} />
      <path class="stroke" d={path} marker-end="url(#head)" />
      {style === 'declared' && <path class="inner" d={path} />}
      {count > 1 && (
        <text class="count" x={middle.x} y={middle.y - 6} text-anchor="middle">
          × {count.toLocaleString('en-US')}
        </text>
      )}
    </a>
  );
}

/** Returns the path of a line: curves between columns, straight inside them. A backward line runs below its boxes. */
function pathOf(points: readonly Point[], back: boolean): string {
  const [start, ...rest] = points;
  if (back) {
    const [, low, , end] = points;
    const bend = 2 * BEND;
    return `M${start!.x} ${start!.y}C${start!.x + bend} ${start!.y} ${start!.x + bend} ${low!.y} ${start!.x} ${low!.y}L${end!.x} ${low!.y}C${end!.x - bend} ${low!.y} ${end!.x - bend} ${end!.y} ${end!.x} ${end!.y}`;
  }
  let last = start!;
  let path = `M${last.x} ${round(last.y)}`;
  for (const [at, point] of rest.entries()) {
    if (at % 2 === 1) path += `L${point.x} ${round(point.y)}`;
    else {
      const bend = Math.max(BEND, (point.x - last.x) / 2);
      path += `C${last.x + bend} ${round(last.y)} ${point.x - bend} ${round(point.y)} ${point.x} ${round(point.y)}`;
    }
    last = point;
  }
  return path;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

/** Returns the start of the first curve. */
function middleOf([a, b]: readonly Point[]): Point {
  return { x: round((a!.x + b!.x) / 2), y: round((a!.y + b!.y) / 2) };
}
