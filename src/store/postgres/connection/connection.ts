/**
 * Transactions on one schema of one database. Settings are per transaction, never per session: behind a pooler in transaction
 * mode, another program can use the session next. For the same reason no statement is prepared by name, and no lock belongs to a
 * session. Node only.
 * This folder owns access to PostgreSQL: URL, services, passwords, TLS, servers and their transactions. All other code for this
 * database uses it.
 * @module
 */
import type pg from 'pg';
import { ProvenanceError } from '../../../errors';
import { endsConnection, type Place, storeError } from './errors';
import { Servers } from './servers';
import { readTarget } from './target';

/** The part of a connection that statements need. */
export type Client = Pick<pg.ClientBase, 'query'>;

/** The database to connect to, and the purpose. */
export interface ConnectionOptions {
  /** The original URL, with credentials. */
  url: string;
  location: string;
  mode: 'read' | 'write';
  /** The time limit of a statement. The server aborts it a little later. @defaultValue half a minute */
  limit_ms?: number;
}

interface TransactionOptions {
  /** All statements see one snapshot. */
  snapshot?: boolean;
  /** No statement has a time limit, e.g. for the upgrade of a large store. */
  patient?: boolean;
}

/** A function of the schema, as a statement calls it. */
export interface SchemaFunction {
  name: string;
  /** Columns of its result. */
  columns: string;
  /** Types of its parameters. */
  parameters: readonly string[];
}

const LOCK_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** The caller times out before the server, so it knows the reason. */
const LATER_MS = 1_000;
/** The driver has no value for "no limit"; without a value it uses its default. */
const NO_LIMIT_MS = 2 ** 31 - 1;

/** Connections to the servers of one store. */
export class Connections implements Place {
  readonly location: string;
  readonly schema: string;
  readonly role: string;
  readonly #servers: Servers;
  readonly #mode: 'read' | 'write';
  readonly #limit_ms: number;

  /** @throws STORE_URL_INVALID, NATIVE_MISSING */
  constructor({ url, location, mode, limit_ms }: ConnectionOptions) {
    const target = readTarget(url);
    this.location = location;
    this.schema = target.schema;
    this.role = target.user;
    this.#mode = mode;
    this.#limit_ms = limit_ms === undefined ? STATEMENT_TIMEOUT_MS : limit_ms + LATER_MS;
    this.#servers = new Servers({ target, location, mode });
  }

  /** Runs one statement on any connection. */
  async query<R extends pg.QueryResultRow>(statement: pg.QueryConfig): Promise<R[]> {
    return this.transaction(async (client) => (await client.query<R>(statement)).rows);
  }

  /** Runs a transaction. It is rolled back if `body` rejects. */
  async transaction<T>(body: (client: Client) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.#use(async (connection) => {
      const client = options.patient ? patient(connection) : connection;
      try {
        await client.query(this.#begin(options));
        const result = await body(client);
        await client.query('COMMIT');
        return result;
      } catch (error) {
        if (ProvenanceError.is(error) || !endsConnection(error)) await client.query('ROLLBACK').catch(ignore);
        throw error;
      }
    });
  }

  /** Calls a function of the schema as one transaction, in one round trip. */
  async call<R extends pg.QueryResultRow>(called: SchemaFunction, values: unknown[]): Promise<R[]> {
    if (this.#mode === 'read')
      throw new ProvenanceError('STORE_REFUSED', `The store ${this.location} was opened for reading.`);
    const text = callAlone(called, quoteName(this.schema));
    const settings = [quoteName(this.schema), String(LOCK_TIMEOUT_MS)];
    return this.#use(async (client) => (await client.query<R>(text, [...values, ...settings])).rows);
  }

  /** Runs a statement that can't be part of a transaction. Its names must be qualified. It has no time limit. */
  async alone(text: string): Promise<void> {
    await this.#use((client) => patient(client).query(text));
  }

  async close(): Promise<void> {
    await this.#servers.close();
  }

  /** Provides a connection while `body` runs. The connection is discarded if a failure may have left it unusable. */
  async #use<T>(body: (client: Client) => Promise<T>): Promise<T> {
    let client: pg.PoolClient;
    try {
      client = await this.#servers.connect();
    } catch (error) {
      throw this.#connectError(error);
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

  #connectError(error: unknown): ProvenanceError {
    if (!this.#servers.closed) return storeError(error, this);
    return new ProvenanceError('STORE_CLOSED', `The store ${this.location} is closed.`, { cause: error });
  }

  #begin({ snapshot, patient }: TransactionOptions): string {
    const limit_ms = patient ? 0 : this.#limit_ms;
    return `BEGIN${snapshot ? ' ISOLATION LEVEL REPEATABLE READ' : ''}${this.#mode === 'read' ? ' READ ONLY' : ''};
      SET LOCAL search_path = ${quoteName(this.schema)};
      SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS};
      SET LOCAL statement_timeout = ${limit_ms};
      SET LOCAL idle_in_transaction_session_timeout = ${limit_ms};
      ${this.#mode === 'write' ? 'SET LOCAL synchronous_commit = on;' : ''}
      SET LOCAL extra_float_digits = 1; SET LOCAL standard_conforming_strings = on; SET LOCAL client_min_messages = warning`;
  }
}

/** Calls a function inside a transaction of {@link Connections}. */
export async function callWithin<R extends pg.QueryResultRow>(
  client: Client,
  { name, columns, parameters }: SchemaFunction,
  values: unknown[],
): Promise<R[]> {
  const places = parameters.map((type, i) => `$${i + 1}::${type}`).join(', ');
  return (await client.query<R>(`SELECT ${columns} FROM ${name}(${places})`, values)).rows;
}

/**
 * Returns SQL for a call as its own transaction. Its settings come first: the function's first argument depends on them. They
 * last until the transaction ends. A statement cannot limit its own time, so the driver does.
 */
function callAlone({ name, columns, parameters }: SchemaFunction, schema: string): string {
  const places = parameters.map((type, i) => {
    const value = `$${i + 1}::${type}`;
    return i === 0 ? `CASE WHEN s.ready IS NOT NULL THEN ${value} END` : value;
  });
  const after = parameters.length;
  return `SELECT ${columns} FROM (SELECT set_config('search_path', $${after + 1}, true) ||
      set_config('lock_timeout', $${after + 2}, true) || set_config('synchronous_commit', 'on', true) AS ready) s,
    LATERAL ${schema}.${name}(${places.join(', ')})`;
}

/** Returns the same client without a time limit for statements. */
function patient(client: Client): Client {
  const query = (statement: string | pg.QueryConfig, values?: unknown[]) =>
    client.query({
      ...(typeof statement === 'string' ? { text: statement, ...(values && { values }) } : statement),
      query_timeout: NO_LIMIT_MS,
    } as pg.QueryConfig);
  return { query } as Client;
}

/** Returns a quoted SQL identifier. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function ignore(): void {
  // A transaction that cannot be rolled back ends with its connection.
}
