/**
 * Search of executions, the same for every dialect: executions are fewer than runs and asked for seldom. Conditions on
 * columns are the database's; what stands in the documents alone is tested here, page by page, so that memory stays
 * bounded however many there are. Node only.
 * @module
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { EXECUTION_FIELDS } from '../../filter/execution-fields';
import type { Literal } from '../../filter/filter';
import { type Leaf, type Node, normalForm, type OrderKey, type Test } from '../../filter/normal-form';
import type { Field } from '../../filter/run-fields';
import type { Schema } from '../schema';
import type { Store } from '../store';
import { compareLiterals, type ExecutionRow, orderValue, passesNode } from './executions-tests';

const PAGE = 500;

/** Columns of the table by the field's name. */
const COLUMNS: Readonly<Record<string, string>> = {
  workflow_id: 'workflow_id',
  run_id: 'run_id',
  workflow_type: 'workflow_type',
  namespace: 'namespace',
  start_time: 'start_time',
  close_time: 'close_time',
  status: 'status',
  first_execution_run_id: 'first_run_id',
  'parent.run_id': 'parent_run_id',
};

/** The `id` of the executions that pass, in the order asked for (else newest first); those whose facts have arrived. */
export async function findExecutions(
  db: Kysely<Schema>,
  query: Parameters<Store['executions']>[0],
): Promise<number[]> {
  const { limit } = query;
  if (limit <= 0) return [];
  const { conjuncts, order } = normalForm(query.filter, EXECUTION_FIELDS);
  const conditions: RawBuilder<unknown>[] = [sql`start IS NOT NULL`];
  if (query.lab !== undefined) conditions.push(ofLab(query.lab));
  const rest: Node[] = [];
  for (const node of conjuncts) {
    const condition = conditionOf(node);
    if (condition) conditions.push(condition);
    else rest.push(node);
  }
  const keys = order.map(orderOf);
  if (rest.length === 0 && keys.every((key) => key !== undefined)) {
    const direction = sql.raw(order[0]?.direction ?? 'desc');
    return idsOf(db, conditions, sql.join([...keys, sql`id ${direction}`]), limit);
  }
  return order.length === 0
    ? firstPassing(db, conditions, rest, limit)
    : orderedPassing(db, conditions, rest, order, limit);
}

/** An execution has no lab of its own: its runs have. */
function ofLab(lab: string): RawBuilder<unknown> {
  const runs = sql`SELECT 1 FROM run WHERE run.execution_id = execution.id`;
  const own = sql`run.lab_id = (SELECT lab.id FROM lab WHERE lab.name = ${lab})`;
  return sql`(EXISTS (${runs} AND ${own}) OR NOT EXISTS (${runs}))`;
}

async function idsOf(
  db: Kysely<Schema>,
  conditions: readonly RawBuilder<unknown>[],
  order: RawBuilder<unknown>,
  limit: number,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    SELECT id FROM execution WHERE ${all(conditions)} ORDER BY ${order} LIMIT ${limit}`.execute(db);
  return rows.map(({ id }) => Number(id));
}

/** Newest first, as many pages as it takes. */
async function firstPassing(
  db: Kysely<Schema>,
  conditions: readonly RawBuilder<unknown>[],
  rest: readonly Node[],
  limit: number,
): Promise<number[]> {
  const found: number[] = [];
  for await (const row of rowsOf(db, conditions)) {
    if (!rest.every((node) => passesNode(row, node))) continue;
    if (found.push(row.id) === limit) break;
  }
  return found;
}

interface Ranked {
  id: number;
  keys: (Literal | undefined)[];
}

/** All that pass, of which the first in order are kept. */
async function orderedPassing(
  db: Kysely<Schema>,
  conditions: readonly RawBuilder<unknown>[],
  rest: readonly Node[],
  order: readonly OrderKey[],
  limit: number,
): Promise<number[]> {
  const inOrder = comparison(order);
  let kept: Ranked[] = [];
  for await (const row of rowsOf(db, conditions)) {
    if (!rest.every((node) => passesNode(row, node))) continue;
    kept.push({ id: row.id, keys: order.map(({ field }) => orderValue(row, field)) });
    if (kept.length >= 2 * limit + PAGE) kept = kept.sort(inOrder).slice(0, limit);
  }
  return kept
    .sort(inOrder)
    .slice(0, limit)
    .map(({ id }) => id);
}

/** Rows with their documents, newest first, a page in memory at a time. */
async function* rowsOf(
  db: Kysely<Schema>,
  conditions: readonly RawBuilder<unknown>[],
): AsyncGenerator<ExecutionRow> {
  let below: number | undefined;
  for (;;) {
    const page = below === undefined ? conditions : [...conditions, sql`id < ${below}`];
    const { rows } = await sql<{
      id: number;
      start: string;
      observed: string | null;
      settled: string | null;
    }>`
      SELECT id, start, observed, settled FROM execution WHERE ${all(page)} ORDER BY id DESC LIMIT ${PAGE}`.execute(
      db,
    );
    for (const row of rows) {
      yield {
        id: Number(row.id),
        start: JSON.parse(row.start),
        observed: row.observed === null ? null : JSON.parse(row.observed),
        settled: row.settled === null ? null : JSON.parse(row.settled),
      };
    }
    if (rows.length < PAGE) return;
    below = Number(rows.at(-1)!.id);
  }
}

/** The condition in SQL; undefined where a document has to be read for it. */
function conditionOf(node: Node): RawBuilder<unknown> | undefined {
  if (node.op === 'test') return leafCondition(node);
  const inner = node.nodes.map(conditionOf);
  const known = inner.filter((one) => one !== undefined);
  return known.length === inner.length ? joined(known, node.op) : undefined;
}

function leafCondition(leaf: Leaf): RawBuilder<unknown> | undefined {
  const column = columnOf(leaf.field);
  if (!column || !isPlain(leaf.test)) return undefined;
  if (leaf.test.kind === 'present') return leaf.negated ? sql`${column} IS NULL` : sql`${column} IS NOT NULL`;
  const test = testOf(leaf.test, column);
  return leaf.negated ? sql`NOT ${test}` : test;
}

function testOf(test: Exclude<Test, { kind: 'present' }>, column: RawBuilder<unknown>): RawBuilder<unknown> {
  switch (test.kind) {
    case 'equals':
      return test.values.length === 0 ? sql`(1 = 0)` : sql`(${column} IN (${sql.join(test.values)}))`;
    case 'prefix':
      return sql`(substr(${column}, 1, ${sql.lit([...test.prefix].length)}) = ${test.prefix})`;
    case 'range': {
      const { low, high } = test;
      const bounds: RawBuilder<unknown>[] = [];
      if (low) bounds.push(sql`${column} ${sql.raw(low.inclusive ? '>=' : '>')} ${low.value}`);
      if (high) bounds.push(sql`${column} ${sql.raw(high.inclusive ? '<=' : '<')} ${high.value}`);
      return joined(bounds, 'and');
    }
  }
}

/** Joined two by two, since SQLite counts a chain as deep as it is long. */
function joined(pieces: readonly RawBuilder<unknown>[], op: 'and' | 'or'): RawBuilder<unknown> {
  if (pieces.length === 1) return pieces[0]!;
  const middle = pieces.length >> 1;
  const [left, right] = [joined(pieces.slice(0, middle), op), joined(pieces.slice(middle), op)];
  return sql`(${left} ${sql.raw(op)} ${right})`;
}

function all(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return joined(conditions, 'and');
}

function columnOf(field: Field): RawBuilder<unknown> | undefined {
  const name = field.kind === 'column' ? COLUMNS[field.name] : undefined;
  return name === undefined ? undefined : sql.ref(name);
}

/** What a database takes as it is: text without NUL and without half characters. */
function isPlain(test: Test): boolean {
  return !/\\u0000|\\ud[89a-f]/.test(JSON.stringify(test));
}

function orderOf({ field, direction }: OrderKey): RawBuilder<unknown> | undefined {
  const column = columnOf(field);
  const nulls = direction === 'asc' ? 'FIRST' : 'LAST';
  return column && sql`${column} ${sql.raw(direction)} NULLS ${sql.raw(nulls)}`;
}

/** Absent values first when ascending; numbers, booleans, text; equal ones in the store's order, in the first direction. */
function comparison(order: readonly OrderKey[]): (a: Ranked, b: Ranked) => number {
  const signs = order.map(({ direction }) => (direction === 'asc' ? 1 : -1));
  return (a, b) => {
    for (const [i, sign] of signs.entries()) {
      const difference = compareLiterals(a.keys[i], b.keys[i]);
      if (difference !== 0) return sign * difference;
    }
    return signs[0]! * (a.id - b.id);
  };
}
