/**
 * What a worker runs is never called clean, none or exact where it was not compared: two different programs have two ids,
 * and what git does not look at by itself is looked at, or named.
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CapturedEnvironment } from '../../src/model/environment';
import { capture, git, gitFacts, removeFolders, repository, temporaryFolder, write } from './repository';
import { latin1, originOf, publish, withClone, withSubmodule } from './states';

beforeEach(() => {
  const home = temporaryFolder();
  write(home, { '.gitconfig': '[protocol "file"]\n\tallow = always\n' });
  vi.stubEnv('HOME', home);
});

afterEach(() => {
  vi.unstubAllEnvs();
  removeFolders();
});

/** Tree of `git add --update` on a copy of the index that keeps its time: what git says itself. */
function treeOnDisk(folder: string): string {
  const index = join(temporaryFolder(), 'index');
  execFileSync('cp', ['-p', join(folder, '.git/index'), index]);
  const options = { cwd: folder, env: { ...process.env, GIT_INDEX_FILE: index }, encoding: 'utf8' } as const;
  execFileSync('git', ['add', '--update'], options);
  return execFileSync('git', ['write-tree'], options).trim();
}

/** Rewrites a file in place, to the same length. */
function rewrite(path: string | Buffer, content: string): void {
  const file = openSync(path, 'w');
  writeSync(file, content);
  closeSync(file);
}

const reasons = (captured: CapturedEnvironment) => captured.environment.reasons;

/** Ids of a folder after each of several changes. */
async function idsAfter(folder: string, changes: readonly (() => void)[]): Promise<string[]> {
  const ids: string[] = [];
  for (const change of changes) {
    change();
    ids.push((await capture(folder)).environment.code_id);
  }
  return ids;
}

function expectDistinct(ids: readonly string[]): void {
  expect(new Set(ids).size).toBe(ids.length);
}

describe('a change in the second in which git wrote its index', () => {
  it('is seen, also with the same length: dirty has a patch and a tree of its own', async () => {
    const origin = originOf(repository({ 'scan.py': 'steps = 1\n' }));
    const inOneSecond = async (content: string): Promise<string> => {
      for (;;) {
        const folder = join(temporaryFolder(), 'clone');
        await sleep(1020 - (Date.now() % 1000));
        git(temporaryFolder(), 'clone', '--quiet', origin, folder);
        rewrite(join(folder, 'scan.py'), content);
        const times = ['scan.py', '.git/index'].map((path) => statSync(join(folder, path)).mtimeMs);
        if (new Set(times.map((ms) => Math.floor(ms / 1000))).size === 1) return folder;
      }
    };
    const folders = [await inOneSecond('steps = 9\n'), await inOneSecond('steps = 8\n')];
    await sleep(1100);
    const captured = await Promise.all(folders.map((folder) => capture(folder)));
    for (const [i, folder] of folders.entries())
      expect(gitFacts(captured[i]!)).toMatchObject({
        dirty: true,
        worktree_tree: treeOnDisk(folder),
        patch: expect.stringMatching(/^sha256:/),
      });
    expectDistinct(captured.map(({ environment }) => environment.code_id));
  });

  it('is seen if the index has no time, as in reproducibly built images', async () => {
    const folder = repository({ 'scan.py': 'steps = 1\n' });
    write(folder, { 'scan.py': 'steps = 99\n' });
    utimesSync(join(folder, 'scan.py'), 0, 0);
    utimesSync(join(folder, '.git/index'), 0, 0);
    expect(gitFacts(await capture(folder))).toMatchObject({ dirty: true, patch: expect.any(String) });
  });

  it('is seen with its old time, whatever git was told about times', async () => {
    const folder = repository({ 'scan.py': 'steps = 1\n' });
    const file = join(folder, 'scan.py');
    const like = (time: string, path: string) => execFileSync('touch', ['-r', time, path]);
    const time = join(temporaryFolder(), 'time');
    execFileSync('touch', ['-d', '2026-01-01T00:00:00.5', file]);
    git(folder, 'update-index', '--refresh');
    git(folder, 'config', 'core.trustctime', 'false');
    writeFileSync(time, '');
    like(file, time);
    await sleep(1100);
    rewrite(file, 'steps = 7\n');
    like(time, file);
    expect(git(folder, '--no-optional-locks', 'status', '--porcelain')).toBe('');
    expect(gitFacts(await capture(folder))).toMatchObject({ dirty: true, patch: expect.any(String) });
  });
});

describe('a file name that is not UTF-8', () => {
  it('is handled like any other: tracked, its content counts', async () => {
    const folder = repository({ 'scan.py': 'x = 1\n' });
    const file = latin1(folder, 'me\xdfwert.py');
    writeFileSync(file, 'v = 1\n');
    publish(folder);
    const ids = await idsAfter(folder, [
      () => undefined,
      () => writeFileSync(file, 'v = 2\n'),
      () => writeFileSync(file, 'v = 3 # other\n'),
      () => rmSync(file),
    ]);
    expectDistinct(ids);
    const facts = gitFacts(await capture(folder));
    expect(facts).toMatchObject({
      worktree_tree: treeOnDisk(folder),
      changed: [{ path: 'me\\xdfwert.py', path_base64: 'bWXfd2VydC5weQ==', state: '.D' }],
    });
  });

  it('is handled like any other: untracked, its content counts', async () => {
    const folder = repository();
    const file = latin1(folder, 'me\xdfwert.py');
    const ids = await idsAfter(folder, [
      () => undefined,
      () => writeFileSync(file, 'v = 1\n'),
      () => writeFileSync(file, 'v = 2\n'),
    ]);
    expectDistinct(ids);
    expect(gitFacts(await capture(folder)).untracked_code).toEqual([
      { path: 'me\\xdfwert.py', path_base64: 'bWXfd2VydC5weQ==', mode: '100644', sha256: expect.any(String) },
    ]);
  });
});

describe('a file that git was told to ignore for changes', () => {
  it.each(['--assume-unchanged', '--skip-worktree'])('(%s) is compared anyway', async (flag) => {
    const folder = repository();
    git(folder, 'update-index', flag, 'scan.ts', 'run.sh');
    const clean = await capture(folder);
    expect(gitFacts(clean)).toMatchObject({ dirty: false });
    write(folder, { 'scan.ts': 'export const steps = 7;\n' });
    const index = readFileSync(join(folder, '.git/index'));
    const captured = await capture(folder);
    expect(gitFacts(captured)).toMatchObject({
      dirty: true,
      changed: [{ path: 'scan.ts', state: '.M' }],
      patch: expect.stringMatching(/^sha256:/),
    });
    expect(captured.environment.code_id).not.toBe(clean.environment.code_id);
    expect(readFileSync(join(folder, '.git/index'))).toEqual(index);
  });

  it("and whose name git can't be given makes the state unknown", async () => {
    const folder = repository();
    writeFileSync(latin1(folder, 'me\xdfwert.py'), 'v = 1\n');
    publish(folder);
    execFileSync('sh', ['-c', 'git ls-files -z m* | xargs -0 git update-index --assume-unchanged'], {
      cwd: folder,
    });
    writeFileSync(latin1(folder, 'me\xdfwert.py'), 'v = 2\n');
    const captured = await capture(folder);
    expect(gitFacts(captured)).toMatchObject({ worktree_tree: null, untracked_code: [] });
    expect(gitFacts(captured).dirty).toBeUndefined();
    expect(reasons(captured)).toMatchObject({ 'git.dirty': 'flagged_files', 'git.patch': 'flagged_files' });
    expect(captured.environment.restorable.missing).toContain('state of the work tree');
  });

  it('because of a sparse checkout, and is missing, is no change', async () => {
    const folder = repository({ 'a/one.ts': '1;\n', 'b/deep/two.ts': '2;\n', 'top.ts': '3;\n' });
    const whole = await capture(folder);
    git(folder, 'sparse-checkout', 'set', 'a');
    const sparse = await capture(folder);
    expect(gitFacts(sparse)).toMatchObject({
      dirty: false,
      changed: [],
      sparse: { cone: true, left_out: 1 },
    });
    expect(sparse.environment.code_id).toBe(whole.environment.code_id);
  });

  it('because of a sparse checkout, and exists, is compared', async () => {
    const folder = repository({ 'a/one.ts': '1;\n', 'b/two.ts': '2;\n' });
    git(folder, 'sparse-checkout', 'set', 'a');
    write(folder, { 'b/two.ts': 'changed;\n' });
    expect(gitFacts(await capture(folder))).toMatchObject({ dirty: true, changed: [{ path: 'b/two.ts' }] });
  });
});

describe('a submodule', () => {
  const states: [string, (folder: string) => void, object][] = [
    ['clean', () => undefined, { dirty: false }],
    ['changed', (at) => write(at, { 'libs/fit/fit.ts': 'export const order = 2;\n' }), { dirty: true }],
    ['with untracked code', (at) => write(at, { 'libs/fit/new.ts': '1;\n' }), { dirty: false }],
    ['with other untracked code', (at) => write(at, { 'libs/fit/new.ts': '2;\n' }), { dirty: false }],
    [
      'changed in a submodule of its own',
      (at) => write(at, { 'libs/fit/deep/deep.ts': '2;\n' }),
      { dirty: true },
    ],
    ['changed otherwise there', (at) => write(at, { 'libs/fit/deep/deep.ts': '3;\n' }), { dirty: true }],
    ['not checked out', (at) => git(at, 'submodule', 'deinit', '--all', '--force'), { dirty: false }],
    ['removed', (at) => rmSync(join(at, 'libs/fit'), { recursive: true }), { dirty: true }],
  ];

  it('is recorded in each of its states, and each is another program', async () => {
    const { folder } = withSubmodule(true);
    const ids: string[] = [];
    for (const [name, change, expected] of states) {
      const copy = join(temporaryFolder(), 'copy');
      execFileSync('cp', ['-a', folder, copy]);
      change(copy);
      const captured = await capture(copy);
      expect(gitFacts(captured), name).toMatchObject(expected);
      ids.push(captured.environment.code_id);
    }
    expectDistinct(ids);
  });

  it('that alone is changed leaves nothing missing: its patch is kept, and the state is dirty', async () => {
    const { folder } = withSubmodule();
    write(folder, { 'libs/fit/fit.ts': 'export const order = 2;\n' });
    const captured = await capture(folder);
    expect(gitFacts(captured)).toMatchObject({
      dirty: true,
      changed: [{ path: 'libs/fit', state: '.M' }],
      repositories: [{ path: 'libs/fit', kind: 'submodule', dirty: true, patch: expect.any(String) }],
    });
    expect(reasons(captured)['git.patch']).toBe('only_in_submodules');
    const missing = captured.environment.restorable.missing.join('\n');
    expect(missing).not.toMatch(/patch|submodule/);
  });

  it('whose commit is in no remote is named', async () => {
    const { folder } = withSubmodule();
    write(folder, { 'libs/fit/fit.ts': 'export const order = 2;\n' });
    git(join(folder, 'libs/fit'), 'commit', '--quiet', '--all', '--message', 'Local');
    expect((await capture(folder)).environment.restorable.missing).toContain(
      'submodule libs/fit: commit on no remote branch',
    );
  });

  it('that is broken does not cost the commit of the repository', async () => {
    const { folder } = withSubmodule();
    rmSync(join(folder, '.git/modules'), { recursive: true });
    write(folder, { 'scan.ts': 'export {};\n' });
    const captured = await capture(folder);
    expect(gitFacts(captured)).toMatchObject({
      commit: git(folder, 'rev-parse', 'HEAD').trim(),
      dirty: true,
      patch: expect.any(String),
      submodules: [{ path: 'libs/fit', state: 'unreadable', commit: null, worktree_tree: null }],
      repositories: [{ path: 'libs/fit', reason: 'not_a_repo' }],
    });
    expect(captured.environment.restorable.missing).toContain('submodule libs/fit: not read (not_a_repo)');
  });

  it('that is broken leaves a clean repository neither clean nor dirty', async () => {
    const { folder } = withSubmodule();
    rmSync(join(folder, '.git/modules'), { recursive: true });
    const captured = await capture(folder);
    expect(gitFacts(captured).dirty).toBeUndefined();
    expect(reasons(captured)['git.dirty']).toBe('submodules_not_read');
  });

  it('without a repository of its own is not described by the one around it', async () => {
    const { folder } = withSubmodule();
    rmSync(join(folder, 'libs/fit/.git'));
    const captured = await capture(folder);
    expect(gitFacts(captured)).toMatchObject({
      submodules: [
        { state: 'files', commit: null, untracked_code: [{ path: 'aux.ts' }, { path: 'fit.ts' }] },
      ],
    });
  });

  it('that is not checked out, and is the folder of the worker, is distinguished', async () => {
    const { folder } = withSubmodule();
    git(folder, 'submodule', 'deinit', '--all', '--force');
    const captured = await capture(join(folder, 'libs/fit'));
    expect(reasons(captured)['git.subtree']).toBe('in_empty_submodule');
    expect(captured.environment.restorable.missing).toContain(
      'code folder is a submodule that is not checked out',
    );
  });
});

describe('a clone inside the repository that is not a submodule', () => {
  it('is named with its commit and changes, and its content counts', async () => {
    const folder = withClone();
    const ids = await idsAfter(folder, [
      () => undefined,
      () => write(folder, { 'vendor/lib/lib.py': 'changed = 1\n' }),
      () => write(folder, { 'vendor/lib/lib.py': 'changed = 22\n' }),
      () => write(folder, { 'vendor/lib/new.py': 'new = 1\n' }),
    ]);
    expectDistinct(ids);
    const captured = await capture(folder);
    expect(gitFacts(captured)).toMatchObject({
      dirty: false,
      clones: [
        {
          path: 'vendor/lib',
          state: 'present',
          commit: git(join(folder, 'vendor/lib'), 'rev-parse', 'HEAD').trim(),
          untracked_code: [{ path: 'new.py' }],
        },
      ],
      repositories: [
        { path: 'vendor/lib', kind: 'clone', dirty: true, patch: expect.any(String), pushed: true },
      ],
    });
    expect(captured.environment.restorable.missing).toContain('clone vendor/lib: repository (local_remote)');
  });
});

describe('installed packages', () => {
  it('are not untracked code, with or without a .gitignore', async () => {
    const folder = repository();
    const before = await capture(folder);
    write(folder, {
      'node_modules/a/index.js': '1;\n',
      'tools/node_modules/b/index.js': '2;\n',
      '.venv/lib/python3.11/site-packages/c.py': '3\n',
    });
    const after = await capture(folder);
    expect(gitFacts(after)).toMatchObject({ untracked_code: [] });
    expect(after.environment.reasons['git.untracked_code']).toBeUndefined();
    expect(gitFacts(after).worktree_tree).toBe(gitFacts(before).worktree_tree);
    write(folder, { 'node_modules.ts': '4;\n' });
    expect(gitFacts(await capture(folder)).untracked_code).toMatchObject([{ path: 'node_modules.ts' }]);
  });
});

describe('a tracked folder that was replaced by a link', () => {
  it('is recorded as git add --update does, with the patch of all changes', async () => {
    const folder = repository({ 'data/a.csv': '1\n', 'data/deep/b.ts': '1;\n', 'scan.ts': 'export {};\n' });
    rmSync(join(folder, 'data'), { recursive: true });
    symlinkSync(temporaryFolder(), join(folder, 'data'));
    write(folder, { 'scan.ts': 'export const changed = 1;\n' });
    const captured = await capture(folder);
    expect(gitFacts(captured)).toMatchObject({
      dirty: true,
      worktree_tree: treeOnDisk(folder),
      patch: expect.stringMatching(/^sha256:/),
      untracked_code: [{ path: 'data', mode: '120000' }],
    });
    // What lies behind the link was tracked before, and is not looked at now.
    expect(captured.environment.restorable.missing).toContain('untracked code (behind_link)');
  });
});

describe('line endings that git takes for unchanged', () => {
  it('are another program if no checkout gives them', async () => {
    const folder = repository({ 'run.sh': 'echo\n', '.gitattributes': '* text=auto\n' });
    const before = await capture(folder);
    write(folder, { 'run.sh': 'echo\r\n' });
    expect(git(folder, 'diff', '--stat')).toBe('');
    const after = await capture(folder);
    expect(gitFacts(after)).toMatchObject({ dirty: false, line_endings: [{ path: 'run.sh', eol: 'crlf' }] });
    expect(after.environment.code_id).not.toBe(before.environment.code_id);
    expect(after.environment.restorable.missing).toContain('line endings of 1 files');
  });
});

describe('untracked code that is too large to keep', () => {
  it('is not called compared: its size is no digest', async () => {
    const folder = repository();
    mkdirSync(join(folder, 'lib'));
    writeFileSync(join(folder, 'lib/dump.sql'), Buffer.alloc(17 * 1024 * 1024));
    const captured = await capture(folder);
    expect(gitFacts(captured).untracked_code).toEqual([
      { path: 'lib/dump.sql', mode: '100644', bytes: 17 * 1024 * 1024, reason: 'not_compared' },
    ]);
    expect(captured.environment.restorable.missing).toContain('untracked code (not_compared)');
  });
});

describe("a repository that git can't read", () => {
  const damages: [string, (folder: string) => void, string][] = [
    ['index', (at) => writeFileSync(join(at, '.git/index'), 'DIRC and nothing more'), 'git_corrupt'],
    ['configuration', (at) => writeFileSync(join(at, '.git/config'), '[core\nbare ='), 'git_config_invalid'],
    ['format', (at) => git(at, 'config', 'core.repositoryformatversion', '99'), 'git_too_old'],
    ['object', (at) => rmSync(join(at, '.git/objects'), { recursive: true }), 'git_corrupt'],
  ];

  it.each(damages)(
    '(%s) still has its commit; the rest is unknown, with a reason',
    async (_, damage, reason) => {
      const folder = repository();
      const commit = git(folder, 'rev-parse', 'HEAD').trim();
      damage(folder);
      const captured = await capture(folder);
      expect(gitFacts(captured)).toMatchObject({ commit, worktree_tree: null, untracked_code: null });
      expect(gitFacts(captured).dirty).toBeUndefined();
      expect(reasons(captured)).toMatchObject({ 'git.dirty': reason, 'git.worktree_tree': reason });
    },
  );

  it('because its program hangs still has its commit, within the budget', async () => {
    const folder = repository();
    const commit = git(folder, 'rev-parse', 'HEAD').trim();
    const bin = temporaryFolder();
    writeFileSync(join(bin, 'git'), '#!/bin/sh\nexec sleep 30\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
    const captured = await capture(folder, 2000);
    expect(gitFacts(captured)).toMatchObject({ commit, source: 'files' });
    expect(reasons(captured)['git.dirty']).toBe('git_timeout');
    expect(captured.environment.duration_ms).toBeLessThan(15_000);
  });

  it('because one of its submodules hangs records everything else', async () => {
    const { folder } = withSubmodule();
    const bin = temporaryFolder();
    const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
    const script = `#!/bin/sh\ncase "$(pwd)" in */libs/fit) exec sleep 30;; esac\nexec ${real} "$@"\n`;
    writeFileSync(join(bin, 'git'), script, { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
    const captured = await capture(folder, 2000);
    expect(gitFacts(captured)).toMatchObject({
      worktree_tree: git(folder, 'rev-parse', 'HEAD^{tree}').trim(),
      untracked_code: [],
    });
    expect(reasons(captured)['git.dirty']).toBe('submodules_not_read');
    expect(captured.environment.restorable.missing.join('\n')).toMatch(/submodule libs\/fit: not read/);
  });
});
