/**
 * Tests of metadata fields in SQL. A field's values stand in `metadata_field` (sets), `run_field` (runs) or both, and
 * sets that are too large to be indexed in full are read themselves, once per search. Node only.
 * @module
 */
import type { Database } from 'better-sqlite3';
import type { FieldPath, Literal } from '../../filter/filter';
import type { Bound, Leaf, Test } from '../../filter/normal-form';
import { type MetadataField, namesOf } from '../../filter/run-fields';
import { FilterError } from '../../filter/tokens';
import type { Json } from '../../model/json';
import { type Fragment, join, listOf, sql, tuple } from '../fragment';
import {
  ARRAY_MARK,
  encodePrefix,
  encodeValue,
  type FieldValue,
  INDEXED_TEXT_LENGTH,
  NULL_VALUE,
  OBJECT_MARK,
} from '../metadata-index/field-values';
import { passes } from '../metadata-index/partial-sets';

/** A metadata test: which sets and which runs pass, apart from negation. */
export interface MetadataTest {
  /** Query of the `metadata_id`s that pass; undefined where no set can. */
  sets?: Fragment;
  /** Query of the `seq`s that pass by a value of their own, for runs after `floor`. */
  runs?: (floor: number) => Fragment;
}

interface PathRow {
  id: number;
  in_sets: number;
  in_runs: number;
}

/** Compiles metadata tests against one database: its catalogue of paths, its partial sets. */
export class MetadataTests {
  readonly #database: Database;
  readonly #paths = new Map<string, PathRow | null>();
  #partial: { id: number; fields: Json }[] | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The test of a leaf (its negation is the caller's). */
  test(leaf: Leaf, field: MetadataField): MetadataTest {
    return this.#compile(field, leaf.test);
  }

  /** Where the field is there at all, and not null. */
  present(field: MetadataField): MetadataTest {
    return this.#compile(field, { kind: 'present' });
  }

  /** The field's least value by set and by run, for an order; undefined where no run has the field. */
  values(field: MetadataField): { sets: Fragment; runs: Fragment } | undefined {
    const rows = this.#rows(namesOf(field.path));
    if (rows.length === 0) return undefined;
    const scalar = sql`${pathIs(rows)} AND value NOT IN (${NULL_VALUE}, ${OBJECT_MARK}, ${ARRAY_MARK})`;
    return {
      sets: sql`SELECT metadata_id, min(value) FROM metadata_field WHERE ${scalar} GROUP BY metadata_id`,
      runs: sql`SELECT seq, min(value) FROM run_field WHERE ${scalar} GROUP BY seq`,
    };
  }

  /** Those of the paths that any run has. */
  #rows(paths: readonly FieldPath[]): PathRow[] {
    return paths.map((path) => this.#row(path.join('.'))).filter((row) => row !== undefined);
  }

  #row(path: string): PathRow | undefined {
    const known = this.#paths.get(path);
    if (known !== undefined) return known ?? undefined;
    const row = this.#database.prepare('SELECT id, in_sets, in_runs FROM path WHERE path = ?').get(path) as
      | PathRow
      | undefined;
    this.#paths.set(path, row ?? null);
    return row;
  }

  #compile(field: MetadataField, test: Test): MetadataTest {
    const rows = this.#rows(test.kind === 'present' ? [field.path] : namesOf(field.path));
    const [inSets, inRuns] = [rows.filter((row) => row.in_sets > 0), rows.filter((row) => row.in_runs > 0)];
    const compiled: MetadataTest = {};
    const partial = this.#partialSets().filter((set) => passes(set.fields, field.path, test));
    const queries: Fragment[] = [];
    if (partial.length > 0) queries.push(listOf(partial.map((set) => set.id)));
    if (inSets.length > 0) {
      queries.push(
        sql`(SELECT metadata_id FROM metadata_field WHERE ${pathIs(inSets)} AND ${valueTest(test)})`,
      );
    }
    if (queries.length === 1) compiled.sets = queries[0]!;
    if (queries.length === 2)
      compiled.sets = sql`(SELECT * FROM ${queries[0]!} UNION ALL SELECT * FROM ${queries[1]!})`;
    if (inRuns.length > 0) {
      const passing = sql`SELECT seq FROM run_field WHERE ${pathIs(inRuns)} AND ${valueTest(test)}`;
      compiled.runs = (floor) => (floor > 0 ? sql`(${passing} AND seq > ${floor})` : sql`(${passing})`);
    }
    return compiled;
  }

  #partialSets(): { id: number; fields: Json }[] {
    if (this.#partial === undefined) {
      const rows = this.#database.prepare('SELECT id, document FROM metadata WHERE partial = 1').all() as {
        id: number;
        document: string;
      }[];
      this.#partial = rows.map((row) => ({ id: row.id, fields: fieldsOf(row.document) }));
    }
    return this.#partial;
  }
}

function pathIs(rows: readonly PathRow[]): Fragment {
  if (rows.length === 1) return sql`path_id = ${rows[0]!.id}`;
  return sql`path_id IN ${tuple(rows.map(({ id }) => id))}`;
}

function fieldsOf(document: string): Json {
  const parsed = JSON.parse(document) as { fields?: Json };
  return parsed.fields ?? {};
}

/** The test on an encoded `value` column: always one range or a list, so that the index serves it. */
function valueTest(test: Test): Fragment {
  switch (test.kind) {
    case 'equals':
      if (test.values.length === 1) return sql`value = ${encodeValue(test.values[0]!)}`;
      return sql`value IN ${tuple(test.values.map(encodeValue))}`;
    case 'present':
      return sql`value <> ${NULL_VALUE}`;
    case 'prefix':
      return prefixTest(test.prefix);
    case 'range':
      return rangeTest(test.low, test.high);
  }
}

/** Last code point: after every text that goes on from here. */
const LAST = '\u{10ffff}';

function prefixTest(prefix: string): Fragment {
  assertIndexed(prefix);
  const low = encodePrefix(prefix);
  return sql`value >= ${low} AND value < ${low + LAST}`;
}

function rangeTest(low: Bound | undefined, high: Bound | undefined): Fragment {
  const bounds: Fragment[] = [];
  const sample = (low ?? high)!.value;
  if (typeof sample === 'string') assertIndexed(low?.value, high?.value);
  const [least, most] = spanOf(sample);
  bounds.push(low ? bound('>', low) : least);
  bounds.push(high ? bound('<', high) : most);
  return join(bounds, 'AND', sql`1`);
}

function bound(sign: '<' | '>', { value, inclusive }: Bound): Fragment {
  const encoded: FieldValue = encodeValue(value);
  if (sign === '<') return inclusive ? sql`value <= ${encoded}` : sql`value < ${encoded}`;
  return inclusive ? sql`value >= ${encoded}` : sql`value > ${encoded}`;
}

/** Where a type's values begin and end: numbers sort before all text, and each type of text has its own letter. */
function spanOf(value: Literal): [Fragment, Fragment] {
  if (typeof value === 'number') return [sql`value >= -9e999`, sql`value < ''`];
  return typeof value === 'string'
    ? [sql`value >= 's:'`, sql`value < 's;'`]
    : [sql`value >= 'b:'`, sql`value < 'b;'`];
}

/** The index holds text in full up to a length: order beyond it is not known there. */
function assertIndexed(...values: (Literal | undefined)[]): void {
  if (values.every((value) => typeof value !== 'string' || value.length <= INDEXED_TEXT_LENGTH)) return;
  throw new FilterError(
    `Filter: text of more than ${INDEXED_TEXT_LENGTH} characters can be compared by =, != and IN only.`,
  );
}
