/** `rules` shows what a lab's workers ask of metadata; `stash set` warns by it; a lab that nobody serves is told. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { WorkerSession } from '../../src/model/environment';
import type { WriteRecord } from '../../src/store/interface/written';
import { openStore } from '../built';
import { type Answer, call, MORNING } from './laboratory';

const folder = mkdtempSync(join(tmpdir(), 'provenance-rules-'));
const config = join(folder, 'temporal-provenance.json');
const ask = (...argv: string[]): Promise<Answer> => call(argv, { cwd: folder });

const DOCUMENT = {
  required: ['operator', 'sample.name'],
  fields: { 'sample.name': { type: 'string', pattern: '^Ni-', description: 'as on the label' } },
  validators: [
    {
      kind: 'schema',
      name: 'zod',
      json_schema: JSON.parse(
        JSON.stringify(z.toJSONSchema(z.object({ dose: z.number().max(5), beam: z.enum(['A', 'B']) }))),
      ),
    },
    { kind: 'function', name: 'approved' },
  ],
  normalizers: [],
  on_refusal: 'wait',
};

function session(n: number, lab: string, document?: object, more: Partial<WorkerSession> = {}): WriteRecord {
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const told: WorkerSession = {
    session_id: `session-${n}`,
    start_time: MORNING + n,
    namespace: 'default',
    task_queue: `queue-${lab}`,
    identity: `${n}@host`,
    host: 'host',
    pid: n,
    cwd: '/srv',
    capture: { lab, registered: 1, lookup: 'on', environment: false },
    detail: {},
    ...(document && { rules: digest }),
    ...more,
  };
  const blobs = document ? [{ digest, media_type: 'application/json', bytes }] : [];
  return { kind: 'session', session: told, blobs };
}

beforeAll(async () => {
  const store = await openStore(`sqlite:${join(folder, 'provenance.db')}`, { mode: 'write', create: true });
  await store.write([
    session(1, 'north', { ...DOCUMENT, required: ['old'] }),
    session(2, 'north', DOCUMENT),
    session(3, 'north', DOCUMENT, { task_queue: 'other' }),
    session(4, 'free'),
    session(5, 'rolling', DOCUMENT, { host: 'a' }),
    session(6, 'rolling', { ...DOCUMENT, required: [] }, { host: 'b' }),
    session(7, 'rolling', { ...DOCUMENT, required: ['gone'] }, { host: 'c', stop_time: MORNING + 8 }),
  ]);
  await store.close();
});
afterEach(() => rmSync(config, { force: true }));
afterAll(() => rmSync(folder, { recursive: true }));

describe('rules', () => {
  it('shows the rules, their workers, and since when', async () => {
    const { code, out, err } = await ask('rules', '--lab', 'north');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/operator\s+required\n/);
    expect(out).toMatch(/sample\.name\s+required, string, pattern \^Ni-, \(as on the label\)\n/);
    expect(out).toMatch(/Schema \(zod\):/);
    expect(out).toMatch(/dose\s+required, number, maximum 5\n/);
    expect(out).toMatch(/beam\s+required, string, one of "A", "B"\n/);
    expect(out).toMatch(/Validator approved: a function/);
    expect(out).toMatch(/refused, and its activity is retried in 30 s/);
    expect(out).toContain('From worker 3@host on queue other, since 2096-11-23T08:00:03Z, and 1 more.');
    expect(out).not.toMatch(/\bold\b/);
  });

  it('gives the document as JSON, one object for each set of rules of running workers', async () => {
    const [north, ...others] = (await ask('rules', '--lab', 'north', '--json')).json();
    expect(north).toMatchObject({
      lab: 'north',
      rules: expect.stringMatching(/^sha256:/),
      document: DOCUMENT,
    });
    expect(north!.workers).toMatchObject([
      { identity: '3@host' },
      { identity: '2@host', since: MORNING + 2 },
    ]);
    expect(others).toEqual([]);
    const rolling = (await ask('rules', '--lab', 'rolling', '--json')).json();
    expect(rolling.map((group) => (group.document as typeof DOCUMENT).required)).toEqual([
      [],
      DOCUMENT.required,
    ]);
  });

  it('says if a lab has no rules, and if no worker of it has run', async () => {
    const free = await ask('rules', '--lab', 'free');
    expect(free.out).toContain('No rules: every run is accepted.');
    const none = await ask('rules', '--lab', 'nrth');
    expect(none).toMatchObject({ code: 1, out: '' });
    expect(none.err).toMatch(
      /^No worker of lab nrth has used sqlite:.*; labs with workers: free, north, rolling\.\n$/,
    );
  });

  it('and doctor report rules for a lab that no worker serves', async () => {
    writeFileSync(config, JSON.stringify({ labs: { nrth: { required: ['operator'] }, north: {} } }));
    const { err } = await ask('rules', '--lab', 'north');
    expect(err).toBe(`${config} has rules for lab nrth, but no worker of that lab has used this store.\n`);
    const { findings } = (await ask('doctor', '--json')).json()[0] as { findings: { check: string }[] };
    expect(findings.filter(({ check }) => check === 'rules')).toEqual([
      {
        check: 'rules',
        health: 'warn',
        words: expect.stringMatching(/rules for lab nrth, .*labs with workers: free, north, rolling/),
      },
    ]);
  });
});

describe('stash set', () => {
  const set = (key: string, value: string, lab = 'north') => ask('stash', 'set', key, value, '--lab', lab);

  it.each([
    ['sample', '{"name":"Au"}', /sample\.name must match \^Ni-/],
    ['sample', '{"mass":1}', /sample\.name is required/],
    ['sample', 'Ni-7', /sample\.name is required/],
    ['operator', '""', /operator is required, and empty/],
    ['dose', '7', /dose /],
    ['beam', 'C', /beam /],
  ])('%s %s: stored, with a warning', async (key, value, message) => {
    const { code, err } = await set(key, value);
    expect(code).toBe(0);
    expect(err).toMatch(/^Stored, but the rules of lab north refuse runs with this value: /);
    expect(err).toMatch(message);
    expect(err).toMatch(/worker 3@host/);
    expect((await ask('stash', 'get', key, '--lab', 'north')).out).toBe(`${value === '""' ? '' : value}\n`);
  });

  it.each([
    ['sample', '{"name":"Ni-7"}', 'north'],
    ['dose', '5', 'north'],
    ['beam', 'A', 'north'],
    ['operator', 'Ada', 'north'],
    ['colour', 'blue', 'north'],
    ['scan_id', '7', 'north'],
    ['sample', 'Au', 'free'],
    ['sample', 'Au', 'unknown'],
  ])('%s %s in lab %s: no warning', async (key, value, lab) => {
    expect(await set(key, value, lab)).toMatchObject({ code: 0, err: '' });
  });

  it('warns once for each set of rules of running workers', async () => {
    const { err } = await set('operator', '" "', 'rolling');
    expect(err.match(/^Stored, but/gm)).toHaveLength(1);
  });
});
