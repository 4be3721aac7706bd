/**
 * Producers in the lineage of a header: one entry for an execution and kind of evidence, with its activities as
 * ranges of their numbers. [isolate-safe]
 * @module
 */
import type { Predecessor } from '../model/documents';
import { LINEAGE_HEADER } from '../model/flow-limits';
import type { WireProducers } from './wire-lineage';

/** The producer of a part that is passed on. */
export interface Producer {
  /** Absent if the producer belongs to the execution whose history holds the header. */
  run_id?: string;
  /** Absent if the producer is the execution itself, which returned the value. */
  activity_id?: string;
  /** The update that returned it, if it was one. */
  update_id?: string;
  evidence: Predecessor['evidence'];
}

const EVIDENCE: ReadonlySet<unknown> = new Set(['identity', 'value', 'value-ambiguous']);
/** Temporal's own ids are never longer than a thousand characters. */
const MAX_ID_LENGTH = 1_000;
const NUMBER = /^(?:0|[1-9]\d{0,14})$/;

/** A key that is equal for equal producers. */
export function producerKey({ run_id, activity_id, update_id, evidence }: Producer): string {
  return `${evidence}\n${run_id ?? ''}\n${activity_id ?? '\n'}\n${update_id ?? '\n'}`;
}

/** Sorts producers in the order in which {@link writeProducers} numbers them. */
export function inOrder(producers: readonly Producer[]): Producer[] {
  if (producers.length < 2) return [...producers];
  return [...producers].sort(
    (a, b) =>
      compare(a.evidence, b.evidence) ||
      compare(a.run_id ?? '', b.run_id ?? '') ||
      rank(a) - rank(b) ||
      (rank(a) === 0 ? Number(a.activity_id) - Number(b.activity_id) : 0),
  );
}

/** Writes sorted producers as entries. */
export function writeProducers(producers: readonly Producer[]): WireProducers[] {
  const entries: WireProducers[] = [];
  for (let next = 0; next < producers.length; ) {
    const { run_id, evidence } = producers[next]!;
    const end = producers.findIndex(
      (other, at) => at > next && !(other.run_id === run_id && other.evidence === evidence),
    );
    const group = producers.slice(next, end < 0 ? undefined : end);
    entries.push({
      ...(run_id !== undefined && { run: run_id }),
      ...(evidence !== 'identity' && { evidence }),
      ...membersOf(group),
    });
    next += group.length;
  }
  return entries;
}

/** Reads entries of any form; `partial` if something cannot be read, or is too much. */
export function readProducers(entries: unknown): { producers: Producer[]; partial: boolean } {
  const read = { producers: [] as Producer[], partial: false };
  if (!Array.isArray(entries)) return { ...read, partial: true };
  for (const entry of entries as unknown[]) {
    if (typeof entry === 'object' && entry !== null) readEntry(entry as WireProducers, read);
    else read.partial = true;
  }
  const { producers, partial } = read;
  return {
    producers: producers.slice(0, LINEAGE_HEADER.most_producers),
    partial: partial || producers.length > LINEAGE_HEADER.most_producers,
  };
}

function readEntry(entry: WireProducers, read: { producers: Producer[]; partial: boolean }): void {
  const { run, evidence = 'identity', n, ids = [], updates = [], result } = entry;
  if (!EVIDENCE.has(evidence) || !isIds(ids) || !isIds(updates) || (run !== undefined && !isIds([run]))) {
    read.partial = true;
    return;
  }
  const base: Producer = { ...(run !== undefined && { run_id: run }), evidence };
  const add = (more: Partial<Producer>): void => {
    if (read.producers.length <= LINEAGE_HEADER.most_producers) read.producers.push({ ...base, ...more });
  };
  if (n !== undefined && !readRanges(n, add)) read.partial = true;
  for (const activity_id of ids) add({ activity_id });
  for (const update_id of updates) add({ update_id });
  if (result === true) add({});
}

/** False if the text is not a list of ranges. */
function readRanges(text: unknown, add: (producer: Pick<Producer, 'activity_id'>) => void): boolean {
  if (typeof text !== 'string' || !/^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/.test(text)) return false;
  for (const range of text.split(',')) {
    const [first = 0, last = first] = range.split('-').map(Number);
    const end = Math.min(last, first + LINEAGE_HEADER.most_producers);
    for (let id = first; id <= end; id += 1) add({ activity_id: String(id) });
  }
  return true;
}

function isIds(value: unknown): value is string[] {
  const isId = (id: unknown): boolean =>
    typeof id === 'string' && id.length > 0 && id.length <= MAX_ID_LENGTH;
  return Array.isArray(value) && value.every(isId);
}

function membersOf(group: readonly Producer[]): WireProducers {
  const of = (wanted: number): Producer[] => group.filter((producer) => rank(producer) === wanted);
  const [numbers, names, updates, results] = [of(0), of(1), of(2), of(3)];
  return {
    ...(numbers.length > 0 && { n: rangesOf(numbers.map(({ activity_id }) => Number(activity_id))) }),
    ...(names.length > 0 && { ids: names.map(({ activity_id }) => activity_id!) }),
    ...(updates.length > 0 && { updates: updates.map(({ update_id }) => update_id!) }),
    ...(results.length > 0 && { result: true }),
  };
}

/** The ranges of ascending numbers. */
function rangesOf(numbers: readonly number[]): string {
  const ranges: string[] = [];
  let first = numbers[0]!;
  for (const [at, number] of numbers.entries()) {
    if (numbers[at + 1] === number + 1) continue;
    ranges.push(first === number ? String(number) : `${first}-${number}`);
    first = numbers[at + 1]!;
  }
  return ranges.join(',');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorts activities by number first, then those by name, updates, the result. */
function rank({ activity_id, update_id }: Producer): 0 | 1 | 2 | 3 {
  if (activity_id === undefined) return update_id === undefined ? 3 : 2;
  return NUMBER.test(activity_id) ? 0 : 1;
}
