/**
 * The index of places in results and arguments, as far as it has followed the documents when a search begins. Node only.
 * @module
 */
import { formatPlace } from '../../../filter/format';
import type { Test } from '../../../filter/normal-form';
import type { ValuePath } from '../../../model/value-path';
import { readEntries } from '../../integrity/digests';
import { ARRAY_MARK, NULL_VALUE, OBJECT_MARK } from '../../metadata-index/field-values';
import { UNSEEN_VALUE } from '../../value-index/entries';
import type { SearchDialect, SearchSource } from '../dialect';
import { entryTest, isBeyondIndex } from '../entry-tests';
import { type Fragment, list, raw, sql } from '../fragment';

/** Links of the chain, and documents in them, that the index may be behind: those runs are looked into one by one. */
const LAG_LINKS = 2_048;
const LAG_DOCUMENTS = 5_000;

interface NamedRow {
  id: number;
  path: string;
  chain_n: number;
}

/** Places of one search that an index leads to. */
export class ValueIndex {
  readonly #dialect: SearchDialect;
  readonly #named: ReadonlyMap<string, NamedRow>;
  /** Runs whose documents the index has not followed yet; undefined where they are too many. */
  readonly #behind: readonly number[] | undefined;

  private constructor(
    dialect: SearchDialect,
    named: ReadonlyMap<string, NamedRow>,
    behind: readonly number[] | undefined,
  ) {
    this.#dialect = dialect;
    this.#named = named;
    this.#behind = behind;
  }

  /** The index of these places as it is now. */
  static async of(source: SearchSource, paths: readonly ValuePath[]): Promise<ValueIndex> {
    const { dialect } = source;
    if (paths.length === 0) return new ValueIndex(dialect, new Map(), []);
    const names = list([...new Set(paths.map(formatPlace))].map((name) => sql`${name}`));
    const rows = await source.rows<NamedRow>(
      sql`SELECT id, path, chain_n FROM value_path WHERE path IN (${names})`,
    );
    const named = new Map(rows.map((row) => [row.path, row]));
    const from = Math.min(...rows.map(({ chain_n }) => chain_n));
    return new ValueIndex(dialect, named, rows.length === 0 ? [] : await runsAfter(source, from));
  }

  /** True where the place is named and its index, with the runs that it is behind, has all runs. */
  has(path: ValuePath): boolean {
    return this.#behind !== undefined && this.#named.has(formatPlace(path));
  }

  /** Query of the runs among which all are that pass; undefined where no index leads there. */
  driver(path: ValuePath, test: Test): Fragment | undefined {
    if (!this.has(path) || isBeyondIndex(test)) return undefined;
    return this.#withBehind(sql`${this.#rows(path)} AND ${entryTest(test, this.#dialect)}`);
  }

  /** Query of the runs among which all are that have something there which can't be looked into; of several places. */
  unseen(paths: readonly ValuePath[]): Fragment {
    const rows = paths.map((path) => sql`${this.#rows(path)} AND value = ${UNSEEN_VALUE}`);
    return this.#withBehind(list(rows, ' UNION '));
  }

  /** Condition that a row of `value_field v` is a single value of the place; undefined where the index does not have all of them. */
  singleValues(path: ValuePath): Fragment | undefined {
    if (!this.has(path) || this.#behind!.length > 0) return undefined;
    return sql`v.path_id = ${this.#id(path)} AND v.value NOT IN (${NULL_VALUE}, ${OBJECT_MARK}, ${UNSEEN_VALUE})`;
  }

  /** Query that gives a row where a run has a list at the place. */
  lists(path: ValuePath): Fragment {
    return sql`SELECT 1 AS n FROM value_field WHERE path_id = ${this.#id(path)} AND value = ${ARRAY_MARK} LIMIT 1`;
  }

  #rows(path: ValuePath): Fragment {
    return sql`SELECT seq FROM value_field WHERE path_id = ${this.#id(path)}`;
  }

  #id(path: ValuePath): number {
    return this.#named.get(formatPlace(path))!.id;
  }

  #withBehind(runs: Fragment): Fragment {
    if (this.#behind!.length === 0) return runs;
    return sql`SELECT seq FROM (${runs}) known UNION ALL SELECT * FROM (${this.#dialect.ids(this.#behind!)}) behind`;
  }
}

/** Runs whose documents were written after a link of the chain; undefined where they are too many. */
async function runsAfter(source: SearchSource, link: number): Promise<number[] | undefined> {
  const links = await source.rows<{ entries: Uint8Array }>(
    sql`SELECT entries FROM chain WHERE n > ${link} ORDER BY n LIMIT ${raw(String(LAG_LINKS + 1))}`,
  );
  if (links.length > LAG_LINKS) return undefined;
  const entries = links.flatMap((one) => readEntries(one.entries) ?? []);
  const runs = entries.filter(({ kind }) => kind === 'start' || kind === 'stop').map(({ ref }) => ref);
  return runs.length > LAG_DOCUMENTS ? undefined : [...new Set(runs)];
}
