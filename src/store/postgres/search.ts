/**
 * Search: a filter's runs, in order. Node only.
 *
 * 1. The newest runs are looked through first: what is wanted is mostly there.
 * 2. Else, where conditions on metadata sets narrow the search, the sets that pass are listed and the newest runs of each
 *    are taken (`LATERAL`): PostgreSQL's planner would sort all runs of all sets, or walk every run.
 * 3. Else the planner, which has statistics, chooses.
 * @module
 */

import { type Leaf, type Node, type NormalForm, normalForm } from '../../filter/normal-form';
import { type ColumnField, type MetadataField, RUN_FIELDS } from '../../filter/run-fields';
import { Fragment, join, sql } from '../fragment';
import type { RunQuery, Store } from '../store';
import type { Client, Connections } from './connection';
import { columnTest, columnValue, LATER, list, RUN, type RunRow } from './search-columns';
import { type MetadataTest, MetadataTests } from './search-metadata';

/** How far a search goes before another way is taken; tests turn it down to go every way. */
export interface Tuning {
  /** Newest runs that are looked through before any index is weighed. */
  window: number;
  /** Most sets whose newest runs are taken set by set. */
  sets: number;
}

const TUNING: Tuning = { window: 4096, sets: 5_000 };
/** A condition's runs are hashed where they fit here; else each row would read them again. */
const WORK_MEMORY = '128MB';

/** The `seq` of the runs that the query asks for, in its order. Reads only. */
export async function findRuns(
  connections: Connections,
  query: RunQuery,
  tuning: Tuning = TUNING,
): Promise<number[]> {
  if (query.limit <= 0) return [];
  const form = normalForm(query.filter);
  if (query.lab !== undefined) form.conjuncts = [...form.conjuncts, labIs(query.lab)];
  return connections.transaction(async (client) => {
    await client.query(
      `SET TRANSACTION READ ONLY; SET LOCAL work_mem = '${WORK_MEMORY}'; SET LOCAL jit = off`,
    );
    const metadata = await MetadataTests.of(client, metadataFields(form));
    return new Search(client, metadata, form, query, tuning).run();
  });
}

class Search {
  readonly #client: Client;
  readonly #metadata: MetadataTests;
  readonly #form: NormalForm;
  readonly #query: RunQuery;
  readonly #tuning: Tuning;

  constructor(client: Client, metadata: MetadataTests, form: NormalForm, query: RunQuery, tuning: Tuning) {
    this.#client = client;
    this.#metadata = metadata;
    this.#form = form;
    this.#query = query;
    this.#tuning = tuning;
  }

  async run(): Promise<number[]> {
    if (this.#form.order.length > 0) return this.#select(sql`run r`, 0);
    const [newest] = await this.#numbers(sql`SELECT coalesce(max(seq), 0) AS n FROM run`);
    const window = Math.max(this.#tuning.window, this.#query.limit * 4);
    const found = await this.#select(sql`run r`, Math.max(0, newest! - window));
    if (found.length >= this.#query.limit || newest! <= window) return found;
    const sets = await this.#setsThatPass();
    if (sets === undefined) return this.#select(sql`run r`, 0);
    return this.#selectOfSets(sets);
  }

  /** Runs after `floor` that pass everything. */
  #select(source: Fragment, floor: number): Promise<number[]> {
    const { joins, keys } = this.#ordering();
    const after = floor > 0 ? sql`r.seq > ${floor}` : sql`true`;
    return this.#numbers(
      sql`SELECT r.seq AS n FROM ${source} ${joins} WHERE ${after} AND ${this.#passes(floor)} ORDER BY ${keys} LIMIT ${this.#query.limit}`,
    );
  }

  /** The newest of each set, then the newest of those. */
  #selectOfSets(sets: readonly number[]): Promise<number[]> {
    if (sets.length === 0) return Promise.resolve([]);
    return this.#numbers(
      sql`SELECT n FROM unnest(${`{${sets.join(',')}}`}::integer[]) s(id), LATERAL (
        SELECT r.seq AS n FROM run r WHERE r.metadata_id = s.id AND ${this.#passes(0)}
        ORDER BY r.seq DESC LIMIT ${this.#query.limit}) newest
      ORDER BY n DESC LIMIT ${this.#query.limit}`,
    );
  }

  /** Sets that pass all conditions on sets; undefined where there are no such conditions or too many such sets. */
  async #setsThatPass(): Promise<number[] | undefined> {
    const nodes = this.#form.conjuncts.filter((node) => this.#isOfSets(node));
    if (nodes.length === 0) return undefined;
    const set: RunRow = { ...RUN, metadata_id: new Fragment('m.id', []) };
    const conditions = join(
      nodes.map((node) => this.#holds(node, set, 0)),
      'AND',
      sql`true`,
    );
    const ids = await this.#numbers(
      sql`SELECT m.id AS n FROM metadata m WHERE ${conditions} LIMIT ${this.#tuning.sets + 1}`,
    );
    return ids.length > this.#tuning.sets ? undefined : ids;
  }

  /** True where the sets alone decide. */
  #isOfSets(node: Node): boolean {
    if (node.op !== 'test') return node.nodes.every((inner) => this.#isOfSets(inner));
    if (node.field.kind === 'column') return false;
    return this.#metadata.present(node.field).runs === undefined;
  }

  #passes(floor: number): Fragment {
    const all = this.#all(RUN, floor);
    return this.#query.fold_attempts ? sql`${all} AND ${this.#isLast(floor)}` : all;
  }

  /** True for the newest run of its activity among those that pass. */
  #isLast(floor: number): Fragment {
    const passes = this.#all(LATER, floor);
    return sql`NOT EXISTS (SELECT FROM run later WHERE later.execution_id = r.execution_id
        AND later.activity_id = r.activity_id AND later.seq > r.seq AND ${passes})
      AND NOT (r.execution_id IS NULL AND EXISTS (SELECT FROM link JOIN run later ON later.seq = link.source / 4
        WHERE link.target = r.seq * 4 AND link.kind = 'retry-of' AND ${passes}))`;
  }

  #all(run: RunRow, floor: number): Fragment {
    const conditions = this.#form.conjuncts.map((node) => this.#holds(node, run, floor));
    return join(conditions, 'AND', sql`true`);
  }

  #holds(node: Node, run: RunRow, floor: number): Fragment {
    if (node.op === 'test') {
      return node.field.kind === 'column'
        ? columnTest(node, node.field, run)
        : this.#metadataHolds(node, node.field, run, floor);
    }
    const inner = node.nodes.map((one) => this.#holds(one, run, floor));
    return node.op === 'and' ? join(inner, 'AND', sql`true`) : join(inner, 'OR', sql`false`);
  }

  #metadataHolds(leaf: Leaf, field: MetadataField, run: RunRow, floor: number): Fragment {
    const passes = either(this.#metadata.compile(field, leaf.test), run, floor);
    if (!leaf.negated) return passes;
    if (leaf.test.kind === 'present') return sql`NOT ${passes}`;
    return sql`(${either(this.#metadata.present(field), run, floor)} AND NOT ${passes})`;
  }

  /** As SQLite's: what a run does not have comes first when ascending and last when descending. */
  #ordering(): { joins: Fragment; keys: Fragment } {
    const joins: Fragment[] = [];
    const keys = this.#form.order.map(({ field, direction }, i) => {
      const value = field.kind === 'column' ? columnValue(field, RUN) : this.#metadataKey(field, i, joins);
      return direction === 'asc' ? sql`${value} ASC NULLS FIRST` : sql`${value} DESC NULLS LAST`;
    });
    const newest = (this.#form.order[0]?.direction ?? 'desc') === 'desc' ? sql`r.seq DESC` : sql`r.seq ASC`;
    return { joins: list(joins, ' '), keys: list([...keys, newest]) };
  }

  #metadataKey(field: MetadataField, i: number, joins: Fragment[]): Fragment {
    const values = this.#metadata.values(field);
    if (!values) return sql`NULL::text`;
    const [sets, runs] = [new Fragment(`k${i}_sets`, []), new Fragment(`k${i}_runs`, [])];
    joins.push(sql`LEFT JOIN (${values.sets}) ${sets}(id, value) ON ${sets}.id = r.metadata_id`);
    joins.push(sql`LEFT JOIN (${values.runs}) ${runs}(seq, value) ON ${runs}.seq = r.seq`);
    return sql`coalesce(${runs}.value, ${sets}.value)`;
  }

  async #numbers(query: Fragment): Promise<number[]> {
    let n = 0;
    const text = query.text.replaceAll('?', () => `$${++n}`);
    const { rows } = await this.#client.query<{ n: number }>(text, [...query.values]);
    return rows.map((row) => row.n);
  }
}

const LAB = RUN_FIELDS.resolve(['lab']) as ColumnField;

function labIs(name: string): Leaf {
  return { op: 'test', field: LAB, test: { kind: 'equals', values: [name] }, negated: false };
}

function metadataFields(form: NormalForm): MetadataField[] {
  const found: MetadataField[] = [];
  const visit = (node: Node): void => {
    if (node.op !== 'test') node.nodes.forEach(visit);
    else if (node.field.kind === 'metadata') found.push(node.field);
  };
  form.conjuncts.forEach(visit);
  for (const { field } of form.order) if (field.kind === 'metadata') found.push(field);
  return found;
}

function either(test: MetadataTest, run: RunRow, floor: number): Fragment {
  const parts: Fragment[] = [];
  if (test.sets) parts.push(sql`${run.metadata_id} IN (${test.sets})`);
  if (test.runs) parts.push(sql`${run.seq} IN (${test.runs(floor)})`);
  return sql`(${join(parts, 'OR', sql`false`)})`;
}

/** The `id` of executions whose facts arrived, newest first. */
export async function findExecutions(
  connections: Connections,
  query: Parameters<Store['executions']>[0],
): Promise<number[]> {
  const rows = await connections.query<{ id: number }>({
    text: 'SELECT id FROM execution WHERE start IS NOT NULL ORDER BY id DESC LIMIT $1',
    values: [query.limit],
  });
  // A list that is empty is no SQL.
  return rows.length === 0 ? [-1] : rows.map((row) => row.id);
}
