/**
 * Moves a SQLite store to PostgreSQL with all rows and ids. It commits in parts, so an interrupted copy continues where it
 * stopped. Then both sides are counted and compared by digest, and the source is marked as moved. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { ProvenanceError } from '../../errors';
import { parseStoreUrl } from '../../store/place/location';
import type { Connections } from '../../store/postgres/connection/connection';
import { movingTables } from '../../store/records';
import type { StoredTable } from '../../store/records/table';
import { RowsDigest, targetRows } from './rows';
import type { TransferSource } from './source';

/** The result of a move. */
export interface TransferResult {
  storage_id: string;
  state_id: number;
  /** Rows by table, the same on both sides. */
  rows: { [table: string]: number };
  /** sha256 over the rows of all tables in the copy. It is the same on both sides. */
  digest: string;
  /** `marked`: the source refuses its writers from now on. A `backup` and a `read-only` file stay unchanged. */
  source: 'marked' | 'backup' | 'read-only';
}

interface TransferOptions {
  onProgress?: (table: string, rows: number) => void;
  /** True if the source is a backup of a lost store, and the copy becomes that store again. */
  restore?: boolean;
}

/** Rows per page of the source and per commit of the copy. */
const ROWS_PER_PAGE = 200;
const ROWS_PER_FETCH = 1000;

/**
 * Copies the SQLite store at `from` into the empty PostgreSQL store at `to`. Writers of the source wait meanwhile, and are
 * refused afterwards. If the source can't be locked and is written to, the copy ends at its next page. A backup stays unchanged,
 * and its copy gets a new identity.
 * @throws (rejects) ProvenanceError: STORE_URL_INVALID, STORE_MOVED, STORE_BUSY, STORE_CORRUPT if the copy differs from the
 * source
 */
export async function transferStore(
  from: string,
  to: string,
  options: TransferOptions = {},
): Promise<TransferResult> {
  const source = parseStoreUrl(from);
  const target = parseStoreUrl(to);
  if (source.dialect !== 'sqlite' || target.dialect !== 'postgres') {
    throw new ProvenanceError(
      'STORE_URL_INVALID',
      'A store moves from sqlite:<path> to postgres://<host>/<database>.',
    );
  }
  const { TransferSource } = await import('./source.js');
  const { Connections } = await import('../../store/postgres/connection/connection.js');
  const { migrate } = await import('../../store/postgres/identity/migrate.js');
  const { storeError } = await import('../../store/postgres/connection/errors.js');
  const { conclude } = await import('./end.js');
  const { refuseMoved } = await import('../../store/sqlite/identity/identity.js');
  const store = new TransferSource(source);
  const connections = new Connections({ ...target, mode: 'write' });
  try {
    const { moved_to, copied_time } = store.identity;
    if (moved_to && moved_to.location !== target.location) refuseMoved(store.identity, source.location);
    await migrate(connections);
    const result = await new Transfer(store, connections, options).run();
    store.assertUnchanged();
    const given = await conclude(connections, store, options.restore === true);
    const isBackup = copied_time !== undefined || options.restore === true;
    if (isBackup) return { ...result, ...given, source: 'backup' };
    store.markMoved(target.location);
    return { ...result, ...given, source: store.writable ? 'marked' : 'read-only' };
  } catch (error) {
    throw storeError(error, connections);
  } finally {
    store.close();
    await connections.close();
  }
}

class Transfer {
  readonly #source: TransferSource;
  readonly #connections: Connections;
  readonly #options: TransferOptions;

  constructor(source: TransferSource, connections: Connections, options: TransferOptions) {
    this.#source = source;
    this.#connections = connections;
    this.#options = options;
  }

  async run(): Promise<Pick<TransferResult, 'rows' | 'digest'>> {
    await this.#takeIdentity();
    const rows: TransferResult['rows'] = {};
    for (const table of movingTables()) rows[table.name] = await this.#copy(table);
    const digest = createHash('sha256');
    for (const table of movingTables()) digest.update(`${table.name} ${await this.#verify(table)}\n`);
    return { rows, digest: digest.digest('hex') };
  }

  /**
   * The copy is the same store, so it gets the identity. The identity also shows whether an existing copy was begun from this
   * source.
   */
  async #takeIdentity(): Promise<void> {
    const here = this.#source.identity;
    await this.#connections.transaction(async (client) => {
      const { rows } = await client.query(
        'SELECT storage_id, state_id, (SELECT count(*) FROM lab) AS labs FROM storage',
      );
      const [there] = rows;
      const same = there.storage_id === here.storage_id;
      if (same && there.state_id === here.state_id) return;
      if (there.labs > 0 || there.state_id > 0) {
        const held = same ? 'a copy of another state of this store' : 'something else already';
        throw new ProvenanceError(
          'STORE_URL_INVALID',
          `The store ${this.#connections.location} holds ${held}; use an empty schema (?schema=…).`,
        );
      }
      await client.query('DELETE FROM storage');
      await client.query('INSERT INTO storage VALUES (1, $1, $2, $3, $4)', [
        here.storage_id,
        here.state_id,
        here.created_time,
        JSON.stringify(here.creator),
      ]);
    });
  }

  async #copy(table: StoredTable): Promise<number> {
    const { name, serial: key } = table;
    // After an interruption, derived rows that were already copied may be out of date. The source can derive them again without a
    // change of its state.
    if (table.derived) await this.#connections.query({ text: `DELETE FROM ${name}` });
    const after = key ? await this.#number(`SELECT coalesce(max(${key}), 0) AS n FROM ${name}`) : undefined;
    for (const page of this.#source.pages(table, ROWS_PER_PAGE, after)) await this.#insert(table, page);
    if (key)
      await this.#number(
        `SELECT setval(pg_get_serial_sequence('${name}', '${key}'), greatest(max(${key}), 1), max(${key}) IS NOT NULL) AS n FROM ${name}`,
      );
    return this.#count(table);
  }

  async #insert(table: StoredTable, rows: readonly unknown[][]): Promise<void> {
    const { names, rowOf } = targetRows(table);
    const values = rows.map(rowOf);
    const places = values.map((row, r) => `(${row.map((_, c) => `$${r * row.length + c + 1}`).join(', ')})`);
    const text = `INSERT INTO ${table.name} (${names.join(', ')}) OVERRIDING SYSTEM VALUE VALUES ${places.join(', ')} ON CONFLICT DO NOTHING`;
    await this.#connections.transaction(async (client) => {
      // Copied rows already have their chain links; see postgres/functions/chained-tables.ts.
      await client.query('SET LOCAL provenance.copy = on');
      await client.query({ text, values: values.flat() });
    });
    this.#options.onProgress?.(table.name, rows.length);
  }

  async #count(table: StoredTable): Promise<number> {
    const { name } = table;
    const here = this.#source.count(table);
    const there = await this.#number(`SELECT count(*) AS n FROM ${name}`);
    if (here !== there) throw this.#differs(`${name}: ${here} rows were sent, ${there} are there`);
    return there;
  }

  /** Compares the copied rows of a table with those of the source, in any order. Both must be the same. */
  async #verify(table: StoredTable): Promise<string> {
    const { names, rowOf } = targetRows(table);
    const sent = new RowsDigest();
    for (const page of this.#source.pages(table, ROWS_PER_PAGE)) {
      for (const row of page) sent.add(rowOf(row));
    }
    const arrived = await this.#connections.transaction(async (client) => {
      const digest = new RowsDigest();
      await client.query(
        `DECLARE arrived NO SCROLL CURSOR FOR SELECT ${names.join(', ')} FROM ${table.name}`,
      );
      for (;;) {
        const { rows } = await client.query<unknown[]>({
          text: `FETCH ${ROWS_PER_FETCH} FROM arrived`,
          rowMode: 'array',
        });
        for (const row of rows) digest.add(row);
        if (rows.length === 0) return digest;
      }
    });
    if (sent.hex !== arrived.hex)
      throw this.#differs(`${table.name}: ${sent.rows} rows were sent, ${arrived.rows} are there`);
    return sent.hex;
  }

  async #number(text: string): Promise<number> {
    const [row] = await this.#connections.query<{ n: number }>({ text });
    return row!.n;
  }

  #differs(what: string): ProvenanceError {
    return new ProvenanceError(
      'STORE_CORRUPT',
      `The copy in ${this.#connections.location} is not the store that was sent (${what}); empty it and copy again.`,
    );
  }
}
