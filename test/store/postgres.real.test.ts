import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { equals } from '../../src/filter/filter';
import { RUN_FIELDS } from '../../src/filter/run-fields';
import type { WriteAnswer } from '../../src/store/interface/written';
import { roleStatements } from '../../src/store/postgres/identity/roles';
import { openPostgresStore } from '../../src/store/postgres/store';
import type { Store } from '../../src/store/store';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { measured, SOAK } from '../reliability';
import { opening, stopping, uidOf } from './runs';
import { manyRuns, surroundings } from './transfer-records';

const missing = postgresMissing();
/** 16 writers × groups × 5 runs. */
const GROUPS = SOAK ? 400 : 15;
const ADA = { name: 'Ada', host: 'machine', pid: 1 };

describe.skipIf(missing)(`PostgreSQL store${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let url: string;
  const stores: Store[] = [];

  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
  });
  afterAll(async () => {
    await Promise.allSettled(stores.map((store) => store.close()));
    await server?.close();
  });

  async function open(at: string, mode: 'read' | 'write' = 'write'): Promise<Store> {
    const store = await openPostgresStore({ url: at, location: 'postgres://test', mode });
    stores.push(store);
    return store;
  }
  const schema = (name: string) => `${url}?schema=${name}`;
  const query = (text: string) => server.execute(text, new URL(url).pathname.slice(1));
  const scanIds = (answers: WriteAnswer[]) =>
    answers.map((answer) => (answer.kind === 'opened' ? answer.scan_id : answer.kind));

  it('is created once by twenty that open it at the same time', async () => {
    const opened = await Promise.all(Array.from({ length: 20 }, () => open(`${schema('twenty')}&pool=1`)));
    const identities = await Promise.all(opened.map((store) => store.identity()));
    expect(new Set(identities.map(({ storage_id }) => storage_id)).size).toBe(1);
    await Promise.all(opened.map((store) => store.close()));
  });

  it('gives sixteen writers scan ids without duplicates or gaps, states and order as they commit', async () => {
    const writers = await Promise.all(Array.from({ length: 16 }, () => open(`${schema('sixteen')}&pool=1`)));
    const before = (await writers[0]!.identity()).state_id;
    await Promise.all(
      writers.map(async (store, w) => {
        for (let group = 0; group < 10; group++) {
          const ns = Array.from({ length: 1 + ((w + group) % 9) }, (_, i) => 1 + w * 1000 + group * 20 + i);
          const records = ns.map((n) => opening({ n, fields: { dose: n, operator: `o${n % 3}` } }));
          const answers = await store.write(records);
          // The same again: nothing is counted twice, the same ids come back.
          expect(await store.write(records)).toEqual(answers);
        }
      }),
    );
    const { rows } = await query(
      `SELECT count(*)::int AS runs, count(DISTINCT scan_id)::int AS ids, max(scan_id)::int AS last,
        (SELECT scan_id::int FROM sixteen.lab) AS counter, count(DISTINCT state_id)::int AS states,
        (SELECT bool_and(ordered) FROM (SELECT state_id >= lag(state_id, 1, state_id) OVER (ORDER BY seq) AS ordered FROM sixteen.run) o) AS ordered
       FROM sixteen.run`,
    );
    const { runs, ids, last, counter, states, ordered } = rows[0];
    expect([ids, last, counter]).toEqual([runs, runs, runs]);
    expect(states).toBe(160);
    expect(ordered).toBe(true);
    expect((await writers[0]!.identity()).state_id).toBe(before + 320);
  });

  it('numbers one group in its own order, with repeated records', async () => {
    const store = await open(schema('group'));
    const answers = await store.write([
      opening({ n: 1 }),
      opening({ n: 2, numbered: false }),
      opening({ n: 1 }),
      opening({ n: 3, scan_id: 77 }),
      {
        ...opening({ n: 4, temporal: { activity_id: '1', run_id: runOf(1), attempt: 2 } }),
        share_scan_id: true,
      },
      opening({ n: 5 }),
      stopping(4, { time: 9 }),
      stopping(4, { time: 10, uid: uidOf(999) }),
      stopping(99, { time: 9 }),
    ]);
    expect(scanIds(answers)).toEqual([1, null, 1, 77, 1, 2, 'done', 'closed', 'rejected']);
    expect(answers[4]).toMatchObject({ retry_of: uidOf(1) });
    expect(answers[2]).toEqual(answers[0]);
  });

  it("lets a record that it can't store cost itself only", async () => {
    const store = await open(schema('poison'));
    const good = Array.from({ length: 40 }, (_, i) => opening({ n: i + 1 }));
    const bad = [
      { ...opening({ n: 101 }), facts: '{' },
      { ...opening({ n: 102 }), metadata: 'no' },
      { ...opening({ n: 103 }), time: Number.NaN },
      { ...opening({ n: 104 }), facts: '{"a":"\0"}' },
      { ...opening({ n: 105 }), attempt: 2 ** 40 },
    ];
    const loss = { kind: 'loss', time: 1, session_id: null, loss: 'x', count: 1, detail: 'NUL \0' } as const;
    const answers = await store.write([...good.slice(0, 20), ...bad, loss, ...good.slice(20)]);
    expect(answers.slice(20, 25).map(({ kind }) => kind)).toEqual(Array(5).fill('rejected'));
    expect(scanIds([...answers.slice(0, 20), ...answers.slice(26)])).toEqual(good.map((_, i) => i + 1));
    expect(JSON.stringify(answers)).not.toContain('"a"');
    expect(await store.losses()).toEqual([{ loss: 'x', count: 1, last_time: 1, detail: 'NUL \0' }]);
  });

  it("keeps text that jsonb can't hold, in values, keys and names", async () => {
    const store = await open(schema('hostile'));
    const text = 'NUL \0, lone \ud800 and \udfff, pair 😀, U+001F \u001f, quote " \\u0000';
    const run = opening({
      n: 1,
      lab: text,
      fields: { text, [text]: { [text]: [text] }, big: 1e300, small: 5e-324 },
      temporal: { workflow_id: text, run_id: text, activity_id: text, activity_type: text, args: [text] },
    });
    const [answer] = await store.write([run]);
    expect(answer).toMatchObject({ kind: 'opened' });
    const [record] = await store.runs({ limit: 1, lab: text });
    expect(record!.start).toMatchObject({ ...JSON.parse(run.metadata).fields });
    expect(record!.start.temporal).toEqual(JSON.parse(run.facts).temporal);
    await store.changeStash(text, [{ op: 'set', key: text, value: text }], ADA);
    expect((await store.stash(text)).values).toEqual({ [text]: text });
    expect(await store.labs()).toEqual([text]);
    const { rows } = await query('SELECT facts::text AS facts FROM hostile.run');
    expect(rows[0].facts).toBe(run.facts);
  });

  it('accepts ids that are too long for an index', async () => {
    const store = await open(schema('long'));
    const long = 'é😀'.repeat(20_000);
    const temporal = {
      workflow_id: long,
      run_id: long,
      activity_id: long,
      activity_type: long,
      task_queue: long,
    };
    const [answer] = await store.write([opening({ n: 1, lab: long, fields: { long }, temporal })]);
    expect(answer).toMatchObject({ kind: 'opened', scan_id: 1 });
    const filter = { where: equals(RUN_FIELDS, 'workflow_id', long) };
    expect(await store.runs({ filter, limit: 2 })).toHaveLength(1);
  });

  it('refuses to rewrite what was recorded', async () => {
    const store = await open(schema('final'));
    const settled = {
      schema_version: 1,
      run_start: uidOf(1),
      time: 5,
      outcome: 'completed',
      evidence: {},
    } as const;
    await store.write([opening({ n: 1 }), stopping(1, { time: 4 }), { kind: 'settled', document: settled }]);
    const late = { kind: 'settled', document: { ...settled, outcome: 'lost' } } as const;
    expect(await store.write([late])).toEqual([{ kind: 'closed' }]);
    for (const change of [
      'UPDATE final.run SET time = 1',
      `UPDATE final.stop SET exit_status = 'fail'`,
      `UPDATE final.settled SET outcome = 'lost'`,
      `UPDATE final.storage SET storage_id = 'other'`,
    ]) {
      await expect(query(change)).rejects.toThrow(/never/);
    }
  });

  it('gives a writer and a reader no more than they need', async () => {
    await open(schema('roles'));
    await query('CREATE ROLE lab_writer LOGIN; CREATE ROLE lab_reader LOGIN');
    await query(roleStatements('roles', { writer: 'lab_writer', reader: 'lab_reader' }));
    const database = new URL(url).pathname.slice(1);
    const writer = await open(`${server.urlOf(database, 'lab_writer')}?schema=roles`);
    // Every kind of record, and again what is written twice: a session ends, a decision gets its author, a loss is counted on.
    const records = [...surroundings(), ...manyRuns(20)];
    for (const round of [records, surroundings()]) {
      const kinds = (await writer.write(round)).map(({ kind }) => kind);
      expect(kinds.filter((kind) => !['opened', 'done', 'closed'].includes(kind))).toEqual([]);
    }
    await writer.changeStash('default', [{ op: 'set', key: 'a', value: 1 }], ADA);
    await writer.changeStash('default', [{ op: 'unset', key: 'a' }], ADA);
    await writer.changeStash('default', [{ op: 'clear', keep_scan_id: false }], ADA);
    const reader = await open(`${server.urlOf(database, 'lab_reader')}?schema=roles`, 'read');
    for (const store of [writer, reader]) expect(await readEverything(store)).toMatchObject({ runs: 20 });
    await query('CREATE TABLE roles.later (a int)');
    await query('SET ROLE lab_writer; INSERT INTO roles.later VALUES (1)');
    await query('SET ROLE lab_reader; SELECT * FROM roles.later');
    await expect(reader.write([opening({ n: 2 })])).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    for (const change of [
      'DELETE FROM roles.run',
      'UPDATE roles.run SET time = 1',
      'DELETE FROM roles.stash_history',
      'TRUNCATE roles.run CASCADE',
    ]) {
      await expect(query(`SET ROLE lab_writer; ${change}`)).rejects.toMatchObject({ code: '42501' });
    }
  });

  /** Every read there is, as whoever opened the store. */
  async function readEverything(store: Store): Promise<{ runs: number }> {
    const run_id = '00000000-0000-4000-8000-000000000001';
    const runs = await store.runs({ limit: 100 });
    const { uid } = runs[0]!.start;
    const verification = await store.verify();
    await Promise.all([
      ...[
        store.identity(),
        store.stash('default'),
        store.stashHistory('default'),
        store.labs(),
        store.fields(),
      ],
      ...[store.resolve({ by: 'uid', uid }), store.attempts(uid), store.executions({ limit: 5 })],
      ...[store.execution(run_id), store.context(run_id, 7), store.environments(5), store.session('s-1')],
      ...[store.environment('x'), store.blob('x'), store.refusals(5), store.losses(), store.counts()],
      ...[store.decisions(run_id), store.checkpoints(uid), store.log({ run_start: uid })],
      store.unsettled({ limit: 5, opened_before: 1e12 }),
    ]);
    for (let page = verification; page.next; page = await store.verify({ after: page.next })) {
      if (page.part === 'chain') expect(page.faults).toEqual([]);
    }
    return { runs: runs.length };
  }

  it('refuses a newer schema that it must not use, and says so of a database without a store', async () => {
    await open(schema('newer'));
    await query(`INSERT INTO newer.migration VALUES (999, 'future', true, 0, '9.0.0')`);
    await expect(open(schema('newer'))).rejects.toMatchObject({ code: 'STORE_SCHEMA_NEWER' });
    await query('UPDATE newer.migration SET breaking = false WHERE revision = 999');
    expect(await (await open(schema('newer'))).write([opening({ n: 1 })])).toMatchObject([
      { kind: 'opened' },
    ]);
    await expect(open(schema('nothing'), 'read')).rejects.toMatchObject({ code: 'STORE_MISSING' });
    expect((await query(`SELECT to_regnamespace('nothing') AS it`)).rows[0].it).toBeNull();
    await expect(open(url.replace(/lab_\d+$/, 'absent'))).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  });

  it('reports what blocks it, and continues when that is removed', async () => {
    const store = await open(schema('trouble'));
    await store.write([opening({ n: 1 })]);
    const database = new URL(url).pathname.slice(1);
    await query(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
    await dropConnections();
    const refused = await store.write([opening({ n: 2 })]).catch((error) => error);
    expect(refused).toMatchObject({ code: 'STORE_UNREACHABLE' });
    await server.execute(`ALTER DATABASE ${database} RESET default_transaction_read_only`);
    await dropConnections();
    expect(scanIds(await eventually(() => store.write([opening({ n: 2 })])))).toEqual([2]);
    await server.stop('immediate');
    await expect(store.write([opening({ n: 3 })])).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    await server.start();
    expect(scanIds(await eventually(() => store.write([opening({ n: 3 })])))).toEqual([3]);
    await store.close();
    await expect(store.counts()).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });

  it('loses nothing if connections and the server are killed under sixteen writers', async () => {
    const writers = await Promise.all(Array.from({ length: 16 }, () => open(`${schema('kills')}&pool=1`)));
    let writing = true;
    const kills = (async () => {
      for (let kill = 0; writing; kill++) {
        await pause(20);
        if (kill % 20 === 19) await server.stop('immediate').then(() => server.start());
        else await dropConnections(1).catch(() => undefined);
      }
      return true;
    })();
    const acknowledged: string[] = [];
    await Promise.all(
      writers.map(async (store, w) => {
        for (let group = 0; group < GROUPS; group++) {
          const records = Array.from({ length: 5 }, (_, i) =>
            opening({ n: 1 + w * 10_000 + group * 10 + i }),
          );
          await eventually(() => store.write(records));
          acknowledged.push(...records.map(({ uid }) => uid));
          await pause(5);
        }
      }),
    );
    writing = false;
    await kills;
    const { rows } = await eventually(() =>
      query('SELECT uid, scan_id::int AS scan_id FROM kills.run ORDER BY scan_id'),
    );
    expect(rows.map(({ uid }) => uid).sort()).toEqual(acknowledged.sort());
    expect(rows.map(({ scan_id }) => scan_id)).toEqual(rows.map((_, i) => i + 1));
    const figure = `PostgreSQL: 16 clients × ${GROUPS * 5} runs, connections and server killed: doubled, gaps`;
    measured({ row: 'D4', figure, value: 0, limit: '0', holds: true });
  });

  /** Ends connections of stores, as an administrator or a failing network would. */
  async function dropConnections(most = 1000): Promise<void> {
    await server.execute(
      `SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity
        WHERE application_name = 'temporal-provenance' ORDER BY random() LIMIT ${most}) ended`,
    );
  }

  /** Writes again as long as the store says that it can't be reached: records are idempotent. */
  async function eventually<T>(action: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await action();
      } catch (error) {
        if (attempt > 500) throw error;
        await pause(20);
      }
    }
  }
});

function runOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n % 7).padStart(12, '0')}`;
}
