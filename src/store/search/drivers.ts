/**
 * Chooses the index if the database leaves that to the search (SQLite). Each condition with an index is counted, and the search
 * starts from the one with the fewest records. Conditions on metadata sets are first combined into the sets that pass all of
 * them. Node only.
 * @module
 */
import type { Leaf, Node } from '../../filter/normal-form';
import { columnDriver } from './columns/columns';
import { type Conditions, isAbsent } from './conditions';
import type { SearchSource } from './dialect';
import { type Fragment, raw, sql, unionOf } from './fragment';
import { lineageRuns } from './lineage';
import type { MetadataTest } from './metadata';

/** The drivers of one search: queries of keys from which it can start. */
export class Drivers {
  readonly #source: SearchSource;
  readonly #conditions: Conditions;
  /** If a condition has fewer records than this, no other condition is counted. */
  readonly #few: number;

  constructor(source: SearchSource, conditions: Conditions, few: number) {
    this.#source = source;
    this.#conditions = conditions;
    this.#few = few;
  }

  /** Returns the key query of the condition with the fewest records; undefined if none narrows the search. */
  async best(newest: number): Promise<Fragment | undefined> {
    const { conjuncts } = this.#conditions;
    // See docs/design/questions.md#search.
    const most = Math.ceil(newest / 2);
    const leading = await this.#leading(conjuncts.filter((node) => !this.#scans(node)));
    return (
      (await this.#narrowest(leading, this.#few)) ??
      (await this.#narrowest(leading, most)) ??
      this.#narrowest(await this.#ofAll(conjuncts.filter((node) => this.#scans(node))), most)
    );
  }

  /** True if its index would be scanned in full, even to count it. */
  #scans(node: Node): boolean {
    if (node.op !== 'test') {
      const inner = node.nodes.map((one) => this.#scans(one));
      return node.op === 'and' ? !inner.includes(false) : inner.includes(true);
    }
    return node.field.kind === 'column' && this.#conditions.subject.column(node.field).scans === true;
  }

  /** Returns the query with the fewest rows, below `cap`. */
  async #narrowest(queries: readonly Fragment[], cap: number): Promise<Fragment | undefined> {
    let best: Fragment | undefined;
    let least = cap;
    for (const query of queries) {
      const [row] = await this.#source.rows<{ n: number }>(
        sql`SELECT count(*) AS n FROM (SELECT 1 FROM (${query}) q LIMIT ${least}) c`,
      );
      if (row!.n < least) [best, least] = [query, row!.n];
    }
    return best;
  }

  async #leading(nodes: readonly Node[]): Promise<Fragment[]> {
    const { dialect, subject } = this.#conditions;
    const drivers: Fragment[] = [];
    const isOpen = this.#conditions.isOpen();
    if (isOpen) drivers.push(raw('SELECT seq FROM open_run'));
    const sets = this.#conditions.sets();
    if (sets) drivers.push(subject.driver({ sets }, dialect)!);
    const isEnd = (node: Node) => isAbsent(node, 'exit_status') || isAbsent(node, 'outcome');
    return [...drivers, ...(await this.#ofAll(isOpen ? nodes.filter((node) => !isEnd(node)) : nodes))];
  }

  async #ofAll(nodes: readonly Node[]): Promise<Fragment[]> {
    const drivers: Fragment[] = [];
    for (const node of nodes) {
      const driver = await this.#of(node);
      if (driver) drivers.push(driver);
    }
    return drivers;
  }

  async #of(node: Node): Promise<Fragment | undefined> {
    if (node.op === 'test') return this.#ofLeaf(node);
    const inner: (Fragment | undefined)[] = [];
    for (const one of node.nodes) inner.push(await this.#of(one));
    const known = inner.filter((one) => one !== undefined);
    if (node.op === 'or')
      return known.length === inner.length && known.length > 0 ? unionOf(known) : undefined;
    // Absent values are found by a full comparison of two indexes. That is used only if nothing else narrows the search.
    const there = inner.filter((one, i) => one !== undefined && !isAbsent(node.nodes[i]!));
    const among = (there.length > 0 ? there : known) as Fragment[];
    return among.length > 1 ? ((await this.#narrowest(among, this.#few)) ?? among[0]) : among[0];
  }

  #ofLeaf(leaf: Leaf): Fragment | undefined {
    const { subject, dialect, metadata } = this.#conditions;
    const { field } = leaf;
    if (field.kind === 'column') {
      if (isAbsent(leaf)) return subject.without(field.name, dialect);
      return columnDriver(leaf, field, subject.column(field), dialect);
    }
    if (field.kind === 'document' || leaf.negated) return undefined;
    if (field.kind === 'value') return this.#conditions.values.index.driver(field.path, leaf.test);
    if (field.kind === 'lineage') return lineageRuns(field, dialect);
    const none = sql`SELECT ${raw(subject.key)} FROM ${raw(subject.table)} WHERE ${dialect.no}`;
    return subject.driver(this.#amongSets(metadata.test(field, leaf.test)), dialect) ?? none;
  }

  /**
   * For a field that some runs store themselves: keeps only sets that also pass the conditions on sets, because all runs must
   * pass those.
   */
  #amongSets(test: MetadataTest): MetadataTest {
    const others = test.sets && test.runs ? this.#conditions.sets() : undefined;
    if (!others) return test;
    return {
      ...test,
      sets: sql`SELECT m.id FROM metadata m WHERE m.id IN (${test.sets!}) AND m.id IN (${others})`,
    };
  }
}
