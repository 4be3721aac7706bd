/**
 * The statements of one search: conditions, order and cursor. The search chooses the index. Node only.
 * @module
 */
import { ProvenanceError } from '../../errors';
import type { OrderKey } from '../../filter/normal-form';
import { LINK_KINDS } from '../../model/link';
import { runNodeSql, runOfNodeSql } from '../link-nodes';
import type { Conditions } from './conditions';
import type { SearchSource } from './dialect';
import { type Fragment, join, list, raw, sql } from './fragment';
import { comesAfter, type Ordering, orderingOf } from './order';
import type { RunQuery } from './query';
import type { Place } from './walk';

/** The parts of a query in addition to its conditions and its order. */
export interface Part {
  /** The record's table under its alias, or a join with it. */
  source?: Fragment;
  conditions?: readonly (Fragment | undefined)[];
  floor?: number;
  ordering?: Ordering;
  limit?: number;
  /** True if its conditions include the cursor. */
  holds_cursor?: true;
}

/** Selects the records of one query. */
export class Selection {
  /** The cursor. Set by `begin`. */
  after: Place | undefined;
  readonly #source: SearchSource;
  readonly #conditions: Conditions;
  readonly #order: readonly OrderKey[];
  readonly #query: RunQuery;

  constructor(source: SearchSource, conditions: Conditions, order: readonly OrderKey[], query: RunQuery) {
    this.#source = source;
    this.#conditions = conditions;
    this.#order = order;
    this.#query = query;
  }

  /**
   * Looks up the cursor.
   * @throws CURSOR_GONE if no record has its name
   */
  async begin(): Promise<void> {
    const { after } = this.#query;
    if (after !== undefined) this.after = await this.#placeOf(after);
  }

  /**
   * Returns the keys of the records that pass, as {@link select} does, and the number of those that can't be read. One pass over
   * the records returns both.
   */
  async lookInto(part: Part): Promise<{ numbers: number[]; unseen: number }> {
    const { subject, dialect } = this.#conditions;
    const ordering = this.ordering();
    const source = part.source ?? dialect.table(subject.table, subject.alias, null);
    const floor = part.floor ?? 0;
    const passes = sql`CASE WHEN ${this.#conditions.all(floor)} THEN 1 ELSE 0 END`;
    const folded = this.#query.fold_attempts ? sql`(${passes} = 0 OR ${this.#isLast(floor)})` : undefined;
    const conditions = [...(part.conditions ?? []), folded];
    const rows = await this.#source.rows<{ k: number; passes: number; unseen: number }>(
      sql`${ordering.tables} SELECT ${raw(`${subject.alias}.${subject.key}`)} AS k, ${passes} AS passes,
          sum(1 - ${passes}) OVER () AS unseen FROM ${source} ${ordering.joins}
        WHERE ${this.#within({ ...part, conditions }, ordering, this.#conditions.loose(floor))}
        ORDER BY 2 DESC, ${ordering.text} LIMIT ${part.limit ?? this.#query.limit}`,
    );
    const numbers = rows.filter((row) => row.passes === 1).map(({ k }) => k);
    return { numbers, unseen: Number(rows[0]?.unseen ?? 0) };
  }

  /** Counts those of these runs that can't be read, up to a limit. */
  async countUnseen(runs: Fragment, most: number): Promise<number> {
    const some = await this.#source.rows(sql`SELECT 1 AS n FROM (${runs}) found LIMIT 1`);
    if (some.length === 0) return 0;
    const loose = this.#within(
      { conditions: [sql`r.seq IN (${runs})`] },
      this.ordering(),
      this.#conditions.loose(0),
    );
    const passes = sql`CASE WHEN ${this.#conditions.all(0)} THEN 1 ELSE 0 END`;
    const { tables, joins } = this.ordering();
    const [row] = await this.#source.rows<{ n: number }>(
      sql`${tables} SELECT count(*) AS n FROM (SELECT 1 FROM run r ${joins} WHERE ${loose} AND ${passes} = 0 LIMIT ${most}) counted`,
    );
    return row!.n;
  }

  /** Returns the keys of the records that pass, in the order of the search or of the part. */
  select(part: Part): Promise<number[]> {
    const { subject, dialect } = this.#conditions;
    const ordering = part.ordering ?? this.ordering();
    const source = part.source ?? dialect.table(subject.table, subject.alias, null);
    return this.keys(sql`${ordering.tables} SELECT ${raw(`${subject.alias}.${subject.key}`)} AS k FROM ${source} ${ordering.joins}
      WHERE ${this.passes(part, ordering)} ORDER BY ${ordering.text} LIMIT ${part.limit ?? this.#query.limit}`);
  }

  /** Returns the condition of a record: the conditions of the query and of the part, and the cursor. */
  passes(part: Part, ordering: Ordering): Fragment {
    const { dialect } = this.#conditions;
    const { floor = 0 } = part;
    const all = this.#within(part, ordering, this.#conditions.all(floor));
    return this.#query.fold_attempts ? join([all, this.#isLast(floor)], 'AND', dialect.yes) : all;
  }

  #within({ conditions = [], floor = 0, holds_cursor }: Part, ordering: Ordering, query: Fragment): Fragment {
    const { subject, dialect } = this.#conditions;
    const key = raw(`${subject.alias}.${subject.key}`);
    const all = [
      ...conditions,
      floor > 0 ? sql`${key} > ${floor}` : undefined,
      this.after && !holds_cursor ? comesAfter(this.after, ordering, this.#conditions) : undefined,
      query,
    ];
    return join(
      all.filter((one) => one !== undefined),
      'AND',
      dialect.yes,
    );
  }

  /** True for the newest run of its activity among those that pass. */
  #isLast(floor: number): Fragment {
    const { dialect } = this.#conditions;
    const passes = this.#conditions.all(floor, 'later');
    return sql`(NOT EXISTS (SELECT 1 FROM ${dialect.table('run', 'later', 'run_activity')}
        WHERE later.execution_id = r.execution_id AND later.activity_id = r.activity_id AND later.seq > r.seq AND ${passes})
      AND NOT (r.execution_id IS NULL AND EXISTS (SELECT 1 FROM link ${dialect.join} run later ON later.seq = ${raw(runOfNodeSql('link.later'))}
        WHERE link.earlier = ${raw(runNodeSql('r.seq'))} AND link.kind = ${raw(String(LINK_KINDS['retry-of']))} AND ${passes})))`;
  }

  /** Returns the order of the query. */
  ordering(): Ordering {
    return orderingOf(this.#order, this.#conditions);
  }

  async #placeOf(name: string): Promise<Place> {
    const { subject, dialect } = this.#conditions;
    const { tables, joins, keys } = this.ordering();
    const columns = keys.map(({ value }, i) => sql`, ${value} AS ${raw(`k${i}`)}`);
    const [row] = await this.#source.rows<Record<string, Place['values'][number]>>(
      sql`${tables} SELECT ${raw(`${subject.alias}.${subject.key}`)} AS k${list(columns, '')}
        FROM ${dialect.table(subject.table, subject.alias)} ${joins}
        WHERE ${raw(`${subject.alias}.${subject.name}`)} = ${dialect.literal(name, 'indexed')}`,
    );
    if (!row)
      throw new ProvenanceError(
        'CURSOR_GONE',
        `The list cannot continue: ${subject.table} '${name}' does not exist; it may have been removed. Start the list again.`,
      );
    return { key: row.k as number, values: keys.map((_key, i) => row[`k${i}`] ?? null) };
  }

  /** Returns the keys that a statement returns as `k`. */
  async keys(query: Fragment): Promise<number[]> {
    return (await this.#source.rows<{ k: number }>(query)).map(({ k }) => k);
  }
}
