/**
 * The conditions of a filter as SQL on one record. Node only.
 * @module
 */
import type { MetadataField } from '../../filter/fields';
import type { Leaf, Node, NormalForm } from '../../filter/normal-form';
import type { ValuePath } from '../../model/value-path';
import { columnTest, type Row, rowOf } from './columns/columns';
import type { SearchDialect } from './dialect';
import { type Fragment, join, raw, sql } from './fragment';
import { lineageRuns } from './lineage';
import type { MetadataTests } from './metadata';
import type { Subject } from './subject';
import { fieldsOf, isValueLeaf, type Values } from './values/values';

/** Compiles the conditions of one search. */
export class Conditions {
  readonly subject: Subject;
  readonly dialect: SearchDialect;
  readonly metadata: MetadataTests;
  readonly values: Values;
  /** All of these must be true, in addition to the base condition of all records. */
  readonly conjuncts: readonly Node[];
  readonly #base: readonly Fragment[];

  constructor(
    subject: Subject,
    dialect: SearchDialect,
    { metadata, values }: { metadata: MetadataTests; values: Values },
    { conjuncts, lab }: { conjuncts: readonly Node[]; lab?: string },
  ) {
    this.subject = subject;
    this.dialect = dialect;
    this.metadata = metadata;
    this.values = values;
    this.conjuncts = conjuncts;
    this.#base = subject.base(lab, dialect);
  }

  /** Returns all conditions for the record itself, or for a later run of the same activity under the alias `later`. */
  all(floor: number, alias?: 'later'): Fragment {
    const row = rowOf(this.dialect, alias ?? this.subject.alias);
    return this.#every(this.conjuncts.map((node) => this.holds(node, row, floor)));
  }

  /** As `all`, but a record also passes if a requested value can't be read. */
  loose(floor: number): Fragment {
    const row = rowOf(this.dialect, this.subject.alias);
    return this.#every(this.conjuncts.map((node) => this.holds(node, row, floor, true)));
  }

  /** The places that the conditions refer to. */
  get places(): ValuePath[] {
    const inNode = (node: Node): ValuePath[] => {
      if (node.op !== 'test') return node.nodes.flatMap(inNode);
      return isValueLeaf(node) ? [node.field.path] : [];
    };
    return this.conjuncts.flatMap(inNode);
  }

  #every(conditions: readonly Fragment[]): Fragment {
    return join([...this.#base, ...conditions], 'AND', this.dialect.yes);
  }

  /** Returns one condition. A condition that needs the document passes here; its reader tests it. */
  holds(node: Node, row: Row, floor: number, loose = false): Fragment {
    if (node.op === 'test') return this.#leafHolds(node, row, floor, loose);
    const inner = node.nodes.map((one) => this.holds(one, row, floor, loose));
    return node.op === 'and' ? join(inner, 'AND', this.dialect.yes) : join(inner, 'OR', this.dialect.no);
  }

  /** True if the metadata sets alone decide. */
  isOfSets(node: Node): boolean {
    if (node.op !== 'test') return node.nodes.every((inner) => this.isOfSets(inner));
    return node.field.kind === 'metadata' && this.metadata.present(node.field).runs === undefined;
  }

  /** Returns a query of the sets that pass all conditions on sets; undefined if there is no such condition. */
  sets(): Fragment | undefined {
    const nodes = this.subject.table === 'run' ? this.conjuncts.filter((node) => this.isOfSets(node)) : [];
    if (nodes.length === 0) return undefined;
    const set: Row = { column: () => sql`m.id` };
    const conditions = nodes.map((node) => this.holds(node, set, 0));
    return sql`SELECT m.id FROM metadata m WHERE ${join(conditions, 'AND', this.dialect.yes)}`;
  }

  /**
   * Returns conditions with indexes that a database's planner would not find. The first is a place's index, which is not a column
   * of the run. The second is a field that some runs store themselves, whose value can be in two tables. The third is open runs,
   * which are few.
   */
  led(): Fragment[] {
    const key = raw(`${this.subject.alias}.${this.subject.key}`);
    const led = this.conjuncts.flatMap((node) => {
      if (node.op !== 'test' || node.negated) return [];
      const found = isValueLeaf(node)
        ? this.values.index.driver(node.field.path, node.test)
        : this.#ownDriver(node);
      return found ? [sql`${key} IN (${found})`] : [];
    });
    return this.isOpen() ? [...led, OPEN_RUNS] : led;
  }

  /** True if the search selects runs without any end. */
  isOpen(): boolean {
    const without = (name: string) => this.conjuncts.some((node) => isAbsent(node, name));
    return this.subject.table === 'run' && without('exit_status') && without('outcome');
  }

  /** Returns the keys of runs that pass a test of a field that some runs store themselves; undefined for other conditions. */
  #ownDriver({ field, test }: Leaf): Fragment | undefined {
    if (field.kind !== 'metadata' || this.subject.table !== 'run') return undefined;
    const found = this.metadata.test(field, test);
    return found.runs && this.subject.driver(found, this.dialect);
  }

  #leafHolds(leaf: Leaf, row: Row, floor: number, loose: boolean): Fragment {
    const { field } = leaf;
    if (isValueLeaf(leaf)) return this.values.holds(leaf, row, loose);
    if (field.kind === 'column')
      return columnTest(leaf, field, this.subject.column(field), row, this.dialect);
    if (field.kind === 'lineage') {
      const among = sql`(${row.column('seq')} IN (${lineageRuns(field, this.dialect)}))`;
      return leaf.negated ? sql`(NOT ${among})` : among;
    }
    return field.kind === 'metadata' ? this.#metadataHolds(leaf, field, row, floor) : this.dialect.yes;
  }

  #metadataHolds(leaf: Leaf, field: MetadataField, row: Row, floor: number): Fragment {
    const { passes } = this.subject;
    const test = passes(this.metadata.test(field, leaf.test), row, floor, this.dialect);
    if (!leaf.negated) return test;
    if (leaf.test.kind === 'present') return sql`NOT ${test}`;
    return sql`(${passes(this.metadata.present(field), row, floor, this.dialect)} AND NOT ${test})`;
  }
}

/** Returns the metadata fields that a search must look up before it is compiled. */
export function metadataFields(form: NormalForm): MetadataField[] {
  return fieldsOf(form).filter((field) => field.kind === 'metadata');
}

/** Runs without an end. */
export const OPEN_RUNS = sql`r.seq IN (SELECT seq FROM open_run)`;

/** True for `COLUMN IS NULL`; with `column`, only for that column. */
export function isAbsent(node: Node, column?: string): boolean {
  if (node.op !== 'test' || node.field.kind !== 'column') return false;
  if (column !== undefined && node.field.name !== column) return false;
  return node.negated && node.test.kind === 'present';
}
