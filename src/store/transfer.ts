/**
 * Moves a SQLite store to PostgreSQL: every row with its ids, in pieces that are committed one by one, so that a copy that
 * was interrupted goes on where it stopped; then both are counted and compared by digest. Node only.
 * @module
 */
import { createHash } from 'node:crypto';
import { ProvenanceError } from '../errors';
import { parseStoreUrl } from './location';
import { LATEST_REVISION } from './migrations';
import type { Client, Connections } from './postgres/connection';
import type { Database } from './sqlite/connection';
import { type ColumnForm, TRANSFER_TABLES, type TransferTable } from './transfer-tables';

export interface TransferResult {
  storage_id: string;
  /** Rows by table, the same on both sides. */
  rows: { [table: string]: number };
  /** sha256 over all runs with their documents, in order; the same on both sides. */
  digest: string;
}

export interface TransferOptions {
  onProgress?: (table: string, rows: number) => void;
}

const ROWS_PER_COMMIT = 200;

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
  const database = openDatabase(source.path, source.location, { mode: 'read', create: false });
  const connections = new Connections({ ...target, mode: 'write' });
  try {
    database.exec('BEGIN');
    checkSource(database, source.location);
    await migrate(connections);
    return await new Transfer(database, connections, options).run();
  } finally {
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

class Transfer {
  readonly #database: Database;
  readonly #connections: Connections;
  readonly #options: TransferOptions;

  constructor(database: Database, connections: Connections, options: TransferOptions) {
    this.#database = database;
    this.#connections = connections;
    this.#options = options;
  }

  async run(): Promise<TransferResult> {
    const storage_id = await this.#takeIdentity();
    const rows: TransferResult['rows'] = {};
    for (const table of TRANSFER_TABLES) rows[table.name] = await this.#copy(table);
    const [here, there] = [this.#digestHere(), await this.#digestThere()];
    if (here !== there) throw this.#differs('its runs');
    return { storage_id, rows, digest: there };
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
      if (there.storage_id === here.storage_id && there.state_id === here.state_id) return;
      if (there.labs > 0 || there.state_id > 0) {
        throw new ProvenanceError(
          'STORE_URL_INVALID',
          `The store ${this.#connections.location} holds something else already; name an empty schema (?schema=…).`,
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
    const { write } = await writerOf(table);
    await this.#connections.use((client) => write(client, rows));
    this.#options.onProgress?.(table.name, rows.length);
  }

  async #count(name: string): Promise<number> {
    const here = this.#database.prepare(`SELECT count(*) FROM ${name}`).pluck().get() as number;
    const there = await this.#number(`SELECT count(*) AS n FROM ${name}`);
    if (here !== there) throw this.#differs(`${name}: ${here} rows were sent, ${there} are there`);
    return there;
  }

  #digestHere(): string {
    const digest = createHash('sha256');
    for (const row of this.#database.prepare(DIGEST).raw().iterate())
      digest.update(`${JSON.stringify(row)}\n`);
    return digest.digest('hex');
  }

  async #digestThere(): Promise<string> {
    const digest = createHash('sha256');
    const { readText } = await import('./postgres/text.js');
    for (let after = 0; ; ) {
      const rows = await this.#connections.query<Record<string, string | number | null>>({
        text: `${DIGEST.replace('ORDER', 'WHERE run.seq > $1 ORDER')} LIMIT 1000`,
        values: [after],
      });
      for (const { uid, retry_of, ...row } of rows) {
        const texts = [readText(String(uid)), retry_of === null ? null : readText(String(retry_of))];
        digest.update(`${JSON.stringify([row.seq, ...texts, ...Object.values(row).slice(1)])}\n`);
      }
      if (rows.length === 0) return digest.digest('hex');
      after = rows.at(-1)!.seq as number;
    }
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

const DIGEST = `SELECT run.seq, run.uid, run.retry_of, run.time, run.scan_id, run.state_id, metadata.digest, run.own, run.facts,
  stop.document AS stop, settled.document AS settled
  FROM run JOIN metadata ON metadata.id = run.metadata_id LEFT JOIN stop ON stop.seq = run.seq
  LEFT JOIN settled ON settled.seq = run.seq ORDER BY run.seq`;

/** The insert of a table's rows, each value in PostgreSQL's form. */
async function writerOf(table: TransferTable) {
  const { indexedText, storedText } = await import('./postgres/text.js');
  const { fieldText } = await import('./postgres/field-text.js');
  const forms = Object.values(table.columns);
  const columns = Object.keys(table.columns);
  const isKind = table.name === 'kind';
  const written: { [form in ColumnForm]: (value: unknown) => unknown } = {
    plain: (value) => value,
    text: (value) => (value === null ? null : storedText(String(value))),
    indexed: (value) => (value === null ? null : indexedText(String(value))),
    value: (value) => fieldText(value as string | number),
    boolean: Boolean,
  };
  const rowOf = (row: readonly unknown[]) => [
    ...row.map((value, i) => written[forms[i]!](value)),
    ...(isKind
      ? [
          createHash('sha256')
            .update(JSON.stringify(row.slice(1)))
            .digest('hex'),
        ]
      : []),
  ];
  const names = [...columns, ...(isKind ? ['digest'] : [])];
  return {
    async write(client: Client, rows: readonly unknown[][]): Promise<void> {
      const values = rows.map(rowOf);
      const places = values.map(
        (row, r) => `(${row.map((_, c) => `$${r * names.length + c + 1}`).join(', ')})`,
      );
      await client.query(
        `INSERT INTO ${table.name} (${names.join(', ')}) OVERRIDING SYSTEM VALUE VALUES ${places.join(', ')} ON CONFLICT DO NOTHING`,
        values.flat(),
      );
    },
  };
}
