/**
 * A filter's conditions as SQL on one record. Node only.
 * @module
 */
import type { MetadataField } from '../../filter/fields';
import type { Leaf, Node, NormalForm } from '../../filter/normal-form';
import { columnTest, type Row, rowOf } from './columns/columns';
import type { SearchDialect } from './dialect';
import { type Fragment, join, sql } from './fragment';
import type { MetadataTests } from './metadata';
import type { Subject } from './subject';

/** Compiles conditions for one search. */
export class Conditions {
  readonly subject: Subject;
  readonly dialect: SearchDialect;
  readonly metadata: MetadataTests;
  /** All of these must hold, beside what every record must. */
  readonly conjuncts: readonly Node[];
  readonly #base: readonly Fragment[];

  constructor(
    subject: Subject,
    dialect: SearchDialect,
    metadata: MetadataTests,
    { conjuncts, lab }: { conjuncts: readonly Node[]; lab?: string },
  ) {
    this.subject = subject;
    this.dialect = dialect;
    this.metadata = metadata;
    this.conjuncts = conjuncts;
    this.#base = subject.base(lab, dialect);
  }

  /** Everything, for the record itself; for a later run of the same activity under the alias `later`. */
  all(floor: number, alias?: 'later'): Fragment {
    const row = rowOf(this.dialect, alias ?? this.subject.alias);
    return join(
      [...this.#base, ...this.conjuncts.map((node) => this.holds(node, row, floor))],
      'AND',
      this.dialect.yes,
    );
  }

  /** One condition. What a document alone decides counts as passed here: its reader decides. */
  holds(node: Node, row: Row, floor: number): Fragment {
    if (node.op === 'test') return this.#leafHolds(node, row, floor);
    const inner = node.nodes.map((one) => this.holds(one, row, floor));
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

  #leafHolds(leaf: Leaf, row: Row, floor: number): Fragment {
    const { field } = leaf;
    if (field.kind === 'column')
      return columnTest(leaf, field, this.subject.column(field), row, this.dialect);
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
export function metadataFields({ conjuncts, order }: NormalForm): MetadataField[] {
  const found: MetadataField[] = [];
  const visit = (node: Node): void => {
    if (node.op !== 'test') node.nodes.forEach(visit);
    else if (node.field.kind === 'metadata') found.push(node.field);
  };
  conjuncts.forEach(visit);
  for (const { field } of order) if (field.kind === 'metadata') found.push(field);
  return found;
}
