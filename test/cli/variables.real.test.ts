/** What configures the command line: variables, the config file as a worker reads it, and exit codes that a deployment asks for. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../built';
import { laterRelease } from '../store/later-release';
import { LATEST_REVISION } from '../store/revisions';
import { opening } from '../store/runs';
import { type Answer, call } from './laboratory';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-variables-'));
  const store = await openStore(`sqlite:${join(folder, 'provenance.db')}`, { mode: 'write', create: true });
  await store.write([opening({ n: 1, lab: 'north' }), opening({ n: 2 })]);
  await store.close();
});
afterEach(() => rmSync(folder, { recursive: true }));

const ask = (env: { [name: string]: string }, ...argv: string[]): Promise<Answer> =>
  call(argv, { cwd: folder, env });
const configured = (values: unknown) =>
  writeFileSync(join(folder, 'temporal-provenance.json'), JSON.stringify(values));

describe('the config file', () => {
  it.each([
    [{ stor: 'sqlite:x.db' }, /temporal-provenance\.json: unknown option 'stor' \(did you mean 'store'\?\)/],
    [{ labs: { north: { requird: [] } } }, /unknown option 'requird' in labs\.north/],
    [{ required: ['uid'] }, /option required\.0: "uid" is reserved/],
    [{ onRefusal: 'maybe' }, /option onRefusal/],
  ])('%j is refused as a worker refuses it', async (values, message) => {
    configured(values);
    const answer = await ask({}, 'list');
    expect(answer).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) });
    expect(answer.err.trimEnd()).not.toContain('\n');
  });
});

describe('a store that is no URL', () => {
  const CURE = 'Write sqlite:lab.db for a file, or postgres://<host>/<database>.';

  it('is refused with its name, its value and what to write', async () => {
    const named = (where: string) =>
      `temporal-provenance: ${where}: The store URL is not usable: 'lab.db' has no scheme. ${CURE}\n`;
    expect(await ask({}, 'list', '--store', 'lab.db')).toMatchObject({ code: 2, err: named('--store') });
    expect(await ask({ PROVENANCE_STORE: 'lab.db' }, 'list')).toMatchObject({
      code: 2,
      err: named('PROVENANCE_STORE'),
    });
    configured({ store: 'lab.db' });
    const file = `${join(folder, 'temporal-provenance.json')}: "store"`;
    expect(await ask({}, 'list')).toMatchObject({ code: 2, err: named(file) });
    expect((await ask({ PROVENANCE_STORE: 'C:\\lab.db' }, 'list')).err).toContain(
      'Write sqlite:C:\\lab.db for a file',
    );
  });

  it('is not repeated if it may contain a password', async () => {
    const { err } = await ask({ PROVENANCE_STORE: 'ada:hunter2@db/lab' }, 'list');
    expect(err).toMatch(/^temporal-provenance: PROVENANCE_STORE: .*it begins with 'ada:'/);
    expect(err).not.toContain('hunter2');
  });
});

describe('variables', () => {
  it('PROVENANCE_LAB names the lab: after the flag, before the file', async () => {
    configured({ lab: 'south' });
    const labOf = async (env: { [name: string]: string }, ...argv: string[]) =>
      (await ask(env, 'stash', 'get', ...argv)).out.match(/Lab (\w+):/)?.[1];
    expect(await labOf({})).toBe('south');
    expect(await labOf({ PROVENANCE_LAB: 'north' })).toBe('north');
    expect(await labOf({ PROVENANCE_LAB: '' })).toBe('south');
    const listed = (await ask({ PROVENANCE_LAB: 'north' }, 'list', '--json')).json();
    expect(listed).toMatchObject([{ start: { provenance: { lab: 'north' } } }]);
    expect(await labOf({ PROVENANCE_LAB: 'north' }, '--lab', 'west')).toBe('west');
    expect(await ask({ PROVENANCE_LAB: 'a\nb' }, 'stash', 'get')).toMatchObject({
      code: 2,
      err: 'temporal-provenance: PROVENANCE_LAB must be a name of 1 to 200 characters.\n',
    });
  });

  it('PROVENANCE_SPOOL names the folder of the spool', async () => {
    configured({ spool: { folder: 'in-file' } });
    const spoolOf = async (env: { [name: string]: string }) =>
      ((await ask(env, 'doctor', '--json')).json()[0] as { spool: { folder: string } }).spool.folder;
    expect(await spoolOf({})).toBe(join(folder, 'in-file'));
    expect(await spoolOf({ PROVENANCE_SPOOL: 'kept' })).toBe(join(folder, 'kept'));
    expect(await spoolOf({ PROVENANCE_SPOOL: '/var/spool/provenance' })).toBe('/var/spool/provenance');
  });
});

describe('for deployments', () => {
  it('migrate --check reports by its exit code whether a migration is needed, and changes nothing', async () => {
    const old = join(folder, 'provenance.db');
    const later = laterRelease(join(folder, 'later'));
    const { main } = later.load<typeof import('../../src/cli/main')>('src/cli/main');
    const ofLater = (...argv: string[]) => call(argv, { cwd: folder, main });
    const check = (...argv: string[]) => ofLater('migrate', '--check', '--store', `sqlite:${old}`, ...argv);
    for (const _ of [1, 2]) {
      expect(await check()).toMatchObject({
        code: 1,
        err: '',
        out: expect.stringMatching(/has schema 1, .*a migration is needed/),
      });
    }
    expect((await check('--json')).json()).toMatchObject([
      { schema_version: LATEST_REVISION, release_schema: later.revision, migration_needed: true },
    ]);
    expect((await ofLater('migrate', '--store', `sqlite:${old}`)).code).toBe(0);
    expect(await check()).toMatchObject({ code: 0, out: expect.stringMatching(/no migration is needed/) });
    expect(await ofLater('migrate', '--check', '--store', 'sqlite:none.db')).toMatchObject({
      code: 2,
      out: '',
    });
  });

  it('doctor --strict counts warnings as faults', async () => {
    configured({ labs: { nobody: { required: ['operator'] } } });
    expect((await ask({}, 'doctor')).code).toBe(0);
    const { code, err } = await ask({}, 'doctor', '--strict');
    expect(code).toBe(1);
    expect(err).toMatch(/--strict/);
  });
});
