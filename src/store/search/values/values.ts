/**
 * The places in results and arguments that one search names. It resolves short names in this store, and knows the indexes and the
 * SQL of places. Node only.
 * @module
 */
import type { Field, ValueField } from '../../../filter/fields';
import { formatPlace } from '../../../filter/format';
import type { Leaf, Node, NormalForm } from '../../../filter/normal-form';
import type { ValuePath } from '../../../model/value-path';
import type { Row } from '../columns/columns';
import type { SearchDialect, SearchSource } from '../dialect';
import { type Fragment, list, raw, sql } from '../fragment';
import { ValueIndex } from './value-index';
import { ValueTests } from './value-tests';

/** A test of a place. */
export type ValueLeaf = Leaf & { field: ValueField };

/** The normal form with its short names resolved, and the names that are metadata in this store. */
export interface Resolved {
  form: NormalForm;
  /** First parts of short names that a metadata field has: `result`. */
  metadata: string[];
}

/** The places of one search. */
export class Values {
  readonly index: ValueIndex;
  readonly #dialect: SearchDialect;
  readonly #tests = new Map<string, ValueTests>();

  private constructor(dialect: SearchDialect, index: ValueIndex) {
    this.#dialect = dialect;
    this.index = index;
  }

  static async of(source: SearchSource, form: NormalForm): Promise<Values> {
    const paths = fieldsOf(form).flatMap((field) => (field.kind === 'value' ? [field.path] : []));
    return new Values(source.dialect, await ValueIndex.of(source, paths));
  }

  /** Returns the test on the run in this row. `loose`: it also passes if the value can't be read. */
  holds({ field, test, negated }: ValueLeaf, row: Row, loose: boolean): Fragment {
    const place = this.#of(field.path);
    const absent = negated && test.kind === 'present';
    return this.#onDocument(field.path, row, absent, (document) =>
      place.holds(document, { test, negated }, loose),
    );
  }

  /** Returns the value of the run in this row, for an order. */
  order(path: ValuePath, row: Row): Fragment {
    const place = this.#of(path);
    if (path.of === 'args') return place.order(row.column('facts'));
    return sql`(SELECT ${place.order(raw('d.document'))} FROM stop d WHERE d.seq = ${row.column('seq')})`;
  }

  /** The result is in the stop document, which an open run does not have. */
  #onDocument(
    { of }: ValuePath,
    row: Row,
    absent: boolean,
    test: (document: Fragment) => Fragment,
  ): Fragment {
    if (of === 'args') return sql`(${test(row.column('facts'))})`;
    const stop = sql`SELECT 1 FROM stop d WHERE d.seq = ${row.column('seq')}`;
    const passes = sql`EXISTS (${stop} AND ${test(raw('d.document'))})`;
    return absent ? sql`(${passes} OR NOT EXISTS (${stop}))` : sql`(${passes})`;
  }

  #of(path: ValuePath): ValueTests {
    const name = formatPlace(path);
    const known = this.#tests.get(name) ?? new ValueTests(this.#dialect, path);
    this.#tests.set(name, known);
    return known;
  }
}

/** Resolves short names in this store: `result.chi2` is metadata if a run has a metadata field `result`. */
export async function resolveShort(source: SearchSource, form: NormalForm): Promise<Resolved> {
  const heads = new Set<string>();
  for (const field of fieldsOf(form))
    if (field.kind === 'metadata' && field.otherwise) heads.add(field.path[0]!);
  if (heads.size === 0) return { form, metadata: [] };
  const metadata = await metadataAmong(source, [...heads]);
  const resolve = (field: Field): Field =>
    field.kind === 'metadata' && field.otherwise && !metadata.includes(field.path[0]!)
      ? { kind: 'value', path: field.otherwise }
      : field;
  const inNode = (node: Node): Node =>
    node.op === 'test'
      ? { ...node, field: resolve(node.field) }
      : { op: node.op, nodes: node.nodes.map(inNode) };
  return {
    form: {
      conjuncts: form.conjuncts.map(inNode),
      order: form.order.map((key) => ({ ...key, field: resolve(key.field) })),
    },
    metadata,
  };
}

/** Returns those of the names that metadata has, including sets that are only partly indexed. */
async function metadataAmong({ dialect, rows }: SearchSource, names: readonly string[]): Promise<string[]> {
  const known = await rows<{ path: string }>(
    sql`SELECT path FROM path WHERE path IN (${list(names.map((name) => sql`${name}`))}) AND (in_sets > 0 OR in_runs > 0)`,
  );
  const found = new Set(known.map(({ path }) => path));
  for (const name of names.filter((one) => !found.has(one))) {
    const { type } = dialect.place(raw('document'), ['fields', name]);
    const partial = await rows(
      sql`SELECT 1 AS n FROM metadata WHERE partial = ${dialect.yes} AND ${type} IS NOT NULL LIMIT 1`,
    );
    if (partial.length > 0) found.add(name);
  }
  return [...found];
}

/** Returns the fields of the conditions and of the order. */
export function fieldsOf({ conjuncts, order }: NormalForm): Field[] {
  const inNode = (node: Node): Field[] => (node.op === 'test' ? [node.field] : node.nodes.flatMap(inNode));
  return [...conjuncts.flatMap(inNode), ...order.map(({ field }) => field)];
}

/** True for a test of a place. */
export function isValueLeaf(leaf: Leaf): leaf is ValueLeaf {
  return leaf.field.kind === 'value';
}
