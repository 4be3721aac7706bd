/** The read API for programs, through the built package by its own name. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Provenance } from '../../src/questions/provenance';
import { openStore } from '../built';
import { MORNING, PATCH } from '../cli/laboratory';
import { ROOT } from '../imports';
import { opening, stopping, uidOf } from '../store/runs';
import { examples, lab } from './reading-page';

const { openProvenance } = createRequire(import.meta.url)(
  'temporal-provenance',
) as typeof import('../../src/index');

let folder: string;
let url: string;
let provenance: Provenance;
beforeAll(async () => {
  ({ folder, url } = await lab());
  provenance = await openProvenance({ store: url });
});
afterAll(async () => {
  await provenance.close();
  rmSync(folder, { recursive: true });
});

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    ({ code }) => code as string,
  );

describe('runs', () => {
  it('are listed the last recorded first, with their documents, status, time and error', async () => {
    const runs = await all(provenance.runs());
    expect(runs.map(({ start, status }) => [start.uid, status])).toEqual([
      [uidOf(5), 'aborted'],
      [uidOf(4), 'open'],
      [uidOf(3), 'completed'],
      [uidOf(2), 'failed'],
      [uidOf(1), 'completed'],
    ]);
    expect(runs.at(-1)).toMatchObject({ took_ms: 2500, tone: 'good', settled: { outcome: 'completed' } });
    expect(runs[3]!.error).toMatchObject({ type: 'ModelError', cause: { type: 'RangeError' } });
    expect(runs[1]).not.toHaveProperty('took_ms');
  });

  it('are those that pass the filter, in its order, attempts folded on request', async () => {
    const uids = async (query: Parameters<Provenance['runs']>[0]) =>
      (await all(provenance.runs(query))).map(({ start }) => start.uid);
    expect(await uids({ where: "operator = 'Ada' ORDER BY time" })).toEqual([1, 2, 3].map(uidOf));
    expect(await uids({ where: "operator = 'Ada'", attempts: false })).toEqual([3, 1].map(uidOf));
    expect(await uids({ limit: 2, after: uidOf(4) })).toEqual([3, 2].map(uidOf));
    expect(await uids({ where: 'ORDER BY time', after: uidOf(4) })).toEqual([uidOf(5)]);
    expect(await codeOf(uids({ where: 'operator =' }))).toBe('FILTER_INVALID');
    expect(await codeOf(uids({ after: uidOf(99) }))).toBe('CURSOR_GONE');
  });

  it('are named as on the command line', async () => {
    for (const ref of [1, '2', uidOf(5), uidOf(4).slice(-8), '-1']) {
      expect((await provenance.run(ref)).start.uid).toMatch(/^019a/);
    }
    expect((await provenance.run(1)).start.uid).toBe(uidOf(5));
    expect(await codeOf(provenance.run(77))).toBe('NOT_FOUND');
    expect(await codeOf(provenance.run('019a00'))).toBe('AMBIGUOUS');
    expect(await codeOf(provenance.run('what?'))).toBe('REFERENCE_INVALID');
  });
});

describe('executions', () => {
  it('have their workflow id, operator, sample and first scan id', async () => {
    const [execution, ...others] = await all(
      provenance.executions({ where: "workflow_id = 'seasonal-2026'" }),
    );
    expect(others).toEqual([]);
    expect(execution).toMatchObject({
      status: 'completed',
      lab: 'default',
      operator: 'Ada',
      sample: { name: 'Au foil' },
      scan_id: 1,
      start: { workflow_type: 'seasonal' },
    });
  });

  it('are complete', async () => {
    const execution = await provenance.execution('seasonal-2026');
    expect(execution).toMatchObject({ status: 'completed', operator: 'Ada', scan_id: 1, children: [] });
    expect(execution.runs.map(({ start }) => start.uid)).toEqual([1, 2, 3, 4, 5].map(uidOf));
    expect(execution.refusals).toHaveLength(1);
    expect(await codeOf(provenance.execution('no-such-workflow'))).toBe('NOT_FOUND');
  });
});

it('explains fields with the values that they overrode', async () => {
  expect(await provenance.explain(uidOf(1), 'operator')).toEqual([
    { field: 'operator', value: 'Ada', source: 'user', shadowed: { stash: 'Bob' } },
  ]);
  expect((await provenance.explain(uidOf(1))).map(({ field }) => field)).toContain('scan_id');
});

it('gives the environment of a run, and its kept contents', async () => {
  const environment = await provenance.environment(uidOf(1));
  expect(environment).toMatchObject({ restorable: { level: 'source' } });
  expect(await provenance.environment(environment.id)).toMatchObject({ id: environment.id });
  const patch = await provenance.content(environment.detail['git.patch'] as string);
  expect(Buffer.from(patch!.bytes).toString()).toBe(PATCH);
  expect(await provenance.content(`sha256:${'00'.repeat(32)}`)).toBeNull();
});

it('gives logs, checkpoints, refusals, sessions and the stash', async () => {
  expect(await provenance.log({ levels: ['WARN'] })).toMatchObject([
    { message: 'beam lost', owner: { run_start: uidOf(2) } },
  ]);
  expect(await provenance.log({ ref: uidOf(2) })).toHaveLength(1);
  expect(await provenance.log({ ref: 'seasonal-2026', since: MORNING + 5 })).toEqual([]);
  expect(await provenance.checkpoints(uidOf(2))).toMatchObject([{ index: 0, details: [{ frame: 6 }] }]);
  expect(await provenance.refusals()).toMatchObject([
    { status: 'refused', temporal: { activity_type: 'publish' }, issues: [{ path: ['operator'] }] },
  ]);
  const [session] = await provenance.sessions({ resources: true });
  expect(session).toMatchObject({
    open: true,
    environment: { restorable: { level: 'source' } },
    rules: null,
    session: { host: 'beamline-7', task_queue: 'measurements' },
    resources: { runs: 3, cpu_ms: 720, max_rss_bytes: 96_000_000 },
  });
  expect(await provenance.stash()).toEqual({ sample: { name: 'Au foil' }, scan_id: 4 });
  expect(await provenance.stash('nobody')).toEqual({ scan_id: 0 });
});

it('counts runs, and lists the fields', async () => {
  expect(await provenance.count({ by: ['operator'], where: "operator IN ('Ada', 'Bob')" })).toEqual([
    { by: { operator: 'Ada' }, runs: 3 },
    { by: { operator: 'Bob' }, runs: 1 },
  ]);
  expect(await provenance.count()).toEqual([{ by: {}, runs: 5 }]);
  expect(await provenance.count({ lab: 'north', by: ['month'] })).toEqual([]);
  expect((await provenance.fields()).map(({ path }) => path)).toContain('sample.mass_mg');
  expect((await provenance.fields('operator'))[0]).toMatchObject({
    path: 'operator',
    runs: 5,
    types: [{ type: 'text', runs: 5 }],
    values: [{ value: 'Ada', runs: 3 }, { value: 'Bob' }, {}],
  });
  expect(await codeOf(provenance.fields('purpse'))).toBe('NOT_FOUND');
});

describe('labs', () => {
  it('limit lists to one lab if one is named; a question may name another, or all', async () => {
    const place = join(mkdtempSync(join(tmpdir(), 'labs-')), 'labs.db');
    const store = await openStore(`sqlite:${place}`);
    await store.write([
      opening({ n: 1, lab: 'north' }),
      opening({ n: 2, lab: 'south' }),
      stopping(1, { time: 1 }),
    ]);
    await store.close();
    const north = await openProvenance({ store: `sqlite:${place}`, lab: 'north' });
    const uids = async (query = {}) => (await all(north.runs(query))).map(({ start }) => start.uid);
    expect([north.lab, await uids()]).toEqual(['north', [uidOf(1)]]);
    expect(await uids({ lab: 'south' })).toEqual([uidOf(2)]);
    expect(await uids({ lab: null })).toEqual([uidOf(2), uidOf(1)]);
    await north.close();
  });
});

/** Runs a program in a folder, as a module. */
function program(cwd: string, code: string, options: { env?: NodeJS.ProcessEnv; uid?: number } = {}) {
  const file = join(cwd, `program-${Math.random().toString(36).slice(2)}.mjs`);
  writeFileSync(file, code);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
    cwd: tmpdir(),
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...options.env },
    uid: options.uid,
    gid: options.uid,
  });
  rmSync(file);
  return { status, stdout, stderr };
}
const OPEN = `import { openProvenance } from 'temporal-provenance';
const show = (value) => console.log(JSON.stringify(value));
`;

describe('a program', () => {
  it('finds store and lab as a worker does: next to it, by variables, by options', () => {
    const found = (env: NodeJS.ProcessEnv, options = '') => {
      const { stdout, stderr } = program(
        folder,
        `${OPEN}const p = await openProvenance(${options}); show([p.location, p.lab]); await p.close();`,
        { env },
      );
      expect(stderr).toBe('');
      return JSON.parse(stdout) as unknown;
    };
    expect(found({})).toEqual([url, 'default']);
    expect(found({ PROVENANCE_STORE: '', PROVENANCE_LAB: 'north' })).toEqual([url, 'north']);
    const other = `sqlite:${join(folder, 'other.db')}`;
    writeFileSync(join(folder, 'other.db'), readFileSync(join(folder, 'lab.db')));
    expect(found({ PROVENANCE_STORE: other })).toEqual([other, 'default']);
    expect(found({ PROVENANCE_STORE: other }, `{ store: '${url}', lab: 'own' }`)).toEqual([url, 'own']);
    rmSync(join(folder, 'other.db'));
  });

  it('loads no worker', () => {
    const { stdout, stderr } = program(
      folder,
      `${OPEN}import { createRequire } from 'node:module';
      const p = await openProvenance(); await p.run(1); await p.sessions(); await p.close();
      const loaded = Object.keys(createRequire(import.meta.url).cache);
      show(loaded.filter((path) => /@temporalio\\/(worker|core-bridge|testing)|dockerode|simple-git|src\\/cli\\//.test(path)));`,
    );
    expect([stdout, stderr]).toEqual(['[]\n', '']);
  });

  it('gets an error if there is no store, and creates none', async () => {
    const nowhere = join(folder, 'nowhere.db');
    expect(await codeOf(openProvenance({ store: `sqlite:${nowhere}` }))).toMatch(
      /^STORE_(UNREACHABLE|MISSING)$/,
    );
    expect(await codeOf(openProvenance({ store: 'oops' }))).toBe('OPTION_INVALID');
    expect(existsSync(nowhere)).toBe(false);
  });

  it.skipIf(process.getuid?.() !== 0)('reads a read-only store, and leaves no file (root only)', async () => {
    const place = mkdtempSync(join(tmpdir(), 'read-only-'));
    for (const name of ['lab.db', 'temporal-provenance.json'])
      writeFileSync(join(place, name), readFileSync(join(folder, name)), { mode: 0o444 });
    chmodSync(place, 0o555);
    chownSync(place, 61_001, 61_001);
    const state = () => readdirSync(place).map((name) => [name, statSync(join(place, name)).mtimeMs]);
    const before = state();
    const code = `const { openProvenance } = require('${join(ROOT, 'dist', 'src', 'index.js')}');
      (async () => {
        const p = await openProvenance({ store: 'sqlite:${join(place, 'lab.db')}' });
        console.log((await p.run(2)).start.uid, (await p.execution('seasonal-2026')).runs.length);
        await p.close();
      })();`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', code], {
      cwd: '/',
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: '/nonexistent' },
      uid: 61_002,
      gid: 61_002,
    });
    expect([stderr, stdout]).toEqual(['', `${uidOf(2)} 5\n`]);
    expect(state()).toEqual(before);
    rmSync(place, { recursive: true });
  });
});

describe('docs/guide/programs.md', () => {
  const code = examples('js').join('\n');

  it('has an example of each method, and all of them run', () => {
    const { status, stdout, stderr } = program(folder, code);
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout).toMatch(/completed 2500/);
    expect(stdout).toMatch(/training singular matrix/);
    expect(stdout).toMatch(/last checkpoint \[ \{ frame: 6 \} \]/);
    expect(stdout).toMatch(/operator = "Ada" \(user\)/);
    expect(stdout).toMatch(/seasonal-2026 Ada \{ name: 'Au foil', mass_mg: 12.5 \} 1/);
    expect(stdout).toMatch(/trained on \/data\/scan\.h5 [0-9a-f]{64}\n/);
    expect(stdout).toMatch(/\n3 made the copy\n/);
    expect(stdout).toMatch(/publish refused \[ 'operator' \]/);
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(provenance)).filter(
      (name) => name !== 'constructor',
    );
    expect(methods.length).toBeGreaterThan(12);
    expect(methods.filter((name) => name !== 'lab' && !code.includes(`provenance.${name}`))).toEqual([]);
  });
});
