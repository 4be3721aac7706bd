/**
 * Strings that occur in arguments of some runs and in earlier results. Node only.
 * @module
 */
import type { ArgumentValue, SeenValue } from '../../lineage/values';
import { groupedBy, keyList, type LinkDatabase } from './database';
import { type RunFacts, WORKER_COLUMNS, type WorkerRow, workerOf } from './run-facts';
import { VALUE_SIDES } from './run-values';

/** A string that occurs in more results of one execution is no evidence. */
const MOST_RESULTS = 100;

/** Values in the arguments of runs, and the other places where each value occurs. */
export interface KnownValues {
  /** Values by `seq` of their run. */
  values: ReadonlyMap<number, readonly ArgumentValue[]>;
  seen(run: RunFacts, digest: string): SeenValue;
}

const UNSEEN: SeenValue = { first_argument_time: Number.NEGATIVE_INFINITY, producers: [] };

/** Reads them for runs without predecessors. If the sandbox reports the flow, equal strings add nothing. */
export async function readKnownValues(db: LinkDatabase, runs: readonly RunFacts[]): Promise<KnownValues> {
  const silent = runs.filter(({ predecessors }) => predecessors.length === 0);
  const values = groupedBy(await readArguments(db, silent), ({ seq }) => seq);
  const executions = new Map(runs.map(({ seq, execution_id }) => [seq, execution_id!]));
  const wanted = new Map<string, [execution_id: number, digest: string]>();
  for (const [seq, of] of values) {
    const execution_id = executions.get(seq)!;
    for (const { digest } of of) wanted.set(`${execution_id} ${digest}`, [execution_id, digest]);
  }
  const seen = await readSeen(db, wanted);
  return {
    values,
    seen: ({ execution_id }, digest) => seen.get(`${execution_id} ${digest}`) ?? UNSEEN,
  };
}

async function readArguments(
  db: LinkDatabase,
  runs: readonly RunFacts[],
): Promise<(ArgumentValue & { seq: number })[]> {
  if (runs.length === 0) return [];
  const { sql, value } = keyList(
    db,
    runs.map(({ seq }) => seq),
  );
  return db.query(
    `SELECT a.seq, a.digest, a.path FROM ${sql} x CROSS JOIN run_value a WHERE a.seq = x.key AND a.side = ${VALUE_SIDES.args}`,
    value,
  );
}

interface ResultRow extends WorkerRow {
  i: number;
  path: string;
  time: number;
}

async function readSeen(
  db: LinkDatabase,
  wanted: ReadonlyMap<string, readonly [number, string]>,
): Promise<Map<string, SeenValue>> {
  if (wanted.size === 0) return new Map();
  const keys = [...wanted.keys()];
  const { sql, value } = db.list(
    { i: 'integer', execution_id: 'integer', digest: 'text' },
    [...wanted.values()].map(([execution_id, digest], i) => [i, execution_id, digest]),
  );
  const of = (side: number) =>
    `FROM run_value v WHERE v.execution_id = x.execution_id AND v.digest = x.digest AND v.side = ${side}`;
  const firsts = await db.query<{ i: number; first: number; results: number }>(
    `SELECT x.i, (SELECT min(v.time) ${of(VALUE_SIDES.args)}) AS first,
       (SELECT count(*) FROM (SELECT 1 ${of(VALUE_SIDES.result)} LIMIT ${MOST_RESULTS + 1}) q) AS results FROM ${sql} x`,
    value,
  );
  const distinctive = firsts.filter(({ results }) => Number(results) > 0 && Number(results) <= MOST_RESULTS);
  const producers = groupedBy(
    await readResults(
      db,
      distinctive.map(({ i }) => [i, ...wanted.get(keys[i]!)!]),
    ),
    ({ i }) => i,
  );
  return new Map(
    distinctive.map(({ i, first }) => {
      const rows = producers.get(i) ?? [];
      const by = rows.map((row) => ({ by: workerOf(row), path: row.path, time: row.time }));
      return [keys[i]!, { first_argument_time: first, producers: by }];
    }),
  );
}

/**
 * Returns SQL for the end of an attempt by the server's clock, which also dates when other runs were scheduled. A worker's clock
 * can be ahead of it.
 */
function endInHistory(db: LinkDatabase): string {
  const time = db.either(
    `s.document ->> '$.evidence.time'`,
    `(s.document::json -> 'evidence' ->> 'time')::double precision`,
  );
  const source = db.either(
    `s.document ->> '$.evidence.source'`,
    `s.document::json -> 'evidence' ->> 'source'`,
  );
  return `CASE WHEN ${source} = 'history' THEN ${time} END`;
}

async function readResults(
  db: LinkDatabase,
  wanted: readonly (readonly [i: number, execution_id: number, digest: string])[],
): Promise<ResultRow[]> {
  if (wanted.length === 0) return [];
  const { sql, value } = db.list({ i: 'integer', execution_id: 'integer', digest: 'text' }, wanted);
  return db.query<ResultRow>(
    `SELECT x.i, p.seq, p.path, coalesce(${endInHistory(db)}, p.time) AS time, ${WORKER_COLUMNS}
     FROM ${sql} x CROSS JOIN run_value p CROSS JOIN settled s CROSS JOIN run r
     WHERE p.execution_id = x.execution_id AND p.digest = x.digest AND p.side = ${VALUE_SIDES.result}
       AND s.seq = p.seq AND s.outcome = 'completed' AND r.seq = p.seq`,
    value,
  );
}
