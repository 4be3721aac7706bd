/**
 * The ticks of an axis, with their texts. Node only.
 * @module
 */
import { type AxisPart, placeOn } from '../../../../questions/executions/axis';

/** Readable distances between ticks, in seconds. */
const STEPS_S = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
  3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000, 31_536_000,
];
/** The approximate number of ticks. */
const MANY = 8;

/** A tick. */
export interface Tick {
  /** UNIX seconds. */
  time: number;
  /** The position on the axis, from 0 to 1. */
  place: number;
  /** The text, such as `08:00:05` (UTC). A script shows local time. */
  text: string;
}

/** The minimum distance of two texts on the axis, by their length. */
const APART_CHARACTER = 0.012;

/** Returns the ticks of the unfolded parts. If there are none, returns the starts of the parts. */
export function ticksOf(axis: readonly AxisPart[]): Tick[] {
  const parts = axis.filter(({ idle }) => !idle);
  const ticks = parts.flatMap((part) => ticksWithin(axis, part));
  return apart(ticks.length > 0 ? ticks : parts.map(({ begin, from }) => tickAt(begin, from, 60)));
}

/** Returns the ticks that are far enough from the previous one. */
export function apart<Placed extends { place: number; text: string }>(all: readonly Placed[]): Placed[] {
  const kept: Placed[] = [];
  for (const one of all) {
    const last = kept.at(-1);
    if (!last || one.place - last.place >= one.text.length * APART_CHARACTER) kept.push(one);
  }
  return kept;
}

function tickAt(time: number, place: number, step_s: number): Tick {
  return { time, place, text: clock(time, step_s) };
}

function ticksWithin(axis: readonly AxisPart[], { begin, end, from, to }: AxisPart): Tick[] {
  const wanted = Math.floor((to - from) * MANY);
  if (wanted < 1) return [];
  const step_s = STEPS_S.find((step) => step >= (end - begin) / wanted) ?? STEPS_S.at(-1)!;
  const ticks: Tick[] = [];
  const first = Math.ceil(begin / step_s);
  for (let n = first; n * step_s <= end && ticks.length <= MANY * 2; n++) {
    const time = n * step_s;
    ticks.push(tickAt(time, placeOn(axis, time), step_s));
  }
  return ticks;
}

/** Returns the time of day with the precision of the step, or the date if steps are days. */
function clock(time: number, step_s: number): string {
  const date = new Date(time * 1000);
  if (Number.isNaN(date.getTime())) return '';
  const text = date.toISOString();
  if (step_s >= 86_400) return text.slice(0, 10);
  if (step_s >= 60) return text.slice(11, 16);
  return step_s >= 1 ? text.slice(11, 19) : text.slice(11, 23);
}
