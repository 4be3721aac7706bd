/** What roles of a PostgreSQL store may do, and what is said of what they may not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Decision } from '../../src/model/decision';
import type { Environment, WorkerSession } from '../../src/model/environment';
import { roleStatements } from '../../src/store/postgres/identity/roles';
import type { Store } from '../../src/store/store';
import { openUpkeep } from '../../src/upkeep/open';
import { openStore } from '../built';
import { type Answer, call } from '../cli/laboratory';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { laterRelease } from './later-release';
import { opening } from './runs';
import { surroundings } from './transfer-records';

const missing = postgresMissing();

const TOLD = {
  namespace: 'default',
  workflow_id: 'w-1',
  run_id: '00000000-0000-4000-8000-000000000001',
  kind: 'cancel',
  ordinal: 1,
  time: 2,
  origin: 'history',
} as unknown as Decision;
const ENDED = { session_id: 's-2', start_time: 5, stop_time: 6 } as unknown as WorkerSession;

describe.skipIf(missing)(`roles of a PostgreSQL store${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  const folder = mkdtempSync(join(tmpdir(), 'provenance-roles-'));
  const stores: Store[] = [];

  beforeAll(async () => {
    server = await startPostgres();
    await server.execute('CREATE ROLE owner LOGIN; CREATE ROLE writer LOGIN; CREATE ROLE reader LOGIN');
  });
  afterAll(async () => {
    await Promise.allSettled(stores.map((store) => store.close()));
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(url: string, mode: 'read' | 'write' = 'write'): Promise<Store> {
    const store = await openStore(url, { mode });
    stores.push(store);
    return store;
  }

  const cli = (url: string, ...words: string[]): Promise<Answer> =>
    call([...words, '--store', url], { cwd: folder });
  const nameOf = (url: string) => new URL(url).pathname.slice(1);

  /** A database with a store of `owner`, and the rights of the two others. */
  async function laboratory(): Promise<{ database: string; as: (role: string) => string }> {
    const database = nameOf(await server.createDatabase());
    const as = (role: string) => server.urlOf(database, role);
    await server.execute(`GRANT CREATE ON DATABASE ${database} TO owner`);
    await (await open(as('owner'))).write([...surroundings(), opening({ n: 1 })]);
    await server.execute(
      roleStatements('provenance', { writer: 'writer', reader: 'reader' }, { owner: 'owner' }),
      database,
    );
    return { database, as };
  }

  it('tell a reader that it may not write, with the remedy, and create nothing', async () => {
    const { as } = await laboratory();
    const answer = await cli(as('reader'), 'stash', 'set', 'operator', 'Ada');
    expect(answer.code).toBe(2);
    expect(answer.out).toBe('');
    expect(answer.err.split('\n').filter(Boolean)).toEqual([
      expect.stringMatching(
        /Role reader may read the store .* but not write to it\..*migrate --roles writer=reader/,
      ),
    ]);
    expect((await cli(as('reader'), 'list')).code).toBe(0);
    const rejected = open(as('reader'));
    await expect(rejected).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  });

  it('tell a role without rights which one is missing, and which verb grants it', async () => {
    const { as } = await laboratory();
    await server.execute('CREATE ROLE stranger LOGIN');
    const { code, err } = await cli(as('stranger'), 'list');
    expect(code).toBe(2);
    expect(err).toMatch(
      /does not allow role stranger to do that \(permission denied for schema provenance\)/,
    );
    expect(err).toContain('migrate --roles writer=<role>,reader=<role>');
  });

  it('tell a role that is not the owner that only the owner removes', async () => {
    const { as } = await laboratory();
    for (const verb of [
      ['prune', '--older-than', '30d', '--yes'],
      ['purge', '--run', '1', '--yes', '--reason', 'x'],
    ]) {
      const { code, err } = await cli(as('writer'), ...verb);
      expect(code).toBe(2);
      expect(err).toContain('Role writer may not remove anything from the store');
      expect(err).toContain('only role owner, which owns its tables');
    }
    await (await openUpkeep(as('owner'))).close();
  });

  it('tell a role that may not create or upgrade a store who may', async () => {
    const database = nameOf(await server.createDatabase());
    const made = await cli(server.urlOf(database, 'writer'), 'migrate', '--create');
    expect(made.err).toMatch(
      /role writer has no right to do that: run `temporal-provenance migrate --create` as the role that owns it/,
    );
    const { as } = await laboratory();
    const later = laterRelease(join(folder, 'later'));
    await expect(later.openStore(as('writer'))).rejects.toMatchObject({ code: 'STORE_REFUSED' });
  });

  it('get statements that run: for the existing owner, with the missing roles', async () => {
    const { database, as } = await laboratory();
    const { code, out } = await cli(as('owner'), 'migrate', '--roles', 'writer=lab "w",reader=lab-r');
    expect(code).toBe(0);
    expect(out).toContain('CREATE ROLE "lab-r" LOGIN;');
    await server.execute(out, database);
    // Again, as after an upgrade: nothing is made twice.
    const again = await cli(as('owner'), 'migrate', '--roles', 'writer=lab "w",reader=lab-r');
    expect(again.out).not.toContain('CREATE ROLE');
    await server.execute(again.out, database);
    await server.execute('SET ROLE owner; CREATE TABLE provenance.later (a int)', database);
    await server.execute('SET ROLE "lab ""w"""; INSERT INTO provenance.later VALUES (1)', database);
    await server.execute('SET ROLE "lab-r"; SELECT * FROM provenance.later', database);
  });

  it('need an existing store, and say how to create one', async () => {
    const url = await server.createDatabase();
    await open(`${url}?schema=team%20a`);
    for (const words of [['doctor'], ['migrate', '--roles', 'reader=reader'], ['list']]) {
      const { code, err, out } = await cli(url, ...words);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain("yet: the database answers, but its schema 'provenance' has none.");
      expect(err).toContain('Stores are at ?schema=team%20a.');
      expect(err).not.toContain('empty');
    }
    const other = await cli(await server.createDatabase(), 'doctor');
    expect(other.err).toContain(
      'The first worker creates it; `temporal-provenance migrate --create` does too.',
    );
    const set = await cli(url, 'stash', 'set', 'operator', 'Ada');
    expect([set.code, set.err]).toEqual([
      0,
      `Created ${`postgres://127.0.0.1:${server.port}/${nameOf(url)}`}.\n`,
    ]);
  });

  const environment = {
    id: 'sha256:e',
    code_id: 'sha256:c',
    identity: { 'git.commit': 'a' },
    detail: {},
    reasons: {},
  };

  it('complete what is known by its content, and rewrite none', async () => {
    const database = nameOf(await server.createDatabase());
    const store = await open(server.urlOf(database));
    await store.write([
      { kind: 'environment', environment: environment as unknown as Environment, blobs: [] },
      ...surroundings(),
      { kind: 'decision', decision: TOLD },
      { kind: 'session', session: ENDED },
      opening({ n: 1 }),
    ]);
    await server.execute(roleStatements('provenance', { writer: 'writer' }), database);
    const rewrite = (statement: string, role = 'writer') =>
      server.execute(`SET search_path = provenance; SET ROLE ${role}; ${statement}`, database);
    for (const statement of [
      `UPDATE environment SET document = '{}'`,
      `UPDATE environment SET code_id = 'x'`,
      `UPDATE decision SET document = '{}' WHERE document LIKE '%"origin":"history"%'`,
      `UPDATE execution SET start = '{}' WHERE start IS NOT NULL`,
      'UPDATE worker_session SET start_time = 1',
      'UPDATE worker_session SET stop_time = NULL WHERE stop_time IS NOT NULL',
      'UPDATE loss SET count = 0',
      'UPDATE storage SET state_id = 0',
    ])
      await expect(rewrite(statement), statement).rejects.toMatchObject({ code: '23000' });
    for (const statement of [
      `UPDATE metadata SET document = '{}'`,
      `UPDATE blob SET bytes = ''`,
      `INSERT INTO tombstone (what, ref, name, time, digest, reason, author) VALUES ('run', 1, 'x', 1, '', '', '')`,
      `INSERT INTO migration VALUES (99, 'x', true, 1, 'x')`,
      'DELETE FROM environment',
    ])
      await expect(rewrite(statement), statement).rejects.toMatchObject({ code: '42501' });
    await expect(rewrite(`UPDATE metadata SET document = '{}'`, 'postgres')).rejects.toMatchObject({
      code: '23000',
    });
    expect(await store.environment('sha256:e')).toMatchObject({ identity: { 'git.commit': 'a' } });
    // One that a run named before its document came is completed, once.
    await store.write([{ ...opening({ n: 2 }), environment_id: 'sha256:later' }]);
    const later = { ...environment, id: 'sha256:later' } as unknown as Environment;
    const writer = await open(server.urlOf(database, 'writer'));
    await writer.write([{ kind: 'environment', environment: later, blobs: [] }]);
    expect(await store.environment('sha256:later')).toMatchObject({ code_id: 'sha256:c' });
    const session = { session_id: 's-9', start_time: 5, namespace: 'n' } as unknown as WorkerSession;
    for (const stop_time of [undefined, 9, undefined])
      expect(await writer.write([{ kind: 'session', session: { ...session, stop_time } }])).toEqual([
        { kind: 'done' },
      ]);
    expect(await store.session('s-9')).toMatchObject({ stop_time: 9 });
  });
});
