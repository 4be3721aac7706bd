/**
 * The axis and the background of a timeline: ticks, folded idle time, decisions. Node only.
 * @module
 */
import type { AxisPart } from '../../../../questions/executions/axis';
import { placeOn } from '../../../../questions/executions/axis';
import type { TimelineMark } from '../../../../questions/executions/timeline';
import { instant } from '../../../../questions/words';
import { tookText } from '../../../parts/words';
import { percent } from './row';
import { apart, ticksOf } from './ticks';

/** Decisions that end or reset an execution; the others are messages to it. */
const GRAVE = new Set(['cancel', 'terminate', 'reset']);

/** `<Axis axis={axis} />`: with a script, a span can be selected on it by mouse or keys. */
export function Axis({ axis }: { axis: readonly AxisPart[] }) {
  return (
    <div class="tl-head">
      <div class="tl-name soft">UTC</div>
      <svg class="tl-axis" aria-hidden="true">
        {apart(idleOf(axis)).map(({ place, text }, index) => (
          <text
            class={`tl-idle-text ${side(place)} ${index % 4 === 0 ? '' : 'tl-second'}`}
            x={percent(place)}
            y="36"
          >
            {text}
          </text>
        ))}
        {ticksOf(axis).map(({ time, place, text }, index) => (
          <text
            class={`tl-tick ${side(place)} ${index % 2 === 1 ? 'tl-second' : ''}`}
            x={percent(place)}
            y="16"
            data-at={time}
          >
            {text}
          </text>
        ))}
      </svg>
    </div>
  );
}

/** Returns the folded idle spans: middle and duration. */
function idleOf(axis: readonly AxisPart[]): { place: number; text: string }[] {
  return axis
    .filter(({ idle }) => idle)
    .map(({ begin, end, from, to }) => ({
      place: (from + to) / 2,
      text: `${tookText((end - begin) * 1000)} idle`,
    }));
}

/** Texts at the ends stay within the axis. */
function side(place: number): string {
  if (place < 0.04) return 'tl-first';
  return place > 0.96 ? 'tl-last' : '';
}

/** `<Background axis={axis} marks={marks} />` */
export function Background({ axis, marks }: { axis: readonly AxisPart[]; marks: readonly TimelineMark[] }) {
  return (
    <svg class="tl-background" aria-hidden="true">
      {axis
        .filter(({ idle }) => idle)
        .map(({ from, to }) => (
          <rect class="tl-idle" x={percent(from)} width={percent(to - from)} y="0" height="100%" />
        ))}
      {ticksOf(axis).map(({ place }) => (
        <line class="tl-grid" x1={percent(place)} x2={percent(place)} y1="0" y2="100%" />
      ))}
      {marks.map(({ time }) => (
        <line
          class="tl-mark"
          x1={percent(placeOn(axis, time))}
          x2={percent(placeOn(axis, time))}
          y1="0"
          y2="100%"
        />
      ))}
    </svg>
  );
}

/** `<Marks axis={axis} marks={marks} />`: the row of decisions; empty if there are none. */
export function Marks({ axis, marks }: { axis: readonly AxisPart[]; marks: readonly TimelineMark[] }) {
  if (marks.length === 0) return null;
  return (
    <div class="tl-row tl-marks">
      <div class="tl-name">
        <a href="#decisions">Decisions</a>
        <span class="soft">{marks.length}</span>
      </div>
      <svg class="tl-track" aria-hidden="true">
        {marks.map(({ kind, name, time }) => (
          <text class={GRAVE.has(kind) ? 'odd' : 'open'} x={percent(placeOn(axis, time))} y="17">
            {GRAVE.has(kind) ? '◈' : '◆'}
            <title>{`${[kind, name].filter(Boolean).join(' ')}, ${instant(time, 'milliseconds')}`}</title>
          </text>
        ))}
      </svg>
    </div>
  );
}
