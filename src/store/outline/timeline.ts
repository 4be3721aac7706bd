/**
 * A part of an execution's timeline: its activities with their attempts, and its children, by the time at which each began. Node
 * only.
 * @module
 */
import type {
  ExecutionOutline,
  RunEnds,
  RunOutline,
  TimelineEntry,
  TimelinePart,
  TimelineQuery,
} from '../interface/outline';
import { factsOf, type Nullable } from '../lineage/rows';
import type { SearchDialect, SearchSource } from '../search/dialect';
import { type Fragment, join, list, raw, sql } from '../search/fragment';
import { activitiesOf, contains, ENDS, endedSo, ofLab, texts } from './fragments';
import { EXECUTION_COLUMNS, withEnds } from './totals';

/** The attempts of an activity that are returned. If there are very many, only the first and the last. */
const ATTEMPTS = { first: 20, last: 10 };

/** One entry in the order of a timeline: an activity with the numbers of its runs, or a child. */
interface Key {
  child: number | null;
  activity_id: string | null;
  first: number | null;
  attempts: number | null;
  total: number;
}

/** Returns the part that a query names. */
export async function readTimeline(source: SearchSource, query: TimelineQuery): Promise<TimelinePart> {
  const { dialect } = source;
  const own = sql`SELECT id FROM execution WHERE run_id = ${dialect.literal(query.run_id, 'indexed')}`;
  const children_there = await hasChildren(source, query.run_id);
  const keys = await source.rows<Key>(keysOf(dialect, own, query, children_there));
  const runs = await readRuns(source, sql`r.execution_id = (${own}) AND ${ofLab(dialect, query.lab)}`, keys);
  const children = await readChildren(
    source,
    keys.flatMap(({ child }) => child ?? []),
  );
  return { entries: keys.flatMap((key) => entryOf(key, runs, children)), total: Number(keys[0]?.total ?? 0) };
}

function entryOf(
  key: Key,
  runs: ReadonlyMap<string, RunOutline[]>,
  children: ReadonlyMap<number, ExecutionOutline>,
): TimelineEntry[] {
  const child = key.child === null ? undefined : children.get(key.child);
  if (child) return [{ child }];
  const own = runs.get(key.activity_id ?? '');
  return own ? [{ attempts: Number(key.attempts), runs: own }] : [];
}

/**
 * Selects entries, ordered by the time at which each began. Without children they are ordered by recording, which needs no read
 * of the runs.
 */
function keysOf(dialect: SearchDialect, own: Fragment, query: TimelineQuery, children: boolean): Fragment {
  const looks = children || query.to !== undefined;
  const activities = sql`SELECT ${raw(children ? 'b.time' : '0')} AS at, 0 AS kind, ${raw(NO_NUMBER)} AS child, m.activity_id, m.first, m.attempts
      FROM mine m ${looks ? sql`${dialect.join} run b ON b.seq = m.first` : raw('')}
        ${isPlain(query) ? raw('') : sql`${dialect.join} run r ON r.seq = m.last JOIN kind k ON k.id = r.kind_id ${ENDS}`}
      WHERE ${join(activityTests(dialect, query), 'AND', dialect.yes)}`;
  const below = sql`UNION ALL
      SELECT coalesce(e.start_time, 0), 1, e.id, NULL, NULL, NULL FROM ${dialect.table('execution', 'e', 'execution_parent')}
      WHERE e.parent_run_id = ${dialect.literal(query.run_id, 'indexed')}
        AND ${join(childTests(dialect, query), 'AND', dialect.yes)}`;
  return sql`WITH ${activitiesOf(dialect, own, query.lab)}, kept AS (${activities} ${children ? below : raw('')})
    SELECT child, activity_id, first, attempts, count(*) OVER () AS total FROM kept
    ORDER BY at, kind, first, child LIMIT ${query.limit} OFFSET ${query.skip}`;
}

/** A null number, typed for both databases. */
const NO_NUMBER = 'CAST(NULL AS bigint)';

async function hasChildren(source: SearchSource, run_id: string): Promise<boolean> {
  const { dialect } = source;
  const rows = await source.rows(
    sql`SELECT 1 AS one FROM ${dialect.table('execution', 'e', 'execution_parent')}
      WHERE e.parent_run_id = ${dialect.literal(run_id, 'indexed')} LIMIT 1`,
  );
  return rows.length > 0;
}

/** True if the query needs only `mine` and the first run. */
function isPlain({ ends, ended, open, activity_type, text, from }: TimelineQuery): boolean {
  return [ended ? undefined : ends, open, activity_type, text, from].every((one) => one === undefined);
}

function activityTests(dialect: SearchDialect, query: TimelineQuery): Fragment[] {
  const { ends, ended, retried, open, activity_type, text, from, to } = query;
  return [
    ...(ended ? [sql`m.last IN (${dialect.ids(ended)})`] : ends ? [endedSo(ends)] : []),
    ...(retried ? [sql`m.attempts > 1`] : []),
    ...(open ? [sql`o.seq IS NOT NULL`] : []),
    ...(activity_type !== undefined
      ? [sql`k.activity_type = ${dialect.literal(activity_type, 'indexed')}`]
      : []),
    ...(text ? [ofActivity(dialect, text)] : []),
    ...(from !== undefined ? [sql`coalesce(s.time, t.time, 9e12) >= ${from}`] : []),
    ...(to !== undefined ? [sql`b.scheduled_time <= ${to}`] : []),
  ];
}

function ofActivity(dialect: SearchDialect, text: string): Fragment {
  const message = dialect.fact(raw('s.document'), 'temporal.error.message', 'text');
  const type = dialect.fact(raw('s.document'), 'temporal.error.type', 'text');
  const error = sql`s.exit_status <> 'success' AND (${contains(dialect, type, text)} OR ${contains(dialect, message, text)})`;
  const tests = [
    contains(dialect, raw('k.activity_type'), text),
    sql`m.activity_id = ${dialect.literal(text, 'indexed')}`,
    sql`CAST(r.scan_id AS text) = ${dialect.literal(text, 'stored')}`,
    ...(/^[0-9a-f-]{6,}$/i.test(text) ? [contains(dialect, raw('r.uid'), text)] : []),
    sql`(${error})`,
  ];
  return join(tests, 'OR', dialect.no);
}

function childTests(dialect: SearchDialect, query: TimelineQuery): Fragment[] {
  const { ends, retried, open, activity_type, text, from, to } = query;
  return [
    ...(ends ? [sql`e.status IN (${texts(ends.outcomes)})`] : []),
    ...(retried || activity_type !== undefined ? [dialect.no] : []),
    ...(open ? [sql`e.status IS NULL`] : []),
    ...(text
      ? [
          join(
            ['workflow_id', 'workflow_type'].map((name) => contains(dialect, raw(`e.${name}`), text)),
            'OR',
            dialect.no,
          ),
        ]
      : []),
    ...(from !== undefined ? [sql`coalesce(e.close_time, 9e12) >= ${from}`] : []),
    ...(to !== undefined ? [sql`e.start_time <= ${to}`] : []),
  ];
}

/** Returns runs by the stored form of their activity id. */
async function readRuns(
  source: SearchSource,
  among: Fragment,
  keys: readonly Key[],
): Promise<ReadonlyMap<string, RunOutline[]>> {
  const once = keys.filter(({ attempts }) => Number(attempts) === 1).map(({ first }) => first!);
  const often = keys.filter(({ attempts }) => Number(attempts) > 1).map(({ activity_id }) => activity_id!);
  const seqs = [...once, ...(await attemptsOf(source, among, often))];
  const byActivity = new Map<string, RunOutline[]>();
  for (const row of await readRunRows(source, seqs)) {
    // Keys contain the stored form of the id too.
    const known = byActivity.get(row.activity_id!);
    const run = withEnds<RunOutline>(row);
    if (known) known.push(run);
    else byActivity.set(row.activity_id!, [run]);
  }
  return byActivity;
}

async function attemptsOf(
  source: SearchSource,
  among: Fragment,
  activities: readonly string[],
): Promise<number[]> {
  if (activities.length === 0) return [];
  const { dialect } = source;
  const rows = await source.rows<{ seq: number }>(
    sql`WITH nth AS (
        SELECT r.seq, row_number() OVER (PARTITION BY r.activity_id ORDER BY r.seq) AS n,
          row_number() OVER (PARTITION BY r.activity_id ORDER BY r.seq DESC) AS back
        FROM ${dialect.table('run', 'r', 'run_activity')}
        WHERE ${among} AND r.activity_id IN (${list(activities.map((id) => sql`${id}`))}))
      SELECT seq FROM nth WHERE n <= ${ATTEMPTS.first} OR back <= ${ATTEMPTS.last}`,
  );
  return rows.map(({ seq }) => seq);
}

type RunRow = Nullable<Omit<RunOutline, keyof RunEnds>> &
  Nullable<Omit<RunEnds, 'completes_async'>> & { under_way: number };

/** Returns runs by number, in the order in which they were recorded. */
async function readRunRows(source: SearchSource, seqs: readonly number[]): Promise<RunRow[]> {
  if (seqs.length === 0) return [];
  const { dialect } = source;
  return source.rows<RunRow>(
    sql`WITH wanted(seq) AS (${dialect.ids(seqs)})
      SELECT r.seq, r.uid, r.execution_id AS execution, r.activity_id, k.activity_type, r.attempt, r.scan_id, r.scheduled_time, r.time,
        s.time AS stop_time, s.exit_status, t.time AS settled_time, t.outcome, CASE WHEN o.seq IS NULL THEN 0 ELSE 1 END AS under_way
      FROM wanted w ${dialect.join} run r ON r.seq = w.seq JOIN kind k ON k.id = r.kind_id ${ENDS} ORDER BY r.seq`,
  );
}

async function readChildren(
  source: SearchSource,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ExecutionOutline>> {
  if (ids.length === 0) return new Map();
  const { dialect } = source;
  const rows = await source.rows<Nullable<ExecutionOutline>>(
    sql`WITH wanted(id) AS (${dialect.ids(ids)})
      SELECT ${EXECUTION_COLUMNS} FROM wanted w ${dialect.join} execution e ON e.id = w.id`,
  );
  return new Map(rows.map((row) => [row.id!, factsOf<ExecutionOutline>(row)]));
}
