/** The code that a process runs, as the process itself captures it: programs in folders of their own, each really started. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { writeBuildFile } from '../../src/environment/program/build-file';
import type { CapturedEnvironment } from '../../src/model/environment';
import type { JsonObject } from '../../src/model/json';
import { git, removeFolders, repository, restore, temporaryFolder, write } from './repository';

afterEach(removeFolders);

const CAPTURE = resolve(import.meta.dirname, '../../dist/src/environment/capture.js');

/** What a program adds to be captured: it prints its own environment. */
const PRINT = `
const { captureEnvironment } = require(${JSON.stringify(CAPTURE)});
captureEnvironment({ plugins: [], docker: false, timeoutMs: Number(process.env.BUDGET || 10000) }, { value: (v) => v, holds: (t) => t.includes('registered-' + 'secret') }).then((captured) =>
  process.stdout.write(JSON.stringify({ ...captured, blobs: captured.blobs.map((b) => ({ ...b, bytes: Buffer.from(b.bytes).toString('base64') })) })));
`;
const PRINT_ESM = `import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);\n${PRINT}`;

interface Started {
  cwd?: string;
  flags?: string[];
  env?: { [name: string]: string };
}

/** Starts a program; returns what it captured of itself. */
function run(entry: string, { cwd, flags = [], env = {} }: Started = {}): CapturedEnvironment {
  const output = execFileSync(process.execPath, [...flags, entry], {
    cwd: cwd ?? '/',
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const captured = JSON.parse(output) as CapturedEnvironment & { blobs: { bytes: unknown }[] };
  for (const blob of captured.blobs) blob.bytes = Buffer.from(String(blob.bytes), 'base64');
  return captured;
}

/** The list of what runs and git does not hold. */
function loaded(captured: CapturedEnvironment): [path: string, sha256: string | null][] {
  const { loaded: digest } = captured.environment.identity.code as { loaded: string };
  return JSON.parse(contentOf(captured, digest)!);
}

const paths = (captured: CapturedEnvironment): string[] => loaded(captured).map(([path]) => path);

function contentOf({ blobs }: CapturedEnvironment, digest: string | null): string | undefined {
  const blob = blobs.find((one) => one.digest === digest);
  return blob && Buffer.from(blob.bytes).toString();
}

/** Content that is kept of a file. */
function kept(captured: CapturedEnvironment, path: string): string | undefined {
  return contentOf(captured, loaded(captured).find(([name]) => name === path)?.[1] ?? '-');
}

const code = ({ environment }: CapturedEnvironment): JsonObject => ({
  ...(environment.detail.code as JsonObject),
  ...(environment.identity.code as JsonObject),
});
const reason = ({ environment }: CapturedEnvironment) => environment.reasons['code.loaded'];

/** A repository whose sources are tracked and whose built code is not, as `tsc` leaves it. */
function built(files: { [path: string]: string } = {}): string {
  const folder = repository({
    'package.json': '{"name": "scan", "version": "1.0.0"}',
    'src/activities.ts': 'export const gain = 1;\n',
    '.gitignore': 'lib\nnode_modules\n',
  });
  write(folder, {
    'lib/worker.js': `require('./activities');\n${PRINT}`,
    'lib/activities.js': `exports.gain = 1; exports.later = () => require('./later');\n`,
    'lib/later.js': 'exports.later = 1;\n',
    ...files,
  });
  return folder;
}

describe('built code that git ignores', () => {
  it('is part of the identity, with everything that it loads, and its content is kept', () => {
    const folder = built();
    const before = run(join(folder, 'lib/worker.js'));
    expect(paths(before)).toEqual(['lib/activities.js', 'lib/later.js', 'lib/worker.js']);
    expect(kept(before, 'lib/activities.js')).toContain('exports.gain = 1');
    expect(reason(before)).toBeUndefined();
    write(folder, { 'lib/activities.js': 'exports.gain = 2;\n' });
    const after = run(join(folder, 'lib/worker.js'));
    expect(after.environment.id).not.toBe(before.environment.id);
    expect(after.environment.code_id).not.toBe(before.environment.code_id);
    expect(kept(after, 'lib/activities.js')).toBe('exports.gain = 2;\n');
  });

  it('has the same identity wherever the program is started, and in another clone', () => {
    const folder = built();
    const [here, there] = [
      run(join(folder, 'lib/worker.js'), { cwd: folder }),
      run(join(folder, 'lib/worker.js')),
    ];
    expect(there.environment.id).toBe(here.environment.id);
    const other = join(temporaryFolder(), 'other');
    git('/', 'clone', '--quiet', folder, other);
    execFileSync('cp', ['-r', join(folder, 'lib'), join(other, 'lib')]);
    expect(run(join(other, 'lib/worker.js')).environment.id).toBe(here.environment.id);
  });

  it('belongs to its program, and never to a repository from which it was started', () => {
    const folder = built();
    const other = repository();
    const { environment } = run(join(folder, 'lib/worker.js'), { cwd: other });
    expect(environment.identity.git).toMatchObject({ commit: git(folder, 'rev-parse', 'HEAD').trim() });
  });

  it('is seen in ES modules too, through the imports of the entry', () => {
    const folder = built({
      'lib/package.json': '{"type": "module"}',
      'lib/worker.js': `import './activities.js';\nimport data from './data.json' with { type: 'json' };\n${PRINT_ESM}`,
      'lib/activities.js': `export { gain } from './gain.js';\nexport const later = () => import('./later.js');\n`,
      'lib/gain.js': 'export const gain = 1;\n',
      'lib/later.js': 'export {};\n',
      'lib/data.json': '{}',
    });
    const before = run(join(folder, 'lib/worker.js'));
    expect(paths(before)).toEqual([
      'lib/activities.js',
      'lib/data.json',
      'lib/gain.js',
      'lib/later.js',
      'lib/worker.js',
    ]);
    write(folder, { 'lib/gain.js': 'export const gain = 2;\n' });
    expect(run(join(folder, 'lib/worker.js')).environment.code_id).not.toBe(before.environment.code_id);
  });

  it('is what the commit holds if nothing is built: no list, no copies', () => {
    const folder = repository({ 'package.json': '{"name": "scan"}', 'worker.js': PRINT, 'fit.js': '' });
    const captured = run(join(folder, 'worker.js'));
    expect(loaded(captured)).toEqual([]);
    expect(code(captured)).toMatchObject({ loaded_files: 1, kept_files: 0, kept_bytes: 0 });
    expect(captured.environment.identity.git).toMatchObject({ untracked_code: [] });
  });

  it('is everything that runs if there is no repository', () => {
    const folder = temporaryFolder();
    write(folder, {
      'package.json': '{"name": "scan"}',
      'worker.js': `require('./fit');${PRINT}`,
      'fit.js': '',
    });
    expect(paths(run(join(folder, 'worker.js')))).toEqual(['fit.js', 'worker.js']);
  });
});

describe('code from elsewhere', () => {
  it('linked into node_modules is named by its package, and its content counts', () => {
    const library = temporaryFolder();
    write(library, {
      'package.json': '{"name": "@lab/fit", "version": "0.1.0"}',
      'index.js': 'exports.order = 1;\n',
    });
    const folder = built({
      'lib/worker.js': `require('@lab/fit');\n${PRINT}`,
      'node_modules/@lab/.keep': '',
    });
    symlinkSync(library, join(folder, 'node_modules/@lab/fit'));
    const before = run(join(folder, 'lib/worker.js'));
    expect(paths(before)).toEqual(['lib/worker.js', 'node_modules/@lab/fit/index.js']);
    write(library, { 'index.js': 'exports.order = 2;\n' });
    const after = run(join(folder, 'lib/worker.js'));
    expect(after.environment.code_id).not.toBe(before.environment.code_id);
    expect(kept(after, 'node_modules/@lab/fit/index.js')).toBe('exports.order = 2;\n');
  });

  it('of a workspace sibling is followed through its exports, built or not', () => {
    const folder = repository({
      'package.json': '{"name": "lab", "workspaces": ["packages/*"]}',
      '.gitignore': 'lib\nnode_modules\n',
      'packages/a/package.json': '{"name": "a", "type": "module"}',
      'packages/a/worker.js': `import 'b/steps/scan';\n${PRINT_ESM}`,
      'packages/b/package.json':
        '{"name": "b", "type": "module", "exports": {"./steps/*": {"types": "./no.d.ts", "import": "./lib/*.js"}}}',
    });
    write(folder, { 'packages/b/lib/scan.js': 'export {};\n', 'node_modules/.keep': '' });
    symlinkSync('../packages/b', join(folder, 'node_modules/b'));
    expect(paths(run(join(folder, 'packages/a/worker.js')))).toEqual(['../b/lib/scan.js']);
  });

  it('in a clone inside the repository is recorded by content, although git does not read it', () => {
    const folder = built({ 'lib/worker.js': `require('../vendor/fit');\n${PRINT}` });
    git(folder, 'init', '--quiet', 'vendor');
    write(folder, { 'vendor/fit.js': 'exports.order = 1;\n' });
    git(join(folder, 'vendor'), 'add', '--all');
    git(join(folder, 'vendor'), 'commit', '--quiet', '--message', 'Fit');
    expect(paths(run(join(folder, 'lib/worker.js')))).toEqual(['lib/worker.js', 'vendor/fit.js']);
  });
});

describe("what can't be compared is named", () => {
  const inexact = (captured: CapturedEnvironment) => code(captured).inexact;

  it('a computed name, with file and line', () => {
    const folder = built({ 'lib/activities.js': 'exports.load = (name) =>\n  require(name);\n' });
    const captured = run(join(folder, 'lib/worker.js'));
    expect(reason(captured)).toBe('computed_import');
    expect(inexact(captured)).toEqual([{ reason: 'computed_import', where: 'lib/activities.js:2' }]);
    expect(captured.environment.restorable.missing).toContain('code that runs (computed_import)');
  });

  it('a loader, by flag or by variable, and a hook of require', () => {
    const folder = built({
      'lib/hook.js': `require.extensions['.lab'] = require.extensions['.js'];\n`,
      'lib/first.mjs': 'export {};\n',
    });
    const flagged = run(join(folder, 'lib/worker.js'), {
      cwd: folder,
      flags: ['--require', './lib/hook.js'],
    });
    expect(inexact(flagged)).toEqual([
      { reason: 'loader', where: './lib/hook.js' },
      { reason: 'loader', where: 'require of .lab' },
    ]);
    expect(paths(flagged)).toContain('lib/hook.js');
    const varied = run(join(folder, 'lib/worker.js'), {
      env: { NODE_OPTIONS: `--import "${join(folder, 'lib/first.mjs')}"` },
    });
    expect(inexact(varied)).toMatchObject([{ reason: 'loader', where: join(folder, 'lib/first.mjs') }]);
    expect(paths(varied)).toContain('lib/first.mjs');
  });

  it('a file that was loaded and then deleted or changed', () => {
    const folder = built({
      'lib/worker.js': `require('./activities');\nrequire('node:fs').rmSync(__dirname + '/activities.js');require('./later');require('node:fs').writeFileSync(__dirname + '/later.js', '//');\n${PRINT}`,
    });
    const captured = run(join(folder, 'lib/worker.js'));
    expect(inexact(captured)).toEqual([
      { reason: 'gone', where: 'lib/activities.js' },
      { reason: 'changed_since_start', where: 'lib/later.js' },
    ]);
    expect(loaded(captured)).toContainEqual(['lib/activities.js', null]);
  });

  it('the package of the program, which is not part of the identity', () => {
    const scan = run(join(built(), 'lib/worker.js'));
    expect(scan.environment.detail.code).toMatchObject({ package: { name: 'scan', version: '1.0.0' } });
    const nameless = run(join(built({ 'package.json': '{"private": true}' }), 'lib/worker.js'));
    expect(nameless.environment.reasons['code.package']).toBe('not_found');
    expect(nameless.environment.identity.code).toEqual(scan.environment.identity.code);
  });

  it('the entry file itself', () => {
    const folder = built({ 'lib/worker.js': `require('node:fs').rmSync(__filename);\n${PRINT}` });
    const captured = run(join(folder, 'lib/worker.js'));
    expect(inexact(captured)).toEqual([{ reason: 'gone', where: 'lib/worker.js' }]);
    expect(captured.environment.reasons['code.entry']).toBe('not_found');
    expect(captured.environment.identity.git).toMatchObject({
      commit: git(folder, 'rev-parse', 'HEAD').trim(),
    });
  });

  it('a file with a secret, of which nothing is kept', () => {
    const folder = built({
      'lib/activities.js': `exports.key = 'registered-secret';\n`,
      'lib/secrets.json': '{"password": "hunter2"}',
      'lib/worker.js': `require('./activities');require('./secrets.json');\n${PRINT}`,
    });
    const captured = run(join(folder, 'lib/worker.js'));
    expect(inexact(captured)).toEqual([
      { reason: 'withheld', where: 'lib/activities.js' },
      { reason: 'withheld', where: 'lib/secrets.json' },
    ]);
    expect(
      captured.blobs.some(({ bytes }) => /registered-secret|hunter2/.test(Buffer.from(bytes).toString())),
    ).toBe(false);
  });

  it('what did not fit into the budget', () => {
    const many = Object.fromEntries(
      Array.from({ length: 3000 }, (_, i) => [
        `lib/many/${i}.js`,
        `exports.n = ${i}; // ${'x'.repeat(2000)}\n`,
      ]),
    );
    const folder = built({
      ...many,
      'lib/worker.js': `exports.a = () => [${Object.keys(many)
        .map((path) => `require('./${path.slice(4)}')`)
        .join(',')}];\n${PRINT}`,
    });
    const captured = run(join(folder, 'lib/worker.js'), { env: { BUDGET: '60' } });
    expect(captured.environment.duration_ms).toBeLessThan(10_000);
    expect(captured.environment.reasons['code.loaded']).toMatch(/not_compared|timeout/);
    expect(captured.environment.restorable.level).toBe('partial');
  });

  it("git's part, if git hangs: what runs is still known by content", () => {
    const folder = built();
    const bin = temporaryFolder();
    write(bin, { git: '#!/bin/sh\nexec sleep 30\n' });
    chmodSync(join(bin, 'git'), 0o755);
    const captured = run(join(folder, 'lib/worker.js'), {
      env: { PATH: `${bin}:${process.env.PATH}`, BUDGET: '2000' },
    });
    expect(paths(captured)).toEqual(['lib/activities.js', 'lib/later.js', 'lib/worker.js']);
    expect(captured.environment.reasons['git.worktree_tree']).toBe('git_timeout');
    expect(captured.environment.duration_ms).toBeLessThan(15_000);
  });

  it('cycles of links block nothing', () => {
    const folder = built({
      'lib/worker.js': `require('./a');\n${PRINT}`,
      'lib/a.js': `require('./b');\n`,
      'lib/b.js': `require('./a'); exports.x = () => require('./round/x');\n`,
    });
    symlinkSync('round', join(folder, 'lib/round'));
    symlinkSync('..', join(folder, 'lib/up'));
    expect(paths(run(join(folder, 'lib/worker.js')))).toEqual(['lib/a.js', 'lib/b.js', 'lib/worker.js']);
  });
});

describe('restoring', () => {
  it('brings built code back next to the commit, with its content, and is exact', async () => {
    const folder = built();
    const captured = run(join(folder, 'lib/worker.js'));
    const report = await restore(captured, folder);
    expect(report).toMatchObject({ exact: true, missing: [] });
    for (const path of ['lib/worker.js', 'lib/activities.js', 'lib/later.js', 'src/activities.ts'])
      expect(readFileSync(join(report.folder, path)), path).toEqual(readFileSync(join(folder, path)));
  });

  it('of a package below the top of its repository restores its place, and untracked code', async () => {
    const folder = repository({ 'packages/a/package.json': '{"name": "a"}', '.gitignore': 'lib\n' });
    write(folder, {
      'packages/a/lib/worker.js': `require('../new');require('../../b/lib/fit');\n${PRINT}`,
      'packages/a/new.js': 'exports.fresh = 1;\n',
      'packages/b/lib/fit.js': 'exports.order = 1;\n',
    });
    const captured = run(join(folder, 'packages/a/lib/worker.js'));
    expect(paths(captured)).toEqual(['../b/lib/fit.js', 'lib/worker.js', 'new.js']);
    const report = await restore(captured, folder);
    expect(report).toMatchObject({ exact: true, missing: [] });
    expect(readFileSync(join(report.folder, 'packages/b/lib/fit.js'), 'utf8')).toBe('exports.order = 1;\n');
  });

  it('is not exact if something was not compared or not kept, and names it', async () => {
    const folder = built({
      'lib/activities.js': 'exports.load = (name) => require(name);\n',
      'lib/worker.js': `require('./activities');require('./secrets.json');\n${PRINT}`,
      'lib/secrets.json': '{}',
    });
    const captured = run(join(folder, 'lib/worker.js'));
    expect(await restore(captured, folder)).toMatchObject({
      exact: false,
      missing: [
        'built code lib/secrets.json',
        'code that was not compared: lib/activities.js:1 (computed_import)',
      ],
    });
    captured.environment.identity.code = {
      ...(captured.environment.identity.code as JsonObject),
      loaded: null,
    };
    expect((await restore(captured, folder)).missing).toContain('built code (withheld)');
  });

  it('writes nothing outside its folder, for any record', async () => {
    const folder = built();
    const captured = run(join(folder, 'lib/worker.js'));
    for (const path of ['../evil.js', '/tmp/evil.js', '.git/hooks/post-checkout', 'outside/../../evil.js']) {
      const bytes = Buffer.from(JSON.stringify([[path, loaded(captured)[0]![1]]]));
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      captured.blobs.push({ digest, media_type: 'application/json', bytes });
      const code = { ...(captured.environment.identity.code as JsonObject), loaded: digest };
      const changed = {
        ...captured,
        environment: { ...captured.environment, identity: { ...captured.environment.identity, code } },
      };
      const outcome = await restore(changed, folder).catch((error) => ({ exact: false, code: error.code }));
      expect(outcome.exact, path).toBe(false);
    }
  });
});

describe('a build file', () => {
  /** What an image has of a repository: built code, packages' names, and the build file; no git. */
  async function image(folder: string): Promise<string> {
    await writeBuildFile({ cwd: folder, entry: ['lib/worker.js'] });
    const there = temporaryFolder();
    for (const path of ['lib', 'package.json', 'temporal-provenance.build.json'])
      cpSync(join(folder, path), join(there, path), { recursive: true });
    return there;
  }

  it('gives an image the code id of the build, built code included', async () => {
    const folder = built();
    const outside = run(join(folder, 'lib/worker.js'));
    const inside = run(join(await image(folder), 'lib/worker.js'));
    expect(code(inside).loaded).toBe(code(outside).loaded);
    expect(inside.environment.code_id).toBe(outside.environment.code_id);
    expect((await restore(inside, folder)).missing).toEqual([]);
  });

  it('knows what git held when it was made', async () => {
    const folder = built({ 'lib/worker.js': `require('../fit');\n${PRINT}` });
    write(folder, { 'fit.js': 'exports.order = 1;\n' });
    git(folder, 'add', 'fit.js');
    const there = await image(folder);
    cpSync(join(folder, 'fit.js'), join(there, 'fit.js'));
    expect(paths(run(join(there, 'lib/worker.js')))).toEqual(['lib/worker.js']);
  });

  it('is ignored if any built file differs', async () => {
    const there = await image(built());
    write(there, { 'lib/later.js': 'exports.later = 2;\n' });
    const { environment } = run(join(there, 'lib/worker.js'));
    expect(environment.reasons['git.commit']).toBe('build_file_stale');
  });

  it('without entry files says that built code was not compared', async () => {
    const { reasons } = await writeBuildFile({ cwd: built() });
    expect(reasons['code.loaded']).toBe('not_compared');
  });
});
