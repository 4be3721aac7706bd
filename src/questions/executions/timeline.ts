/**
 * The timeline of an execution: a row for each activity with its attempts, and for each child; its decisions;
 * the time axis. Node only.
 * @module
 */
import type { DecisionKind } from '../../model/decision';
import type { ExecutionRecord } from '../../model/execution';
import type { TimelineQuery } from '../../store/interface/outline';
import type { Scope } from '../scope';
import { endOf, executionStatus } from '../status';
import { type AxisPart, axisOf, FOLDING } from './axis';
import { familyOf } from './family';
import { BAD_ENDS, type OutlineRow, rowsOf } from './rows';

/** The most decisions that are marked on a timeline. */
const MAX_MARKS = 500;
/** The most idle spans that are considered: the longest ones. */
const MAX_IDLE = 400;

/** States of activities by which a timeline can be filtered. */
export const TIMELINE_STATES = ['failed', 'retried', 'open'] as const;

/** Selects a part of a timeline. */
export interface TimelineWanted {
  state?: (typeof TIMELINE_STATES)[number];
  activity_type?: string;
  text?: string;
  /** UNIX seconds. The axis begins here, and rows that ended before are left out. */
  from?: number;
  to?: number;
  /** True if idle spans are not folded. */
  unfolded?: boolean;
  skip: number;
  limit: number;
}

/** A decision on the axis. */
export interface TimelineMark {
  kind: DecisionKind;
  name?: string;
  time: number;
}

/** A part of a timeline. */
export interface Timeline {
  /** Temporal's run id. */
  run_id: string;
  status: string;
  /** The axis's ends, UNIX seconds. */
  begin: number;
  end: number;
  /** The end of the whole timeline: the close of the execution, or now. */
  until: number;
  since: number;
  axis: AxisPart[];
  marks: TimelineMark[];
  rows: OutlineRow[];
  /** Rows before this part. */
  skipped: number;
  /** The number of all rows that pass the filter. */
  total: number;
}

/** Reads the selected part. */
export async function timelineOf(
  { store }: Scope,
  execution: ExecutionRecord,
  wanted: TimelineWanted,
): Promise<Timeline> {
  const { run_id, start_time: since } = execution.start;
  const until = Math.max(since, endOf(execution)?.close_time ?? Date.now() / 1000);
  const begin = wanted.from ?? since;
  const end = Math.max(begin + 1e-3, wanted.to ?? until);
  const family = await familyOf(store, execution, { own: false });
  const executions = family.executions.map(({ id }) => id);
  const part = await store.outline.timeline({ run_id, ...queryOf(wanted) });
  const idle = wanted.unfolded
    ? []
    : await store.outline.idle({
        executions,
        from: begin,
        to: end,
        least_s: FOLDING.least_s,
        limit: MAX_IDLE,
      });
  const decisions = await store.decisions(run_id);
  return {
    run_id,
    status: executionStatus(execution),
    begin,
    end,
    since,
    until,
    axis: axisOf(begin, end, idle),
    marks: decisions
      .filter(({ time }) => time >= begin && time <= end)
      .slice(0, MAX_MARKS)
      .map(({ kind, name, time }) => ({ kind, ...(name !== undefined && { name }), time })),
    rows: await rowsOf(store, part.entries, family),
    skipped: wanted.skip,
    total: part.total,
  };
}

function queryOf({ state, activity_type, text, from, to, skip, limit }: TimelineWanted) {
  const query: Omit<TimelineQuery, 'run_id'> = {
    ...(state === 'failed' && { ends: BAD_ENDS }),
    ...(state === 'retried' && { retried: true }),
    ...(state === 'open' && { open: true }),
    ...(activity_type && { activity_type }),
    ...(text && { text }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    skip,
    limit,
  };
  return query;
}
