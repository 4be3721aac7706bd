/** A pooler in transaction mode gives each transaction whatever session is free: nothing of ours may stay on it. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { roleStatements } from '../../src/store/postgres/identity/roles';
import type { Store } from '../../src/store/store';
import { openUpkeep } from '../../src/upkeep/open';
import { openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { type Pooler, poolerMissing, startPooler } from '../real/postgres-access';
import { opening, stopping, uidOf } from './runs';
import { manyRuns, surroundings } from './transfer-records';

const missing = postgresMissing() ?? poolerMissing();
const ADA = { name: 'Ada', host: 'machine', pid: 1 };
/** What a session has of itself: nothing here is ours to change. */
const SETTINGS = `SELECT current_setting('search_path') AS search_path, current_setting('statement_timeout') AS statement_timeout,
  current_setting('lock_timeout') AS lock_timeout, current_setting('default_transaction_read_only') AS read_only,
  current_setting('synchronous_commit') AS synchronous_commit, current_setting('client_min_messages') AS messages,
  (SELECT count(*)::int FROM pg_prepared_statements) AS prepared,
  (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS locks`;

describe.skipIf(missing)(
  `PostgreSQL behind a pooler in transaction mode${missing ? `: ${missing}` : ''}`,
  () => {
    let server: PostgresServer;
    let pooler: Pooler;
    let database: string;
    const stores: Store[] = [];

    beforeAll(async () => {
      server = await startPostgres();
      database = new URL(await server.createDatabase()).pathname.slice(1);
      pooler = await startPooler(server, ['postgres', 'pooled_writer']);
    });
    afterAll(async () => {
      await Promise.allSettled(stores.map((store) => store.close()));
      await pooler?.close();
      await server?.close();
    });

    const at = (schema: string, role = 'postgres') =>
      `postgres://${role}@127.0.0.1:${pooler.port}/${database}?schema=${schema}`;

    async function open(url: string, mode: 'read' | 'write' = 'write'): Promise<Store> {
      const store = await openStore(url, { mode });
      stores.push(store);
      return store;
    }

    /** As another program finds the one session that it shares with the stores. */
    async function session(): Promise<unknown> {
      const client = new pg.Client(at('x').replace(/\?.*/, ''));
      await client.connect();
      const { rows } = await client.query(SETTINGS);
      await client.end();
      return rows[0];
    }

    it('leaves the session unchanged after all writes and reads', async () => {
      const before = await session();
      const store = await open(at('lab'));
      await store.write([...surroundings(), ...manyRuns(20)]);
      await store.changeStash('default', [{ op: 'set', key: 'a', value: 1 }], ADA);
      const reader = await open(at('lab'), 'read');
      for (const one of [store, reader]) {
        expect(await one.runs({ limit: 100 })).toHaveLength(20);
        expect((await one.stash('default')).values).toEqual({ a: 1 });
        expect(await one.fields()).not.toEqual([]);
        expect((await one.verify()).faults).toEqual([]);
      }
      await store.trimProgress(1);
      expect(await session()).toEqual(before);
    });

    it('keeps two schemas apart on the session that they share', async () => {
      const [a, b] = [await open(at('a')), await open(at('b'))];
      const ns = Array.from({ length: 30 }, (_, i) => i + 1);
      const answers = await Promise.all(
        ns.flatMap((n) => [
          a.write([opening({ n }), stopping(n, { time: 9 })]),
          b.write([opening({ n: n + 100 })]),
        ]),
      );
      for (const [answer] of answers) expect(answer).toMatchObject({ kind: 'opened' });
      expect(await a.counts()).toMatchObject({ runs: 30, open: 0 });
      expect(await b.counts()).toMatchObject({ runs: 30, open: 30 });
      const uids = (await b.runs({ limit: 100 })).map(({ start }) => start.uid);
      expect(uids.sort()).toEqual(ns.map((n) => uidOf(n + 100)).sort());
    });

    it('gives sixteen writers scan ids without duplicates or gaps', async () => {
      const writers = await Promise.all(Array.from({ length: 16 }, () => open(`${at('many')}&pool=1`)));
      const answers = await Promise.all(
        writers.flatMap((store, w) => [1, 2, 3].map((i) => store.write([opening({ n: w * 10 + i })]))),
      );
      const ids = answers.flat().map((answer) => (answer.kind === 'opened' ? answer.scan_id : answer.kind));
      expect(ids.sort((x, y) => Number(x) - Number(y))).toEqual(ids.map((_, i) => i + 1));
    });

    it('works for upkeep and roles as without it', async () => {
      const store = await open(at('kept'));
      await store.write([opening({ n: 1 }), stopping(1, { time: 9 })]);
      await server.execute('CREATE ROLE pooled_writer LOGIN', database);
      await server.execute(roleStatements('kept', { writer: 'pooled_writer' }), database);
      const writer = await open(at('kept', 'pooled_writer'));
      expect(await writer.write([opening({ n: 2 })])).toMatchObject([{ kind: 'opened', scan_id: 2 }]);
      const before = await session();
      const upkeep = await openUpkeep(at('kept'));
      await upkeep.transaction((change) => change.query('DELETE FROM open_run'));
      await upkeep.compact();
      await upkeep.close();
      expect(await store.counts()).toMatchObject({ runs: 2, open: 0 });
      expect(await session()).toEqual(before);
    });
  },
);
