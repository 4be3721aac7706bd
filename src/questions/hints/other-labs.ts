/**
 * If the requested lab lacks runs or values, finds other labs of the store that have them. Node only.
 * @module
 */

import type { LabRuns } from '../../store/read/counting/hints';
import type { Store } from '../../store/store';
import { counted } from '../words';

/** Counting stops at this number. */
const MANY_RUNS = 10_000;
const NAMED_LABS = 3;

/** `25 are in lab default (--lab default)`; undefined if no other lab has a run. */
export async function runsElsewhere(store: Store, lab: string): Promise<string | undefined> {
  const others = (await store.labRuns({ most: MANY_RUNS })).filter((one) => one.lab !== lab);
  if (others.length === 0) return undefined;
  const [first, ...rest] = others.sort((a, b) => b.runs - a.runs) as [LabRuns, ...LabRuns[]];
  const named = rest.slice(0, NAMED_LABS - 1).map((one) => `${countOf(one)} in lab ${nameOf(one.lab)}`);
  const more = others.length - 1 - named.length;
  return [
    `${countOf(first)} ${first.runs === 1 ? 'is' : 'are'} in lab ${nameOf(first.lab)} (--lab ${nameOf(first.lab)})`,
    ...named,
    ...(more > 0 ? [`others in ${counted(more, 'more lab')}`] : []),
  ].join(', ');
}

/** `labs a and b have a scan 1 (--lab a)`; undefined if no lab has it. */
export async function scanElsewhere(store: Store, lab: string, scan_id: number): Promise<string | undefined> {
  const others = (await store.labRuns({ most: 1, scan_id })).map((one) => one.lab);
  return labsWith(
    others.filter((one) => one !== lab),
    `a scan ${scan_id}`,
  );
}

/** `lab a has WHAT (--lab a)`; undefined if there is no such lab. */
export function labsWith(labs: readonly string[], what: string): string | undefined {
  const [first, second] = labs;
  if (first === undefined) return undefined;
  if (second === undefined) return `lab ${nameOf(first)} has ${what} (--lab ${nameOf(first)})`;
  const more = labs.length - NAMED_LABS;
  const named = labs.slice(0, NAMED_LABS).map(nameOf);
  const last = more > 0 ? counted(more, 'more', 'more') : named.pop()!;
  return `labs ${named.join(', ')} and ${last} have ${what} (--lab ${nameOf(first)})`;
}

/** Other labs whose stash has the key, or any key. */
export async function labsWithStash(store: Store, lab: string, key?: string): Promise<string | undefined> {
  const having: string[] = [];
  for (const other of (await store.labs()).filter((one) => one !== lab)) {
    const { values } = await store.stash(other);
    if (key === undefined ? Object.keys(values).length > 0 : Object.hasOwn(values, key)) having.push(other);
  }
  return labsWith(having, key === undefined ? 'values' : 'it');
}

/** Other labs whose stash was ever changed, in this key or in any. */
export async function labsWithHistory(store: Store, lab: string, key?: string): Promise<string | undefined> {
  const having: string[] = [];
  for (const other of (await store.labs()).filter((one) => one !== lab)) {
    if ((await store.stashHistory(other, { key, limit: 1 })).length > 0) having.push(other);
  }
  return labsWith(having, 'a history');
}

function countOf({ runs }: LabRuns): string {
  return runs < MANY_RUNS ? runs.toLocaleString('en-US') : `${MANY_RUNS.toLocaleString('en-US')} or more`;
}

/** The name in a form that can be typed again. */
function nameOf(lab: string): string {
  return /^[\w.-]+$/.test(lab) ? lab : `'${lab}'`;
}
