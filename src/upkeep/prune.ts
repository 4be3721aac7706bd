/**
 * Retention: deletes runs by age and filter, the newest first. When a run is checked, the heirs that can be deleted are already
 * deleted. If an heir remains, the run stays. Memory is bounded by a page. Node only.
 * @module
 */

import { columnOf } from '../filter/fields';
import type { Condition, Filter } from '../filter/filter';
import { RUN_FIELDS } from '../filter/run-fields';
import type { RunRecord } from '../model/documents';
import { runNode, runOfNode } from '../store/link-nodes';
import { checkpoint, logLine } from '../store/records/progress';
import type { StoredTable } from '../store/records/table';
import type { Store } from '../store/store';
import { marks, type UpkeepDatabase } from './database';
import { hasHeir } from './heirs';
import { emptyPruneCounts, type PruneCounts } from './prune-counts';
import { removeRuns } from './remove-runs';

/** Selects the runs to delete. */
export interface PruneRequest {
  /** UNIX seconds. Runs that opened later stay. */
  before: number;
  /** Only runs that pass it. */
  where?: Condition;
  lab?: string;
  /** The reason that is stored in the tombstones. */
  reason: string;
}

/** The position of the next page. */
interface PruneCursor {
  time: number;
  /** Runs of exactly this time that were already checked. */
  uids: string[];
}

/** Whether a run is deleted, or why it stays. */
export type Verdict = 'remove' | 'ancestor' | 'open' | 'newest';

/** Dependencies of a prune. */
export interface PruneParts {
  store: Store;
  database: UpkeepDatabase;
  page_size: number;
  /** Called for each run before anything is deleted. */
  judged?: (run: RunRecord, verdict: Verdict) => void;
  /** If set, nothing is deleted; it collects the nodes that would be. */
  dry?: Set<number>;
}

/** Prunes one page of runs in one transaction. */
export async function prunePage(
  parts: PruneParts,
  request: PruneRequest,
  after?: PruneCursor,
): Promise<{ counts: PruneCounts; next?: PruneCursor }> {
  const seen = new Set(after?.uids);
  const limit = parts.page_size + seen.size;
  const filter = filterOf(request, after);
  const found = await parts.store.runs({ filter, lab: request.lab, limit });
  const runs = found.filter(({ start }) => !seen.has(start.uid));
  const counts = emptyPruneCounts();
  const seqs = await judge(parts, runs, counts);
  if (!parts.dry) await removeRuns(parts.database, seqs, request.reason);
  const last = found.at(-1)?.start.time;
  if (last === undefined || found.length < limit) return { counts };
  const uids = found.filter(({ start }) => start.time === last).map(({ start }) => start.uid);
  return {
    counts,
    next: { time: last, uids: after?.time === last ? [...new Set([...seen, ...uids])] : uids },
  };
}

const TIME = columnOf(RUN_FIELDS, 'time');

function filterOf({ before, where }: PruneRequest, after: PruneCursor | undefined): Filter {
  const conditions: Condition[] = [{ op: 'compare', field: TIME, operator: '<', value: before }];
  if (after) conditions.push({ op: 'compare', field: TIME, operator: '<=', value: after.time });
  if (where) conditions.push(where);
  return { where: { op: 'and', conditions }, order: [{ field: TIME, direction: 'desc' }] };
}

/**
 * Decides which runs are deleted, newest first.
 * @returns their keys
 */
async function judge(
  { database, dry, judged }: PruneParts,
  runs: readonly RunRecord[],
  counts: PruneCounts,
): Promise<number[]> {
  if (runs.length === 0) return [];
  const uids = runs.map(({ start }) => start.uid);
  const rows = await database.query<{ seq: number; uid: string }>(
    `SELECT seq, uid FROM run WHERE uid IN (${marks(uids)})`,
    uids,
  );
  const seqs = new Map(rows.map(({ uid, seq }) => [uid, seq]));
  const [newest] = await database.query<{ seq: number }>('SELECT max(seq) AS seq FROM run');
  const going = new Set<number>();
  const bySeq = (run: RunRecord) => seqs.get(run.start.uid) ?? 0;
  for (const run of [...runs].sort((a, b) => bySeq(b) - bySeq(a))) {
    const seq = seqs.get(run.start.uid);
    if (seq === undefined) continue; // another process has deleted it meanwhile
    const stays = await hasHeir(database, runNode(seq), [going, dry ?? new Set()]);
    const verdict = verdictOn(run, stays, seq === newest?.seq);
    judged?.(run, verdict);
    if (verdict === 'remove') going.add(runNode(seq));
    counts[COUNTED[verdict]]++;
  }
  if (dry) for (const node of going) dry.add(node);
  return [...going].map(runOfNode);
}

function verdictOn(run: RunRecord, has_heirs: boolean, newest: boolean): Verdict {
  if (!run.stop && !run.settled) return 'open';
  if (has_heirs) return 'ancestor';
  // Keys are never reused: docs/design/store.md#taking-out.
  return newest ? 'newest' : 'remove';
}

const COUNTED = { remove: 'removed', ancestor: 'ancestors', open: 'open', newest: 'newest' } as const;

const ROWS_PER_STEP = 5_000;

/** Deletes checkpoints and log lines older than `before` (UNIX seconds) in steps. They may be deleted before their runs. */
export async function pruneProgress(
  database: UpkeepDatabase,
  before: number,
  dry = false,
): Promise<PruneCounts> {
  const counts = emptyPruneCounts();
  counts.checkpoints = await removeOld(database, checkpoint, before, dry);
  counts.log_lines = await removeOld(database, logLine, before, dry);
  return counts;
}

async function removeOld(
  database: UpkeepDatabase,
  { name, key, ages }: StoredTable,
  before: number,
  dry: boolean,
): Promise<number> {
  if (dry) {
    const [row] = await database.query<{ n: number }>(`SELECT count(*) AS n FROM ${name} WHERE ${ages} < ?`, [
      before,
    ]);
    return row?.n ?? 0;
  }
  const columns = key.join(', ');
  for (let total = 0; ; ) {
    const removed = await database.transaction((transaction) =>
      transaction.query(
        `DELETE FROM ${name} WHERE (${columns}) IN (SELECT ${columns} FROM ${name} WHERE ${ages} < ? LIMIT ${ROWS_PER_STEP}) RETURNING 1 AS one`,
        [before],
      ),
    );
    total += removed.length;
    if (removed.length < ROWS_PER_STEP) return total;
  }
}
