/**
 * Finds executions and standalone activities with something to settle. The server's report of their end is missing, a run has no
 * outcome, or a scheduled activity has no run. The same for every dialect. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { AskedActivity, KnownRun, UnsettledActivity, UnsettledExecution } from '../interface/settling';
import type { Schema } from '../schema';
import type { Store } from '../store';

/** Returns one page in the order of recording; see {@link Store.unsettled}. */
export async function readUnsettled(
  db: Kysely<Schema>,
  query: Parameters<Store['unsettled']>[0],
): ReturnType<Store['unsettled']> {
  const executions = await db
    .selectFrom('execution')
    .select(['id', 'run_id', 'namespace', 'workflow_id', 'start', 'observed', 'settled'])
    .where('id', '>', query.after ?? 0)
    .where(({ eb, or, exists, selectFrom }) =>
      or([
        eb('settled', 'is', null),
        exists(
          selectFrom('asked_activity')
            .select('asked_activity.time')
            .whereRef('asked_activity.execution_id', '=', 'execution.id')
            .where('asked_activity.time', '<', query.opened_before),
        ),
        exists(
          selectFrom('run')
            .select('run.seq')
            .whereRef('run.execution_id', '=', 'execution.id')
            .where((run) =>
              run.not(
                run.exists(run.selectFrom('settled as s').select('s.seq').whereRef('s.seq', '=', 'run.seq')),
              ),
            ),
        ),
      ]),
    )
    .orderBy('id')
    .limit(query.limit)
    .execute();
  const ids = executions.map(({ id }) => id);
  const runs = await unsettledRuns(db, ids, query.opened_before);
  const asked = await askedActivities(db, ids, query.opened_before);
  const last = executions.at(-1);
  return {
    executions: executions.flatMap((row) => {
      const unsettled = toUnsettled(row, runs.get(row.id), query.opened_before);
      return unsettled ? { ...unsettled, asked: asked.get(row.id) ?? [] } : [];
    }),
    ...(last && executions.length === query.limit && { next: last.id }),
  };
}

interface RunsOf {
  all: KnownRun[];
  unsettled: number;
  /** True if one of its runs without an outcome opened only recently. */
  young: boolean;
}

/** Returns all runs of the executions, settled ones too: a settled attempt can show which one was the last. */
async function unsettledRuns(
  db: Kysely<Schema>,
  ids: readonly number[],
  opened_before: number,
): Promise<Map<number, RunsOf>> {
  if (ids.length === 0) return new Map();
  const rows = await knownRuns(db)
    .where('run.execution_id', 'in', [...ids])
    .execute();
  return grouped(rows, (row) => row.execution_id as number, opened_before);
}

/** The facts name the worker. They are read for runs that must be judged, and for each run of a local activity. */
function knownRuns(db: Kysely<Schema>) {
  return db
    .selectFrom('run')
    .innerJoin('kind', 'kind.id', 'run.kind_id')
    .leftJoin('stop', 'stop.seq', 'run.seq')
    .leftJoin('settled', 'settled.seq', 'run.seq')
    .select([
      'run.execution_id',
      'run.uid',
      'run.time',
      'run.activity_id',
      'run.attempt',
      'run.scheduled_time',
    ])
    .select(['kind.is_local', 'kind.namespace', 'stop.exit_status as observed', 'settled.seq as settled'])
    .select(sql<string | null>`CASE WHEN settled.seq IS NULL OR kind.is_local THEN run.facts END`.as('facts'))
    .orderBy('run.seq');
}

type KnownRow = Awaited<ReturnType<ReturnType<typeof knownRuns>['execute']>>[number];

function grouped<Row extends KnownRow, Key>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
  opened_before: number,
): Map<Key, RunsOf> {
  const groups = new Map<Key, RunsOf>();
  for (const row of rows) {
    const key = keyOf(row);
    const of = groups.get(key) ?? { all: [], unsettled: 0, young: false };
    groups.set(key, of);
    of.all.push(knownRun(row));
    if (row.settled !== null) continue;
    of.unsettled += 1;
    if (row.time >= opened_before) of.young = true;
  }
  return groups;
}

function knownRun(row: KnownRow): KnownRun {
  const { uid, time, activity_id, attempt, scheduled_time, observed } = row;
  const worker_identity = row.facts === null ? undefined : JSON.parse(row.facts).temporal?.worker?.identity;
  return {
    uid,
    time,
    activity_id,
    attempt,
    is_local: Boolean(row.is_local),
    scheduled_time,
    settled: row.settled !== null,
    ...(worker_identity && { worker_identity }),
    ...(observed && { observed }),
  };
}

/** Returns one page of standalone activities; see {@link Store.unsettledStandalone}. */
export async function readUnsettledStandalone(
  db: Kysely<Schema>,
  query: Parameters<Store['unsettledStandalone']>[0],
): ReturnType<Store['unsettledStandalone']> {
  const page = await db
    .selectFrom('run')
    .leftJoin('settled', 'settled.seq', 'run.seq')
    .select(['run.seq', 'run.activity_run_id'])
    .where('run.activity_run_id', 'is not', null)
    .where('settled.seq', 'is', null)
    .where('run.seq', '>', query.after ?? 0)
    .orderBy('run.seq')
    .limit(query.limit)
    .execute();
  const last = page.at(-1);
  const next = last && page.length === query.limit ? { next: last.seq } : {};
  const ids = [...new Set(page.map((row) => row.activity_run_id as string))];
  if (ids.length === 0) return { activities: [], ...next };
  const rows = await knownRuns(db)
    .select('run.activity_run_id')
    .where('run.activity_run_id', 'in', ids)
    .execute();
  const named = new Map(rows.map((row) => [row.activity_run_id as string, row]));
  const groups = grouped(rows, (row) => row.activity_run_id as string, query.opened_before);
  const activities: UnsettledActivity[] = [];
  for (const [activity_run_id, { all, young }] of groups) {
    const { namespace, activity_id } = named.get(activity_run_id) as KnownRow;
    if (!young) activities.push({ namespace, activity_id, activity_run_id, runs: all });
  }
  return { activities, ...next };
}

async function askedActivities(
  db: Kysely<Schema>,
  ids: readonly number[],
  opened_before: number,
): Promise<Map<number, UnsettledExecution['asked']>> {
  const byExecution = new Map<number, UnsettledExecution['asked']>();
  if (ids.length === 0) return byExecution;
  const rows = await db
    .selectFrom('asked_activity as a')
    .select(['a.execution_id', 'a.document'])
    .select(({ exists, selectFrom }) =>
      exists(
        selectFrom('run')
          .select('run.seq')
          .whereRef('run.execution_id', '=', 'a.execution_id')
          .whereRef('run.activity_id', '=', 'a.activity_id'),
      ).as('recorded'),
    )
    .where('a.execution_id', 'in', [...ids])
    .where('a.time', '<', opened_before)
    .orderBy('a.time')
    .execute();
  for (const { execution_id, document, recorded } of rows) {
    const of = byExecution.get(execution_id) ?? [];
    byExecution.set(execution_id, of);
    of.push({ ...(JSON.parse(document) as AskedActivity), recorded: Boolean(recorded) });
  }
  return byExecution;
}

interface ExecutionRow {
  run_id: string;
  namespace: string;
  workflow_id: string;
  start: string | null;
  observed: string | null;
  settled: string | null;
}

function toUnsettled(
  row: ExecutionRow,
  runs: RunsOf | undefined,
  opened_before: number,
): Omit<UnsettledExecution, 'asked'> | undefined {
  if (runs?.young) return undefined;
  const start = row.start === null ? undefined : JSON.parse(row.start);
  if (!runs?.unsettled && start && start.start_time >= opened_before) return undefined;
  return {
    namespace: row.namespace,
    workflow_id: row.workflow_id,
    run_id: row.run_id,
    has_start: start !== undefined,
    closed: row.settled !== null,
    ...(row.observed !== null && { observed: JSON.parse(row.observed) }),
    runs: runs?.all ?? [],
  };
}
