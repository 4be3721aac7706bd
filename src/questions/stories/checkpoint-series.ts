/**
 * Numbers in the checkpoints of a run, as series: the measurements of a long run. [isolate-safe]
 * @module
 */
import { pathInto } from '../../lineage/json-path';
import { isJsonObject, type Json } from '../../model/json';
import type { Checkpoint } from '../../model/progress';

/** Numbers at one place of the checkpoints' details. */
export interface Series {
  /** `details[0].residual`; `simulated time (ms)`. */
  name: string;
  /** One number for each checkpoint; null if the checkpoint has none at the place. */
  values: (number | null)[];
}

/** Series over the same checkpoints. */
export interface CheckpointSeries {
  /** Number of each checkpoint. */
  index: number[];
  /** When each checkpoint ended, UNIX seconds. */
  time: number[];
  series: Series[];
  /** Places with numbers that are not among the series. */
  left_out: number;
}

const SIMULATED = 'simulated time (ms)';
/** Limits for the number of plots, and for the depth and entries that are read. */
const MOST = { series: 12, depth: 4, places: 200 } as const;

/** The series, those with the most numbers first. */
export function checkpointSeries(checkpoints: readonly Checkpoint[]): CheckpointSeries {
  const found = new Map<string, (number | null)[]>();
  for (const [at, checkpoint] of checkpoints.entries())
    for (const [name, value] of numbersOf(checkpoint)) {
      if (!found.has(name) && found.size >= MOST.places) continue;
      const values = found.get(name) ?? new Array<number | null>(checkpoints.length).fill(null);
      values[at] = value;
      found.set(name, values);
    }
  const all = [...found].map(([name, values]) => ({ name, values }));
  const count = ({ values }: Series) => values.filter((value) => value !== null).length;
  const series = all.sort((a, b) => count(b) - count(a)).slice(0, MOST.series);
  return {
    index: checkpoints.map(({ index }) => index),
    time: checkpoints.map(({ stop_time }) => stop_time),
    series,
    left_out: all.length - series.length,
  };
}

function* numbersOf({ details, t_stop_ms }: Checkpoint): Generator<[name: string, value: number]> {
  if (t_stop_ms !== undefined) yield [SIMULATED, t_stop_ms];
  for (const [at, value] of details.entries()) yield* numbersIn(value, pathInto('details', at), 0);
}

/** Skips digested values, whose numbers are not the lab's. */
function* numbersIn(value: Json, path: string, depth: number): Generator<[name: string, value: number]> {
  if (typeof value === 'number') yield [path, value];
  if (depth >= MOST.depth || typeof value !== 'object' || value === null) return;
  if (isJsonObject(value) && typeof value.digest === 'string' && typeof value.size_bytes === 'number') return;
  const entries: [string | number, Json][] = Array.isArray(value)
    ? value.slice(0, MOST.places).map((item, index) => [index, item])
    : Object.entries(value).slice(0, MOST.places);
  for (const [key, item] of entries) yield* numbersIn(item, pathInto(path, key), depth + 1);
}
