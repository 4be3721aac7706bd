/**
 * Boxes of the drawing: the shape shows the kind, colour and sign show the state. Node only.
 * @module
 */
import type { Box, Side } from '../../../../questions/lineage/map/map-answers';
import { toneOfNode } from '../../../../questions/lineage/map/table';
import { toneOf } from '../../../../questions/status';
import type { Addresses } from '../address';
import type { BoxSize, PlacedBox } from '../layout/geometry';
import { boxTitle, boxWords, countText } from './names';

/** Pixels. */
const BOX = { width: 204, height: 58, line: 18, fold: 16, cut: 18, handle: 24 } as const;

/** Returns the size of a box. */
export function boxSize(box: Box): BoxSize {
  const { durations } = boxWords(box);
  return { id: box.id, width: BOX.width, height: BOX.height + (durations === undefined ? 0 : BOX.line) };
}

/** A box with its handles. */
export function BoxShape({ box, at, addresses }: { box: Box; at: PlacedBox; addresses: Addresses }) {
  const { id, node, count, kind, focus } = box;
  const words = boxWords(box);
  const title = boxTitle(box);
  const top = at.y - at.height / 2;
  const many = count > 1 && kind !== 'attempts';
  const isChosen = addresses.input.node === id;
  const removed = node.type === 'run' && node.removed !== undefined;
  const classes = [
    'box',
    node.type,
    toneOfBox(box),
    focus && 'focus',
    isChosen && 'chosen',
    removed && 'removed',
  ];
  return (
    <g class={classes.filter(Boolean).join(' ')} data-id={id} transform={`translate(${at.x} ${top})`}>
      <a href={addresses.chosen(id)} id={focus ? 'focus' : undefined}>
        <title>{title}</title>
        {focus && <rect class="ring" x={-6} y={-6} width={at.width + 12} height={at.height + 12} rx={15} />}
        {many && <path class="shape behind" d={outline(node.type, at)} transform="translate(8 -8)" />}
        {many && <path class="shape behind" d={outline(node.type, at)} transform="translate(4 -4)" />}
        <path class="shape" d={outline(node.type, at)} />
        {node.type === 'artifact' && (
          <path class="corner" d={`M${at.width - BOX.fold} 0V${BOX.fold}H${at.width}`} />
        )}
        <svg x={14} y={0} width={at.width - 24} height={at.height} aria-hidden="true">
          <text class="name" y={24}>
            {words.name}
          </text>
          <text class="fact" y={44}>
            {words.state && <tspan class="state">{words.state.text}</tspan>}
            {words.state && words.facts && ' · '}
            {words.facts}
          </text>
          {words.durations && (
            <text class="fact" y={62}>
              {words.durations}
            </text>
          )}
        </svg>
      </a>
      <Handle side="up" box={box} at={at} addresses={addresses} />
      <Handle side="down" box={box} at={at} addresses={addresses} />
    </g>
  );
}

function toneOfBox({ states, node, count }: Box): string {
  if (count === 1 || node.type === 'artifact') return toneOfNode(node);
  const bad = Object.keys(states).find((state) => toneOf(state) === 'bad');
  return bad ? 'bad' : toneOfNode(node);
}

/** Returns the outline: runs are rounded, data is a sheet with a folded corner, executions are hexagons. */
function outline(type: Box['node']['type'], { width, height }: BoxSize): string {
  switch (type) {
    case 'run':
      return `M10 0H${width - 10}Q${width} 0 ${width} 10V${height - 10}Q${width} ${height} ${width - 10} ${height}H10Q0 ${height} 0 ${height - 10}V10Q0 0 10 0Z`;
    case 'artifact':
      return `M2 0H${width - BOX.fold}L${width} ${BOX.fold}V${height}H0V0Z`;
    case 'execution':
      return `M12 0H${width - 12}L${width} ${height / 2}L${width - 12} ${height}H12L0 ${height / 2}Z`;
  }
}

/** The number of hidden nodes on a side, with a link that shows them. */
function Handle({ side, box, at, addresses }: { side: Side; box: Box; at: PlacedBox; addresses: Addresses }) {
  const more = side === 'up' ? box.more_up : box.more_down;
  if (!more) return null;
  const text = `+${countText(more)}`;
  const width = 16 + text.length * 8;
  const x = side === 'up' ? -width - 4 : at.width + 4;
  const y = at.height - BOX.handle - 1;
  const label = `Show ${countText(more)} more ${side === 'up' ? 'before' : 'after'} ${boxWords(box).name}`;
  return (
    <a class="handle" href={hrefOf(side, box, addresses)} aria-label={label}>
      <title>{label}</title>
      <rect x={x} y={y} width={width} height={BOX.handle} rx={12} />
      <text x={x + width / 2} y={y + 17} text-anchor="middle">
        {text}
      </text>
    </a>
  );
}

/** Returns the address that expands a box. For a box of several nodes it shows one more level, or the panel with their list. */
function hrefOf(side: Side, { id, count, node }: Box, addresses: Addresses): string {
  const { up, down } = addresses.input;
  if (count === 1) return addresses.opened(side, id);
  if (side === 'up' && node.depth === -up) return addresses.with({ up: up + 1 });
  if (side === 'down' && node.depth === down) return addresses.with({ down: down + 1 });
  return addresses.chosen(id);
}
