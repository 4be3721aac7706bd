/**
 * Search: a filter's runs, in order, by the index that leads to the fewest. Node only.
 *
 * 1. The newest runs are looked through first: what is wanted is mostly there, and a few thousand rows cost
 *    milliseconds whatever the filter asks.
 * 2. Else each condition that an index serves is counted there, and the one with the fewest runs drives; conditions
 *    on metadata sets are first reduced to the sets that pass all of them.
 * 3. Where none narrows the search, the runs are walked in the order asked for until enough are found.
 * @module
 */
import type { Database } from 'better-sqlite3';
import { type Leaf, type Node, type NormalForm, normalForm } from '../../filter/normal-form';
import { type ColumnField, RUN_FIELDS } from '../../filter/run-fields';
import { Fragment, join, sql } from '../fragment';
import type { RunQuery } from '../store';
import { columnDriver, columnTest, LATER, RUN, type RunRow } from './search-columns';
import { type MetadataTest, MetadataTests } from './search-metadata';
import { firstOf, type Ordering, orderingOf } from './search-order';

/** How a search weighs its ways. Any values give the same answer. */
export interface Tuning {
  /** Newest runs that are looked through before any index is weighed. */
  window: number;
  /** A condition with fewer runs than this drives without looking further. */
  few: number;
}

const TUNING: Tuning = { window: 4096, few: 20_000 };

/** The `seq` of the runs that the query asks for, in its order. Reads only. */
export function findRuns(database: Database, query: RunQuery, tuning: Tuning = TUNING): number[] {
  return new Search(database, query, tuning).run();
}

class Search {
  readonly #database: Database;
  readonly #metadata: MetadataTests;
  readonly #form: NormalForm;
  readonly #query: RunQuery;
  readonly #tuning: Tuning;

  constructor(database: Database, query: RunQuery, tuning: Tuning) {
    this.#database = database;
    this.#metadata = new MetadataTests(database);
    this.#query = query;
    this.#tuning = tuning;
    this.#form = normalForm(query.filter);
    if (query.lab !== undefined) this.#form.conjuncts = [...this.#form.conjuncts, labIs(query.lab)];
  }

  run(): number[] {
    const { limit } = this.#query;
    if (limit <= 0) return [];
    const newest = this.#number(sql`SELECT coalesce(max(seq), 0) FROM run`);
    const window = Math.max(this.#tuning.window, Math.min(limit * 4, 100 * this.#tuning.window));
    const lab = this.#onlyLab();
    const found = this.#look(window, newest, lab);
    if (found && (found.length >= limit || newest <= window)) return found;
    const driver = newest <= window ? undefined : this.#bestDriver(newest);
    if (driver) return this.#select({ source: sql`run r`, only: sql`r.seq IN (${driver})` });
    return this.#select({ walk: true, lab });
  }

  /** The first runs in the order asked for, where an index or the store's own order has it; undefined where none has. */
  #look(window: number, newest: number, lab: number | undefined): number[] | undefined {
    if (this.#form.order.length === 0) {
      return this.#select({ source: sql`run r NOT INDEXED`, floor: Math.max(0, newest - window) });
    }
    const first = firstOf(this.#form.order, window, lab);
    return first && this.#select({ source: sql`(${first}) w CROSS JOIN run r ON r.seq = w.seq` });
  }

  /** Runs that pass everything, from a source named `r`, or walked in the order asked for. */
  #select(from: { source?: Fragment; only?: Fragment; floor?: number; walk?: true; lab?: number }): number[] {
    const { floor = 0 } = from;
    const ordering = orderingOf(this.#form.order, this.#metadata, from.walk ? from.lab : undefined);
    const conditions = [this.#all(RUN, floor)];
    if (from.only) conditions.unshift(from.only);
    if (floor > 0) conditions.push(sql`r.seq > ${floor}`);
    if (from.walk && ordering.condition) conditions.push(ordering.condition);
    if (this.#query.fold_attempts) conditions.push(this.#isLast(floor));
    return this.#numbers(
      this.#statement(from.source ?? ordering.walk, ordering, join(conditions, 'AND', sql`1`)),
    );
  }

  #statement(source: Fragment, ordering: Ordering, condition: Fragment): Fragment {
    const { tables, joins, keys } = ordering;
    return sql`${tables} SELECT r.seq FROM ${source} ${joins} WHERE ${condition} ORDER BY ${keys} LIMIT ${this.#query.limit}`;
  }

  /** True for the newest run of its activity among those that pass. */
  #isLast(floor: number): Fragment {
    const passes = this.#all(LATER, floor);
    return sql`(NOT EXISTS (SELECT 1 FROM run later INDEXED BY run_activity
        WHERE later.execution_id = r.execution_id AND later.activity_id = r.activity_id AND later.seq > r.seq AND ${passes})
      AND NOT (r.execution_id IS NULL AND EXISTS (SELECT 1 FROM link CROSS JOIN run later ON later.seq = link.source / 4
        WHERE link.target = r.seq * 4 AND link.kind = 'retry-of' AND ${passes})))`;
  }

  #all(run: RunRow, floor: number): Fragment {
    return join(
      this.#form.conjuncts.map((node) => this.#holds(node, run, floor)),
      'AND',
      sql`1`,
    );
  }

  #holds(node: Node, run: RunRow, floor: number): Fragment {
    if (node.op === 'test') {
      if (node.field.kind === 'column') return columnTest(node, node.field, run);
      return this.#metadataHolds(node, run, floor);
    }
    const inner = node.nodes.map((one) => this.#holds(one, run, floor));
    return node.op === 'and' ? join(inner, 'AND', sql`1`) : join(inner, 'OR', sql`0`);
  }

  #metadataHolds(leaf: Leaf, run: RunRow, floor: number): Fragment {
    if (leaf.field.kind !== 'metadata') throw new Error('Not a metadata test.');
    const passes = either(this.#metadata.test(leaf, leaf.field), run, floor);
    if (!leaf.negated) return passes;
    if (leaf.test.kind === 'present') return sql`NOT ${passes}`;
    return sql`(${either(this.#metadata.present(leaf.field), run, floor)} AND NOT ${passes})`;
  }

  /** The condition whose runs are fewest, as a query of their `seq`; undefined where none narrows the search. */
  #bestDriver(newest: number): Fragment | undefined {
    const drivers = this.#drivers();
    return this.#narrowest(drivers, this.#tuning.few) ?? this.#narrowest(drivers, Math.ceil(newest / 2));
  }

  /** The query with the fewest rows, below `cap`. */
  #narrowest(queries: readonly Fragment[], cap: number): Fragment | undefined {
    let best: Fragment | undefined;
    let least = cap;
    for (const query of queries) {
      const count = this.#number(sql`SELECT count(*) FROM (SELECT seq FROM (${query}) LIMIT ${least})`);
      if (count < least) [best, least] = [query, count];
    }
    return best;
  }

  #drivers(): Fragment[] {
    const { conjuncts } = this.#form;
    const drivers = conjuncts.map((node) => this.#driver(node)).filter((one) => one !== undefined);
    const sets = conjuncts.filter((node) => this.#isOfSets(node));
    if (sets.length > 0) drivers.push(this.#setDriver(sets));
    if (['exit_status', 'outcome'].every((name) => conjuncts.some((node) => isAbsent(node, name)))) {
      drivers.push(sql`SELECT seq FROM open_run`);
    }
    return drivers;
  }

  /** Runs of the sets that pass all conditions on sets. */
  #setDriver(nodes: readonly Node[]): Fragment {
    const set: RunRow = { ...RUN, metadata_id: new Fragment('m.id', []) };
    const conditions = nodes.map((node) => this.#holds(node, set, 0));
    const sets = sql`SELECT m.id FROM metadata m WHERE ${join(conditions, 'AND', sql`1`)}`;
    return sql`SELECT seq FROM run INDEXED BY run_metadata WHERE metadata_id IN (${sets})`;
  }

  /** True where the sets alone decide. */
  #isOfSets(node: Node): boolean {
    if (node.op !== 'test') return node.nodes.every((inner) => this.#isOfSets(inner));
    if (node.field.kind === 'column') return false;
    return this.#metadata.present(node.field).runs === undefined;
  }

  #driver(node: Node): Fragment | undefined {
    if (node.op === 'test') return this.#leafDriver(node);
    const inner = node.nodes.map((one) => this.#driver(one));
    const known = inner.filter((one) => one !== undefined);
    if (node.op === 'and')
      return known.length > 1 ? (this.#narrowest(known, this.#tuning.few) ?? known[0]) : known[0];
    return known.length === inner.length && known.length > 0 ? unionOf(known) : undefined;
  }

  #leafDriver(leaf: Leaf): Fragment | undefined {
    if (leaf.field.kind === 'column') return columnDriver(leaf, leaf.field);
    if (leaf.negated) return undefined;
    const { sets, runs } = this.#metadata.test(leaf, leaf.field);
    const bySet = sets && sql`SELECT seq FROM run INDEXED BY run_metadata WHERE metadata_id IN ${sets}`;
    const parts = [bySet, runs?.(0)].filter((one) => one !== undefined);
    return parts.length === 0 ? sql`SELECT seq FROM run WHERE 0` : unionOf(parts);
  }

  /** The lab that all runs asked for belong to, where that is known beforehand. */
  #onlyLab(): number | undefined {
    const { lab } = this.#query;
    const rows =
      lab === undefined
        ? this.#numbers(sql`SELECT id FROM lab LIMIT 2`)
        : this.#numbers(sql`SELECT id FROM lab WHERE name = ${lab}`);
    return rows.length === 1 ? rows[0] : undefined;
  }

  #numbers(query: Fragment): number[] {
    return this.#database.prepare(query.text).pluck().all(query.values) as number[];
  }

  #number(query: Fragment): number {
    return this.#numbers(query)[0] ?? 0;
  }
}

const LAB = RUN_FIELDS.resolve(['lab']) as ColumnField;

function labIs(name: string): Leaf {
  return { op: 'test', field: LAB, test: { kind: 'equals', values: [name] }, negated: false };
}

function isAbsent(node: Node, column: string): boolean {
  if (node.op !== 'test' || node.field.kind !== 'column' || node.field.name !== column) return false;
  return node.negated && node.test.kind === 'present';
}

function either(test: MetadataTest, run: RunRow, floor: number): Fragment {
  const parts: Fragment[] = [];
  if (test.sets) parts.push(sql`${run.metadata_id} IN ${test.sets}`);
  if (test.runs) parts.push(sql`${run.seq} IN ${test.runs(floor)}`);
  return sql`(${join(parts, 'OR', sql`0`)})`;
}

/** All rows of several queries of `seq`, halves first: SQLite joins at most 500 at one level. */
function unionOf(queries: readonly Fragment[]): Fragment {
  if (queries.length === 1) return queries[0]!;
  const middle = queries.length >> 1;
  const [left, right] = [unionOf(queries.slice(0, middle)), unionOf(queries.slice(middle))];
  return sql`SELECT seq FROM (${left}) UNION ALL SELECT seq FROM (${right})`;
}
