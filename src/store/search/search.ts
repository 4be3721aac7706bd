/**
 * Search: the records that pass a filter, in order. The code is the same for both databases; a dialect object contains their SQL.
 * 1. The newest records are read first, or the first ones in an index that has the requested order. They mostly contain the
 *    result, and a few thousand rows take milliseconds with any filter.
 * 2. Otherwise an index is used. SQLite: the index with the fewest records, which are counted (drivers.ts). PostgreSQL: if
 *    conditions on metadata sets narrow the search, the newest runs of each set are read (`LATERAL`). Its planner does not find
 *    this plan. Otherwise the planner chooses by its statistics.
 * 3. If no index narrows the search, records are read in the requested order until enough are found.
 * This folder contains conditions, orders, cursors, and the indexes of fields. The folders of both databases provide the
 * dialects. Readers use it. Node only.
 * @module
 */

import type { Filter } from '../../filter/filter';
import { equals } from '../../filter/filter';
import { normalForm, type OrderKey } from '../../filter/normal-form';
import { RUN_FIELDS } from '../../filter/run-fields';
import { INDEXED_TEXT_LENGTH } from '../metadata-index/field-values';
import { Conditions, metadataFields, OPEN_RUNS } from './conditions';
import type { SearchSource } from './dialect';
import { Drivers } from './drivers';
import { type Fragment, raw, sql } from './fragment';
import { MetadataTests } from './metadata';
import { type Ordering, orderingOf } from './order';
import type { FoundRuns, RunQuery } from './query';
import { type Part, Selection } from './selection';
import { RUNS, type Subject } from './subject';
import { resolveShort, Values } from './values/values';
import { boundsOf, type Walk, walkOf } from './walk';

/** The thresholds of a search. They affect speed only, never the result. */
export interface Tuning {
  /** Records that are read before any index is counted. */
  window: number;
  /** If a condition has fewer records than this, no other condition is counted. */
  few: number;
  /** The highest number of sets whose newest runs are read set by set. */
  sets: number;
}

/** The highest count of runs that can't be read. */
const MOST_UNSEEN = 10_000;
/** The growth factor of windows if documents are read. */
const GROWTH = 16;
/** Reading documents is slower than reading columns. If an index exists, fewer documents are read before it is used. */
const PLACES_SHARE = 8;
const TUNING: Tuning = { window: 4096, few: 20_000, sets: 5_000 };

/**
 * Returns the keys of the records that the query selects, in its order. It only reads.
 * @throws CURSOR_GONE if no record has the name of `after`
 */
export async function find(
  subject: Subject,
  source: SearchSource,
  query: RunQuery,
  tuning: Partial<Tuning> = {},
): Promise<FoundRuns> {
  if (query.limit <= 0) return { numbers: [], unseen: 0, metadata: [] };
  const { form, metadata: short } = await resolveShort(source, normalForm(withLab(subject, query)));
  const metadata = await MetadataTests.of(source, metadataFields(form));
  const values = await Values.of(source, form);
  const { conjuncts, order } = form;
  const parts = { metadata, values };
  const conditions = new Conditions(subject, source.dialect, parts, { conjuncts, lab: query.lab });
  // Why indexes are counted here: docs/design/questions.md#search.
  const search = new Search(source, conditions, order, query, { ...TUNING, ...tuning });
  return { ...(await search.run()), metadata: short };
}

/** Returns the runs that the query selects. As {@link find}. */
export function searchRuns(
  source: SearchSource,
  query: RunQuery,
  tuning?: Partial<Tuning>,
): Promise<FoundRuns> {
  return find(RUNS, source, query, tuning);
}

/** Returns `seq` of the runs that the query selects. As {@link find}. */
export async function findRuns(
  source: SearchSource,
  query: RunQuery,
  tuning?: Partial<Tuning>,
): Promise<number[]> {
  return (await searchRuns(source, query, tuning)).numbers;
}

/** Adds the lab of a run as a condition. */
function withLab({ table }: Subject, { filter, lab }: RunQuery): Filter | undefined {
  if (lab === undefined || table !== 'run') return filter;
  const ofLab = equals(RUN_FIELDS, 'lab', lab);
  return { ...filter, where: filter?.where ? { op: 'and', conditions: [filter.where, ofLab] } : ofLab };
}

class Search {
  readonly #source: SearchSource;
  readonly #conditions: Conditions;
  readonly #order: readonly OrderKey[];
  readonly #query: RunQuery;
  readonly #tuning: Tuning;
  readonly #selection: Selection;

  constructor(
    source: SearchSource,
    conditions: Conditions,
    order: readonly OrderKey[],
    query: RunQuery,
    tuning: Tuning,
  ) {
    this.#source = source;
    this.#conditions = conditions;
    this.#order = order;
    this.#query = query;
    this.#tuning = tuning;
    this.#selection = new Selection(source, conditions, order, query);
  }

  async run(): Promise<Pick<FoundRuns, 'numbers' | 'unseen' | 'unseen_more'>> {
    await this.#selection.begin();
    const { places, values } = this.#conditions;
    if (!places.every((path) => values.index.has(path))) return this.#lookedInto();
    const numbers = await this.#found();
    if (places.length === 0) return { numbers, unseen: 0 };
    const unseen = await this.#selection.countUnseen(values.index.unseen(places), MOST_UNSEEN);
    return { numbers, unseen, ...(unseen === MOST_UNSEEN && { unseen_more: true }) };
  }

  async #found(): Promise<number[]> {
    const walk = await walkOf(this.#order, this.#conditions, await this.#onlyLab(), this.#source);
    const at = this.#selection.after?.values[0];
    const isCut = typeof at === 'string' && at.length > INDEXED_TEXT_LENGTH;
    if (walk && !isCut) return this.#walked(walk);
    return this.#order.length === 0 ? this.#newest() : this.#ordered();
  }

  /** Tests documents. Without an order, it reads from the newest runs on, in growing windows. With an order, it reads all. */
  async #lookedInto(): Promise<{ numbers: number[]; unseen: number }> {
    const last = await this.#last();
    const top = Math.min(last, (this.#selection.after?.key ?? Number.POSITIVE_INFINITY) - 1);
    if (this.#order.length > 0)
      return this.#selection.lookInto({ conditions: [await this.#drivenBelow(last)] });
    const key = raw(`${this.#conditions.subject.alias}.${this.#conditions.subject.key}`);
    const found = { numbers: [] as number[], unseen: 0 };
    let window = this.#window();
    for (let ceiling = top; ceiling > 0 && found.numbers.length < this.#query.limit; window *= GROWTH) {
      const floor = Math.max(0, ceiling - window);
      const driver = ceiling < top ? await this.#drivenBelow(last) : undefined;
      const conditions = [sql`${key} <= ${ceiling}`, driver];
      const limit = this.#query.limit - found.numbers.length;
      const part = await this.#selection.lookInto({ floor: driver ? 0 : floor, conditions, limit });
      found.numbers.push(...part.numbers);
      found.unseen += part.unseen;
      ceiling = driver ? 0 : floor;
    }
    return found;
  }

  /** Returns the driver, only if the search chooses the indexes. */
  async #drivenBelow(last: number): Promise<Fragment | undefined> {
    return this.#source.dialect.planning === 'weighed' ? this.#driven(last) : undefined;
  }

  /** Searches in the store's own order, which is that of the keys. */
  async #newest(): Promise<number[]> {
    const last = await this.#last();
    const top = Math.min(last, (this.#selection.after?.key ?? Number.POSITIVE_INFINITY) - 1);
    const floor = Math.max(0, top - this.#window());
    const found = await this.#selection.select({ floor });
    if (floor === 0 || found.length >= this.#query.limit) return found;
    if (this.#source.dialect.planning === 'planned')
      return (await this.#bySets()) ?? this.#selection.select({ conditions: this.#conditions.led() });
    return this.#selection.select({ conditions: [await this.#driven(last)] });
  }

  /** Searches in an order without an index: all that pass are sorted. */
  async #ordered(): Promise<number[]> {
    if (this.#source.dialect.planning === 'planned')
      return this.#selection.select({ conditions: this.#conditions.led() });
    const last = await this.#last();
    return this.#selection.select({
      conditions: [last > this.#window() ? await this.#driven(last) : undefined],
    });
  }

  /** Searches in the order of an index. Absent values come first when ascending and last when descending. */
  async #walked(walk: Walk): Promise<number[]> {
    const { direction } = this.#order[0]!;
    const at = this.#selection.after?.values[0];
    const parts: ((limit: number) => Promise<number[]>)[] = [];
    // A part that lies before the cursor is skipped.
    if (at !== null || direction === 'asc') parts.push((limit) => this.#withValue(walk, direction, limit));
    if (walk.without && !(direction === 'asc' && at !== undefined && at !== null))
      parts.push((limit) => this.#withoutValue(walk.without!, direction, limit));
    if (direction === 'asc') parts.reverse();
    const found: number[] = [];
    for (const part of parts) {
      if (found.length < this.#query.limit) found.push(...(await part(this.#query.limit - found.length)));
    }
    return found;
  }

  async #withValue(walk: Walk, direction: 'asc' | 'desc', limit: number): Promise<number[]> {
    const { dialect } = this.#conditions;
    const ordering = orderingOf(this.#order, this.#conditions, walk);
    const bounds = boundsOf(walk, this.#conditions, direction, this.#selection.after);
    const whole: Part = { source: sql`${walk.table} ${walk.run}`, conditions: [bounds], ordering, limit };
    if (dialect.planning === 'planned')
      return this.#selection.select(
        this.#conditions.isOpen() ? { ...whole, conditions: [bounds, OPEN_RUNS] } : whole,
      );
    const window = this.#window();
    const first = sql`SELECT ${walk.seq} AS seq FROM ${walk.table} WHERE ${bounds} ORDER BY ${ordering.text} LIMIT ${window}`;
    const looked = await this.#selection.select({
      source: sql`(${first}) w ${dialect.join} run r ON r.seq = w.seq`,
      limit,
    });
    if (looked.length >= limit) return looked;
    const [count] = await this.#source.rows<{ n: number }>(sql`SELECT count(*) AS n FROM (${first}) c`);
    if (count!.n < window) return looked;
    const driver = await this.#driven(await this.#last());
    if (!driver) return this.#selection.select(whole);
    const [key] = orderingOf(this.#order, this.#conditions).keys;
    return this.#selection.select({ conditions: [driver, sql`${key!.value} IS NOT NULL`], limit });
  }

  /** Searches records without a value, in the store's order. */
  #withoutValue(without: Fragment, direction: 'asc' | 'desc', limit: number): Promise<number[]> {
    const sign = raw(direction === 'desc' ? '<' : '>');
    const after =
      this.#selection.after?.values[0] === null ? sql`r.seq ${sign} ${this.#selection.after.key}` : undefined;
    const text = raw(direction === 'desc' ? 'r.seq DESC' : 'r.seq ASC');
    const ordering: Ordering = { tables: sql``, joins: sql``, keys: [], text };
    const [key] = this.#selection.ordering().keys;
    // The query of records without a value can return a few other records.
    const conditions = [sql`r.seq IN (${without})`, sql`${key!.value} IS NULL`, after];
    return this.#selection.select({ conditions, ordering, limit, holds_cursor: true });
  }

  /** Reads the newest runs of each set that passes, then the newest of all. Undefined if the sets do not narrow the search. */
  async #bySets(): Promise<number[] | undefined> {
    const sets = this.#conditions.sets();
    if (!sets) return undefined;
    const most = this.#tuning.sets;
    const found = await this.#source.rows<{ id: number }>(sql`${sets} LIMIT ${most + 1}`);
    if (found.length > most) return undefined;
    if (found.length === 0) return [];
    const { limit } = this.#query;
    const ids = this.#source.dialect.ids(found.map(({ id }) => id));
    return this.#selection.keys(
      sql`SELECT newest.k FROM (${ids}) s(id), LATERAL (
        SELECT r.seq AS k FROM run r WHERE r.metadata_id = s.id AND ${this.#selection.passes({}, this.#selection.ordering())}
        ORDER BY r.seq DESC LIMIT ${limit}) newest
      ORDER BY newest.k DESC LIMIT ${limit}`,
    );
  }

  /** Returns the condition of the best driver; undefined if none narrows the search. */
  async #driven(last: number): Promise<Fragment | undefined> {
    const { alias, key } = this.#conditions.subject;
    const driver = await new Drivers(this.#source, this.#conditions, this.#tuning.few).best(last);
    return driver && sql`${raw(`${alias}.${key}`)} IN (${driver})`;
  }

  /** Returns the only lab of all selected runs, if it is known beforehand. */
  async #onlyLab(): Promise<number | undefined> {
    if (this.#order.length === 0) return undefined;
    const { lab } = this.#query;
    const name = lab === undefined ? undefined : this.#source.dialect.literal(lab, 'indexed');
    const rows = await this.#source.rows<{ id: number }>(
      name ? sql`SELECT id FROM lab WHERE name = ${name}` : sql`SELECT id FROM lab LIMIT 2`,
    );
    return rows.length === 1 ? rows[0]!.id : undefined;
  }

  /** Returns a number of records larger than the limit, so that rare matches are found too. */
  #window(): number {
    const { places, values } = this.#conditions;
    const led = places.length > 0 && places.every((path) => values.index.has(path));
    const window = led ? Math.ceil(this.#tuning.window / PLACES_SHARE) : this.#tuning.window;
    return Math.max(window, Math.min(this.#query.limit * 4, 100 * window));
  }

  async #last(): Promise<number> {
    const { table, key } = this.#conditions.subject;
    const [row] = await this.#source.rows<{ n: number }>(
      sql`SELECT coalesce(max(${raw(key)}), 0) AS n FROM ${raw(table)}`,
    );
    return row!.n;
  }
}
