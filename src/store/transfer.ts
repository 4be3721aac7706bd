/**
 * Moves a SQLite store to PostgreSQL: every row with its ids, in pieces that are committed one by one, so that a copy that
 * was interrupted goes on where it stopped; then both are counted and compared by digest. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { ProvenanceError } from '../errors';
import { parseStoreUrl } from './location';
import { LATEST_REVISION } from './migrations';
import type { Connections } from './postgres/connection';
import type { Database } from './sqlite/connection';
import { RowsDigest, targetRows } from './transfer-rows';
import { TRANSFER_TABLES, type TransferTable } from './transfer-tables';

export interface TransferResult {
  storage_id: string;
  /** Rows by table, the same on both sides. */
  rows: { [table: string]: number };
  /** sha256 over the rows of all tables as they stand in the copy; the same on both sides. */
  digest: string;
}

export interface TransferOptions {
  onProgress?: (table: string, rows: number) => void;
}

const ROWS_PER_COMMIT = 200;
const ROWS_PER_FETCH = 1000;

/**
 * Copies the SQLite store at `from` into the empty PostgreSQL store at `to`. Nothing may write to either meanwhile.
 * @throws (rejects) ProvenanceError: STORE_URL_INVALID, STORE_BUSY when the source was written to meanwhile, STORE_CORRUPT
 *   when what arrived is not what was sent
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
  const { openDatabase } = await import('./sqlite/connection.js');
  const { Connections } = await import('./postgres/connection.js');
  const { migrate } = await import('./postgres/migrate.js');
  const open = () => openDatabase(source.path, source.location, { mode: 'read', create: false });
  const [database, watch] = [open(), open()];
  const connections = new Connections({ ...target, mode: 'write' });
  try {
    database.exec('BEGIN');
    checkSource(database, source.location);
    const copied = stateOf(database);
    const assertUnchanged = () => {
      if (stateOf(watch) !== copied) throw changed(source.location);
    };
    await migrate(connections);
    const result = await new Transfer(database, connections, assertUnchanged, options).run();
    assertUnchanged();
    return result;
  } finally {
    watch.close();
    database.close();
    await connections.close();
  }
}

function checkSource(database: Database, location: string): void {
  const revision = Number(database.pragma('user_version', { simple: true }));
  if (revision === LATEST_REVISION) return;
  throw new ProvenanceError(
    'STORE_URL_INVALID',
    `The store ${location} is not at this release's schema; bring it up with \`migrate\` first.`,
  );
}

function stateOf(database: Database): unknown {
  return database.prepare('SELECT state_id FROM storage').pluck().get();
}

/**
 * The copy is of one moment; what was written since would be missing from it, and nobody would notice. Told at once: while
 * the copy is read, the log of the source can't be emptied, and grows with all that is written.
 */
function changed(location: string): ProvenanceError {
  return new ProvenanceError(
    'STORE_BUSY',
    `The store ${location} was written to while it was copied. Stop its workers, empty the schema that it was copied to, and copy again.`,
  );
}

class Transfer {
  readonly #database: Database;
  readonly #connections: Connections;
  /** Asked after each piece. */
  readonly #assertUnchanged: () => void;
  readonly #options: TransferOptions;

  constructor(
    database: Database,
    connections: Connections,
    assertUnchanged: () => void,
    options: TransferOptions,
  ) {
    this.#database = database;
    this.#connections = connections;
    this.#assertUnchanged = assertUnchanged;
    this.#options = options;
  }

  async run(): Promise<TransferResult> {
    const storage_id = await this.#takeIdentity();
    const rows: TransferResult['rows'] = {};
    for (const table of TRANSFER_TABLES) rows[table.name] = await this.#copy(table);
    const digest = createHash('sha256');
    for (const table of TRANSFER_TABLES) digest.update(`${table.name} ${await this.#verify(table)}\n`);
    return { storage_id, rows, digest: digest.digest('hex') };
  }

  /** The copy is the same store: it takes the identity, and tells by it whether it was begun from this one. */
  async #takeIdentity(): Promise<string> {
    const here = this.#database.prepare('SELECT * FROM storage').get() as {
      storage_id: string;
      state_id: number;
      created_time: number;
      creator: string;
    };
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
          `The store ${this.#connections.location} holds ${held}; name an empty schema (?schema=…).`,
        );
      }
      await client.query('DELETE FROM storage');
      await client.query('INSERT INTO storage VALUES (1, $1, $2, $3, $4)', [
        here.storage_id,
        here.state_id,
        here.created_time,
        here.creator,
      ]);
    });
    return here.storage_id;
  }

  async #copy(table: TransferTable): Promise<number> {
    const { name, key } = table;
    const after = key ? await this.#number(`SELECT coalesce(max(${key}), 0) AS n FROM ${name}`) : 0;
    const columns = Object.keys(table.columns);
    const order = key ? ` WHERE ${key} > ${after} ORDER BY ${key}` : '';
    let piece: unknown[][] = [];
    for (const row of this.#database
      .prepare(`SELECT ${columns.join(', ')} FROM ${name}${order}`)
      .raw()
      .iterate()) {
      piece.push(row as unknown[]);
      if (piece.length < ROWS_PER_COMMIT) continue;
      await this.#insert(table, piece);
      piece = [];
    }
    if (piece.length > 0) await this.#insert(table, piece);
    if (key)
      await this.#number(
        `SELECT setval(pg_get_serial_sequence('${name}', '${key}'), greatest(max(${key}), 1), max(${key}) IS NOT NULL) AS n FROM ${name}`,
      );
    return this.#count(name);
  }

  async #insert(table: TransferTable, rows: readonly unknown[][]): Promise<void> {
    const { names, rowOf } = targetRows(table);
    const values = rows.map(rowOf);
    const places = values.map((row, r) => `(${row.map((_, c) => `$${r * row.length + c + 1}`).join(', ')})`);
    const text = `INSERT INTO ${table.name} (${names.join(', ')}) OVERRIDING SYSTEM VALUE VALUES ${places.join(', ')} ON CONFLICT DO NOTHING`;
    await this.#connections.use(async (client) => {
      // What comes over has its links with it; see migrations/0003-chain.postgres.ts.
      await client.query('SET provenance.copy = on');
      await client.query({ text, values: values.flat() });
    });
    this.#options.onProgress?.(table.name, rows.length);
    this.#assertUnchanged();
  }

  async #count(name: string): Promise<number> {
    const here = this.#database.prepare(`SELECT count(*) FROM ${name}`).pluck().get() as number;
    const there = await this.#number(`SELECT count(*) AS n FROM ${name}`);
    if (here !== there) throw this.#differs(`${name}: ${here} rows were sent, ${there} are there`);
    return there;
  }

  /** What was sent of a table and what is there, row by row in whatever order; both must be the same rows. */
  async #verify(table: TransferTable): Promise<string> {
    const { names, rowOf } = targetRows(table);
    const sent = new RowsDigest();
    const source = `SELECT ${Object.keys(table.columns).join(', ')} FROM ${table.name}`;
    for (const row of this.#database.prepare(source).raw().iterate()) sent.add(rowOf(row as unknown[]));
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
        this.#assertUnchanged();
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
