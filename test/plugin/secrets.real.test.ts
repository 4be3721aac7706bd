/** Secrets planted wherever a lab may leave them; then every byte that was written or printed is searched for them. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonlSubscriber, openStash, ProvenancePlugin, withMetadata } from 'temporal-provenance';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../src/model/json';
import { readSpool } from '../../src/record/spool/report';
import { call } from '../cli/laboratory';
import { PATIENCE_MS } from '../patience';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { temporalAddress } from '../real/temporal-server';
import { carelessRepository, found, leaks, planted, REGISTERED, remotes, rowsOf, secret } from './canaries';
import { MaskingCodec } from './fixtures/codec';
import { leakyActivities } from './fixtures/leaky-activities';
import { keyword, makeClient, ownLog, type Recorded, reading, recording, runsOf, unique } from './harness';

const folders: string[] = [];
const argv = [...process.argv];
const execArgv = [...process.execArgv];
let postgres: PostgresServer | undefined;
beforeAll(async () => {
  if (!postgresMissing()) postgres = await startPostgres();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  Object.assign(process, { argv, execArgv });
  await postgres?.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Activities of one careless execution and its child. */
const LEAKY_ACTIVITIES = 6;
const PATIENCE = { timeout: PATIENCE_MS, interval: 100 };
/** Verbs that go wrong only if something is wrong: what they print is worth searching. */
const OPERATIONS = ['verify', 'backup', 'migrate', 'prune'];
const leakyWorker = {
  workflowBundle: undefined,
  workflowsPath: require.resolve('./fixtures/leaky-workflows.ts'),
  activities: leakyActivities,
};

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
  const flags = ['--api-key', secret('flag of the process'), `--token=${secret('flag, joined')}`];
  Object.assign(process, { argv: [...argv, ...flags], execArgv: [...execArgv, ...flags] });
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
      expect(existsSync(join(folder, 'provenance.db-wal'))).toBe(true);
      expect(found(folder)).toEqual([]);
      return id;
    },
    { ...leakyWorker, ...(converter ?? {}) },
  );
  expect(failures).toMatchObject([{ cause: { cause: { type: 'MetadataValidationError' } } }]);
  const runs = await runsOf(store);
  const backup = join(folder, 'backup.db');
  const moved = await postgres?.createDatabase();
  const say = (...argv: string[]) =>
    call(argv.includes('--store') ? argv : [...argv, '--store', store], {
      cwd: folder,
      env: { TEMPORAL_ADDRESS: temporalAddress() },
    });
  const verbs = [
    ['reconcile', '--grace', '0s'],
    ['list', '--json'],
    ['list', '--executions', '--json'],
    ['show', workflowId],
    ...runs.flatMap(({ start }) => [
      ['show', start.uid, '--json'],
      ['show', start.uid, '--log'],
      ['show', start.uid, '--checkpoints'],
      ['explain', start.uid],
    ]),
    ['env', runs[0]!.start.uid, '--json'],
    ['doctor'],
    ['verify'],
    ['backup', backup],
    ...(moved ? [['migrate', '--to', moved]] : []),
    ['prune', '--older-than', '0d', '--store', `sqlite:${backup}`],
    ['prune', '--older-than', '0d', '--yes', '--store', `sqlite:${backup}`],
  ];
  const printed: string[] = [];
  for (const verb of verbs) {
    const { out, err, code } = await say(...verb);
    if (OPERATIONS.includes(verb[0]!)) expect([code, err, verb]).toEqual([0, expect.any(String), verb]);
    printed.push(out, err);
  }
  printed.push(...ownLog);
  if (moved) printed.push(...(await rowsOf(moved)));
  return { folder, store, runs, printed };
}

test('none of 40 secrets is in the store, the files next to it, or the output of the command line', async () => {
  const { folder, store, runs, printed } = await carelessLab({});
  expect(planted.size).toBeGreaterThanOrEqual(40);
  expect(runs.map(({ start }) => start.temporal.activity_type).sort()).toEqual(
    ['returns', 'returns', 'tells', 'throws', 'throws', 'throws'].sort(),
  );
  expect(ownLog.join('\n')).toContain('a capture failed');
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
});

test('nor if the lab encrypts its payloads', async () => {
  const { folder, runs, printed } = await carelessLab({ codec: new MaskingCodec() });
  expect(runs.length).toBeGreaterThan(4);
  expect(found(folder, printed)).toEqual([]);
});

test('nor in the spool during an outage, nor in the store that imports it', async () => {
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
});

test('nor in a git remote, with credentials of every form', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-secrets-'));
  folders.push(folder);
  const store = `sqlite:${join(folder, 'provenance.db')}`;
  for (const remote of remotes()) {
    const environment = { cwd: carelessRepository(remote), timeoutMs: 10_000, docker: false as const };
    const work = ({ client, taskQueue }: Recorded) =>
      client.workflow.execute('leaky', { taskQueue, workflowId: unique('leaky'), args: [leaks()] });
    await recording({ store, environment, redact: { values: [REGISTERED] } }, work, leakyWorker);
  }
  expect(found(folder, ownLog)).toEqual([]);
  await reading(store, async (reader) => {
    const runs = await runsOf(store);
    const ids = [...new Set(runs.map(({ start }) => start.provenance.environment!))];
    const captured = await Promise.all(ids.map((id) => reader.environment(id)));
    expect(captured).toHaveLength(remotes().length);
    for (const one of captured) expect(JSON.stringify(one)).toContain('git.example.org');
  });
});

test('a stash refuses a secret unless it is allowed, and says why', async () => {
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
