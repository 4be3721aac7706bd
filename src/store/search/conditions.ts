/**
 * A filter's conditions as SQL on one record. Node only.
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

/** Compiles conditions for one search. */
export class Conditions {
  readonly subject: Subject;
  readonly dialect: SearchDialect;
  readonly metadata: MetadataTests;
  readonly values: Values;
  /** All of these must hold, beside what every record must. */
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

  /** Everything, for the record itself; for a later run of the same activity under the alias `later`. */
  all(floor: number, alias?: 'later'): Fragment {
    const row = rowOf(this.dialect, alias ?? this.subject.alias);
    return this.#every(this.conjuncts.map((node) => this.holds(node, row, floor)));
  }

  /** The same, passed also by records of which something that it asks for can't be looked into. */
  loose(floor: number): Fragment {
    const row = rowOf(this.dialect, this.subject.alias);
    return this.#every(this.conjuncts.map((node) => this.holds(node, row, floor, true)));
  }

  /** The places that the conditions ask for. */
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

  /** One condition. What a document alone decides counts as passed here: its reader decides. */
  holds(node: Node, row: Row, floor: number, loose = false): Fragment {
    if (node.op === 'test') return this.#leafHolds(node, row, floor, loose);
    const inner = node.nodes.map((one) => this.holds(one, row, floor, loose));
    return node.op === 'and' ? join(inner, 'AND', this.dialect.yes) : join(inner, 'OR', this.dialect.no);
  }

  /** True where the metadata sets alone decide. */
  isOfSets(node: Node): boolean {
    if (node.op !== 'test') return node.nodes.every((inner) => this.isOfSets(inner));
    return node.field.kind === 'metadata' && this.metadata.present(node.field).runs === undefined;
  }

  /** Query of the sets that pass all of the conditions on sets; undefined where there is no such condition. */
  sets(): Fragment | undefined {
    const nodes = this.subject.table === 'run' ? this.conjuncts.filter((node) => this.isOfSets(node)) : [];
    if (nodes.length === 0) return undefined;
    const set: Row = { column: () => sql`m.id` };
    const conditions = nodes.map((node) => this.holds(node, set, 0));
    return sql`SELECT m.id FROM metadata m WHERE ${join(conditions, 'AND', this.dialect.yes)}`;
  }

  /**
   * Conditions by which a planner finds what it does not know of: records by the index of a place, which has no column of the run; runs
   * by a field that some have for themselves, whose value may stand in either of two tables; runs without an end, which are few.
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

  /** True where runs without any end are asked for. */
  isOpen(): boolean {
    const without = (name: string) => this.conjuncts.some((node) => isAbsent(node, name));
    return this.subject.table === 'run' && without('exit_status') && without('outcome');
  }

  /** Keys of the runs that pass a test of a field which some runs have for themselves; undefined of other conditions. */
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

/** The metadata fields that a search has to know of before it is compiled. */
export function metadataFields(form: NormalForm): MetadataField[] {
  return fieldsOf(form).filter((field) => field.kind === 'metadata');
}

/** Runs without an end. */
export const OPEN_RUNS = sql`r.seq IN (SELECT seq FROM open_run)`;

/** True for `COLUMN IS NULL`; of this column, where one is named. */
export function isAbsent(node: Node, column?: string): boolean {
  if (node.op !== 'test' || node.field.kind !== 'column') return false;
  if (column !== undefined && node.field.name !== column) return false;
  return node.negated && node.test.kind === 'present';
}
