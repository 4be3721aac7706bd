/**
 * Search of executions by their columns, the facts of their documents and the metadata of their runs. Memos and search attributes
 * are tested here, page by page, so that memory stays bounded at any number of executions. Node only.
 * @module
 */
import type { Literal } from '../../filter/fields';
import { type Node, type NormalForm, normalForm } from '../../filter/normal-form';
import { FilterError } from '../../filter/tokens';
import type { Json } from '../../model/json';
import { rowOf } from './columns/columns';
import { Conditions, metadataFields } from './conditions';
import type { SearchSource } from './dialect';
import { compareLiterals, leastAt, passesLeaf } from './documents';
import { type Fragment, list, raw, sql } from './fragment';
import { MetadataTests } from './metadata';
import { orderingOf } from './order';
import type { ExecutionQuery } from './query';
import { find, type Tuning } from './search';
import { EXECUTIONS, FAMILIES, type Subject } from './subject';
import { Values } from './values/values';

const PAGE = 500;

/** Returns `id` of the executions that pass and whose facts have arrived, in the requested order. */
export async function findExecutions(
  source: SearchSource,
  query: ExecutionQuery,
  tuning?: Partial<Tuning>,
): Promise<number[]> {
  const form = normalForm(query.filter);
  const sorted = form.order.some(({ field }) => field.kind === 'document');
  if (!sorted && !form.conjuncts.some(isOfDocument)) return keysOf(source, query, tuning);
  if (sorted && query.after !== undefined)
    throw new FilterError('Filter: ORDER BY a memo or a search attribute has no cursor.');
  const metadata = await MetadataTests.of(source, metadataFields(form));
  const values = await Values.of(source, { conjuncts: [], order: [] });
  const conditions = new Conditions(subjectOf(query), source.dialect, { metadata, values }, form);
  const pages = new Pages(source, conditions, form, tuning);
  return sorted ? pages.inOrder(query) : pages.first(query);
}

async function keysOf(
  source: SearchSource,
  query: ExecutionQuery,
  tuning?: Partial<Tuning>,
): Promise<number[]> {
  return (await find(subjectOf(query), source, query, tuning)).numbers;
}

function subjectOf({ family }: ExecutionQuery): Subject {
  return family ? FAMILIES : EXECUTIONS;
}

/** An execution in a page. */
interface Paged {
  id: number;
  run_id: string;
  start: string;
  /** `c0`, `c1`, …: the results of the conditions that the database can test. `k0`, …: its values of the order's keys. */
  [column: string]: string | number | boolean | null;
}

interface Ranked {
  id: number;
  keys: (Literal | undefined)[];
}

class Pages {
  readonly #source: SearchSource;
  readonly #conditions: Conditions;
  readonly #form: NormalForm;
  readonly #tuning: Partial<Tuning> | undefined;
  /** Conditions that need documents. The parts that the database can test are marked. */
  readonly #read: Node[];
  readonly #parts = new Map<Node, string>();

  constructor(source: SearchSource, conditions: Conditions, form: NormalForm, tuning?: Partial<Tuning>) {
    this.#source = source;
    this.#conditions = conditions;
    this.#form = form;
    this.#tuning = tuning;
    this.#read = form.conjuncts.filter(isOfDocument).map((node) => this.#split(node));
  }

  async first(query: ExecutionQuery): Promise<number[]> {
    const found: number[] = [];
    if (query.limit <= 0) return found;
    for await (const { id } of this.#passing(query)) if (found.push(id) === query.limit) break;
    return found;
  }

  /** Reads all that pass and keeps the first ones in order. */
  async inOrder({ filter, ...query }: ExecutionQuery): Promise<number[]> {
    let kept: Ranked[] = [];
    const { limit } = query;
    const least = () => kept.sort((a, b) => this.#compare(a, b)).slice(0, limit);
    for await (const row of this.#passing({ ...query, filter: { where: filter?.where } })) {
      kept.push({ id: row.id, keys: this.#keysOf(row) });
      if (kept.length >= 2 * limit + PAGE) kept = least();
    }
    return least().map(({ id }) => id);
  }

  async *#passing(query: ExecutionQuery): AsyncGenerator<Paged> {
    let { after } = query;
    for (;;) {
      const ids = await keysOf(this.#source, { ...query, limit: PAGE, after }, this.#tuning);
      const rows = new Map((await this.#rows(ids)).map((row) => [row.id, row]));
      for (const id of ids) {
        const row = rows.get(id);
        if (!row) continue;
        after = row.run_id;
        const start: Json = JSON.parse(row.start);
        if (this.#read.every((node) => this.#passes(row, start, node))) yield row;
      }
      if (ids.length < PAGE) return;
    }
  }

  async #rows(ids: readonly number[]): Promise<Paged[]> {
    if (ids.length === 0) return [];
    const { dialect } = this.#conditions;
    const row = rowOf(dialect, EXECUTIONS.alias);
    const columns: Fragment[] = [...this.#parts].map(
      ([node, name]) => sql`, ${this.#conditions.holds(node, row, 0)} AS ${raw(name)}`,
    );
    const { keys } = orderingOf(this.#form.order, this.#conditions);
    columns.push(...keys.map(({ value }, i) => sql`, ${value} AS ${raw(`k${i}`)}`));
    return this.#source.rows<Paged>(
      sql`SELECT e.id, e.run_id, e.start${list(columns, '')} FROM execution e WHERE e.id IN (${dialect.ids(ids)})`,
    );
  }

  /** Returns the same node with each condition that the database can test as a separate part. */
  #split(node: Node): Node {
    if (node.op === 'test') return node;
    const [read, known] = [node.nodes.filter(isOfDocument), node.nodes.filter((one) => !isOfDocument(one))];
    if (known.length === 0) return { op: node.op, nodes: read.map((one) => this.#split(one)) };
    const part: Node = { op: node.op, nodes: known };
    this.#parts.set(part, `c${this.#parts.size}`);
    return { op: node.op, nodes: [part, ...read.map((one) => this.#split(one))] };
  }

  #passes(row: Paged, start: Json, node: Node): boolean {
    const part = this.#parts.get(node);
    if (part !== undefined) return row[part] === true || row[part] === 1;
    if (node.op === 'test') return passesLeaf(start, node);
    return node.op === 'and'
      ? node.nodes.every((inner) => this.#passes(row, start, inner))
      : node.nodes.some((inner) => this.#passes(row, start, inner));
  }

  #keysOf(row: Paged): Ranked['keys'] {
    return this.#form.order.map(({ field }, i) =>
      field.kind === 'document' ? leastAt(JSON.parse(row.start), field.path) : (row[`k${i}`] ?? undefined),
    );
  }

  /** Absent values come first when ascending. Equal ones follow the store's order, in the direction of the first key. */
  #compare(a: Ranked, b: Ranked): number {
    const signs = this.#form.order.map(({ direction }) => (direction === 'asc' ? 1 : -1));
    for (const [i, sign] of signs.entries()) {
      const difference = compareLiterals(a.keys[i], b.keys[i]);
      if (difference !== 0) return sign * difference;
    }
    return signs[0]! * (a.id - b.id);
  }
}

function isOfDocument(node: Node): boolean {
  return node.op === 'test' ? node.field.kind === 'document' : node.nodes.some(isOfDocument);
}
