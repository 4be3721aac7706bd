/** No hint reads more than it tells: by the plan of each statement, and by what an empty answer asks of the store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseFilter } from '../../src/filter/parser';
import { RUN_FIELDS } from '../../src/filter/run-fields';
import { childrenRemark } from '../../src/questions/hints/children';
import { explainEmpty } from '../../src/questions/hints/empty-list';
import { unknownFields } from '../../src/questions/hints/unknown-fields';
import type { Scope } from '../../src/questions/scope';
import {
  readColumnValues,
  readFieldValues,
  readLabRuns,
  readPaths,
} from '../../src/store/read/counting/hints';
import type { Schema } from '../../src/store/schema';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { opening } from './runs';
import { executionRecords } from './search-records';

const folder = mkdtempSync(join(tmpdir(), 'provenance-hints-'));
const path = join(folder, 'runs.db');
let database: Database.Database;
const asked: { text: string; values: readonly unknown[] }[] = [];

beforeAll(async () => {
  const store = await openStore(`sqlite:${path}`);
  const runs = Array.from({ length: 300 }, (_, n) =>
    opening({ n: n + 1, fields: { operator: n % 2 ? 'Ada' : 'Grace', dose: n } }),
  );
  await store.write(runs);
  await store.close();
  database = new Database(path, { readonly: true });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

it('reads the large tables by an index, from value to value', async () => {
  const db = new Kysely<Schema>({
    dialect: new SqliteDialect({ database }),
    log: ({ query }) => {
      asked.push({ text: query.sql, values: query.parameters });
    },
  });
  await readLabRuns(db, { most: 10 });
  await readLabRuns(db, { most: 10, scan_id: 3 });
  await readPaths(db, 10);
  expect(await readPaths(db, 10, 'oper')).toEqual(['operator']);
  const operators = { path: 'operator', limit: 10 };
  expect(await readFieldValues(db, operators, (value) => value)).toEqual(['Ada', 'Grace']);
  expect(await readFieldValues(db, { ...operators, prefix: 'Gr' }, (value) => value)).toEqual(['Grace']);
  for (const name of ['lab', 'activity_type']) await readColumnValues(db, name, 10);
  expect(asked.length).toBeGreaterThanOrEqual(7);
  for (const { text, values } of asked) {
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(values) as { detail: string }[];
    const details = plan.map(({ detail }) => detail);
    expect(details.filter((detail) => /^SCAN (run|f|metadata_field|run_field)\b/.test(detail))).toEqual([]);
  }
});

it('an empty answer never counts the whole store', async () => {
  const store = await openStore(`sqlite:${path}`, { mode: 'read', create: false });
  const calls: string[] = [];
  const watched = new Proxy(store, {
    get(target, name, receiver) {
      const method = Reflect.get(target, name, receiver);
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) => {
        calls.push(String(name));
        return (method as (...args: unknown[]) => unknown).apply(target, args);
      };
    },
  }) as Store;
  const said: string[] = [];
  for (const [where, only_lab] of [
    ["operator = 'Nobody' AND purpse = 'x'", undefined],
    ["operator = 'Nobody'", 'default'],
    ['', 'elsewhere'],
  ] as const) {
    const list = { what: 'runs', filter: parseFilter(where), catalogue: RUN_FIELDS } as const;
    said.push(...(await explainEmpty({ store: watched, lab: 'default', only_lab }, list)));
  }
  await store.close();
  expect(said.join('\n')).toMatch(/2 values are known.*300 are in lab default/s);
  // Of `refusals` one row is read.
  expect([...new Set(calls)].sort()).toEqual(['fieldValues', 'labRuns', 'paths', 'refusals', 'runs']);
});

it('suggests the field, if people use another name for it', () => {
  const said = (where: string) => unknownFields(parseFilter(where), ['operator'], RUN_FIELDS).join(' ');
  expect(said("error = 'MotorError'")).toMatch(/error\.type, error\.message/);
  expect(said('result.x = 1')).toBe('');
  expect(said("workflow = 'scan'")).toMatch(/workflow_id, workflow_type; family/);
  expect(said("WorkflowType = 'scan'")).toMatch(/did you mean workflow_type\?/);
  expect(said("operater = 'Ada'")).toMatch(/did you mean operator\?/);
});

it('says that the runs of children are not included, and which field finds them', async () => {
  const store = await openStore(`sqlite:${path}`);
  await store.write(executionRecords());
  const remark = (where: string) => childrenRemark({ store } as Scope, parseFilter(where));
  expect(await remark("workflow_id = 'w-0'")).toMatch(/family = 'w-0'/);
  expect(await remark("workflow_id = 'w-6'")).toBeUndefined();
  expect(await remark("operator = 'Ada'")).toBeUndefined();
  const family = await store.runs({ filter: parseFilter("family = 'w-2'"), limit: 500 });
  expect(new Set(family.map(({ start }) => start.temporal.workflow_id))).toEqual(
    new Set(['w-2', 'w-5', 'w-6']),
  );
  await store.close();
});
