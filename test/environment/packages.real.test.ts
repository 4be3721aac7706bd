/** Package sets as real folders on disk: what each manager leaves, and what people change by hand afterwards. */
import { rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runProbe } from '../../src/environment/findings';
import { packagesProbe } from '../../src/environment/packages';
import type { Declared } from '../../src/environment/program/declared';
import { git, removeFolders, temporaryFolder, write } from './repository';

afterEach(removeFolders);

const NOTHING: Declared = { source: 'none', facts: {}, reasons: {}, blobs: [] };
const SRI = { a: `sha512-${'a'.repeat(86)}==`, b: `sha512-${'b'.repeat(86)}==` };

async function read(cwd: string) {
  const context = { cwd, env: {}, signal: AbortSignal.timeout(5000) };
  const { facts, reasons, blobs } = await runProbe(packagesProbe(Promise.resolve(NOTHING)), context);
  const set = facts.get('packages.npm.set') as string | undefined;
  const rows = set && JSON.parse(Buffer.from(blobs.get(set)?.bytes ?? []).toString());
  return { set, rows, facts: Object.fromEntries(facts), reasons: Object.fromEntries(reasons) };
}

const manifest = (name: string, version: string) => JSON.stringify({ name, version });

/** Two packages, one inside the other, as npm leaves them. */
function npmProject(): string {
  const folder = temporaryFolder();
  const lock = (extra: object) =>
    JSON.stringify({
      lockfileVersion: 3,
      packages: {
        ...extra,
        'node_modules/@lab/a': {
          version: '1.0.0',
          integrity: SRI.a,
          resolved: 'https://r.example.org/a.tgz',
        },
        'node_modules/@lab/a/node_modules/b': { version: '2.0.0', integrity: SRI.b, dev: true },
        'node_modules/work': { resolved: 'packages/work', link: true },
      },
    });
  write(folder, {
    'node_modules/@lab/a/package.json': manifest('@lab/a', '1.0.0'),
    'node_modules/@lab/a/node_modules/b/package.json': manifest('b', '2.0.0'),
    'package-lock.json': lock({
      '': { name: 'scan' },
      'node_modules/win-only': { version: '1.0.0', optional: true },
    }),
    'node_modules/.package-lock.json': lock({}),
  });
  return folder;
}

const ROWS = [
  ['npm', '@lab/a', '1.0.0', SRI.a],
  ['npm', 'b', '2.0.0', SRI.b],
];

describe('the package set', () => {
  it('of npm is what its hidden lock lists, not what the project could install', async () => {
    const folder = npmProject();
    const found = await read(join(folder));
    expect(found.rows).toEqual(ROWS);
    expect(found.facts).toMatchObject({
      'packages.npm.manager': 'npm',
      'packages.npm.count': 2,
      'packages.npm.source': 'installed_lock',
      'packages.npm.lockfile': expect.stringMatching(/^sha256:/),
    });
  });

  it('is found from a folder inside the project', async () => {
    const folder = npmProject();
    write(folder, { 'packages/work/index.js': '' });
    expect((await read(join(folder, 'packages/work'))).rows).toEqual(ROWS);
  });

  it('of npm follows manual changes in the folders', async () => {
    const folder = npmProject();
    write(folder, { 'node_modules/c/package.json': manifest('c', '3.0.0') });
    const added = await read(folder);
    expect(added.facts['packages.npm.source']).toBe('walk');
    expect(added.rows).toEqual([...ROWS, ['npm', 'c', '3.0.0', null]]);
    rmSync(join(folder, 'node_modules/@lab/a/node_modules/b'), { recursive: true });
    expect((await read(folder)).rows).toEqual([ROWS[0], ['npm', 'c', '3.0.0', null]]);
  });

  it('does not change if only times or caches change', async () => {
    const folder = npmProject();
    const before = await read(folder);
    write(folder, { 'node_modules/.vite/cache.json': '{}', 'node_modules/.bin/a': '' });
    const later = Date.now() / 1000 + 60;
    utimesSync(join(folder, 'node_modules/@lab/a'), later, later);
    const after = await read(folder);
    expect(after.facts['packages.npm.source']).toBe('walk');
    expect(after.set).toBe(before.set);
  });

  it('of pnpm takes integrity from its installed lock', async () => {
    const folder = temporaryFolder();
    const store = 'node_modules/.pnpm';
    write(folder, {
      [`${store}/lock.yaml`]: `lockfileVersion: '9.0'\n\npackages:\n\n  '@lab/a@1.0.0':\n    resolution: {integrity: ${SRI.a}}\n\n  b@2.0.0:\n    resolution: {integrity: ${SRI.b}}\n    engines: {node: '>=18'}\n\nsnapshots:\n\n  b@2.0.0: {}\n`,
      [`${store}/@lab+a@1.0.0/node_modules/@lab/a/package.json`]: manifest('@lab/a', '1.0.0'),
      [`${store}/b@2.0.0/node_modules/b/package.json`]: manifest('b', '2.0.0'),
    });
    const found = await read(folder);
    expect(found.rows).toEqual(ROWS);
    expect(found.facts['packages.npm.manager']).toBe('pnpm');
  });

  it('of yarn and bun comes from their lock files', async () => {
    const installed = {
      'node_modules/@lab/a/package.json': manifest('@lab/a', '1.0.0'),
      'node_modules/b/package.json': manifest('b', '2.0.0'),
    };
    const yarn = temporaryFolder();
    write(yarn, {
      ...installed,
      'node_modules/.yarn-integrity': '{}',
      'yarn.lock': `# yarn lockfile v1\n\n\n"@lab/a@^1.0.0", "@lab/a@~1.0.0":\n  version "1.0.0"\n  resolved "https://r.example.org/a.tgz#x"\n  integrity ${SRI.a}\n\nb@2:\n  version "2.0.0"\n  integrity ${SRI.b}\n`,
    });
    expect(await read(yarn)).toMatchObject({ rows: ROWS, facts: { 'packages.npm.manager': 'yarn' } });
    const bun = temporaryFolder();
    write(bun, {
      ...installed,
      'bun.lock': `{\n  "packages": {\n    "@lab/a": ["@lab/a@1.0.0", "", {}, "${SRI.a}"],\n    "b": ["b@2.0.0", "", {}, "${SRI.b}"],\n  },\n}\n`,
    });
    expect(await read(bun)).toMatchObject({ rows: ROWS, facts: { 'packages.npm.manager': 'bun' } });
  });

  it('without a lock is read from the folders, and an empty one is empty', async () => {
    const folder = temporaryFolder();
    write(folder, {
      'node_modules/b/package.json': manifest('b', '2.0.0'),
      'node_modules/bad/package.json': '{',
    });
    expect((await read(folder)).rows).toEqual([['npm', 'b', '2.0.0', null]]);
    expect((await read(temporaryFolder())).reasons['packages.npm.set']).toBe('no_node_modules');
  });

  it('keeps no lock file with a token in its addresses', async () => {
    const folder = npmProject();
    write(folder, { 'package-lock.json': '{"resolved":"https://ada:hunter2@r.example.org/a.tgz"}' });
    expect((await read(folder)).reasons['packages.npm.lockfile']).toBe('withheld');
  });
});

/** A workspace as npm leaves it: one version hoisted, another one below the package that wants it. */
function workspace(): string {
  const folder = temporaryFolder();
  const entry = (version: string, integrity: string) => ({ version, integrity });
  const packages = {
    'node_modules/a': { resolved: 'packages/a', link: true },
    'node_modules/b': { resolved: 'packages/b', link: true },
    'node_modules/ms': entry('2.1.3', SRI.a),
    'node_modules/isarray': entry('2.0.5', SRI.b),
    'packages/a': { version: '1.0.0' },
    'packages/a/node_modules/ms': entry('2.0.0', SRI.b),
    'packages/b': { version: '1.0.0' },
  };
  write(folder, {
    'package.json': '{"name": "lab", "workspaces": ["packages/*"]}',
    'package-lock.json': '{"lockfileVersion": 3}',
    'packages/a/package.json': manifest('a', '1.0.0'),
    'packages/a/node_modules/ms/package.json': manifest('ms', '2.0.0'),
    'packages/b/package.json': manifest('b', '1.0.0'),
    'node_modules/ms/package.json': manifest('ms', '2.1.3'),
    'node_modules/isarray/package.json': manifest('isarray', '2.0.5'),
    'node_modules/.package-lock.json': JSON.stringify({ lockfileVersion: 3, packages }),
  });
  for (const name of ['a', 'b']) symlinkSync(`../packages/${name}`, join(folder, 'node_modules', name));
  return folder;
}

const HOISTED = [
  ['npm', 'isarray', '2.0.5', SRI.b],
  ['npm', 'ms', '2.1.3', SRI.a],
];
const OWN = ['npm', 'ms', '2.0.0', SRI.b];

describe('the packages of a workspace', () => {
  it('are those that its code can load: the hoisted ones and its own, with the lock files of the root', async () => {
    const folder = workspace();
    const found = await read(join(folder, 'packages/a'));
    expect(found.rows).toEqual([HOISTED[0], OWN, HOISTED[1]]);
    expect(found.facts).toMatchObject({
      'packages.npm.manager': 'npm',
      'packages.npm.source': 'installed_lock',
      'packages.npm.lockfile': expect.stringMatching(/^sha256:/),
      'packages.npm.installed_lock': expect.stringMatching(/^sha256:/),
    });
    expect((await read(folder)).rows).toEqual(HOISTED);
    expect((await read(join(folder, 'packages/b'))).rows).toEqual(HOISTED);
  });

  it('include those of the siblings that it depends on', async () => {
    const folder = workspace();
    write(folder, {
      'packages/b/package.json': '{"name": "b", "version": "1.0.0", "dependencies": {"a": "*"}}',
    });
    expect((await read(join(folder, 'packages/b'))).rows).toEqual([HOISTED[0], OWN, HOISTED[1]]);
  });

  it.each(['', '{', '{"packages": {}}', '{"lockfileVersion": 1}'])(
    'are read from the folders if the hidden lock is empty or broken: %j',
    async (lock) => {
      const folder = workspace();
      write(folder, { 'node_modules/.package-lock.json': lock });
      const found = await read(join(folder, 'packages/a'));
      expect(found.rows).toEqual([
        ['npm', 'isarray', '2.0.5', null],
        ['npm', 'ms', '2.0.0', null],
        ['npm', 'ms', '2.1.3', null],
      ]);
      expect(found.facts['packages.npm.source']).toBe('walk');
    },
  );

  it('are known for a manager that keeps no lock file', async () => {
    const folder = temporaryFolder();
    write(folder, {
      'node_modules/.yarn-integrity': '',
      'node_modules/b/package.json': manifest('b', '2.0.0'),
    });
    expect((await read(folder)).rows).toEqual([['npm', 'b', '2.0.0', null]]);
  });
});

describe('a linked package', () => {
  it('has a row with its content, its commit, and the packages that it brings along', async () => {
    const library = temporaryFolder();
    git(library, 'init', '--quiet');
    write(library, {
      'package.json': manifest('@lab/fit', '0.1.0'),
      'index.js': 'exports.order = 1;\n',
      'run.csv': '1\n',
      '.gitignore': 'node_modules\n',
    });
    git(library, 'add', '--all');
    git(library, 'commit', '--quiet', '--message', 'Fit');
    write(library, { 'node_modules/c/package.json': manifest('c', '3.0.0') });
    const folder = npmProject();
    symlinkSync(library, join(folder, 'node_modules/@lab/fit'));
    const before = await read(folder);
    expect(before.rows).toEqual([
      ['link', '@lab/fit', '0.1.0', expect.stringMatching(/^sha256:/)],
      ...ROWS,
      ['npm', 'c', '3.0.0', null],
    ]);
    expect(before.facts['packages.npm.links']).toEqual([
      {
        name: '@lab/fit',
        version: '0.1.0',
        commit: git(library, 'rev-parse', 'HEAD').trim(),
        repository: null,
      },
    ]);
    write(library, { 'run.csv': '2\n' });
    expect((await read(folder)).set).toBe(before.set);
    write(library, { 'index.js': 'exports.order = 2;\n' });
    expect((await read(folder)).set).not.toBe(before.set);
  });

  it('that leads in a cycle, or nowhere, blocks nothing', async () => {
    const folder = npmProject();
    symlinkSync('self', join(folder, 'node_modules/self'));
    symlinkSync('..', join(folder, 'node_modules/scan'));
    symlinkSync('/nowhere', join(folder, 'node_modules/gone'));
    expect((await read(folder)).rows).toEqual(ROWS);
  });
});

describe('a tree that does not fit into the budget', () => {
  it('gives a reason, and never a part of the set as the set', async () => {
    const folder = npmProject();
    write(folder, { 'node_modules/c/package.json': manifest('c', '3.0.0') });
    const context = { cwd: folder, env: {}, signal: AbortSignal.timeout(5000), deadline: performance.now() };
    const { facts, reasons } = await runProbe(packagesProbe(Promise.resolve(NOTHING)), context);
    expect(facts.has('packages.npm.set')).toBe(false);
    expect(reasons.get('packages.npm.set')).toBe('timeout');
  });
});
