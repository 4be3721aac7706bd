/** Secrets planted wherever a lab may leave them; then every byte that was written or printed is searched for them. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonlSubscriber, openStash, ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { afterAll, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../src/model/json';
import { readSpool } from '../../src/record/spool/report';
import { call } from '../cli/laboratory';
import { git, repository, write } from '../environment/repository';
import { temporalAddress } from '../real/temporal-server';
import { MaskingCodec } from './fixtures/codec';
import { type Leaks, leakyActivities } from './fixtures/leaky-activities';
import { keyword, makeClient, reading, recording, runsOf, unique } from './harness';

const folders: string[] = [];
afterAll(() => {
  vi.unstubAllEnvs();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Activities of one careless execution and its child. */
const LEAKY_ACTIVITIES = 6;
const PATIENCE = { timeout: 60_000, interval: 100 };
const leakyWorker = {
  workflowBundle: undefined,
  workflowsPath: require.resolve('./fixtures/leaky-workflows.ts'),
  activities: leakyActivities,
};

/** Every secret that was planted, by where. */
const planted = new Map<string, string>();
let counter = 0;

/** A secret of its own, which looks like nothing else. */
function secret(where: string): string {
  const text = `Zq${String(counter++).padStart(3, '0')}Canary7xQpL0m9Vx3Kd8`;
  planted.set(`${where} (${text.slice(2, 5)})`, text);
  return text;
}

const REGISTERED = 'gentle-otter-crossing';
planted.set('registered value', REGISTERED);

/** As values under names, and as text. */
function leaks(): Leaks {
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

/** A repository whose remote, uncommitted change and new file are careless as well. */
function carelessRepository(): string {
  const folder = repository();
  git(folder, 'remote', 'set-url', 'origin', `https://ada:${secret('git remote')}@git.example.org/lab.git`);
  write(folder, {
    'scan.ts': `const phrase = '${REGISTERED}';\nconst key = 'ghp_${secret('patch')}abcdefghijkl';\n`,
    'new.ts': `const url = 'postgres://app:${secret('untracked file')}@db/x';\n`,
    'other.ts': `const phrase = '${REGISTERED}';\n`,
    '.env': `TOKEN=${secret('.env')}\n`,
  });
  return folder;
}

/** Where any of the planted secrets stands in what was written into a folder, or printed. */
function found(folder: string, printed: readonly string[] = []): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path.slice(folder.length + 1), readFileSync(path)] as const);
  const texts = printed.map((text, index) => [`output ${index}`, Buffer.from(text)] as const);
  const all = [...files, ...texts];
  expect(files.length).toBeGreaterThan(0);
  return [...planted].flatMap(([where, text]) =>
    all.filter(([, bytes]) => bytes.includes(text)).map(([place]) => `${where}: ${place}`),
  );
}

async function carelessLab(more: { codec?: MaskingCodec }) {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-secrets-'));
  folders.push(folder);
  const store = `sqlite:${join(folder, 'provenance.db')}`;
  const given = leaks();
  vi.stubEnv('LAB_TOKEN', secret('environment variable'));
  vi.stubEnv('LAB_HINT', `the phrase is ${REGISTERED}`);
  const subscriber = () => {
    throw new Error(given.texts.join(' '));
  };
  const converter = more.codec && { dataConverter: { payloadCodecs: [more.codec] } };
  const attribute = {
    key: await keyword('ProvenanceLeak'),
    value: `postgres://app:${secret('attribute')}@db/x`,
  };
  const failures: unknown[] = [];
  const { value: workflowId } = await recording(
    {
      store,
      environment: {
        cwd: carelessRepository(),
        variables: ['LAB_TOKEN', 'LAB_HINT', 'AUTHOR'],
        timeoutMs: 10_000,
      },
      redact: { values: [REGISTERED] },
      subscribers: [jsonlSubscriber(join(folder, 'documents')), subscriber],
      required: ['sample'],
      ...(converter ?? {}),
    },
    async ({ client: plain, plugin, taskQueue }) => {
      const client = converter ? await makeClient({ ...converter, plugins: [plugin] }) : plain;
      const start = async (type: string, metadata: JsonObject) => {
        const id = unique('leaky');
        const memo = { provenance: { notes: given.texts }, settings: given.values };
        const options = {
          taskQueue,
          workflowId: id,
          args: [given],
          memo,
          typedSearchAttributes: [attribute],
        };
        const run = () => client.workflow.execute(type, options);
        await withMetadata(metadata, run).catch((error: unknown) => failures.push(error));
        return id;
      };
      const user = { settings: given.values, notes: given.texts, token: given.values.password! };
      const id = await start('leaky', { ...user, sample: 'S1' });
      await start('leaky', user); // refused
      return id;
    },
    { ...leakyWorker, ...(converter ?? {}) },
  );
  expect(failures).toMatchObject([{ cause: { cause: { type: 'MetadataValidationError' } } }]);
  const runs = await runsOf(store);
  const say = (...argv: string[]) =>
    call([...argv, '--store', store], { cwd: folder, env: { TEMPORAL_ADDRESS: temporalAddress() } });
  const verbs = [
    ['reconcile', '--grace', '0s'],
    ['list', '--json'],
    ['list', '--executions', '--json'],
    ['show', workflowId],
    ...runs.flatMap(({ start }) => [
      ['show', start.uid, '--json'],
      ['show', start.uid, '--log'],
      ['explain', start.uid],
    ]),
    ['env', runs[0]!.start.uid, '--json'],
    ['doctor'],
  ];
  const printed: string[] = [];
  for (const verb of verbs) {
    const { out, err } = await say(...verb);
    printed.push(out, err);
  }
  return { folder, store, runs, printed };
}

test('nothing of 40 secrets is in the store, the files beside it, or what the command line prints', async () => {
  const { folder, store, runs, printed } = await carelessLab({});
  expect(planted.size).toBeGreaterThanOrEqual(40);
  expect(runs.map(({ start }) => start.temporal.activity_type).sort()).toEqual(
    ['returns', 'returns', 'tells', 'throws', 'throws', 'throws'].sort(),
  );
  expect(found(folder, printed)).toEqual([]);
  await reading(store, async (reader) => {
    const executions = await reader.executions({ limit: 10 });
    expect(executions.flatMap(({ start }) => start.search_attributes?.ProvenanceLeak)).toContain(
      'postgres://[redacted]@db/x',
    );
    expect(await reader.refusals(10)).not.toEqual([]);
    expect((await reader.losses()).map(({ loss }) => loss)).toContain('log');
  });

  // What was masked is told by rule, in starts and stops alike.
  const told = runs.find(({ start }) => start.temporal.activity_type === 'tells')!;
  expect(told.start.provenance.redactions).toMatchObject({
    key: expect.any(Number),
    registered: expect.any(Number),
  });
  expect(told.stop?.provenance?.redactions).toMatchObject({ 'url-credentials': expect.any(Number) });
  const environment = await reading(store, (reader) =>
    reader.environment(told.start.provenance.environment!),
  );
  expect(environment?.detail.variables).toMatchObject({ LAB_TOKEN: '[redacted]' });
  expect(environment?.reasons['git.patch']).toBe('withheld');
}, 120_000);

test('nor where the lab encrypts its payloads', async () => {
  const { folder, runs, printed } = await carelessLab({ codec: new MaskingCodec() });
  expect(runs.length).toBeGreaterThan(4);
  expect(found(folder, printed)).toEqual([]);
}, 120_000);

test('nor in the spool while the store is away, nor in the store that takes it in', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-secrets-'));
  folders.push(folder);
  const [data, spool] = [join(folder, 'data'), join(folder, 'spool')];
  mkdirSync(data);
  const store = `sqlite:${join(data, 'provenance.db')}`;
  const given = leaks();
  const key = await keyword('ProvenanceLeak');
  await recording(
    { store, spool: { folder: spool }, redact: { values: [REGISTERED] } },
    async ({ client, taskQueue }) => {
      renameSync(data, `${data}.away`);
      const memo = { settings: given.values };
      const attribute = { key, value: `postgres://app:${secret('attribute, spooled')}@db/x` };
      const options = { taskQueue, workflowId: unique('leaky'), args: [given], memo };
      await withMetadata({ settings: given.values, notes: given.texts }, () =>
        client.workflow.execute('leaky', { ...options, typedSearchAttributes: [attribute] }),
      );
      const records = async () => (await readSpool(spool, { count: true })).records ?? 0;
      await vi.waitUntil(async () => (await records()) >= 2 * LEAKY_ACTIVITIES, PATIENCE);
      expect(found(spool)).toEqual([]);
      renameSync(`${data}.away`, data);
      await vi.waitUntil(async () => (await readSpool(spool)).segments === 0, PATIENCE);
    },
    leakyWorker,
  );
  expect(found(folder)).toEqual([]);
  const runs = await runsOf(store);
  expect(runs).toHaveLength(LEAKY_ACTIVITIES);
  expect(JSON.stringify(runs)).toContain('[redacted]');
}, 120_000);

test('a stash takes no secret unless told to, and says why', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-secrets-'));
  folders.push(folder);
  const url = `sqlite:${join(folder, 'provenance.db')}`;
  const value = secret('stash');
  const stash = await openStash(url);
  const refusal = /api_key looks like a secret \(key\)/;
  await expect(stash.set('api_key', value)).rejects.toThrow(refusal);
  await expect(stash.update((values) => ({ ...values, api_key: value }))).rejects.toThrow(refusal);
  const { code, err } = await call(['stash', 'set', 'api_key', value, '--store', url], { cwd: folder });
  expect([code, err]).toEqual([2, expect.stringMatching(/api_key looks like.*--allow-secret/)]);
  expect(() => new ProvenancePlugin({ store: url, stash: { api_key: value } })).toThrow(refusal);
  expect(found(folder)).toEqual([]);
  await stash.close();

  const allowed = await call(['stash', 'set', 'api_key', value, '--allow-secret', '--store', url], {
    cwd: folder,
  });
  expect(allowed.code).toBe(0);
  const open = await openStash(url, 'default', { allowSecrets: true });
  await open.set('token', value);
  expect(await open.get('api_key')).toBe(value);
  await open.close();
});
