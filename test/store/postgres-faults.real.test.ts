/** What PostgreSQL refuses for a while: each call fails with a code that says to try again, and the next one succeeds when it can. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { measured } from '../reliability';
import { opening } from './runs';

const missing = postgresMissing();
/** Enough for the store's own four, and a few of ours. */
const CONNECTIONS = 8;

describe.skipIf(missing)(`PostgreSQL in trouble${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let url: string;
  let store: Store;
  const clients: pg.Client[] = [];

  beforeAll(async () => {
    server = await startPostgres({ max_connections: CONNECTIONS, superuser_reserved_connections: 0 });
    url = await server.createDatabase();
    store = await openStore(`${url}?pool=2`);
    await store.write([opening({ n: 1 })]);
  });
  afterAll(async () => {
    await Promise.allSettled(clients.map((client) => client.end()));
    await store?.close();
    await server?.close();
  });

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  }

  /** Holds the row that every writer takes first. */
  async function holdWriters(): Promise<pg.Client> {
    const holder = await connect();
    await holder.query('BEGIN; UPDATE provenance.storage SET state_id = state_id');
    return holder;
  }

  const fault = (n: number) =>
    store.write([opening({ n })]).then(
      () => 'written',
      (error: { code: string }) => error.code,
    );

  const scanIdOf = async (n: number) => {
    const [answer] = await store.write([opening({ n })]);
    return answer?.kind === 'opened' ? answer.scan_id : answer;
  };

  const noted = (figure: string) => measured({ row: 'C3', figure, value: 0, limit: '0', holds: true });

  it('another transaction holds the writers for longer than the limit: busy, then written', async () => {
    const holder = await holdWriters();
    expect(await fault(2)).toBe('STORE_BUSY');
    await holder.query('ROLLBACK');
    expect(await scanIdOf(2)).toBe(2);
    noted('lock timeout: process exits, runs lost');
  });

  it('a statement runs too long and is ended: busy, then written', async () => {
    const holder = await holdWriters();
    const writing = fault(3);
    // What the server does when the time is over, without waiting for it.
    const cancel = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'temporal-provenance' AND wait_event_type = 'Lock'`;
    while ((await holder.query(cancel)).rowCount === 0) await pause(10);
    expect(await writing).toBe('STORE_BUSY');
    await holder.query('ROLLBACK');
    expect(await scanIdOf(3)).toBe(3);
    noted('statement timeout: process exits, runs lost');
  });

  it('all connections of the server are in use: busy, then written', async () => {
    const taken: pg.Client[] = [];
    await server.execute(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'temporal-provenance'`,
    );
    for (let refused = false; !refused; ) {
      await connect().then(
        (client) => taken.push(client),
        () => {
          refused = true;
        },
      );
    }
    // One that was ended is found out by the call that meets it; the next one needs a new connection.
    const codes = [await fault(4), await fault(4), await fault(4)];
    expect(codes.at(-1)).toBe('STORE_BUSY');
    expect(codes.every((code) => code === 'STORE_BUSY' || code === 'STORE_UNREACHABLE')).toBe(true);
    await Promise.all(taken.map((client) => client.end()));
    const number = await eventually(() => scanIdOf(4));
    expect(number).toBe(4);
    noted('max_connections: process exits, runs lost');
  });

  it('the server becomes a read-only standby under open connections: unreachable, then written', async () => {
    const readOnly = async (value: string) => {
      await server.execute(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
      await server.execute('SELECT pg_reload_conf()');
    };
    await readOnly('on');
    await eventually(async () => expect(await fault(5)).toBe('STORE_UNREACHABLE'));
    expect((await store.counts()).runs).toBeGreaterThanOrEqual(4);
    await server.execute('ALTER SYSTEM RESET default_transaction_read_only');
    await server.execute('SELECT pg_reload_conf()');
    expect(await eventually(() => scanIdOf(5))).toBe(5);
    noted('read-only failover: process exits, runs lost');
  });

  /** Until it holds; the server takes a moment to notice that connections have ended, or that its settings have changed. */
  async function eventually<T>(action: () => Promise<T>): Promise<T> {
    for (const deadline = Date.now() + 30_000; ; await pause(20)) {
      try {
        return await action();
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  }
});
