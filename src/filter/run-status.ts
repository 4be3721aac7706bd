/**
 * The meaning of a run's statuses, as tests of what is recorded. [isolate-safe]
 * @module
 */
import { columnOf } from './fields';
import { type Condition, equals, type Predicate } from './filter';
import { RUN_FIELDS, type RUN_STATUSES } from './run-fields';

type RunStatus = (typeof RUN_STATUSES)[number];

/**
 * Temporal's outcome, and the exit status that the worker saw if there is no outcome. A status applies if one
 * of them matches.
 */
const MEANING: Readonly<Record<RunStatus, { outcome?: string; exit_status?: string }>> = {
  open: {},
  async: {},
  completed: { outcome: 'completed', exit_status: 'success' },
  failed: { outcome: 'failed', exit_status: 'fail' },
  aborted: { exit_status: 'abort' },
  timed_out: { outcome: 'timed_out' },
  canceled: { outcome: 'canceled' },
  lost: { outcome: 'lost' },
  retried: { outcome: 'superseded' },
};

/** The condition that holds for runs with this status. */
export function statusCondition(status: string): Condition {
  if (status === 'open') return all(absent('outcome'), absent('exit_status'));
  if (status === 'async') return all(isAsync(true), absent('outcome'));
  const { outcome, exit_status } = MEANING[status as RunStatus];
  const ways: Condition[] = [];
  if (outcome !== undefined) ways.push(equals(RUN_FIELDS, 'outcome', outcome));
  if (exit_status !== undefined)
    ways.push(all(equals(RUN_FIELDS, 'exit_status', exit_status), absent('outcome'), isAsync(false)));
  return ways.length === 1 ? ways[0]! : { op: 'or', conditions: ways };
}

function all(...conditions: Condition[]): Condition {
  return { op: 'and', conditions };
}

function absent(name: string): Predicate {
  return { op: 'is-null', field: columnOf(RUN_FIELDS, name), negated: false };
}

/** Only `true` is recorded. */
function isAsync(wanted: boolean): Predicate {
  return { op: 'is-null', field: columnOf(RUN_FIELDS, 'stop.temporal.completes_async'), negated: wanted };
}
