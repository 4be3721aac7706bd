/**
 * The servers of a store. Each has one pool of connections per encryption. They are tried in turn until one works. Only this file
 * loads the driver. Node only.
 * @module
 */
import { createRequire } from 'node:module';
import type pg from 'pg';
import { ProvenanceError } from '../../../errors';
import { codeOf, isOutOfReach, storeError } from './errors';
import { passwordOf } from './password';
import type { Address, SessionKind, Target } from './target';
import { type Encryption, encryptionsOf } from './tls';

/** Longer than the server's own limit. It applies only if an answer never arrives. */
const ANSWER_TIMEOUT_MS = 35_000;
const IDLE_MS = 30_000;
/** Without a host in the URL: folders of sockets, then TCP to this machine's server. */
const THIS_MACHINE: readonly Address[] = ['/var/run/postgresql', '/tmp', 'localhost'].map((host) => ({
  host,
  port: 5432,
}));

const INT8 = 20;
const JSON_TYPE = 114;

/** One server with one encryption. */
interface Way {
  address: Address;
  encryption: Encryption;
  pool: pg.Pool;
}

/** Runs on a new connection if the kind of server matters. libpq runs the same query. */
const SESSION = `SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'on' AS read_only`;

type Session = { standby: boolean; read_only: boolean };

const SERVES: Readonly<Record<SessionKind, (session: Session) => boolean>> = {
  any: () => true,
  'read-write': ({ standby, read_only }) => !standby && !read_only,
  'read-only': ({ standby, read_only }) => standby || read_only,
  primary: ({ standby }) => !standby,
  standby: ({ standby }) => standby,
};

interface ServersOptions {
  target: Target;
  location: string;
  /** If there are several servers, `write` selects one that accepts writes. */
  mode: 'read' | 'write';
}

/** The servers of one database. New connections use the server that worked last, or the next suitable one. */
export class Servers {
  readonly #options: ServersOptions;
  readonly #ways: Way[];
  readonly #session: SessionKind;
  /** Index of the entry of `#ways` that worked last. */
  #last = 0;
  #closing: Promise<void> | undefined;

  /** @throws STORE_URL_INVALID, NATIVE_MISSING */
  constructor(options: ServersOptions) {
    this.#options = options;
    const { target, location, mode } = options;
    const driver = loadDriver(location);
    const addresses = target.addresses.length > 0 ? target.addresses : THIS_MACHINE;
    const several = target.addresses.length > 1;
    this.#session = several && mode === 'write' && target.session === 'any' ? 'read-write' : target.session;
    this.#ways = addresses.flatMap((address) =>
      encryptionsOf(target, address).map((encryption) => ({
        address,
        encryption,
        pool: this.#pool(driver, address, encryption),
      })),
    );
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  /**
   * Connects to the first server that works.
   * @throws (rejects) the driver's errors; if several servers are unreachable, the last server's error
   */
  async connect(): Promise<pg.PoolClient> {
    const count = this.#ways.length;
    let failure: unknown;
    let skipped: Address | undefined;
    for (let i = 0; i < count; i++) {
      const index = (this.#last + i) % count;
      const way = this.#ways[index]!;
      if (way.address === skipped) continue;
      try {
        const client = await way.pool.connect();
        this.#last = index;
        return client;
      } catch (error) {
        if (this.closed || !this.#goesOn(error, way)) throw error;
        failure = error;
        // The other encryption to the same server would only cost a second wait.
        if (isOutOfReach(error)) skipped = way.address;
      }
    }
    throw failure;
  }

  /** Waits for running statements. */
  close(): Promise<void> {
    this.#closing ??= Promise.all(this.#ways.map(({ pool }) => pool.end())).then(() => undefined);
    return this.#closing;
  }

  /** True if another server, or another encryption to this one, may work after this error. */
  #goesOn(error: unknown, { address, encryption }: Way): boolean {
    if (isOutOfReach(error) || error instanceof OtherKind) return true;
    const { sslmode } = this.#options.target;
    const both = sslmode === 'prefer' || sslmode === 'allow';
    // pg_hba.conf may admit the role with only one of the encryptions.
    const refused = /^28000$/.test(codeOf(error)) || (encryption !== false && !isOfServer(error));
    return both && !address.host.startsWith('/') && refused;
  }

  #pool(driver: typeof pg, address: Address, encryption: Encryption): pg.Pool {
    const { target, location } = this.#options;
    const setting = (keyword: string) => target.settings.get(keyword)?.value;
    const pool = new driver.Pool({
      ...address,
      Client: closingClient(driver),
      user: target.user,
      database: target.database,
      password: () => passwordOf(target, address, location),
      ssl: encryption,
      ...(setting('sslnegotiation') === 'direct' && encryption && { sslnegotiation: 'direct' as const }),
      ...(setting('options') && { options: setting('options') }),
      max: target.pool_size,
      types: { getTypeParser: (oid: number) => parserOf(driver, oid) } as pg.CustomTypesConfig,
      application_name: setting('application_name') ?? 'temporal-provenance',
      client_encoding: 'UTF8',
      keepAlive: true,
      connectionTimeoutMillis: target.connect_timeout_ms,
      query_timeout: ANSWER_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_MS,
      allowExitOnIdle: true,
      onConnect: (client) => this.#check(client),
    });
    // Without a listener, the process would exit if the server closes an idle connection.
    pool.on('error', ignore);
    return pool;
  }

  async #check(client: pg.ClientBase): Promise<void> {
    // The pool listens only while a connection is idle.
    client.on('error', ignore);
    if (this.#session === 'any') return;
    const { rows } = await client.query<Session>(SESSION);
    if (!SERVES[this.#session](rows[0]!)) throw new OtherKind(this.#session, this.#options.location);
  }
}

/** The server answers but is not of the requested kind. */
class OtherKind extends ProvenanceError {
  constructor(kind: SessionKind, location: string) {
    super('STORE_UNREACHABLE', `The store ${location} has no server that is ${kind} now.`);
  }
}

function ignore(): void {
  // The caller receives the error from its statement. The pool drops the connection automatically.
}

/** True for an error that a PostgreSQL server sent. */
function isOfServer(error: unknown): boolean {
  return /^[0-9A-Z]{5}$/.test(codeOf(error)) || ProvenanceError.is(error);
}

/**
 * Returns the driver's client, changed so that its socket closes at once after a failed log-in. Otherwise the server waits 60 s
 * for the rest of the log-in. That blocks one of its connections, and this process too.
 */
function closingClient(driver: typeof pg): typeof pg.Client {
  return class extends driver.Client {
    override connect(): Promise<pg.Client>;
    override connect(done: (error: Error | null) => void): void;
    override connect(done?: (error: Error | null) => void): Promise<pg.Client> | undefined {
      if (!done) return super.connect();
      super.connect((error: Error | null) => {
        if (error) this.connection.stream.destroy();
        done(error);
      });
      return undefined;
    }
  };
}

function loadDriver(location: string): typeof pg {
  try {
    return createRequire(__filename)('pg');
  } catch (error) {
    throw storeError(error, { location });
  }
}

/**
 * Returns 8-byte integers as numbers (none here exceeds 2^53), and JSON as the stored text. Other types use the driver's parser.
 */
function parserOf(driver: typeof pg, oid: number): unknown {
  if (oid === INT8) return Number;
  if (oid === JSON_TYPE) return (text: string) => text;
  return driver.types.getTypeParser(oid);
}
