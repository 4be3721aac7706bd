/**
 * Tests of metadata fields in SQL. A field's values stand in `metadata_field` (sets), `run_field` (runs) or both, and
 * sets that are too large to be indexed in full are read themselves, once per search. Node only.
 * @module
 */

import type { FieldPath, Literal } from '../../filter/filter';
import type { Bound, Test } from '../../filter/normal-form';
import { type MetadataField, namesOf } from '../../filter/run-fields';
import { FilterError } from '../../filter/tokens';
import type { Json } from '../../model/json';
import { type Fragment, join, sql } from '../fragment';
import {
  ARRAY_MARK,
  encodePrefix,
  encodeValue,
  INDEXED_TEXT_LENGTH,
  NULL_VALUE,
  OBJECT_MARK,
} from '../metadata-index/field-values';
import { passes } from '../metadata-index/partial-sets';
import type { Client } from './connection';
import { AFTER_NUMBERS, fieldText, NUMBER_MARK } from './field-text';
import { list } from './search-columns';
import { indexedText } from './text';

/** A metadata test: which sets and which runs pass, apart from negation. */
export interface MetadataTest {
  /** Query of the `metadata_id`s that pass; undefined where no set can. */
  sets?: Fragment;
  /** Query of the `seq`s that pass by a value of their own, for runs after `floor`. */
  runs?: (floor: number) => Fragment;
}

interface PathRow {
  id: number;
  path: string;
  in_sets: number;
  in_runs: number;
}

/** What a search has to know of the store before it is compiled: the fields' places, the partial sets. */
export class MetadataTests {
  readonly #paths: ReadonlyMap<string, PathRow>;
  readonly #partial: readonly { id: number; fields: Json }[];

  private constructor(paths: readonly PathRow[], partial: readonly { id: number; fields: Json }[]) {
    this.#paths = new Map(paths.map((row) => [row.path, row]));
    this.#partial = partial;
  }

  static async of(client: Client, fields: readonly MetadataField[]): Promise<MetadataTests> {
    if (fields.length === 0) return new MetadataTests([], []);
    const names = [...new Set(fields.flatMap(({ path }) => namesOf(path)).map(nameOf))];
    const paths = await client.query<PathRow>(
      'SELECT id, path, in_sets, in_runs FROM path WHERE path = ANY ($1)',
      [names],
    );
    const partial = await client.query<{ id: number; document: string }>(
      'SELECT id, document FROM metadata WHERE partial',
    );
    return new MetadataTests(
      paths.rows,
      partial.rows.map(({ id, document }) => ({ id, fields: JSON.parse(document).fields ?? {} })),
    );
  }

  compile(field: MetadataField, test: Test): MetadataTest {
    assertIndexed(test);
    const rows = this.#rows(test.kind === 'present' ? [field.path] : namesOf(field.path));
    const [inSets, inRuns] = [rows.filter((row) => row.in_sets > 0), rows.filter((row) => row.in_runs > 0)];
    const compiled: MetadataTest = {};
    const partial = this.#partial.filter((set) => passes(set.fields, field.path, test));
    const queries: Fragment[] = [];
    if (partial.length > 0) {
      queries.push(sql`SELECT unnest(${`{${partial.map((set) => set.id).join(',')}}`}::integer[])`);
    }
    if (inSets.length > 0) {
      queries.push(
        sql`SELECT metadata_id FROM metadata_field WHERE ${pathIs(inSets)} AND ${valueTest(test)}`,
      );
    }
    if (queries.length > 0) compiled.sets = list(queries, ' UNION ALL ');
    if (inRuns.length > 0) {
      compiled.runs = (floor) =>
        sql`SELECT seq FROM run_field WHERE ${pathIs(inRuns)} AND ${valueTest(test)} AND seq > ${floor}`;
    }
    return compiled;
  }

  /** Those of the paths that any run has. */
  #rows(paths: readonly FieldPath[]): PathRow[] {
    return paths.map((path) => this.#paths.get(nameOf(path))).filter((row) => row !== undefined);
  }

  /** Where the field is there at all, and not null. */
  present(field: MetadataField): MetadataTest {
    return this.compile(field, { kind: 'present' });
  }

  /** The least scalar of each set and of each run, for an order. */
  values(field: MetadataField): { sets: Fragment; runs: Fragment } | undefined {
    const rows = this.#rows(namesOf(field.path));
    if (rows.length === 0) return undefined;
    const scalar = sql`${pathIs(rows)} AND value NOT IN (${NULL_VALUE}, ${OBJECT_MARK}, ${ARRAY_MARK})`;
    return {
      sets: sql`SELECT metadata_id, min(value) FROM metadata_field WHERE ${scalar} GROUP BY metadata_id`,
      runs: sql`SELECT seq, min(value) FROM run_field WHERE ${scalar} GROUP BY seq`,
    };
  }
}

function nameOf(path: FieldPath): string {
  return indexedText(path.join('.'));
}

function pathIs(rows: readonly PathRow[]): Fragment {
  if (rows.length === 1) return sql`path_id = ${rows[0]!.id}`;
  return sql`path_id IN (${list(rows.map(({ id }) => sql`${id}`))})`;
}

/** The test on a `value` column: always one range or a list, so that the index serves it. */
function valueTest(test: Test): Fragment {
  switch (test.kind) {
    case 'equals':
      if (test.values.length === 0) return sql`false`;
      return sql`value IN (${list(test.values.map((value) => sql`${encoded(value)}`))})`;
    case 'present':
      return sql`value <> ${NULL_VALUE}`;
    case 'prefix': {
      const low = encodePrefix(test.prefix);
      return sql`value >= ${low} AND value < ${low + LAST}`;
    }
    case 'range':
      return rangeTest(test.low, test.high);
  }
}

/** Last code point: after every text that goes on from here. */
const LAST = '\u{10ffff}';

function encoded(value: Literal): string {
  return fieldText(encodeValue(value));
}

function rangeTest(low: Bound | undefined, high: Bound | undefined): Fragment {
  const [least, most] = spanOf((low ?? high)!.value);
  return join([low ? bound('>', low) : least, high ? bound('<', high) : most], 'AND', sql`true`);
}

function bound(sign: '<' | '>', { value, inclusive }: Bound): Fragment {
  const literal = encoded(value);
  if (sign === '<') return inclusive ? sql`value <= ${literal}` : sql`value < ${literal}`;
  return inclusive ? sql`value >= ${literal}` : sql`value > ${literal}`;
}

/** Where a type's values begin and end. */
function spanOf(value: Literal): [Fragment, Fragment] {
  if (typeof value === 'number') return [sql`value >= ${NUMBER_MARK}`, sql`value < ${AFTER_NUMBERS}`];
  return typeof value === 'string'
    ? [sql`value >= 's:'`, sql`value < 's;'`]
    : [sql`value >= 'b:'`, sql`value < 'b;'`];
}

/** The index holds text in full up to a length: order beyond it is not known there. */
function assertIndexed(test: Test): void {
  const values =
    test.kind === 'prefix' ? [test.prefix] : test.kind === 'range' ? [test.low?.value, test.high?.value] : [];
  if (values.every((value) => typeof value !== 'string' || value.length <= INDEXED_TEXT_LENGTH)) return;
  throw new FilterError(
    `Filter: text of more than ${INDEXED_TEXT_LENGTH} characters can be compared by =, != and IN only.`,
  );
}
