/**
 * Connections to PostgreSQL: one pool per store, its sessions set up alike, its failures never uncaught. The only file that
 * loads the driver. Node only.
 * @module
 */
import { createRequire } from 'node:module';
import type pg from 'pg';
import { ProvenanceError } from '../../errors';
import { postgresScope } from '../location';
import { endsConnection, storeError } from './errors';

export type Client = Pick<pg.ClientBase, 'query'>;

export interface ConnectionOptions {
  /** As given, with credentials. */
  url: string;
  location: string;
  mode: 'read' | 'write';
}

const CONNECT_TIMEOUT_MS = 5_000;
const LOCK_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** Past the server's own limit: only an answer that never comes gets here. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000;
const IDLE_MS = 30_000;

const INT8 = 20;
const JSON_TYPE = 114;

/** A pool of connections to one schema of one database. */
export class Connections {
  readonly pool: pg.Pool;
  readonly location: string;
  readonly schema: string;

  constructor(options: ConnectionOptions) {
    const { schema, pool_size, connectionString } = readUrl(options.url);
    this.location = options.location;
    this.schema = schema;
    const driver = loadDriver(options.location);
    this.pool = new driver.Pool({
      connectionString,
      max: pool_size,
      types: { getTypeParser: (oid: number) => parserOf(driver, oid) } as pg.CustomTypesConfig,
      application_name: 'temporal-provenance',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_MS,
      allowExitOnIdle: true,
      onConnect: (client) => this.#setUp(client, options.mode),
    });
    // Without a listener, a connection that the server ends while it is idle would end the process.
    this.pool.on('error', ignore);
  }

  /** One statement, on any connection. */
  async query<R extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<R[]> {
    return this.use(async (client) => (await client.query<R>(statement)).rows);
  }

  /** A connection for as long as `body` runs; thrown away when its failure may have left it unusable. */
  async use<T>(body: (client: Client) => Promise<T>): Promise<T> {
    let client: pg.PoolClient;
    try {
      client = await this.pool.connect();
    } catch (error) {
      throw this.#error(error);
    }
    try {
      const result = await body(client);
      client.release();
      return result;
    } catch (error) {
      client.release(!ProvenanceError.is(error) && endsConnection(error));
      throw error;
    }
  }

  /** A transaction. It is rolled back when `body` rejects. */
  async transaction<T>(body: (client: Client) => Promise<T>): Promise<T> {
    return this.use(async (client) => {
      await client.query('BEGIN');
      try {
        const result = await body(client);
        await client.query('COMMIT');
        return result;
      } catch (error) {
        if (ProvenanceError.is(error) || !endsConnection(error)) await client.query('ROLLBACK').catch(ignore);
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    if (!this.pool.ended && !this.pool.ending) await this.pool.end();
  }

  #error(error: unknown): ProvenanceError {
    if (this.pool.ended || this.pool.ending) {
      return new ProvenanceError('STORE_CLOSED', `The store ${this.location} is closed.`, { cause: error });
    }
    return storeError(error, this.location);
  }

  async #setUp(client: pg.ClientBase, mode: 'read' | 'write'): Promise<void> {
    // The pool listens only while a connection is idle.
    client.on('error', ignore);
    await client.query(
      `SET search_path = ${quoteName(this.schema)};
       SET lock_timeout = ${LOCK_TIMEOUT_MS};
       SET statement_timeout = ${STATEMENT_TIMEOUT_MS};
       SET idle_in_transaction_session_timeout = ${STATEMENT_TIMEOUT_MS};
       SET synchronous_commit = ${mode === 'write' ? 'on' : 'local'};
       ${mode === 'read' ? 'SET default_transaction_read_only = on;' : ''}
       SET extra_float_digits = 1; SET standard_conforming_strings = on; SET client_min_messages = warning;`,
    );
  }
}

/** An identifier of SQL. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function ignore(): void {
  // Who uses the connection gets the error from the call; the pool drops it by itself.
}

function loadDriver(location: string): typeof pg {
  try {
    return createRequire(__filename)('pg');
  } catch (error) {
    throw storeError(error, location);
  }
}

/** Integers of 8 bytes as numbers (none here is above 2^53), JSON as the text that was stored, all else as usual. */
function parserOf(driver: typeof pg, oid: number): unknown {
  if (oid === INT8) return Number;
  if (oid === JSON_TYPE) return (text: string) => text;
  return driver.types.getTypeParser(oid);
}

/** Schema that a store's URL names. @throws STORE_URL_INVALID */
export function schemaOf(url: string): string {
  return readUrl(url).schema;
}

/** Our own parameters (`schema`, `pool`) out of a URL; the rest is the driver's. */
function readUrl(text: string): { schema: string; pool_size: number; connectionString: string } {
  const url = new URL(text);
  const scope = postgresScope(url);
  url.searchParams.delete('schema');
  url.searchParams.delete('pool');
  return { ...scope, connectionString: url.href };
}
