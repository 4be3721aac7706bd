/** Secrets to plant, each of its own, in the shapes in which labs leave them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { git, repository, write } from '../environment/repository';
import type { Leaks } from './fixtures/leaky-activities';

/** Every secret that was planted, by where. */
export const planted = new Map<string, string>();
let counter = 0;

/** A secret of its own, which looks like nothing else. */
export function secret(where: string): string {
  const text = `Zq${String(counter++).padStart(3, '0')}Canary7xQpL0m9Vx3Kd8`;
  planted.set(`${where} (${text.slice(2, 5)})`, text);
  return text;
}

export const REGISTERED = 'gentle-otter-crossing';
planted.set('registered value', REGISTERED);

/** As values under names, and as text. */
export function leaks(): Leaks {
  const key = secret('private key');
  return {
    values: {
      password: secret('password'),
      clientSecret: secret('camel case'),
      'x-api-key': secret('kebab case'),
      AWS_SECRET_ACCESS_KEY: secret('AWS'),
      headers: {
        Authorization: `Bearer ${secret('header')}`,
        'Set-Cookie': `sid=${secret('cookie')}; Path=/`,
      },
      pairs: [['authorization', secret('pair')]],
      argv: ['run', '--token', secret('flag apart'), `--password=${secret('flag joined')}`],
      credentials: { user: 'u', pass: secret('nested') },
      list: [{ name: 'API_KEY', value: secret('name and value') }],
      body: JSON.stringify({ inner: JSON.stringify({ secret: secret('JSON in JSON') }) }),
      dsn: `host=db user=app password=${secret('DSN')}`,
      webhook_url: `https://example.org/hook/${secret('webhook')}`,
      session_token: secret('session token'),
      kube: { client_key_data: key },
      pem: `-----BEGIN RSA PRIVATE KEY-----\nMIIE${secret('PEM')}\n-----END RSA PRIVATE KEY-----`,
      hidden: `so ${REGISTERED} it is`,
      encoded: Buffer.from(`user:${REGISTERED}`).toString('base64'),
    },
    // Names of metadata hold no slash; those of arguments may.
    odd: { [`https://u:${secret('name of a field')}@host/x`]: 1 },
    texts: [
      `postgres://app:${secret('URL')}@db:5432/x`,
      `https://${secret('token as user')}@git.example.org/lab/code.git`,
      `https://:${secret('password alone')}@git.example.org/lab/code.git`,
      `https://git.example.org/code.git?access_token=${secret('query')}&depth=1`,
      `jdbc:postgresql://db:5432/x?user=app&password=${secret('JDBC')}`,
      `Driver={PG};Server=db;Uid=app;Pwd=${secret('ODBC')};`,
      `login failed for app with password: ${secret('prose')}`,
      `PGPASSWORD=${secret('exported')} psql -h db`,
      `Command failed: tool --api-key ${secret('command')} --verbose`,
      `AccountName=a;AccountKey=${secret('account key')}==`,
      `next=https%3A%2F%2Fada%3A${secret('encoded URL')}%40host%2Fx`,
      `https://b.example.org/o?X-Amz-Signature=${secret('signed address')}&x=1`,
      `got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJh.${secret('JWT')} from the server`,
      `x ghp_${secret('GitHub')}abcdefgh12 y`,
      `https://hooks.slack.com/services/T0000/B0000/${secret('Slack')}`,
      `openai: sk-proj-${secret('model service')}`,
      `it said '${REGISTERED}'`,
    ],
  };
}

/** Addresses of a remote, with each kind of credentials that they are seen with. */
export function remotes(): string[] {
  return [
    `https://ada:${secret('git remote')}@git.example.org/lab.git`,
    `https://${secret('git remote, token as user')}@git.example.org/lab.git`,
    `https://:${secret('git remote, password alone')}@git.example.org/lab.git`,
    `ssh://git:${secret('git remote, ssh')}@git.example.org:2222/lab.git`,
    `https://git.example.org/lab.git?access_token=${secret('git remote, query')}`,
    `https://oauth2:a%40${secret('git remote, encoded')}@git.example.org/lab.git`,
  ];
}

/** A repository whose remote, uncommitted change and new file are careless as well. */
export function carelessRepository(remote = remotes()[0]!): string {
  const folder = repository();
  git(folder, 'remote', 'set-url', 'origin', remote);
  write(folder, {
    'scan.ts': `const phrase = '${REGISTERED}';\nconst key = 'ghp_${secret('patch')}abcdefghijkl';\n`,
    'new.ts': `const url = 'postgres://app:${secret('untracked file')}@db/x';\n`,
    'other.ts': `const phrase = '${REGISTERED}';\n`,
    '.env': `TOKEN=${secret('.env')}\n`,
  });
  return folder;
}

/** Where any of the planted secrets stands in what was written into a folder, or printed. */
export function found(folder: string, printed: readonly string[] = []): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .flatMap((path) => {
      const bytes = contentOf(path);
      return bytes ? [[path.slice(folder.length + 1), bytes] as const] : [];
    });
  const texts = printed.map((text, index) => [`output ${index}`, Buffer.from(text)] as const);
  const all = [...files, ...texts];
  expect(files.length).toBeGreaterThan(0);
  return [...planted].flatMap(([where, text]) =>
    all.filter(([, bytes]) => bytes.includes(text)).map(([place]) => `${where}: ${place}`),
  );
}

/** Nothing of a folder, nor of a file that a running worker has just removed. */
function contentOf(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** All rows of a PostgreSQL store, as text; its bytes as they are. */
export async function rowsOf(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const texts: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<unknown[]>({ text: `SELECT * FROM ${name}`, rowMode: 'array' });
      texts.push(
        ...rows.flat().map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : textOf(value))),
      );
    }
    return texts;
  } finally {
    await client.end();
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
