/**
 * The servers of a store: each with a pool of connections for each way to talk to it, tried in turn until one serves. The only
 * file that loads the driver. Node only.
 * @module
 */
import { createRequire } from 'node:module';
import type pg from 'pg';
import { ProvenanceError } from '../../../errors';
import { codeOf, isOutOfReach, storeError } from './errors';
import { passwordOf } from './password';
import type { Address, SessionKind, Target } from './target';
import { type Encryption, encryptionsOf } from './tls';

/** Past the server's own limit: only an answer that never comes gets here. */
const ANSWER_TIMEOUT_MS = 35_000;
const IDLE_MS = 30_000;
/** Folders of sockets, and then TCP: this machine's server when a URL names none. */
const THIS_MACHINE: readonly Address[] = ['/var/run/postgresql', '/tmp', 'localhost'].map((host) => ({
  host,
  port: 5432,
}));

const INT8 = 20;
const JSON_TYPE = 114;

/** One way to one server. */
interface Way {
  address: Address;
  encryption: Encryption;
  pool: pg.Pool;
}

/** Asked of a new connection where the kind of server matters; libpq asks the same. */
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
  /** Who writes looks for a server that takes it, wherever there are several. */
  mode: 'read' | 'write';
}

/** The servers of one database: new connections go to the one that served last, or to the next that fits. */
export class Servers {
  readonly #options: ServersOptions;
  readonly #ways: Way[];
  readonly #session: SessionKind;
  /** Index of the way that served last. */
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
   * A connection to the first server that serves.
   * @throws (rejects) the driver's errors; of several servers out of reach, that of the last
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
        // The other way to the same server would only be waited for again.
        if (isOutOfReach(error)) skipped = way.address;
      }
    }
    throw failure;
  }

  /** Waits for what is under way. */
  close(): Promise<void> {
    this.#closing ??= Promise.all(this.#ways.map(({ pool }) => pool.end())).then(() => undefined);
    return this.#closing;
  }

  /** Another server, or another way to this one, may serve where this one failed so. */
  #goesOn(error: unknown, { address, encryption }: Way): boolean {
    if (isOutOfReach(error) || error instanceof OtherKind) return true;
    const { sslmode } = this.#options.target;
    const both = sslmode === 'prefer' || sslmode === 'allow';
    // pg_hba.conf may let the role in by one of the ways only.
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
    // Without a listener, a connection that the server ends while it is idle would end the process.
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

/** A server that answers and is not of the kind that is asked for. */
class OtherKind extends ProvenanceError {
  constructor(kind: SessionKind, location: string) {
    super('STORE_UNREACHABLE', `The store ${location} has no server that is ${kind} now.`);
  }
}

function ignore(): void {
  // Who uses the connection gets the error from the call; the pool drops it by itself.
}

/** True for an error that a PostgreSQL server answered with. */
function isOfServer(error: unknown): boolean {
  return /^[0-9A-Z]{5}$/.test(codeOf(error)) || ProvenanceError.is(error);
}

/**
 * The driver's client, with its socket closed at once when it could not log in. Otherwise the server waits for the rest of the log-in
 * (60 s) with one of its connections, and this process with it.
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

/** Integers of 8 bytes as numbers (none here is above 2^53), JSON as the text that was stored, all else as usual. */
function parserOf(driver: typeof pg, oid: number): unknown {
  if (oid === INT8) return Number;
  if (oid === JSON_TYPE) return (text: string) => text;
  return driver.types.getTypeParser(oid);
}
