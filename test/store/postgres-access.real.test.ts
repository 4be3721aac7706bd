/** Who a PostgreSQL server lets in, and what is said, at once and once, to whom it does not. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Store } from '../../src/store/store';
import { DIST, openStore } from '../built';
import { PATIENCE_MS } from '../patience';
import { freePort, type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { letIn, turnTlsOn } from '../real/postgres-access';
import type { Certificates } from '../real/tls-proxy';
import { opening } from './runs';

const missing = postgresMissing();
const fileDescriptors = () => readdirSync('/proc/self/fd').length;

describe.skipIf(missing)(`access to PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let database: string;
  let certificates: Certificates;
  const folder = mkdtempSync(join(tmpdir(), 'provenance-access-'));
  const stores: Store[] = [];

  beforeAll(async () => {
    chmodSync(folder, 0o777);
    server = await startPostgres({ unix_socket_directories: folder });
    database = new URL(await server.createDatabase()).pathname.slice(1);
    certificates = await turnTlsOn(server);
    await server.execute(
      `CREATE ROLE ada LOGIN PASSWORD 'x y/z'; CREATE ROLE plain LOGIN; CREATE ROLE locked LOGIN`,
    );
    await server.execute(`GRANT ALL ON DATABASE ${database} TO ada, plain`);
    await letIn(
      server,
      'host all ada 127.0.0.1/32 scram-sha-256',
      'hostnossl all plain 127.0.0.1/32 trust',
      'host all plain,locked 127.0.0.1/32 reject',
    );
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(async () => {
    await Promise.allSettled(stores.map((store) => store.close()));
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const at = (user: string, query = '', host = '127.0.0.1') =>
    `postgres://${user}@${host}:${server.port}/${database}?schema=${user.replace(/:.*/, '')}${query}`;

  async function open(url: string, mode: 'read' | 'write' = 'write'): Promise<Store> {
    const store = await openStore(url, { mode });
    stores.push(store);
    return store;
  }

  async function refusal(url: string): Promise<{ code: string; message: string; took_ms: number }> {
    const before = performance.now();
    const error = await openStore(url).then(
      () => expect.unreachable(),
      (reason: unknown) => reason as { code: string; message: string },
    );
    return { code: error.code, message: error.message, took_ms: performance.now() - before };
  }

  /** Whether the connections of a role are encrypted. */
  async function encrypted(role: string): Promise<boolean[]> {
    const { rows } = await server.execute(
      `SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = '${role}' AND application_name = 'temporal-provenance'`,
    );
    return rows.map(({ ssl }) => ssl);
  }

  it('without a password names the missing one at once, and leaves no connection behind', async () => {
    vi.stubEnv('HOME', folder);
    const before = fileDescriptors();
    for (let i = 0; i < 5; i++) {
      const { code, message, took_ms } = await refusal(at('ada'));
      expect(code).toBe('STORE_REFUSED');
      expect(message).toContain('asks for a password: set PGPASSWORD, or write one for role ada into');
      expect(took_ms).toBeLessThan(20_000);
    }
    await vi.waitUntil(() => fileDescriptors() <= before, { timeout: PATIENCE_MS });
    const { rows } = await server.execute(
      `SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'ada'`,
    );
    expect(rows[0].n).toBe(0);
  });

  it('without a password ends the command line at once', async () => {
    const { PGPASSWORD: _, ...env } = process.env;
    const child = spawn(process.execPath, [join(DIST, 'src/cli/main.js'), 'list', '--store', at('ada')], {
      env: { ...env, HOME: folder },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    const before = performance.now();
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(said.split('\n').filter(Boolean)).toHaveLength(1);
    expect(said).toContain('asks for a password: set PGPASSWORD');
    expect(code).toBe(2);
    // A connection that waits for the rest of its log-in would hold the process for 60 s.
    expect(performance.now() - before).toBeLessThan(20_000);
  });

  it('takes a password from the URL, a variable or the password file', async () => {
    await open(at('ada:x%20y%2Fz'));
    vi.stubEnv('PGPASSWORD', 'x y/z');
    await open(at('ada'));
    vi.stubEnv('PGPASSWORD', undefined);
    const passfile = join(folder, 'pgpass');
    writeFileSync(passfile, `127.0.0.1:${server.port}:*:ada:x y/z\n`, { mode: 0o600 });
    vi.stubEnv('PGPASSFILE', passfile);
    const store = await open(at('ada'));
    expect(await store.write([opening({ n: 1 })])).toMatchObject([{ kind: 'opened' }]);
  });

  it('takes a password from the file that a container is given, read anew for each connection', async () => {
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'x y/z\n', { mode: 0o644 });
    vi.stubEnv('PROVENANCE_STORE_PASSWORD_FILE', secret);
    await open(at('ada'));
    writeFileSync(secret, 'old\n');
    expect((await refusal(at('ada'))).message).toContain('password authentication failed');
    await open(at('ada:x%20y%2Fz'));
    for (const [content, words] of [
      ['\n', 'is empty'],
      [undefined, "can't be read (ENOENT)"],
    ] as const) {
      if (content === undefined) rmSync(secret);
      else writeFileSync(secret, content);
      const { code, message } = await refusal(at('ada'));
      expect(code).toBe('STORE_REFUSED');
      expect(message).toContain(`PROVENANCE_STORE_PASSWORD_FILE names ${secret}, which ${words}`);
    }
  });

  it.each([
    ['a wrong password', () => at('ada:wrong'), 'refuses role ada: password authentication failed'],
    ['an unknown role', () => at('nobody'), 'refuses role nobody: role "nobody" does not exist'],
    ['a role that pg_hba.conf rejects', () => at('locked'), 'refuses role locked: pg_hba.conf rejects'],
    ['an unknown database', () => server.urlOf('gone'), 'does not exist: create its database first'],
    [
      'a certificate of no known authority',
      () => at('postgres', '&sslmode=verify-full'),
      'has a certificate that sslmode does not accept',
    ],
  ])('says of %s that it is refused, in one try', async (_, url, words) => {
    const { code, message, took_ms } = await refusal(url());
    expect(code).toBe('STORE_REFUSED');
    expect(message).toContain(words);
    expect(message).not.toMatch(/wrong(?!:)|unused-here/);
    expect(took_ms).toBeLessThan(20_000);
  });

  it('is encrypted if the server offers it, and checks the authority if one is named', async () => {
    await open(at('postgres'));
    expect(await encrypted('postgres')).not.toContain(false);
    for (const query of ['sslmode=require', `sslmode=verify-full&sslrootcert=${certificates.ca}`])
      await open(at('postgres', `&${query}`));
    vi.stubEnv('PGSSLMODE', 'verify-ca');
    vi.stubEnv('PGSSLROOTCERT', certificates.ca);
    await open(at('postgres'));
    vi.stubEnv('PGSSLROOTCERT', certificates.client.cert);
    expect(await refusal(at('postgres'))).toMatchObject({ code: 'STORE_REFUSED' });
  });

  it('is not encrypted if the role may log in only so, unless encryption is required', async () => {
    const store = await open(at('plain'));
    expect(await store.write([opening({ n: 1 })])).toMatchObject([{ kind: 'opened' }]);
    expect(new Set(await encrypted('plain'))).toEqual(new Set([false]));
    expect(await refusal(at('plain', '&sslmode=require'))).toMatchObject({ code: 'STORE_REFUSED' });
  });

  it('uses a socket of this machine', async () => {
    const store = await open(
      `postgres://postgres@/${database}?host=${folder}&port=${server.port}&schema=sock`,
    );
    expect(await store.write([opening({ n: 1 })])).toMatchObject([{ kind: 'opened' }]);
  });

  it('uses the next host if one is unavailable, and a writer uses one that accepts writes', async () => {
    const standby = await startPostgres();
    try {
      const away = await freePort();
      const three = (name: string) =>
        `postgres://postgres@127.0.0.1:${away},127.0.0.1:${standby.port},127.0.0.1:${server.port}/${name}?schema=three`;
      const name = new URL(await standby.createDatabase()).pathname.slice(1);
      await (await open(standby.urlOf(name).concat('?schema=three'))).write([
        opening({ n: 7 }),
        opening({ n: 8 }),
      ]);
      await standby.execute(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
      const writer = await open(three(name));
      expect(await writer.write([opening({ n: 1 })])).toMatchObject([{ kind: 'opened', scan_id: 1 }]);
      expect((await writer.counts()).runs).toBe(1);
      const reader = await open(three(name), 'read');
      expect((await reader.counts()).runs).toBe(2);
    } finally {
      await standby.close();
    }
  });

  it('reports a server without TLS', async () => {
    const bare = await startPostgres();
    try {
      const url = await bare.createDatabase();
      await open(url);
      const { code, message } = await refusal(`${url}?sslmode=require`);
      expect(code).toBe('STORE_REFUSED');
      expect(message).toContain('offers no TLS, which sslmode asks for');
    } finally {
      await bare.close();
    }
  });
});
