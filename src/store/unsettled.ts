/**
 * Which executions have something to settle: the server's word on their end is missing, a run of theirs has no outcome, or an
 * activity that the workflow asked for has no run.
 * The same for every dialect. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import type { Schema } from './schema';
import type { AskedActivity, Store, UnsettledExecution } from './store';

/** One page, in the store's own order; see {@link Store.unsettled}. */
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

type RunsOf = { all: UnsettledExecution['runs']; young: boolean };

/** All runs of the executions, settled ones too: a settled attempt tells which other one was the last. */
async function unsettledRuns(
  db: Kysely<Schema>,
  ids: readonly number[],
  opened_before: number,
): Promise<Map<number, RunsOf>> {
  const byExecution = new Map<number, RunsOf>();
  if (ids.length === 0) return byExecution;
  const rows = await db
    .selectFrom('run')
    .innerJoin('kind', 'kind.id', 'run.kind_id')
    .leftJoin('stop', 'stop.seq', 'run.seq')
    .leftJoin('settled', 'settled.seq', 'run.seq')
    .select(['run.execution_id', 'run.uid', 'run.time', 'run.activity_id', 'run.attempt', 'kind.is_local'])
    .select(['stop.exit_status as observed', 'settled.seq as settled'])
    .where('run.execution_id', 'in', [...ids])
    .orderBy('run.seq')
    .execute();
  for (const { execution_id, settled, observed, is_local, ...run } of rows) {
    const of = byExecution.get(execution_id as number) ?? { all: [], young: false };
    byExecution.set(execution_id as number, of);
    if (settled !== null) continue;
    if (run.time >= opened_before) of.young = true;
    of.all.push({ ...run, is_local: Boolean(is_local), ...(observed && { observed }) });
  }
  return byExecution;
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
  if (!runs?.all.length && start && start.start_time >= opened_before) return undefined;
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
