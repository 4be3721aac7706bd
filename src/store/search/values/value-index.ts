/**
 * The index of places in results and arguments, with the documents that it contains when a search begins. Node only.
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

/** How far the index may be behind, in chain links and in documents. The runs of these documents are read one by one. */
const LAG_LINKS = 2_048;
const LAG_DOCUMENTS = 5_000;

interface NamedRow {
  id: number;
  path: string;
  chain_n: number;
}

/** The indexed places of one search. */
export class ValueIndex {
  readonly #dialect: SearchDialect;
  readonly #named: ReadonlyMap<string, NamedRow>;
  /** Runs whose documents are not indexed yet; undefined if there are too many. */
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

  /** Returns the current index of these places. */
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

  /** True if the place is indexed, and the index and the runs in `#behind` together cover all runs. */
  has(path: ValuePath): boolean {
    return this.#behind !== undefined && this.#named.has(formatPlace(path));
  }

  /** Returns a query of runs that includes every run that passes; undefined if there is no index. */
  driver(path: ValuePath, test: Test): Fragment | undefined {
    if (!this.has(path) || isBeyondIndex(test)) return undefined;
    return this.#withBehind(sql`${this.#rows(path)} AND ${entryTest(test, this.#dialect)}`);
  }

  /** Returns a query of runs that includes every run with an unreadable value at one of these places. */
  unseen(paths: readonly ValuePath[]): Fragment {
    const rows = paths.map((path) => sql`${this.#rows(path)} AND value = ${UNSEEN_VALUE}`);
    return this.#withBehind(list(rows, ' UNION '));
  }

  /**
   * Returns a condition that is true if a row of `value_field v` is a single value of the place. Undefined if the index is
   * incomplete.
   */
  singleValues(path: ValuePath): Fragment | undefined {
    if (!this.has(path) || this.#behind!.length > 0) return undefined;
    return sql`v.path_id = ${this.#id(path)} AND v.value NOT IN (${NULL_VALUE}, ${OBJECT_MARK}, ${UNSEEN_VALUE})`;
  }

  /** Returns a query with a row if any run has a list at the place. */
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

/** Returns the runs whose documents were written after a chain link; undefined if there are too many. */
async function runsAfter(source: SearchSource, link: number): Promise<number[] | undefined> {
  const links = await source.rows<{ entries: Uint8Array }>(
    sql`SELECT entries FROM chain WHERE n > ${link} ORDER BY n LIMIT ${raw(String(LAG_LINKS + 1))}`,
  );
  if (links.length > LAG_LINKS) return undefined;
  const entries = links.flatMap((one) => readEntries(one.entries) ?? []);
  const runs = entries.filter(({ kind }) => kind === 'start' || kind === 'stop').map(({ ref }) => ref);
  return runs.length > LAG_DOCUMENTS ? undefined : [...new Set(runs)];
}
