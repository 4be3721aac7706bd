import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../built';
import { ROOT } from '../imports';
import { uidOf } from '../store/runs';
import { type Answer, call, laboratoryRecords, PATCH } from './laboratory';

const folder = mkdtempSync(join(tmpdir(), 'provenance-cli-'));
const file = join(folder, 'provenance.db');
const url = `sqlite:${file}`;
const binary = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

const ask = (...argv: string[]): Promise<Answer> => call(argv, { cwd: folder });
const onTerminal = (columns: number, ...argv: string[]): Promise<Answer> =>
  call(argv, { cwd: folder, tty: { columns } });

// What no output may hold, whatever is stored: control characters other than line feeds and our own colours.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

beforeAll(async () => {
  const store = await openStore(url, { mode: 'write', create: true });
  const author = { name: 'ada', host: 'beamline-7', pid: 1 };
  await store.changeStash(
    'default',
    [{ op: 'set', key: 'sample', value: { name: 'Au foil', mass_mg: 12.5 } }],
    author,
  );
  await store.changeStash('default', [{ op: 'set', key: 'operator', value: 'Bob' }], author);
  await store.write(laboratoryRecords());
  await store.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('list', () => {
  it('shows runs newest first, with attempts folded and without empty columns', async () => {
    const { out, code } = await ask('list');
    expect(code).toBe(0);
    const [title, ...rows] = out.trimEnd().split('\n');
    expect(title).toMatch(
      /^SCAN +UID +TIME +PLAN +ACTIVITY +ATTEMPT +STATUS +TOOK +OPERATOR +SAMPLE +PURPOSE +WORKFLOW ID$/,
    );
    expect(rows.map((row) => row.trim().split(/ {2,}/)[0])).toEqual(['1', '4', '3', '1']);
    expect(rows[2]).toMatch(/train +2 +completed +5 s +Ada/);
    expect(rows[3]).toContain('2096-11-23T08:00:00Z');
    expect(rows[3]).toContain('completed');
    expect(rows[3]).toContain('Au foil');
  });

  it('shows every attempt on request, and documents with --json', async () => {
    expect((await ask('list', '--attempts')).out.trimEnd().split('\n')).toHaveLength(6);
    const documents = (await ask('list', '--json')).json();
    expect(documents.map((run) => (run.start as { uid: string }).uid)).toEqual([5, 4, 3, 2, 1].map(uidOf));
    expect(documents.every((run) => Object.keys(run).join() === 'start,stop,settled')).toBe(true);
    expect(documents[1]).toMatchObject({ stop: null, settled: null });
    expect(documents[4]).toMatchObject({ settled: { outcome: 'completed' } });
  });

  it('filters, orders and limits', async () => {
    const where = "purpose = 'training' AND exit_status = 'fail'";
    expect((await ask('list', '--json', '--where', where)).json()).toMatchObject([
      { start: { uid: uidOf(2) } },
    ]);
    const ordered = await ask(
      'list',
      '--json',
      '--where',
      'operator IS NOT NULL ORDER BY time',
      '--limit',
      '2',
    );
    expect(ordered.json()).toMatchObject([{ start: { uid: uidOf(1) } }, { start: { uid: uidOf(2) } }]);
    expect((await ask('list', '--limit', '2')).err).toMatch(/--limit shows more/);
  });

  it('suggests the field that a typing error probably meant', async () => {
    const { out, err, code } = await ask('list', '--where', "operater = 'Ada' OR WorkflowType = 'x'");
    expect([out, code]).toEqual(['', 0]);
    expect(err).toContain('No run has a field operater; did you mean operator?');
    expect(err).toContain('did you mean workflow_type?');
  });

  it('fits the terminal', async () => {
    for (const columns of [60, 80, 100]) {
      const { out } = await onTerminal(columns, 'list');
      const widths = stripColours(out)
        .split('\n')
        .map((line) => [...line].length);
      expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
    }
  });

  it('shows one lab', async () => {
    expect((await ask('list', '--lab', 'elsewhere')).out).toBe('');
  });
});

describe('show', () => {
  it('describes a run on one screen', async () => {
    const { out, code } = await ask('show', uidOf(1));
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n').length).toBeLessThanOrEqual(40);
    for (const words of [
      '✓ scan 1 · acquire in seasonal · completed',
      '2096-11-23T08:00:00.000Z → 2096-11-23T08:00:02.500Z (2.5 s)',
      'ada@beamline-7, pid 4711, queue measurements, build 1.4.2',
      'workflow     seasonal-2026',
      'operator   Ada',
      'overrides stash Bob',
      '{"name":"Au foil","mass_mg":12.5}',
      'detector-2, {"frames":12}',
      'array of 47 KiB abababababab',
      '3f2a1bc9d0e4 on main of https://example.org/lab/pipeline.git with changes (patch kept), built code not compared',
      '310 npm (set efefefefefef)',
      'node 20.20.2 · debian 12 x64',
      'process shared by 2 runs',
    ]) {
      expect(out).toContain(words);
    }
    expect(out).toMatch(/sample +\{.*\} +stash/);
  });

  it('shows what failed, where, and what followed', async () => {
    const { out } = await ask('show', uidOf(2));
    expect(out).toContain('✗ scan 2 · train in seasonal · failed');
    expect(out).toContain('ModelError: singular matrix');
    expect(out).toMatch(/caused by +RangeError: only 3 points/);
    expect(out).toMatch(/at +fit \(\/srv\/pipeline\/model\.ts:41:7\)/);
    expect(out).toMatch(/✗ 1 +scan 2 .* failed: singular matrix ← this/);
    expect(out).toMatch(/✓ 2 +scan 3 .* completed/);
    expect((await ask('show', uidOf(3))).out).toMatch(/retry of +[0-9a-f]{8}\n +result of +[0-9a-f]{8}/);
    expect((await ask('show', uidOf(4))).out).toContain('still open');
  });

  it('prints the documents with --json', async () => {
    const [run] = (await ask('show', uidOf(1), '--json')).json();
    expect(run).toMatchObject({
      start: { uid: uidOf(1), operator: 'Ada' },
      stop: { exit_status: 'success' },
    });
  });

  it.each(['list', 'show', 'explain'])('does not let stored text control the terminal: %s', async (verb) => {
    const words = verb === 'list' ? [verb] : [verb, uidOf(5)];
    for (const answer of [await ask(...words), await ask(...words, '--json')]) {
      expect(answer.out.replaceAll('\n', '')).not.toMatch(CONTROL);
    }
    expect(stripColours((await onTerminal(100, ...words)).out).replaceAll('\n', '')).not.toMatch(CONTROL);
    expect((await ask(...words)).out).toContain('Eve\\x1b[31m\\x9b2J');
  });

  it('uses colour only on a terminal, and none with NO_COLOR', async () => {
    const words = ['show', uidOf(1)];
    expect((await onTerminal(100, ...words)).out).toContain('\u001b[');
    expect((await ask(...words)).out).not.toContain('\u001b[');
    const quiet = await call(words, { cwd: folder, tty: { columns: 100 }, env: { NO_COLOR: '1' } });
    expect(quiet.out).not.toContain('\u001b[');
  });
});

describe('a reference to a run', () => {
  const uidBy = async (...words: string[]): Promise<unknown> => {
    const answer = await ask('show', '--json', ...words);
    return answer.code === 0 ? (answer.json()[0]!.start as { uid: string }).uid : answer.err;
  };

  it('is a uid, its end, a unique beginning, or a count back from the newest run', async () => {
    expect(await uidBy(uidOf(3))).toBe(uidOf(3));
    expect(await uidBy(uidOf(3).toUpperCase())).toBe(uidOf(3));
    expect(await uidBy(uidOf(4).slice(-8))).toBe(uidOf(4));
    expect(await uidBy('-1')).toBe(uidOf(5));
    expect(await uidBy('-2')).toBe(uidOf(4));
    expect(await uidBy('4')).toBe(uidOf(4));
  });

  it('by scan id means the newest era; the others are mentioned', async () => {
    const answer = await ask('show', '--json', '1');
    expect(answer.json()[0]).toMatchObject({ start: { uid: uidOf(5) } });
    expect(answer.err).toContain(`also ${uidOf(1).slice(-8)} (2096-11-23T08:00:00Z)`);
    expect(answer.err.trimEnd()).not.toContain('\n');
  });

  it('exits with 1 for a run that does not exist, and with 2 for an invalid or ambiguous reference', async () => {
    for (const word of ['77', '-99', uidOf(99), 'abcdef0123']) {
      expect(await ask('show', word)).toMatchObject({ code: 1, out: '', err: expect.stringContaining(word) });
    }
    expect(await ask('show', '019a00')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/several uids/),
    });
    for (const word of ['abc', 'scan', '-0', '1.5', '9007199254740993']) {
      expect((await ask('show', word)).code).toBeGreaterThan(0);
    }
    expect(await ask('explain', 'scan')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/does not name a run/),
    });
    expect(await ask('show', 'scan')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/names neither a run nor an execution/),
    });
  });
});

describe('explain', () => {
  it('shows the source of each field, what it overrode, and who set it in the stash', async () => {
    const { out } = await ask('explain', uidOf(1));
    expect(out).toMatch(/scan_id = 1\n {2}counter of lab default/);
    expect(out).toMatch(
      /operator = Ada\n {2}user: set by the client that started the workflow or activity\n {2}overrides stash: Bob \(set .* by ada@beamline-7, version 2\)/,
    );
    expect(out).toMatch(/purpose = calibration\n {2}plan: set in workflow code/);
    expect(out).toMatch(/plan_name = seasonal\n {2}inferred: derived by the plugin/);
    expect(out).toMatch(
      /sample = .*\n {2}stash: from the lab's stash \(set .*Z by ada@beamline-7, version 1\)/,
    );
  });

  it('explains one field, also as JSON', async () => {
    expect((await ask('explain', uidOf(1), 'operator', '--json')).json()).toEqual([
      {
        field: 'operator',
        value: 'Ada',
        source: 'user',
        shadowed: { stash: 'Bob' },
        stash: expect.objectContaining({ version: 2, op: 'set' }),
      },
    ]);
    expect(await ask('explain', uidOf(1), 'colour')).toMatchObject({
      code: 1,
      err: expect.stringContaining("'colour'"),
    });
    expect((await ask('explain', uidOf(5), 'scan_id')).out).toMatch(/user: set by the client/);
  });
});

describe('env', () => {
  it('lists environments and describes one, also the one of a run', async () => {
    expect((await ask('env')).out).toMatch(
      /abababababab +cdcdcdcdcdcd +3 .* 3f2a1bc9d0e4\+changes +20\.20\.2 +source/,
    );
    for (const word of ['ababab', `sha256:${'ab'.repeat(32)}`, uidOf(2), '2']) {
      const { out, code } = await ask('env', word);
      expect(code).toBe(0);
      expect(out).toContain(`environment sha256:${'ab'.repeat(32)}`);
      expect(out).toMatch(/git\.tag +no_tag/);
    }
    expect((await ask('env', '2', '--json')).json()).toMatchObject([{ restorable: { level: 'source' } }]);
  });

  it('prints contents unchanged', async () => {
    expect((await ask('env', '2', '--patch')).out).toBe(PATCH);
    expect(await ask('env', '2', '--packages')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no package list/),
    });
    expect(await ask('env', 'ffffffff')).toMatchObject({ code: 1 });
    expect(await ask('env', '4')).toMatchObject({ code: 1, err: expect.stringMatching(/not captured/) });
    expect(await ask('env', '--patch')).toMatchObject({ code: 2 });
  });
});

describe('stash', () => {
  const lab = ['--lab', 'stash-tests'];

  it('sets, gets, unsets and clears values, and keeps the history', async () => {
    expect(await ask('stash', 'set', 'project', 'flying cars', ...lab)).toMatchObject({
      code: 0,
      out: '',
      err: '',
    });
    await ask('stash', 'set', 'proposal_id', '123456', ...lab);
    await ask('stash', 'set', 'offset', '-5', ...lab);
    await ask('stash', 'set', 'sample', '{"name": "Cu"}', ...lab);
    await ask('stash', 'set', 'scan_id', '41', ...lab);
    expect((await ask('stash', 'get', '--json', ...lab)).json()).toEqual([
      { project: 'flying cars', proposal_id: 123456, offset: -5, sample: { name: 'Cu' }, scan_id: 41 },
    ]);
    expect((await ask('stash', 'get', 'project', ...lab)).out).toBe('flying cars\n');
    expect((await ask('stash', 'get', 'sample', '--json', ...lab)).out).toBe('{"name":"Cu"}\n');
    await ask('stash', 'unset', 'project', ...lab);
    expect(await ask('stash', 'get', 'project', ...lab)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/has no 'project'/),
    });
    await ask('stash', 'clear', '--keep-scan-id', ...lab);
    expect((await ask('stash', 'get', '--json', ...lab)).json()).toEqual([{ scan_id: 41 }]);
    await ask('stash', 'clear', ...lab);
    expect((await ask('stash', 'get', 'scan_id', ...lab)).out).toBe('0\n');
    const history = (await ask('stash', 'history', '--json', ...lab)).json();
    expect(history.map(({ op }) => op)).toEqual([
      'clear',
      'clear',
      'unset',
      'set',
      'set',
      'set',
      'set',
      'set',
    ]);
    expect((await ask('stash', 'history', 'project', ...lab)).out.trimEnd().split('\n')).toHaveLength(5);
  });

  it('refuses a value that a run could not record, and names it', async () => {
    for (const [key, value, words] of [
      ['uid', 'x', /uid/],
      ['time', '5', /time/],
      ['a.b', '5', /a\.b/],
      ['owner', '5', /owner/],
      ['scan_id', '-1', /scan_id must be an integer/],
      ['scan_id', 'many', /scan_id must be an integer/],
    ] as const) {
      const answer = await ask('stash', 'set', key, value, ...lab);
      expect(answer).toMatchObject({ code: 2, out: '', err: expect.stringMatching(words) });
      expect(answer.err.trimEnd()).not.toContain('\n');
    }
    expect(await ask('stash', 'unset', 'nothing', ...lab)).toMatchObject({ code: 1 });
  });

  it('creates a store for the first value, and says so', async () => {
    const place = join(folder, 'fresh');
    mkdirSync(place);
    const set = await call(['stash', 'set', 'project', 'new'], { cwd: place });
    expect(set).toMatchObject({ code: 0, err: expect.stringContaining('Created sqlite:') });
    expect((await call(['stash', 'get', 'project'], { cwd: place })).out).toBe('new\n');
  });
});

describe('a sample', () => {
  it('is found by the value that is listed, if it is text or an object with a name', async () => {
    const where = "sample = 'Au foil'";
    expect((await ask('list', '--attempts', '--json', '--where', where)).json()).toMatchObject([
      { start: { sample: { name: 'Au foil', mass_mg: 12.5 } } },
    ]);
    expect((await ask('list', '--where', where)).out).toMatch(/Au foil/);
  });
});

describe('a value that is set by hand', () => {
  it('is refused if it would be recorded as another value; the stash does not change', async () => {
    const before = (await ask('stash', 'get', '--json')).out;
    for (const [text, words] of [
      ['9007199254740993', `stash set k '"9007199254740993"'`],
      ['{"n": [9007199254740993]}', `"9007199254740993"`],
      ['(5, 3, 10)', "Write stash set k '[5,3,10]'"],
      ['True', "Write stash set k 'true'"],
      ['None', 'stash unset k'],
      ["{'a': 1}", `'{"a":1}'`],
      ['{bad', `stash set k '"{bad"'`],
    ] as const) {
      const answer = await ask('stash', 'set', 'k', text);
      expect(answer).toMatchObject({ code: 2, out: '', err: expect.stringContaining(words) });
      expect(answer.err.trimEnd()).not.toContain('\n');
    }
    expect((await ask('stash', 'get', '--json')).out).toBe(before);
  });

  it('is not repeated if its form is wrong', async () => {
    const answer = await ask('stash', 'set', 'api_key', "{'token': 'hunter2hunter2'}");
    expect(answer.err).toMatch(/looks like a secret/);
    expect(answer.err).not.toContain('hunter2');
  });

  it('is not repeated from a config file or a filter', async () => {
    const place = join(folder, 'digits');
    mkdirSync(place);
    writeFileSync(join(place, 'temporal-provenance.json'), '{"stash": {"proposal": 9007199254740993}}');
    expect(await call(['list'], { cwd: place })).toMatchObject({
      code: 2,
      err: expect.stringMatching(/"stash.proposal" is a whole number above 2\^53 - 1.*"9007199254740993"/),
    });
    expect(await ask('list', '--where', 'proposal = 9007199254740993')).toMatchObject({
      code: 2,
      err: expect.stringContaining("'9007199254740993'"),
    });
  });
});

describe('doctor and migrate', () => {
  it('show which store is used and what is in it', async () => {
    expect((await ask('doctor')).out).toMatch(/runs +5 in 1 executions, 0 refused/);
    const [report] = (await ask('doctor', '--json')).json();
    expect(report).toMatchObject({ counts: { runs: 5, open: 1 }, losses: [] });
    expect((await ask('migrate')).out).toContain('has schema');
  });
});

describe('which store', () => {
  it('comes from the flag, else from the environment, else from the config file in this folder or above', async () => {
    const inner = join(folder, 'a', 'b');
    mkdirSync(inner, { recursive: true });
    const count = async (argv: string[], env = {}) =>
      (await call([...argv, 'list', '--json'], { cwd: inner, env })).json().length;
    writeFileSync(
      join(folder, 'temporal-provenance.json'),
      JSON.stringify({ store: 'sqlite:provenance.db', lab: 'default' }),
    );
    expect(await count([])).toBe(5);
    rmSync(join(folder, 'temporal-provenance.json'));
    expect(await count([], { PROVENANCE_STORE: url })).toBe(5);
    expect(await count(['--store', url], { PROVENANCE_STORE: 'sqlite:nowhere.db' })).toBe(5);
    expect(await count(['--store', 'sqlite:../../provenance.db'])).toBe(5);
  });

  it('is not created or changed by a read', async () => {
    const missing = join(folder, 'missing.db');
    for (const words of [
      ['list'],
      ['show', '1'],
      ['explain', '1'],
      ['env'],
      ['doctor'],
      ['stash', 'get'],
      ['migrate'],
      ['stash', 'clear'],
    ]) {
      const answer = await ask(...words, '--store', `sqlite:${missing}`);
      expect(answer).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringContaining('missing.db does not exist'),
      });
    }
    expect(existsSync(missing)).toBe(false);
    const before = [readFileSync(file), statSync(file).mtimeMs];
    for (const words of [
      ['list'],
      ['show', '2'],
      ['explain', '2'],
      ['env'],
      ['doctor'],
      ['stash', 'get'],
      ['stash', 'history'],
    ]) {
      expect((await ask(...words)).code).toBe(0);
    }
    expect([readFileSync(file), statSync(file).mtimeMs]).toEqual(before);
  });
});

describe('bad input', () => {
  it.each([
    [['lst'], /unknown command 'lst'/],
    [['list', '--frob'], /unknown option '--frob'/],
    [['list', '--limit', 'x'], /--limit takes a whole number/],
    [['list', '--limit', '0'], /from 1/],
    [['list', '--where', "plan_name LIKE 'x'"], /column 11.*STARTS_WITH/],
    [['list', '--where', "exit_status = 'failed'"], /one of success, fail, abort/],
    [['show'], /missing required argument/],
    [['show', '1', '2'], /too many arguments/],
    [['stash', 'put', 'x', '1'], /unknown command 'put'/],
    [['list', '--store', 'mongodb://x'], /mongodb/],
    [['list', '--store', ''], /store URL/i],
  ])('%j gives one line and exit code 2', async (argv, words) => {
    const answer = await ask(...argv);
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.err).toMatch(words);
    expect(answer.err.trimEnd()).not.toContain('\n');
    expect(answer.err).not.toMatch(/\n\s+at /);
  });

  it('names a file that is not a store, and an invalid config file', async () => {
    writeFileSync(
      join(folder, 'text.db'),
      'not a database, but long enough to be read as the header of one '.repeat(40),
    );
    expect(await ask('list', '--store', 'sqlite:text.db')).toMatchObject({
      code: 2,
      err: expect.stringContaining('text.db'),
    });
    const place = join(folder, 'configured');
    mkdirSync(place);
    for (const text of ['{', '[]', '{"store": 5}']) {
      writeFileSync(join(place, 'temporal-provenance.json'), text);
      const answer = await call(['list'], { cwd: place });
      expect(answer).toMatchObject({ code: 2, err: expect.stringContaining('temporal-provenance.json') });
    }
  });
});

describe('help', () => {
  it.each([
    'list',
    'show',
    'explain',
    'env',
    'doctor',
    'migrate',
    'reconcile',
    'backfill',
    'operations',
    'stash get',
    'stash set',
    'stash unset',
    'stash clear',
    'stash history',
  ])('%s has a description and an example', async (verb) => {
    const { out, code } = await ask(...verb.split(' '), '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Usage: temporal-provenance ${verb}`));
    expect(out).toMatch(new RegExp(`Example:\n {2}temporal-provenance ${verb.split(' ')[0]}`));
  });

  it('is also a verb: it prints the help of a verb, or a page', async () => {
    expect((await ask('help', 'stash', 'set')).out).toBe((await ask('stash', 'set', '--help')).out);
    const page = await ask('help', 'filters');
    const text = readFileSync(join(ROOT, 'docs/reference/filters.md'), 'utf8');
    expect(page).toMatchObject({ code: 0, out: text, err: '' });
    for (const name of ['reference/filters', 'docs/reference/filters.md', 'filters.md'])
      expect((await ask('help', name)).out).toBe(text);
  });

  it('lists verbs and pages in groups, each with a line', async () => {
    const { out } = await ask('help');
    expect(out).toMatch(/\nData and lineage:\n {2}lineage .*\n(?:.*\n)*\nStore:\n {2}migrate /);
    expect(out).toMatch(/\nPages, printed by help PAGE:\n\nHow to do it \(guide\):\n {2}guide\//);
    expect(out).toMatch(/\nReference:\n(?: {2}.*\n)* {2}reference\/filters +Filters\n/);
    const listed = [...out.matchAll(/^ {2}((?:guide|reference|design)\/\S+) {2,}\S/gm)].map(
      ([, page = '']) => page,
    );
    expect(listed.length).toBeGreaterThan(15);
    for (const page of listed) expect((await ask('help', page)).code).toBe(0);
  });

  it('of a verb leads to its page of the guide', async () => {
    expect((await ask('lineage', '--help')).out).toMatch(/\n\nMore: help guide\/lineage\s*$/);
    expect((await ask('help', 'reconcile')).out).toMatch(/\n\nMore: help guide\/settlement\s*$/);
    expect((await ask('help', 'count')).out).not.toContain('More:');
  });

  it.each([
    ['filter', "did you mean 'filters'?"],
    ['lineag', "did you mean 'lineage'?"],
    ['reference/filtres', "did you mean 'reference/filters'?"],
    ['zzzzzz', 'help lists the verbs and the pages.'],
  ])('does not know %s: %s', async (topic, hint) => {
    expect(await ask('help', topic)).toMatchObject({
      code: 1,
      out: '',
      err: `No help on '${topic}': ${hint}\n`,
    });
  });

  it('prints the version, and the list of verbs if none is given', async () => {
    expect((await ask('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await ask()).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/Runs and executions:/),
    });
  });
});

describe('as a program', () => {
  it('answers a shell with its exit code, and ends quietly if its reader ends', async () => {
    const run = (argv: string[], stopReading: boolean) =>
      new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
        const child = spawn(process.execPath, [binary, ...argv], { cwd: folder });
        const written = { out: '', err: '' };
        child.stdout.on('data', (chunk) => {
          written.out += chunk;
        });
        child.stderr.on('data', (chunk) => {
          written.err += chunk;
        });
        if (stopReading) child.stdout.destroy();
        child.on('close', (code) => resolve({ code, ...written }));
      });
    expect(await run(['show', '-1', '--json'], false)).toMatchObject({
      code: 0,
      out: expect.stringContaining(uidOf(5)),
    });
    expect(await run(['show', '-99'], false)).toMatchObject({ code: 1, out: '' });
    expect(await run(['list', '--json'], true)).toMatchObject({ code: 0, err: '' });
  });
});

function stripColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/\u001b\[\d+m/g, '');
}

describe('log', () => {
  const at = (seconds: number) => Date.now() / 1000 - seconds;
  const LINES = [
    { time: at(7200), level: 'INFO', message: 'shutter open' },
    { time: at(60), level: 'WARN', message: 'beam lost', attributes: { frame: 7 } },
    { time: at(30), level: 'ERROR', message: 'gave\u001b[31m up' },
  ];
  let logs: string;
  const logOf = (...argv: string[]) => call(['log', ...argv, '--store', logs], { cwd: folder });

  beforeAll(async () => {
    logs = `sqlite:${join(folder, 'logs.db')}`;
    const store = await openStore(logs, { mode: 'write', create: true });
    await store.write([
      ...laboratoryRecords(),
      { kind: 'log', run_start: uidOf(1), run_id: null, first: 0, lines: LINES, keep_from: 0 },
    ]);
    await store.close();
  });

  it('searches all runs, the newest line last, and names the owner of each line', async () => {
    const { out, code } = await logOf('--level', 'warn');
    expect(code).toBe(0);
    const [title, ...rows] = out.trimEnd().split('\n');
    expect(title).toMatch(/^TIME +LEVEL +OF +MESSAGE$/);
    expect(rows.map((row) => row.replace(/ +/g, ' ').split(' ').slice(1).join(' '))).toEqual([
      `warn ${uidOf(1).slice(-8)} acquire beam lost {"frame":7}`,
      expect.stringMatching(/^error .* gave.* up$/),
    ]);
    expect(out).not.toMatch(CONTROL);
    expect((await logOf('--search', 'BEAM', '--json')).json()).toEqual([
      { run_start: uidOf(1), ...LINES[1] },
    ]);
    expect((await logOf('--since', '1h', '--json')).json()).toHaveLength(2);
    expect((await logOf('--limit', '1', '--json')).json()).toMatchObject([{ level: 'ERROR' }]);
  });

  it('shows the lines of one run; an empty log is an answer', async () => {
    expect((await logOf(uidOf(1), '--json')).json()).toHaveLength(3);
    const none = await logOf(uidOf(2));
    expect([none.code, none.out, none.err]).toEqual([0, '', expect.stringContaining('Nothing was logged')]);
  });

  it('explains what it does not understand', async () => {
    for (const [words, said] of [
      [['--level', 'loud'], /--level takes info, warn or error, not 'loud'/],
      [['--since', 'yesterday'], /--since takes an age like 30m, 12h, 90d/],
    ] as const) {
      const { code, err } = await logOf(...words);
      expect([code, err]).toEqual([2, expect.stringMatching(said)]);
    }
  });
});
