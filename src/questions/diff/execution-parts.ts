/**
 * Compares two executions part by part, their activities side by side. Pure. Node only.
 * @module
 */
import type { DataDocument } from '../../model/data';
import type { RunRecord } from '../../model/documents';
import type { ExecutionRecord } from '../../model/execution';
import type { Json } from '../../model/json';
import { endOf, executionStatus, statusOf } from '../status';
import { instant } from '../words';
import type { DiffHow, DiffPart, DiffRow, DiffSide } from './answer';
import { namedIn } from './data-rows';
import { errorRows } from './error-rows';
import { partOf, type SideValue, valueRows } from './part';
import { compareValues, type NamedPlaces, NOT_THERE } from './values';

/** An execution with the last attempts of its activities, oldest first. */
export interface ComparedExecution {
  execution: ExecutionRecord;
  runs: readonly RunRecord[];
  /** Data documents of these runs by uid, as far as they were read. */
  recorded: ReadonlyMap<string, DataDocument>;
}

/** All parts of two executions except code and metadata. */
export function executionParts(a: ComparedExecution, b: ComparedExecution): DiffPart[] {
  return [
    partOf('state', stateRows(a.execution, b.execution)),
    partOf('activities', activityRows(a, b)),
    partOf('arguments', valueRows('args', argsOf(a.execution), argsOf(b.execution))),
    partOf('result', valueRows('result', resultOf(a.execution), resultOf(b.execution))),
    partOf('circumstances', circumstances(a.execution, b.execution)),
  ];
}

function stateRows(a: ExecutionRecord, b: ExecutionRecord): DiffRow[] {
  return [
    ...compareValues('workflow', a.start.workflow_type, b.start.workflow_type),
    ...compareValues('status', executionStatus(a), executionStatus(b)),
    ...errorRows({ error: endOf(a)?.error }, { error: endOf(b)?.error }),
  ];
}

function argsOf({ start }: ExecutionRecord): SideValue {
  return start.args === undefined ? { unknown: 'not known' } : { value: start.args };
}

function resultOf(execution: ExecutionRecord): SideValue {
  const end = endOf(execution);
  return end ? { value: end.result?.[0] } : { unknown: 'not known: it is open' };
}

/**
 * Pairs activities of one type in the order in which they were scheduled. The first of one execution is paired
 * with the first of the other, and so on.
 */
function activityRows(a: ComparedExecution, b: ComparedExecution): DiffRow[] {
  const [one, two] = [byOccurrence(a.runs), byOccurrence(b.runs)];
  return [...new Set([...one.keys(), ...two.keys()])].map((name) => {
    const [left, right] = [one.get(name), two.get(name)];
    const row = { name, a: sideOf(left), b: sideOf(right) };
    if (!left || !right) return { ...row, how: left ? 'only_a' : 'only_b' };
    const named = { a: namedOf(a, left), b: namedOf(b, right) };
    return { ...row, ...judged(fieldsOf(left, right, named)) };
  });
}

function namedOf({ recorded }: ComparedExecution, { start }: RunRecord) {
  return namedIn(recorded.get(start.uid));
}

/** Compares two runs of one activity, except when and where they ran. */
function fieldsOf(a: RunRecord, b: RunRecord, named: NamedPlaces): [field: string, rows: DiffRow[]][] {
  const results = [a, b].map(({ stop }) => stop?.temporal?.result?.[0]) as [Json?, Json?];
  return [
    ['status', compareValues('status', statusOf(a), statusOf(b))],
    ['arguments', compareValues('args', a.start.temporal.args, b.start.temporal.args, named)],
    ['result', compareValues('result', results[0] ?? null, results[1] ?? null, named)],
    ['code', compareValues('code', codeOf(a), codeOf(b))],
  ];
}

function codeOf({ start }: RunRecord): Json {
  return start.provenance.code ?? null;
}

function judged(fields: readonly [string, DiffRow[]][]): Pick<DiffRow, 'how' | 'remark'> {
  const having = (wanted: (how: DiffHow) => boolean) =>
    fields.flatMap(([field, rows]) => (rows.some(({ how }) => wanted(how)) ? [field] : []));
  const differing = having((how) => how !== 'equal' && how !== 'unknown');
  if (differing.length > 0) return { how: 'different', remark: `differs in ${differing.join(', ')}` };
  const unknown = having((how) => how === 'unknown');
  if (unknown.length === 0) return { how: 'equal' };
  return { how: 'unknown', remark: `partly unknown: ${unknown.join(', ')}` };
}

function byOccurrence(runs: readonly RunRecord[]): Map<string, RunRecord> {
  const scheduled = runs.toSorted(
    (a, b) =>
      a.start.temporal.scheduled_time - b.start.temporal.scheduled_time ||
      (a.start.uid < b.start.uid ? -1 : 1),
  );
  const counts = new Map<string, number>();
  return new Map(
    scheduled.map((run) => {
      const type = run.start.temporal.activity_type;
      const n = (counts.get(type) ?? 0) + 1;
      counts.set(type, n);
      return [`${type} ${n}`, run];
    }),
  );
}

function sideOf(run: RunRecord | undefined): DiffSide {
  if (!run) return { missing: NOT_THERE };
  const { scan_id, uid } = run.start;
  return { value: `${statusOf(run)}${scan_id === undefined ? '' : `, scan ${scan_id}`}`, run: uid };
}

function circumstances(a: ExecutionRecord, b: ExecutionRecord): DiffRow[] {
  const [one, two] = [circumstancesOf(a), circumstancesOf(b)];
  return Object.keys(one).flatMap((name) => valueRows(name, { value: one[name] }, { value: two[name] }));
}

function circumstancesOf(execution: ExecutionRecord): Record<string, Json | undefined> {
  const { start } = execution;
  const closed = endOf(execution)?.close_time;
  return {
    workflow_id: start.workflow_id,
    run_id: start.run_id,
    namespace: start.namespace,
    task_queue: start.task_queue,
    began: instant(start.start_time, 'milliseconds'),
    ended: closed === undefined ? undefined : instant(closed, 'milliseconds'),
    attempt: start.attempt,
    schedule_id: start.schedule_id,
    build_id: start.build_id,
    parent_run_id: start.parent?.run_id,
  };
}
