/**
 * An execution's activities and children as a tree, attempts folded. Of many the first, the last and what failed. Node only.
 * @module
 */
import type { TimelineEntry, TimelineQuery } from '../../store/interface/outline';
import type { Store } from '../../store/store';
import { BAD_ENDS, type Family, type OutlineRow, rowsOf } from './rows';

/** Rows of one execution before some are left out; of a child half as many. */
const ROOM = 12;
const LEAST_ROOM = 4;
/** Rows of one execution where all are wanted. */
export const ALL_ROWS = 500;
/** Executions whose rows are shown below their parent's. */
const MAX_EXPANDED = 60;
const MAX_DEPTH = 20;

/** A row with what hangs below it. */
export interface TreeRow {
  row: OutlineRow;
  below?: Tree;
}

/** Rows of an execution. */
export interface Tree {
  rows: TreeRow[];
  /** Rows that are left out after the row with this index, and how many of these failed. */
  left?: { after: number; rows: number; failed: number };
}

/** The tree of an execution. `all`: as many rows as are read at all. */
export async function treeOf(store: Store, run_id: string, family: Family, all: boolean): Promise<Tree> {
  const budget = { executions: MAX_EXPANDED };
  return branchesOf({ store, family, budget, all }, run_id, { room: all ? ALL_ROWS : ROOM, depth: 0 });
}

interface Reading {
  store: Store;
  family: Family;
  budget: { executions: number };
  all: boolean;
}

async function branchesOf(
  reading: Reading,
  run_id: string,
  { room, depth }: { room: number; depth: number },
): Promise<Tree> {
  const { store, family, budget, all } = reading;
  const { entries, left } = await keptOf(store, run_id, { room, first: all ? room - ROOM : 2 });
  const rows: TreeRow[] = [];
  for (const row of await rowsOf(store, entries, family)) {
    const expand = 'run_id' in row && depth < MAX_DEPTH && budget.executions > 0;
    if (expand) budget.executions--;
    const below = { room: all ? room : Math.max(LEAST_ROOM, room >> 1), depth: depth + 1 };
    rows.push({ row, ...(expand && { below: await branchesOf(reading, row.run_id, below) }) });
  }
  return { rows, ...(left && { left }) };
}

/** The first ones, the last two, and of the rest what failed, as far as there is room. */
async function keptOf(store: Store, run_id: string, { room, first }: { room: number; first: number }) {
  const read = (query: Omit<TimelineQuery, 'run_id'>) => store.outline.timeline({ run_id, ...query });
  const head = await read({ skip: 0, limit: room });
  if (head.total <= room) return { entries: head.entries };
  const failed = await read({ ends: BAD_ENDS, skip: 0, limit: room });
  const tail = await read({ skip: Math.max(0, head.total - 2), limit: 2 });
  const ends = [...head.entries.slice(0, first), ...tail.entries];
  const shown = new Set(ends.map(keyOf));
  const more = failed.entries.filter((entry) => !shown.has(keyOf(entry))).slice(0, room - ends.length);
  const entries = [...head.entries.slice(0, first), ...more, ...tail.entries];
  const keys = new Set(entries.map(keyOf));
  const failed_shown = failed.entries.filter((entry) => keys.has(keyOf(entry))).length;
  const left = {
    after: entries.length - 1 - tail.entries.length,
    rows: head.total - entries.length,
    failed: Math.max(0, failed.total - failed_shown),
  };
  return { entries, left };
}

function keyOf(entry: TimelineEntry): string {
  return 'child' in entry ? `child ${entry.child.run_id}` : entry.runs[0]!.uid;
}
