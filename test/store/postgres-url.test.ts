/** PostgreSQL URLs mean what they mean to libpq, or are refused in one line that names the cure and holds no password. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { passwordOf } from '../../src/store/postgres/connection/password';
import { readTarget, targetLocation } from '../../src/store/postgres/connection/target';
import { encryptionsOf } from '../../src/store/postgres/connection/tls';

const folder = mkdtempSync(join(tmpdir(), 'provenance-url-'));
// Certificates of whoever runs this do not count.
beforeAll(() => vi.stubEnv('HOME', folder));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const file = (name: string, text: string, mode = 0o600) => {
  writeFileSync(join(folder, name), text, { mode });
  return join(folder, name);
};
/** No setting of this machine or user counts. */
const NONE = { PGSERVICEFILE: join(folder, 'none'), PGSYSCONFDIR: folder, PGPASSFILE: join(folder, 'none') };
const target = (url: string, env: NodeJS.ProcessEnv = {}) => readTarget(url, { ...NONE, ...env });
const at = (url: string, env?: NodeJS.ProcessEnv) => targetLocation(target(url, env));

function refusal(url: string, env?: NodeJS.ProcessEnv): string {
  try {
    for (const address of target(url, env).addresses) encryptionsOf(target(url, env), address);
  } catch (error) {
    expect(error).toMatchObject({ code: 'STORE_URL_INVALID' });
    return (error as Error).message.replace('The store URL is not usable: ', '');
  }
  return 'not refused';
}

describe('a PostgreSQL URL', () => {
  it.each([
    ['postgres://ada:secret@db.lab/lab', 'postgres://db.lab/lab'],
    ['postgresql://DB.lab:5432/lab?sslmode=require', 'postgres://db.lab/lab'],
    ['postgres://db:6432/lab?schema=provenance', 'postgres://db:6432/lab'],
    ['postgres://db/lab?schema=a%26b', 'postgres://db/lab?schema=a%26b'],
    ['postgres://[::1]:5433/lab', 'postgres://[::1]:5433/lab'],
    ['postgres://h1,h2:5433/lab', 'postgres://h1,h2:5433/lab'],
    ['postgres:///lab?host=h1,h2&port=5433,5434', 'postgres://h1:5433,h2:5434/lab'],
    ['postgres://ada@/lab?host=/sock', 'postgres://%2Fsock/lab'],
    ['postgres://%2Fvar%2Frun%2Fpg:5433/lab', 'postgres://%2Fvar%2Frun%2Fpg:5433/lab'],
    ['postgres://ada@db', 'postgres://db/ada'],
    ['postgres://ada:p?s#s@db/lab', 'postgres://db/lab'],
    ['postgres:///lab', 'postgres:///lab'],
  ])('%s is the store %s', (url, location) => {
    expect(at(url)).toBe(location);
    // A location is a URL of the same store.
    expect(at(location)).toBe(location);
  });

  it('gives its escaped parts', () => {
    const { user, database, settings } = target('postgres://a%40lab:p%2F%40%25%3A@db/my%20lab');
    expect([user, database, settings.get('password')?.value]).toEqual(['a@lab', 'my lab', 'p/@%:']);
  });

  it.each([
    ['postgres://ada:pa/ss@db/lab', "its password has an '@', '/' or ':' that is not escaped"],
    ['postgres://ada:12/ss@db/lab', "its password has an '@', '/' or ':' that is not escaped"],
    ['postgres://ada:p@ss@db/lab', "its password has an '@', '/' or ':' that is not escaped"],
    ['postgres://ada:50%@db/lab', "its password has a '%' that is not an escape: write %25 for '%'"],
    ['postgres://db:port/lab', 'the part between // and / must be a host, host:port, or a list of them'],
    ['postgres://db:70000/lab', 'must be a number from 1 to 65535'],
    ['postgres://a,b,c/lab?port=1,2', 'it names 3 hosts and 2 ports'],
    [
      'postgres://db/lab?sslmode=bogus',
      '?sslmode= may be disable, allow, prefer, require, verify-ca, verify-full',
    ],
    ['postgres://db/lab?sslmode=no-verify', "not 'no-verify'"],
    [
      'postgres://db/lab?sslmode=verify-ca',
      'needs the certificate of the authority: set its file with sslrootcert',
    ],
    [
      'postgres://db/lab?sslmode=verify-full&sslrootcert=/none',
      'the file of ?sslrootcert= cannot be read (ENOENT)',
    ],
    ['postgres://db/lab?sslmode=require&sslrootcert=system', 'needs sslmode=verify-full'],
    ['postgres://db/lab?shema=a', '?shema= is not supported: remove it'],
    ['postgres://db/lab?hostaddr=10.0.0.1', '?hostaddr= is not supported'],
    ['postgres://db/lab?gssencmode=require', '?gssencmode= may be disable, prefer here'],
    [
      'postgres://db/lab?target_session_attrs=prefer-standby',
      'may be any, read-write, read-only, primary, standby',
    ],
    ['postgres://db/lab?pool=0', '?pool= must be a number from 1 to 100'],
    ['postgres://db/lab?schema=', 'its ?schema= must have 1 to 63 bytes'],
    ['postgres://db/lab?schema', "'schema' in its query has no value"],
    ['postgres://db/lab?service=gone', "service 'gone' is missing in"],
  ])('%s is refused, with the remedy', (url, words) => {
    expect(refusal(url)).toContain(words);
    expect(refusal(url)).not.toMatch(/pa\/ss|p@ss|ss@|50%/);
  });

  it('is completed by the variables of libpq, which are checked as well', () => {
    const env = { PGHOST: 'h1', PGPORT: '5433', PGDATABASE: 'lab', PGUSER: 'ada', PGPASSWORD: 'x' };
    expect(at('postgres://', env)).toBe('postgres://h1:5433/lab');
    expect(target('postgres://', env)).toMatchObject({ user: 'ada' });
    expect(at('postgres://grace@db/other', env)).toBe('postgres://db:5433/other');
    expect(target('postgres://db/lab', { PGSSLMODE: 'require' })).toMatchObject({ sslmode: 'require' });
    expect(refusal('postgres://db/lab', { PGSSLMODE: 'bogus' })).toContain('PGSSLMODE may be disable, allow');
    expect(refusal('postgres://db/lab', { PGHOSTADDR: '10.0.0.1' })).toContain('PGHOSTADDR is not supported');
  });

  it('is completed by a service before them', () => {
    const PGSERVICEFILE = file(
      'services',
      '# lab\n[other]\nhost=no\n[lab]\nhost=h9\ndbname = lab\nuser=ada\n[z]\nhost=no\n',
    );
    expect(at('postgres://?service=lab', { PGSERVICEFILE, PGHOST: 'no' })).toBe('postgres://h9/lab');
    expect(at('postgres://', { PGSERVICEFILE, PGSERVICE: 'lab' })).toBe('postgres://h9/lab');
    expect(at('postgres://db/', { PGSERVICEFILE, PGSERVICE: 'lab' })).toBe('postgres://db/lab');
    const broken = file('broken', '[lab]\nhost h9\n');
    expect(refusal('postgres://', { PGSERVICEFILE: broken, PGSERVICE: 'lab' })).toContain(
      'a line that is not keyword=value',
    );
  });
});

describe('sslmode', () => {
  const ca = file('ca.pem', 'CERTIFICATE');
  const ways = (query: string, host = 'db') =>
    encryptionsOf(target(`postgres://${host}/lab?${query}`), { host: decodeURIComponent(host), port: 5432 });
  const checks = (query: string) =>
    ways(query).map((tls) =>
      tls === false
        ? 'plain'
        : `${tls.rejectUnauthorized ? 'authority' : 'nothing'}${tls.rejectUnauthorized && !tls.checkServerIdentity ? ' and name' : ''}`,
    );

  it.each([
    ['', ['nothing', 'plain']],
    ['sslmode=disable', ['plain']],
    ['sslmode=allow', ['plain', 'nothing']],
    ['sslmode=prefer', ['nothing', 'plain']],
    ['sslmode=require', ['nothing']],
    ['ssl=true', ['nothing']],
    [`sslmode=require&sslrootcert=${ca}`, ['authority']],
    [`sslmode=verify-ca&sslrootcert=${ca}`, ['authority']],
    [`sslmode=verify-full&sslrootcert=${ca}`, ['authority and name']],
    ['sslmode=verify-full&sslrootcert=system', ['authority and name']],
  ])("'%s' tries %j", (query, wanted) => {
    expect(checks(query)).toEqual(wanted);
  });

  it('does not matter for a socket of this machine', () => {
    expect(ways('sslmode=require', '%2Fvar%2Frun%2Fpostgresql')).toEqual([false]);
  });
});

describe('a password', () => {
  const password = (url: string, env: NodeJS.ProcessEnv, host = 'db') =>
    passwordOf(target(url, env), { host, port: 5432 }, 'postgres://db/lab');
  const passfile = file(
    'pgpass',
    '# of the lab\nother:5432:lab:ada:no\ndb:*:lab:grace:no\ndb:5432:*:ada:a\\:b\\\\c\nlocalhost:*:*:*:sock\n*:*:*:ada:any\n',
  );

  it('is that of the URL, else of PGPASSWORD, else of the first line that fits in the password file', () => {
    const env = { PGPASSFILE: passfile, PGPASSWORD: 'variable' };
    expect(password('postgres://ada:own@db/lab', env)).toBe('own');
    expect(password('postgres://ada@db/lab', env)).toBe('variable');
    expect(password('postgres://ada@db/lab', { PGPASSFILE: passfile })).toBe('a:b\\c');
    expect(password('postgres://ada@db/lab', { PGPASSFILE: passfile }, '/sock')).toBe('sock');
    expect(password(`postgres://ada@h3/lab?passfile=${passfile}`, {}, 'h3')).toBe('any');
  });

  it('in a file that others may read is ignored, and the refusal says so', () => {
    const open = file('open', 'db:*:*:*:secret\n', 0o644);
    expect(() => password('postgres://ada@db/lab', { PGPASSFILE: open })).toThrow(
      `The store postgres://db/lab asks for a password: set PGPASSWORD, or write one for role ada into ${open} (it is ignored, because other users can read it: run chmod 600 ${open}).`,
    );
  });
});
