/**
 * A filter's conditions as SQL on one record. Node only.
 * @module
 */
import type { MetadataField } from '../../filter/fields';
import type { Leaf, Node, NormalForm } from '../../filter/normal-form';
import type { ValuePath } from '../../model/value-path';
import { columnTest, type Row, rowOf } from './columns/columns';
import type { SearchDialect } from './dialect';
import { type Fragment, join, sql } from './fragment';
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
