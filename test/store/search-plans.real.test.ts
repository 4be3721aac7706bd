/** Which index each question takes, by the plan that the database gives for every statement of the search. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXECUTION_FIELDS } from '../../src/filter/execution-fields';
import { parseFilter } from '../../src/filter/parser';
import { Connections } from '../../src/store/postgres/connection/connection';
import { searching } from '../../src/store/postgres/search';
import { findNamed } from '../../src/store/read/run-names';
import type { Schema } from '../../src/store/schema';
import type { SearchSource } from '../../src/store/search/dialect';
import { findExecutions } from '../../src/store/search/executions';
import { Fragment } from '../../src/store/search/fragment';
import { findRuns } from '../../src/store/search/search';
import { searchSource } from '../../src/store/sqlite/search';
import { fromBuild } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';

import { uidOf } from './runs';
import { dice, executionRecords, recordsOf } from './search-records';

const { openStore } = fromBuild<typeof import('../../src/store/open')>('src/store/open');

const RUNS = 1000;
/** Every condition that an index serves is taken by it. */
const TUNING = { window: 3, few: 1_000_000, sets: -1 };
const UNLIKELY = 'nothing-like-it';

/**
 * Each question with the index that leads to its answer. SQLite finds the runs of a session by the index of environments; where
 * PostgreSQL's planner walks a table this small in the order asked for, there is nothing to see.
 */
const QUESTIONS: { where: string; sqlite: string; postgres?: string | null }[] = [
  { where: `session = '${UNLIKELY}'`, sqlite: 'run_environment', postgres: null },
  { where: 'stop_time < 3', sqlite: 'stop_time' },
  { where: 'stop_time < 3 ORDER BY stop_time DESC', sqlite: 'stop_time' },
  { where: 'ORDER BY stop_time DESC', sqlite: 'stop_time' },
  { where: `error.type = '${UNLIKELY}'`, sqlite: 'stop_error_type' },
  { where: `error.type STARTS_WITH '${UNLIKELY}'`, sqlite: 'stop_error_type' },
  { where: `stop.temporal.error.type IN ('${UNLIKELY}', 'other')`, sqlite: 'stop_error_type' },
  { where: 'time < 4 ORDER BY time DESC', sqlite: 'run_time' },
  { where: 'time < 4 AND time > 2 ORDER BY time', sqlite: 'run_time' },
  { where: "lab = 'hall-2' AND scan_id > 40 ORDER BY scan_id", sqlite: 'run_scan' },
  { where: `workflow_id = '${UNLIKELY}'`, sqlite: 'execution_workflow' },
  { where: `family = '${UNLIKELY}'`, sqlite: 'execution_parent' },
  { where: `activity = '${UNLIKELY}'`, sqlite: 'run_kind', postgres: null },
  { where: "exit_status = 'abort'", sqlite: 'stop_exit_status' },
  { where: "outcome = 'lost'", sqlite: 'settled_outcome' },
  { where: "status = 'lost'", sqlite: 'settled_outcome' },
  { where: `environment = '${'0'.repeat(64)}'`, sqlite: 'run_environment' },
];

/** What the plans of all statements of a search say. */
async function plansOf(
  source: SearchSource,
  explain: string,
  search: (watched: SearchSource) => Promise<unknown>,
): Promise<string> {
  const plans: string[] = [];
  await search({
    dialect: source.dialect,
    rows: async (query) => {
      const lines = await source.rows<Record<string, unknown>>(
        new Fragment(`${explain} ${query.text}`, query.values),
      );
      plans.push(...lines.map((line) => String(line.detail ?? line['QUERY PLAN'])));
      return source.rows(query);
    },
  });
  return plans.join('\n');
}

async function fill(url: string): Promise<void> {
  const store = await openStore(url, { mode: 'write', create: true });
  const roll = dice(42);
  await store.write(executionRecords());
  for (let n = 1; n <= RUNS; n += 50)
    await store.write(Array.from({ length: 50 }, (_, i) => recordsOf(n + i, roll)).flat());
  await store.close();
}

const lab = (where: string) => (where.includes('scan_id') ? 'hall-2' : undefined);
/** Rows of the large tables, read without any index. */
const FULL_SCAN = /^SCAN (r|x|d|s|e|ended|run|stop|settled|execution)\b(?! USING)/m;

describe('in SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-plans-'));
  let database: Database.Database;
  beforeAll(async () => {
    await fill(`sqlite:${join(folder, 'runs.db')}`);
    database = new Database(join(folder, 'runs.db'), { readonly: true });
  });
  afterAll(() => {
    database?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(QUESTIONS)('$where is answered by an index', async ({ where, sqlite }) => {
    const filter = parseFilter(where);
    const plan = await plansOf(searchSource(database), 'EXPLAIN QUERY PLAN', (source) =>
      findRuns(source, { filter, lab: lab(where), limit: 500 }, TUNING),
    );
    expect(plan).toMatch(new RegExp(`USING (COVERING )?INDEX ${sqlite}\\b`));
    expect(plan).not.toMatch(FULL_SCAN);
  });

  it('a build id is answered by its sessions', async () => {
    const filter = parseFilter(`build_id = '${UNLIKELY}'`);
    const plan = await plansOf(searchSource(database), 'EXPLAIN QUERY PLAN', (source) =>
      findRuns(source, { filter, limit: 2 }, TUNING),
    );
    expect(plan).toMatch(
      /SEARCH r USING COVERING INDEX run_environment \(environment_id=\? AND session_id=\?\)/,
    );
    expect(plan).not.toMatch(FULL_SCAN);
  });

  it('an indexed place in results is answered by its index, and so is an order by it', async () => {
    const store = await openStore(`sqlite:${join(folder, 'runs.db')}`);
    while (await store.indexValues({ places: ['temporal.result.chi2'], limit: 500 }));
    await store.close();
    for (const [where, range] of [
      [
        'result.chi2 BETWEEN 1 AND 2',
        /SEARCH value_field USING PRIMARY KEY \(path_id=\? AND value>\? AND value<\?\)/,
      ],
      [
        'result.chi2 > 1 ORDER BY result.chi2',
        /SEARCH v USING PRIMARY KEY \(path_id=\? AND value>\? AND value<\?\)/,
      ],
    ] as const) {
      const plan = await plansOf(searchSource(database), 'EXPLAIN QUERY PLAN', (source) =>
        findRuns(source, { filter: parseFilter(where), limit: 500 }, TUNING),
      );
      expect(plan).toMatch(range);
      expect(plan).not.toMatch(FULL_SCAN);
    }
  });

  it('executions are found by the metadata of their runs by an index', async () => {
    const filter = parseFilter(`operator = '${UNLIKELY}'`, EXECUTION_FIELDS);
    const plan = await plansOf(searchSource(database), 'EXPLAIN QUERY PLAN', (source) =>
      findExecutions(source, { filter, limit: 1 }, TUNING),
    );
    expect(plan).toMatch(/SEARCH r USING INDEX run_metadata/);
    expect(plan).not.toMatch(FULL_SCAN);
  });

  it('executions are found by their status by an index', async () => {
    const filter = parseFilter("status = 'lost'", EXECUTION_FIELDS);
    const plan = await plansOf(searchSource(database), 'EXPLAIN QUERY PLAN', (source) =>
      findExecutions(source, { filter, limit: 1 }, TUNING),
    );
    expect(plan).toMatch(/SEARCH e USING COVERING INDEX execution_status \(status=\?\)/);
  });

  it('an activity is found by its execution, without reading the whole index of activities', async () => {
    const filter = parseFilter(`activity_id = '1' AND run_id = '${UNLIKELY}'`);
    const plan = await plansOf(searchSource(database), 'EXPLAIN QUERY PLAN', (source) =>
      findRuns(source, { filter, limit: 500 }, TUNING),
    );
    expect(plan).toMatch(/SEARCH r USING COVERING INDEX run_activity \(execution_id=\?\)/);
    expect(plan).not.toMatch(/SCAN r USING/);
  });

  it('the last characters of a uid are answered by an index', async () => {
    const asked: { text: string; values: readonly unknown[] }[] = [];
    const db: Kysely<Schema> = new Kysely<Schema>({
      dialect: new SqliteDialect({ database }),
      log: ({ query }) => {
        asked.push({ text: query.sql, values: query.parameters });
      },
    });
    for (const length of [6, 8, 12]) {
      const reference = { by: 'uid-part', part: uidOf(77).slice(-length) } as const;
      expect(await findNamed(db, reference, sql`substr(run.uid, -6)`)).toEqual([77]);
    }
    for (const { text, values } of asked) {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(values) as { detail: string }[];
      expect(plan.map(({ detail }) => detail).join('\n')).toMatch(/INDEX run_uid_end/);
    }
  });
});

const missing = postgresMissing();

describe.skipIf(missing)(`in PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let connections: Connections;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres({ fsync: 'off' });
    url = await server.createDatabase();
    await fill(url);
    await server.execute('ANALYZE', new URL(url).pathname.slice(1));
    connections = new Connections({ url, location: 'postgres://test', mode: 'read' });
  });
  afterAll(async () => {
    await connections?.close();
    await server?.close();
  });

  it.each(QUESTIONS.filter(({ postgres }) => postgres !== null))(
    '$where can be answered by an index',
    async ({ where, sqlite, postgres = sqlite }) => {
      const filter = parseFilter(where);
      const plan = await searching(connections, async (source) => {
        // Of a small table the planner reads all; what counts is whether an index serves the statement.
        await source.rows(new Fragment('SET LOCAL enable_seqscan = off', []));
        return plansOf(source, 'EXPLAIN', (watched) =>
          findRuns(watched, { filter, lab: lab(where), limit: 2 }, TUNING),
        );
      });
      expect(plan).toMatch(new RegExp(`(Index (Only )?Scan|Bitmap Index Scan).* (using|on) ${postgres}\\b`));
    },
  );

  it('the last characters of a uid are answered by an index', async () => {
    const asked: { text: string; values: readonly unknown[] }[] = [];
    const pool = new pg.Pool({ connectionString: url, options: '-c enable_seqscan=off', max: 1 });
    const schema = new URL(url).searchParams.get('schema') ?? 'public';
    const db: Kysely<Schema> = new Kysely<Schema>({
      dialect: new PostgresDialect({ pool }),
      log: ({ query }) => {
        asked.push({ text: query.sql, values: query.parameters });
      },
    });
    await pool.query(`SET search_path = ${schema}, provenance`);
    const reference = { by: 'uid-part', part: uidOf(77).slice(-8) } as const;
    expect(await findNamed(db, reference, sql`right(run.uid, 6)`)).toHaveLength(1);
    for (const { text, values } of asked) {
      const { rows } = await pool.query(`EXPLAIN ${text}`, [...values]);
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/run_uid_end/);
    }
    await db.destroy();
  });
});
