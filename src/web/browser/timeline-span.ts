/**
 * Selection of a span on the axis of a timeline: by dragging the mouse, or by keys (+ and - zoom, arrows move, 0 shows the
 * whole). The address has the selected span. Runs in a browser.
 * @module
 */
import { type AxisPart, timeAt } from './timeline-row.js';

/** The minimum drag distance, in pixels. */
const LEAST_PX = 6;
const SVG = 'http://www.w3.org/2000/svg';

/** Makes a span of the chart's axis selectable. */
export function chooseSpans(chart: HTMLElement): void {
  const head = chart.querySelector<HTMLElement>('.tl-head');
  const svg = chart.querySelector<SVGSVGElement>('.tl-axis');
  if (!head || !svg) return;
  const axis = JSON.parse(chart.dataset.axis ?? '[]') as AxisPart[];
  head.classList.add('chooses');
  head.tabIndex = 0;
  head.setAttribute('role', 'group');
  head.setAttribute('aria-label', 'Time axis: + and - zoom, arrows move, 0 shows the whole');
  head.addEventListener('keydown', (event) => onKey(event, chart));
  svg.addEventListener('pointerdown', (event) => draw(event, svg, axis));
}

function draw(event: PointerEvent, svg: SVGSVGElement, axis: readonly AxisPart[]): void {
  if (event.button !== 0 || axis.length === 0) return;
  const { left, width } = svg.getBoundingClientRect();
  const begin = event.clientX - left;
  const box = document.createElementNS(SVG, 'rect');
  box.setAttribute('class', 'tl-chosen');
  box.setAttribute('height', '100%');
  svg.prepend(box);
  svg.setPointerCapture(event.pointerId);
  const ends = (move: PointerEvent): [number, number] => {
    const at = Math.min(width, Math.max(0, move.clientX - left));
    return [Math.min(begin, at), Math.max(begin, at)];
  };
  const onMove = (move: PointerEvent): void => {
    const [from, to] = ends(move);
    box.setAttribute('x', String(from));
    box.setAttribute('width', String(to - from));
  };
  const onUp = (up: PointerEvent): void => {
    svg.removeEventListener('pointermove', onMove);
    box.remove();
    const [from, to] = ends(up);
    if (up.type === 'pointerup' && to - from >= LEAST_PX)
      go(timeAt(axis, from / width), timeAt(axis, to / width));
  };
  svg.addEventListener('pointermove', onMove);
  svg.addEventListener('pointerup', onUp, { once: true });
  svg.addEventListener('pointercancel', onUp, { once: true });
}

/** The keys follow the links that do the same. */
function onKey(event: KeyboardEvent, chart: HTMLElement): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const word = {
    '+': 'nearer',
    '=': 'nearer',
    '-': 'further',
    ArrowLeft: 'earlier',
    ArrowRight: 'later',
    0: 'whole',
  }[event.key];
  const link =
    word && chart.parentElement?.querySelector<HTMLAnchorElement>(`.tl-tools [data-span="${word}"]`);
  if (!link) return;
  event.preventDefault();
  location.assign(link.href);
}

function go(from: number, to: number): void {
  const url = new URL(location.href);
  url.searchParams.set('from', from.toFixed(3));
  url.searchParams.set('to', to.toFixed(3));
  url.searchParams.delete('skip');
  url.hash = 'timeline';
  location.assign(url);
}
