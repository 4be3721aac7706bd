/**
 * The drawing as SVG without inline styles: lines below, boxes above in reading order. Node only.
 *
 * This folder owns the contents and the look of a lineage drawing; `../layout` computes the positions.
 * @module
 */
import type { LineageMap } from '../../../../questions/lineage/map/map';
import type { Line } from '../../../../questions/lineage/map/map-answers';
import { counted } from '../../../../questions/words';
import type { Addresses } from '../address';
import { layout } from '../layout/layout';
import { LineShape } from './lines';
import { withoutParallel } from './parallel-lines';
import { BoxShape, boxSize } from './shapes';

/** The drawing of a map. */
export function Graph({ map, addresses }: { map: LineageMap; addresses: Addresses }) {
  const boxes = new Map(map.boxes.map((box) => [box.id, box]));
  const doubtful = new Set<Line>(map.doubtful);
  const lines = addresses.input.beside ? map.lines : withoutParallel(map).lines;
  const placed = layout(map.boxes.map(boxSize), [...lines, ...map.doubtful]);
  const inOrder = placed.boxes.toSorted((a, b) => a.rank - b.rank || a.y - b.y);
  const { width, height } = placed;
  const label = `Drawing: ${counted(map.boxes.length, 'box', 'boxes')}, ${counted(placed.lines.length, 'line')}. Earlier items are on the left. The table shows the same.`;
  return (
    <div class="map-frame">
      <section class="map" aria-label={label} tabindex={0}>
        <svg role="presentation" width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
          <defs>
            <marker
              id="head"
              viewBox="0 0 10 10"
              refX={9}
              refY={5}
              markerWidth={9}
              markerHeight={9}
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M0 0.5L10 5L0 9.5Z" />
            </marker>
          </defs>
          <g class="scene">
            {placed.lines.map((line) => (
              <LineShape
                placed={line}
                boxes={boxes}
                addresses={addresses}
                doubtful={doubtful.has(line.line)}
              />
            ))}
            {inOrder.map((at) => (
              <BoxShape box={boxes.get(at.id)!} at={at} addresses={addresses} />
            ))}
          </g>
        </svg>
      </section>
    </div>
  );
}
