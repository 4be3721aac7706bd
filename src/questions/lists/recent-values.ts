/**
 * The values of fields in the latest runs, for suggestions and for narrowing a list with one click. The cost
 * does not depend on the size of the store. Node only.
 * @module
 */
import type { Literal } from '../../filter/fields';
import type { Json } from '../../model/json';
import type { Scope } from '../scope';
import { runColumns, runValues } from './columns';
import { type RunView, runsOf, runView } from './runs';

/** The most runs that are read. They cover the last days of most labs, and take a few milliseconds. */
const RECENT_RUNS = 300;
/** Longest text that is offered as a value. */
const CHOICE_CHARACTERS = 120;

/** A value with the number of runs that have it, among those that were read. */
export interface RecentValue {
  value: Literal;
  runs: number;
}

/** The result. */
export interface RecentValues {
  /** Runs that were read. */
  looked_at: number;
  /** Values by the name of their field, the most frequent first. */
  fields: { [name: string]: RecentValue[] };
}

/** The most frequent values of the given fields among the scope's newest runs. */
export async function recentValues(
  scope: Scope,
  names: readonly string[],
  most: number,
): Promise<RecentValues> {
  const columns = runColumns(names);
  const counts = new Map(names.map((name) => [name, new Map<Literal, number>()]));
  let looked_at = 0;
  for await (const run of runsOf(scope, { filter: {}, limit: RECENT_RUNS })) {
    looked_at += 1;
    count(runValues(runView(run) as RunView, columns), counts);
  }
  const fields = Object.fromEntries([...counts].map(([name, values]) => [name, inOrder(values, most)]));
  return { looked_at, fields };
}

function count(values: { [name: string]: Json }, counts: ReadonlyMap<string, Map<Literal, number>>): void {
  for (const [name, of] of counts)
    for (const value of choicesOf(values[name])) of.set(value, (of.get(value) ?? 0) + 1);
}

/** The values that a filter compares with: for an object its name, for a list its elements, once each. */
function choicesOf(value: Json | undefined): Set<Literal> {
  const found = new Set<Literal>();
  for (const one of Array.isArray(value) ? value : [value]) {
    const named = typeof one === 'object' && one !== null && !Array.isArray(one) ? one.name : one;
    if (typeof named === 'number' || typeof named === 'boolean') found.add(named);
    else if (typeof named === 'string' && named.length <= CHOICE_CHARACTERS) found.add(named);
  }
  return found;
}

function inOrder(values: ReadonlyMap<Literal, number>, most: number): RecentValue[] {
  const all = [...values].map(([value, runs]) => ({ value, runs }));
  return all.sort((a, b) => b.runs - a.runs || (String(a.value) < String(b.value) ? -1 : 1)).slice(0, most);
}
