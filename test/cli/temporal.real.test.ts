/** The verbs that talk to Temporal, against the real server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../built';
import { temporalAddress } from '../real/temporal-server';
import { exported } from '../settlement/exported';
import { opening } from '../store/runs';
import { call } from './laboratory';

const { resolve } = createRequire(import.meta.url);
const binary = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'provenance-temporal-'));
const taskQueueOfLab = 'command-line';
let connection: Connection;
let native: NativeConnection;
let client: Client;
let run_id: string;

beforeAll(async () => {
  connection = await Connection.connect({ address: temporalAddress() });
  native = await NativeConnection.connect({ address: temporalAddress() });
  client = new Client({ connection });
  const worker = await Worker.create({
    connection: native,
    taskQueue: taskQueueOfLab,
    workflowsPath: resolve('../settlement/workflows.ts'),
    activities: {
      succeed: async () => 'done',
      failTwice: async () => 'done',
      failAlways: async () => {
        throw new TypeError('never');
      },
      hang: () => new Promise<void>(() => undefined),
    },
    shutdownForceTime: '1 second',
  });
  const running = worker.run().catch(() => undefined); // hanging activities are left behind on purpose
  const handle = await client.workflow.start('everyEnd', {
    taskQueue: taskQueueOfLab,
    workflowId: 'command-line',
  });
  await handle.result();
  run_id = handle.firstExecutionRunId;
  worker.shutdown();
  await running;
});

afterAll(async () => {
  await native?.close();
  await connection?.close();
  rmSync(folder, { recursive: true, force: true });
});

const server = () => ['--address', temporalAddress()];
const storeAt = (name: string) => ['--store', `sqlite:${join(folder, `${name}.db`)}`];
const ask = (...argv: string[]) => call(argv, { cwd: folder });

async function leaveOpen(name: string): Promise<void> {
  const store = await openStore(`sqlite:${join(folder, `${name}.db`)}`, { mode: 'write', create: true });
  const now = Date.now() / 1000;
  const temporal = { namespace: 'default', workflow_id: 'command-line', run_id, activity_id: '1' };
  // The clock of its worker was ten minutes behind, which is past the time of grace.
  const worker = { worker: { host: 'killed' }, scheduled_time: now };
  await store.write([opening({ n: 1, time: now - 600, temporal: { ...temporal, ...worker } })]);
  await store.close();
}

/** A port that nobody listens on. */
async function nobody(): Promise<string> {
  const listener = createServer();
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  const { port } = listener.address() as { port: number };
  await new Promise((done) => listener.close(done));
  return `127.0.0.1:${port}`;
}

describe('reconcile', () => {
  it('settles what is open and reports it; a second time it finds nothing', async () => {
    await leaveOpen('words');
    const first = await ask('reconcile', ...storeAt('words'), ...server());
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toBe('1 execution looked up, 1 closed.\nRuns settled: 1 completed.\n');
    const again = (await ask('reconcile', ...storeAt('words'), ...server(), '--json')).json();
    expect(again).toEqual([
      {
        executions: 0,
        activities: 0,
        settled: {},
        closed: 0,
        recorded: 0,
        under_way: 0,
        unavailable: {},
        losses: {},
      },
    ]);
    const [shown] = (await ask('show', 'command-line', ...storeAt('words'), '--json')).json();
    expect(shown).toMatchObject({
      settled: { status: 'completed' },
      runs: [{ settled: { outcome: 'completed' } }],
    });
  });

  it('takes the connection from a profile', async () => {
    await leaveOpen('profile');
    const file = join(folder, 'temporal.toml');
    writeFileSync(file, `[profile.lab]\naddress = "${temporalAddress()}"\nnamespace = "default"\n`);
    const before = process.env.TEMPORAL_CONFIG_FILE;
    process.env.TEMPORAL_CONFIG_FILE = file;
    try {
      expect(
        (await ask('reconcile', ...storeAt('profile'), '--profile', 'lab', '--json')).json(),
      ).toMatchObject([{ executions: 1, settled: { completed: 1 } }]);
      const unknown = await ask('reconcile', ...storeAt('profile'), '--profile', 'nowhere');
      expect(unknown).toMatchObject({ code: 2, out: '', err: expect.stringContaining('nowhere') });
      expect(unknown.err.trimEnd()).not.toContain('\n');
    } finally {
      if (before === undefined) delete process.env.TEMPORAL_CONFIG_FILE;
      else process.env.TEMPORAL_CONFIG_FILE = before;
    }
  });

  it('creates no store', async () => {
    expect(await ask('reconcile', ...storeAt('none'), ...server())).toMatchObject({
      code: 2,
      err: expect.stringContaining('does not exist'),
    });
  });
});

describe('backfill', () => {
  it('records earlier executions; a second time it adds nothing', async () => {
    const words = [
      'backfill',
      '--query',
      'WorkflowId="command-line"',
      ...storeAt('backfill'),
      ...server(),
      '--json',
    ];
    expect((await ask(...words)).json()).toMatchObject([{ executions: 1, runs: 6, known: 0, losses: {} }]);
    expect((await ask(...words)).json()).toMatchObject([{ executions: 1, runs: 0, known: 6 }]);
    const { out } = await ask('show', 'command-line', ...storeAt('backfill'));
    expect(out).toContain('from history');
    expect(out).toContain('backfill, from the history');
    expect(out).toMatch(/failAlways .* TypeError: never/);
  });

  it('masks what the config file says', async () => {
    const lab = mkdtempSync(join(folder, 'lab-'));
    writeFileSync(
      join(lab, 'temporal-provenance.json'),
      JSON.stringify({ store: 'sqlite:p.db', redact: { values: ['TypeError: never'] } }),
    );
    const askThere = (...argv: string[]) => call(argv, { cwd: lab });
    const words = ['backfill', '--query', 'WorkflowId="command-line"', ...server()];
    expect((await askThere(...words)).code).toBe(0);
    const listed = await askThere('list', '--json');
    expect(listed.out).not.toContain('TypeError: never');
    expect(listed.out).toContain('[redacted]\\n    at ');
    writeFileSync(join(lab, 'temporal-provenance.json'), JSON.stringify({ redact: { values: [7] } }));
    expect(await askThere(...words)).toMatchObject({ code: 2, err: expect.stringContaining('redact') });
  });

  it('requires a query or an id', async () => {
    expect(await ask('backfill', ...storeAt('backfill'), ...server())).toMatchObject({
      code: 2,
      err: expect.stringContaining('--query'),
    });
  });
});

describe('exported histories', () => {
  /** The real history, with an event that no version knows and a memo that nobody can decode; and a file that is none. */
  async function exportFolder(): Promise<string> {
    const { events } = await client.workflow.getHandle('command-line').fetchHistory();
    const [started, ...rest] = events ?? [];
    const memo = {
      fields: { broken: { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{') } },
    };
    const attributes = { ...started?.workflowExecutionStartedEventAttributes, memo };
    const from = mkdtempSync(join(folder, 'export-'));
    const unknown = { eventId: rest[0]?.eventId, eventTime: rest[0]?.eventTime, eventType: 4711 };
    const history = [{ ...started, workflowExecutionStartedEventAttributes: attributes }, unknown, ...rest];
    writeFileSync(join(from, 'history.pb'), exported(history));
    writeFileSync(join(from, 'broken.pb'), 'not an export');
    return from;
  }
  const LOSSES = {
    'an event of a kind that this release does not know': 1,
    'not a protobuf message of exported executions': 1,
  };

  it('are backfilled as far as they can be read; the rest is counted and kept', async () => {
    const words = ['backfill', '--from-export', await exportFolder(), ...storeAt('exported')];
    const first = await ask(...words, '--json');
    expect(first.code).toBe(1);
    expect(first.json()).toEqual([{ executions: 1, runs: 6, known: 0, losses: LOSSES }]);
    expect((await ask(...words)).out).toMatch(
      /0 runs recorded, 6 already recorded.\n(Not recorded: 1 × .*\n){2}/,
    );
    const [shown] = (await ask('show', 'command-line', ...storeAt('exported'), '--json')).json();
    expect(shown).toMatchObject({ start: { memo: { broken: { type: 'undecodable', size_bytes: 1 } } } });
    const doctor = await ask('doctor', ...storeAt('exported'));
    expect(doctor.code).toBe(1);
    expect(doctor.out).toContain('1 × history-event');
    expect(doctor.out).toContain('1 × export-file');
    expect(doctor.out).toContain('broken.pb');
  });

  it('settle what is open', async () => {
    await leaveOpen('settled-by-export');
    const words = ['reconcile', '--from-export', await exportFolder(), ...storeAt('settled-by-export')];
    const [counts] = (await ask(...words, '--json')).json();
    expect(counts).toMatchObject({ executions: 1, settled: { completed: 1 }, losses: LOSSES });
    const [run] = (await ask('list', ...storeAt('settled-by-export'), '--json')).json();
    expect(run).toMatchObject({ settled: { evidence: { source: 'history', read_from: 'export' } } });
    expect((await ask('doctor', ...storeAt('settled-by-export'))).out).toContain('1 × history-event');
  });

  it('must be in an existing folder', async () => {
    const words = ['--from-export', join(folder, 'nowhere'), ...storeAt('settled-by-export')];
    for (const verb of ['backfill', 'reconcile']) {
      const answer = await ask(verb, ...words);
      expect(answer).toMatchObject({ code: 2, out: '', err: expect.stringContaining('nowhere') });
    }
  });
});

describe('an unreachable server, or an unknown namespace', () => {
  it.each(['reconcile', 'operations', 'backfill'])('%s reports it in one line', async (verb) => {
    await leaveOpen(`faults-${verb}`);
    const words = verb === 'backfill' ? [verb, '--query', 'x="y"'] : [verb];
    const address = await nobody();
    const down = await ask(...words, ...storeAt(`faults-${verb}`), '--address', address);
    expect(down).toMatchObject({ code: 2, out: '', err: expect.stringContaining(address) });
    expect(down.err.trimEnd()).not.toContain('\n');
    const elsewhere = await ask(
      ...words,
      ...storeAt(`faults-${verb}`),
      ...server(),
      '--namespace',
      'nowhere',
    );
    expect(elsewhere).toMatchObject({ code: 2, out: '', err: expect.stringContaining('nowhere') });
    expect(elsewhere.err.trimEnd()).not.toContain('\n');
  });

  it.each([
    ['--rps', '0'],
    ['--concurrency', 'many'],
    ['--grace', '-1'],
  ])('%s %s is wrong usage', async (flag, value) => {
    await leaveOpen('usage');
    expect(await ask('reconcile', ...storeAt('usage'), ...server(), flag, value)).toMatchObject({ code: 2 });
  });
});

it('operations works until it is stopped, and serves the durable workflows', async () => {
  await leaveOpen('operations');
  const printed = await ask('operations', '--print-task-queue', ...storeAt('operations'));
  const taskQueue = printed.out.trim();
  const child = spawn(process.execPath, [binary, 'operations', ...storeAt('operations'), ...server()], {
    cwd: folder,
  });
  let written = '';
  child.stderr.on('data', (chunk) => {
    written += chunk;
  });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  try {
    const counts = await client.workflow.execute('reconcile', {
      taskQueue,
      workflowId: 'reconcile-by-hand',
    });
    expect(counts).toMatchObject({ executions: 1, settled: { completed: 1 } });
  } finally {
    child.kill('SIGTERM');
  }
  expect(await ended).toBe(0);
  expect(written).toContain(`task queue '${taskQueue}'`);
});

describe('without @temporalio/envconfig', () => {
  // A project that has not installed it: neither require() nor import() finds it.
  const hidden = join(folder, 'hidden.mjs');
  const fault =
    "Object.assign(new Error('Cannot find @temporalio/envconfig'), { code: 'ERR_MODULE_NOT_FOUND' })";
  const source = [
    "import Module, { register } from 'node:module';",
    'const { _resolveFilename } = Module;',
    `Module._resolveFilename = function (name, ...rest) { if (name === '@temporalio/envconfig') throw ${fault}; return _resolveFilename.call(this, name, ...rest); };`,
    `const hooks = "export async function resolve(name, context, next) { if (name === '@temporalio/envconfig') throw ${fault}; return next(name, context); }";`,
    "register('data:text/javascript,' + encodeURIComponent(hooks));",
  ].join('\n');

  async function run(argv: string[], variables: NodeJS.ProcessEnv = {}) {
    writeFileSync(hidden, source);
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')),
    );
    const child = spawn(process.execPath, ['--import', pathToFileURL(hidden).href, binary, ...argv], {
      cwd: folder,
      env: { ...env, ...variables },
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    const [code] = await once(child, 'close');
    return { code, out, err };
  }

  it('an address is enough', async () => {
    await leaveOpen('plain');
    const done = await run(['reconcile', ...storeAt('plain'), ...server(), '--grace', '0']);
    expect(done).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/executions? looked up/) });
    const byVariable = await run(['reconcile', ...storeAt('plain')], { TEMPORAL_ADDRESS: temporalAddress() });
    expect(byVariable).toMatchObject({ code: 0, err: '' });
  });

  it('that only @temporalio/envconfig can read is never ignored', async () => {
    for (const [argv, variables, words] of [
      [
        [],
        {},
        /reads the connection and is not installed: npm install @temporalio\/envconfig, or set --address/,
      ],
      [[...server(), '--profile', 'lab'], {}, /reads --profile of the connection and is not installed/],
      [server(), { TEMPORAL_API_KEY: 'x' }, /reads TEMPORAL_API_KEY of the connection and is not installed/],
    ] as const) {
      const { code, err } = await run(['reconcile', ...storeAt('plain'), ...argv], variables);
      expect([code, err]).toEqual([2, expect.stringMatching(words)]);
    }
  });
});

it('a backfill prints no messages of the workflow bundler', async () => {
  const argv = ['backfill', '--query', 'WorkflowType="everyEnd"', ...storeAt('quiet'), ...server()];
  const child = spawn(process.execPath, [binary, ...argv], { cwd: folder });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  const [code] = await once(child, 'close');
  expect([code, said]).toEqual([0, expect.stringMatching(/executions? read/)]);
  expect(said).not.toMatch(/webpack|modules by path|asset workflow-bundle/);
});
