/**
 * The SQL of tests on metadata fields. A field's values are in `metadata_field` (sets), `run_field` (runs) or both. Sets that are
 * too large to be indexed in full are read themselves, once per search. Node only.
 * @module
 */
import type { FieldPath, MetadataField } from '../../filter/fields';
import { namesOf } from '../../filter/fields';
import type { Test } from '../../filter/normal-form';
import { FilterError } from '../../filter/tokens';
import type { Json } from '../../model/json';
import { ARRAY_MARK, INDEXED_TEXT_LENGTH, NULL_VALUE, OBJECT_MARK } from '../metadata-index/field-values';
import { passes } from '../metadata-index/partial-sets';
import type { Row } from './columns/columns';
import type { SearchDialect, SearchSource } from './dialect';
import { entryTest, isBeyondIndex } from './entry-tests';
import { type Fragment, join, list, sql } from './fragment';

/** A metadata test: the sets and runs that pass, without negation. */
export interface MetadataTest {
  /** A query of the `metadata_id`s that pass; undefined if no set can pass. */
  sets?: Fragment;
  /** Returns a query of the `seq`s that pass by their own value, for runs after `floor`. */
  runs?: (floor: number) => Fragment;
}

interface PathRow {
  id: number;
  path: string;
  in_sets: number;
  in_runs: number;
}

interface PartialSet {
  id: number;
  fields: Json;
}

/** Facts that a search looks up before it is compiled: the tables of the fields, and the partial sets. */
export class MetadataTests {
  readonly #dialect: SearchDialect;
  readonly #paths: ReadonlyMap<string, PathRow>;
  readonly #partial: readonly PartialSet[];

  private constructor(dialect: SearchDialect, paths: readonly PathRow[], partial: readonly PartialSet[]) {
    this.#dialect = dialect;
    this.#paths = new Map(paths.map((row) => [row.path, row]));
    this.#partial = partial;
  }

  /** Returns the tests of these fields in the current state of one store. */
  static async of({ dialect, rows }: SearchSource, fields: readonly MetadataField[]): Promise<MetadataTests> {
    if (fields.length === 0) return new MetadataTests(dialect, [], []);
    const names = new Set(
      fields.flatMap(({ path }) => namesOf(path)).map((path) => dialect.path(path.join('.'))),
    );
    const paths = await rows<PathRow>(
      sql`SELECT id, path, in_sets, in_runs FROM path WHERE path IN (${list([...names].map((name) => sql`${name}`))})`,
    );
    const partial = await rows<{ id: number; document: string }>(
      sql`SELECT id, document FROM metadata WHERE partial = ${dialect.yes}`,
    );
    return new MetadataTests(
      dialect,
      paths,
      partial.map(({ id, document }) => ({ id, fields: JSON.parse(document).fields ?? {} })),
    );
  }

  /**
   * Returns the sets and runs in which the field passes.
   * @throws FilterError if the index contains too little of a text
   */
  test(field: MetadataField, test: Test): MetadataTest {
    assertIndexed(test);
    const rows = this.#rows(test.kind === 'present' ? [field.path] : namesOf(field.path));
    const [inSets, inRuns] = [rows.filter((row) => row.in_sets > 0), rows.filter((row) => row.in_runs > 0)];
    const partial = this.#partial.filter((set) => passes(set.fields, field.path, test));
    const queries: Fragment[] = [];
    if (partial.length > 0) queries.push(this.#dialect.ids(partial.map((set) => set.id)));
    if (inSets.length > 0)
      queries.push(
        sql`SELECT metadata_id FROM metadata_field WHERE ${pathIs(inSets)} AND ${entryTest(test, this.#dialect)}`,
      );
    const compiled: MetadataTest = {};
    if (queries.length > 0) compiled.sets = list(queries, ' UNION ALL ');
    if (inRuns.length > 0) {
      const passing = sql`SELECT seq FROM run_field WHERE ${pathIs(inRuns)} AND ${entryTest(test, this.#dialect)}`;
      compiled.runs = (floor) => (floor > 0 ? sql`${passing} AND seq > ${floor}` : passing);
    }
    return compiled;
  }

  /** Returns the sets and runs in which the field is present and not null. */
  present(field: MetadataField): MetadataTest {
    return this.test(field, { kind: 'present' });
  }

  /** Returns the field's smallest value by set and by run, for an order; undefined if no run has the field. */
  values(field: MetadataField): { sets: Fragment; runs: Fragment } | undefined {
    const rows = this.#rows(namesOf(field.path));
    if (rows.length === 0) return undefined;
    const scalar = sql`${pathIs(rows)} AND value NOT IN (${NULL_VALUE}, ${OBJECT_MARK}, ${ARRAY_MARK})`;
    return {
      sets: sql`SELECT metadata_id, min(value) FROM metadata_field WHERE ${scalar} GROUP BY metadata_id`,
      runs: sql`SELECT seq, min(value) FROM run_field WHERE ${scalar} GROUP BY seq`,
    };
  }

  /** Returns those of the paths that any run has. */
  #rows(paths: readonly FieldPath[]): PathRow[] {
    return paths.flatMap((path) => this.#paths.get(this.#dialect.path(path.join('.'))) ?? []);
  }
}

/** Returns a condition that is true if a run passes, by its set or by its own value. */
export function runPasses(
  { sets, runs }: MetadataTest,
  row: Row,
  floor: number,
  dialect: SearchDialect,
): Fragment {
  const parts: Fragment[] = [];
  if (sets) parts.push(sql`${row.column('metadata_id')} IN (${sets})`);
  if (runs) parts.push(sql`${row.column('seq')} IN (${runs(floor)})`);
  return sql`(${join(parts, 'OR', dialect.no)})`;
}

function pathIs(rows: readonly PathRow[]): Fragment {
  if (rows.length === 1) return sql`path_id = ${rows[0]!.id}`;
  return sql`path_id IN (${list(rows.map(({ id }) => sql`${id}`))})`;
}

function assertIndexed(test: Test): void {
  if (!isBeyondIndex(test)) return;
  throw new FilterError(
    `Filter: text of more than ${INDEXED_TEXT_LENGTH} characters can be compared only with =, != and IN.`,
  );
}
