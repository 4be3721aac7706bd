/**
 * An execution's activities and children as a tree, with folded attempts. If there are many, it shows the
 * first, the last and those that failed. Node only.
 * @module
 */
import type { TimelineEntry, TimelinePart } from '../../store/interface/outline';
import type { Store } from '../../store/store';
import { type Edges, edgesOf } from './edges';
import { BAD_ENDS, countsOf, type Family, membersOf, type OutlineRow, rowsOf } from './rows';

/** The most rows of one execution. If there are more, some are left out. A child gets half as many. */
const ROOM = 12;
const LEAST_ROOM = 4;
/** The most rows of one execution if all are wanted. */
export const ALL_ROWS = 500;
/** The most executions whose rows are shown below their parent's. */
const MAX_EXPANDED = 60;
const MAX_DEPTH = 20;

/** A row with the rows below it. */
export interface TreeRow {
  row: OutlineRow;
  below?: Tree;
}

/** Rows of an execution. */
export interface Tree {
  rows: TreeRow[];
  /** The rows that are left out after the row with this index, and how many of these failed. */
  left?: { after: number; rows: number; failed: number };
}

/**
 * The tree of an execution. `edges`: its first and last rows; at least {@link ALL_ROWS} and two if `all` are
 * wanted.
 */
export async function treeOf(
  store: Store,
  execution: { run_id: string; family: Family; edges: Edges },
  all: boolean,
): Promise<Tree> {
  const { run_id, family, edges } = execution;
  const reading = { store, family, budget: { executions: MAX_EXPANDED }, all };
  return branchesOf(reading, { run_id, edges }, { room: all ? ALL_ROWS : ROOM, depth: 0 });
}

interface Reading {
  store: Store;
  family: Family;
  budget: { executions: number };
  all: boolean;
}

async function branchesOf(
  reading: Reading,
  { run_id, edges }: { run_id: string; edges?: Edges },
  { room, depth }: { room: number; depth: number },
): Promise<Tree> {
  const { store, family, budget, all } = reading;
  const { entries, left } = await keptOf(reading, { run_id, edges }, room);
  const rows: TreeRow[] = [];
  for (const row of await rowsOf(store, entries, family)) {
    const expand = 'run_id' in row && depth < MAX_DEPTH && budget.executions > 0;
    if (expand) budget.executions--;
    const below = { room: all ? room : Math.max(LEAST_ROOM, room >> 1), depth: depth + 1 };
    rows.push({ row, ...(expand && { below: await branchesOf(reading, row, below) }) });
  }
  return { rows, ...(left && { left }) };
}

/** The first ones, the last two, and the failed ones of the rest, up to the limit. */
async function keptOf(
  { store, family, all }: Reading,
  { run_id, edges }: { run_id: string; edges?: Edges },
  room: number,
) {
  const { head, tail, total } = edges ?? (await edgesOf(store, run_id, { first: room, last: 2 }));
  if (total <= room) return { entries: head.slice(0, room) };
  const first = head.slice(0, all ? room - ROOM : 2);
  const last = (tail.length > 0 ? tail : head).slice(-2);
  const failed = await failedOf(store, { run_id, family }, room);
  const shown = new Set([...first, ...last].map(keyOf));
  const more = failed.entries
    .filter((entry) => !shown.has(keyOf(entry)))
    .slice(0, room - first.length - last.length);
  const entries = [...first, ...more, ...last];
  const keys = new Set(entries.map(keyOf));
  const failed_shown = failed.entries.filter((entry) => keys.has(keyOf(entry))).length;
  const left = {
    after: entries.length - 1 - last.length,
    rows: total - entries.length,
    failed: Math.max(0, failed.total - failed_shown),
  };
  return { entries, left };
}

/** Reads nothing if nothing failed. */
async function failedOf(
  store: Store,
  { run_id, family }: { run_id: string; family: Family },
  limit: number,
): Promise<TimelinePart> {
  const members = membersOf(family, run_id);
  const { failed } = countsOf(family.tallies, (execution) => members.has(execution));
  const child = family.executions.some((one) => one.parent_run_id === run_id);
  if (failed === 0 && !child) return { entries: [], total: 0 };
  const ended = family.all_failed ? family.failed : undefined;
  return store.outline.timeline({ run_id, ends: BAD_ENDS, ended, skip: 0, limit });
}

function keyOf(entry: TimelineEntry): string {
  return 'child' in entry ? `child ${entry.child.run_id}` : entry.runs[0]!.uid;
}
