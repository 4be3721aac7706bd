/** Git facts from real repositories in every state that a lab's may be in. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { captureEnvironment } from '../../src/environment/capture';
import { measured } from '../reliability';
import { MASKING } from './masking';
import {
  AMPLE_MS,
  capture,
  git,
  gitFacts,
  makeDirty,
  removeFolders,
  repository,
  temporaryFolder,
  write,
} from './repository';

afterEach(() => {
  vi.unstubAllEnvs();
  removeFolders();
});

describe('a repository', () => {
  it('that is clean gives its commit, tree and branch, and no patch', async () => {
    const folder = repository();
    const captured = await capture(folder);
    const tree = git(folder, 'rev-parse', 'HEAD^{tree}').trim();
    expect(gitFacts(captured)).toMatchObject({
      commit: git(folder, 'rev-parse', 'HEAD').trim(),
      tree,
      worktree_tree: tree,
      dirty: false,
      branch: 'main',
      upstream: 'origin/main',
      ahead: 0,
      pushed: true,
      shallow: false,
      untracked_code: [],
      submodules: [],
      source: 'live',
    });
    expect(captured.environment.reasons).toMatchObject({
      'git.patch': 'clean',
      'git.repository': 'local_remote',
      'git.subdir': 'root',
      'git.tag': 'no_tag',
    });
  });

  it('that is dirty is identified by its work tree; data next to the code changes nothing', async () => {
    const folder = repository();
    const clean = await capture(folder);
    makeDirty(folder);
    write(folder, { 'data/run-1.csv': '1,2\n', 'result.json': '{}' });
    const again = temporaryFolder();
    execFileSync('cp', ['-a', `${folder}/.`, again]);
    const dirty = await capture(folder);
    expect(gitFacts(dirty)).toMatchObject({ dirty: true, untracked_code: [], untracked_count: 2 });
    expect(gitFacts(dirty).worktree_tree).not.toBe(gitFacts(clean).worktree_tree);
    expect(dirty.environment.id).not.toBe(clean.environment.id);
    write(again, { 'data/run-2.csv': '3,4\n' });
    expect((await capture(again)).environment.id).toBe(dirty.environment.id);
  });

  it('is left unchanged', async () => {
    const folder = repository();
    makeDirty(folder);
    write(folder, { 'extra/new.ts': 'export {};\n' });
    const look = () => [
      readFileSync(join(folder, '.git/index')).toString('hex'),
      execFileSync('find', ['.git', '-type', 'f'], { cwd: folder, encoding: 'utf8' }),
      readdirSync(folder),
    ];
    const before = look();
    await capture(folder);
    expect(look()).toEqual(before);
  });

  it('with untracked code names it by content, also in folders', async () => {
    const folder = repository();
    write(folder, { 'new.ts': 'export {};\n', 'lib/deep/model.py': 'x = 1\n', 'lib/deep/table.csv': '1\n' });
    chmodSync(join(folder, 'lib/deep/model.py'), 0o755);
    const facts = gitFacts(await capture(folder));
    expect(facts.dirty).toBe(false);
    expect(facts.untracked_code).toEqual([
      { path: 'lib/deep/model.py', mode: '100755', sha256: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
      { path: 'new.ts', mode: '100644', sha256: expect.stringMatching(/^sha256:/) },
    ]);
  });

  it('never has its secrets kept', async () => {
    const folder = repository({ 'scan.ts': 'export {};\n', '.env': 'TOKEN=before-1\n' });
    write(folder, {
      'scan.ts': 'export const changed = 1;\n',
      '.env': 'TOKEN=hunter2-tracked\n',
      '.env.local': 'TOKEN=hunter2-untracked\n',
      'credentials.py': 'password = "hunter2-named"\n',
      'upload.py': 'key = "AKIAIOSFODNN7EXAMPLE" # hunter2-seen\n',
    });
    git(folder, 'remote', 'set-url', 'origin', 'https://ada:hunter2-url@example.org/lab/scan.git?t=1');
    const captured = await capture(folder);
    const everything =
      JSON.stringify(captured.environment) +
      captured.blobs.map((blob) => Buffer.from(blob.bytes).toString('latin1')).join('\n');
    expect(everything).not.toContain('hunter2');
    expect(everything).toContain('export const changed = 1;');
    expect(gitFacts(captured)).toMatchObject({
      repository: 'https://example.org/lab/scan.git',
      untracked_code: [
        { path: 'credentials.py', withheld: true },
        { path: 'upload.py', withheld: true },
      ],
    });
    expect(captured.environment.reasons['git.patch']).toBe('withheld');
    expect(captured.environment.restorable.level).toBe('partial');
  });

  it('with a detached head, a tag and a shallow history', async () => {
    const folder = repository();
    git(folder, 'tag', 'v1.2');
    write(folder, { 'scan.ts': 'export const steps = 1;\n' });
    git(folder, 'commit', '--all', '--quiet', '--message', 'Second');
    git(folder, 'checkout', '--quiet', '--detach');
    const captured = await capture(folder);
    expect(gitFacts(captured)).toMatchObject({
      tag: expect.stringMatching(/^v1\.2-1-g/),
      pushed: false,
    });
    expect(captured.environment.reasons['git.branch']).toBe('detached');

    const shallow = join(temporaryFolder(), 'shallow');
    git(folder, 'clone', '--quiet', '--depth', '1', `file://${folder}`, shallow);
    const cut = await capture(shallow);
    expect(gitFacts(cut)).toMatchObject({ shallow: true, commit: gitFacts(captured).commit as string });
    expect(cut.environment.reasons['git.tag']).toBe('shallow');
  });

  it('without a commit still has its work tree', async () => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet');
    write(folder, { 'scan.ts': 'export {};\n' });
    expect((await capture(folder)).environment.reasons['git.commit']).toBe('no_commits');
    const staged = temporaryFolder();
    git(staged, 'init', '--quiet');
    write(staged, { 'scan.ts': 'export {};\n' });
    git(staged, 'add', 'scan.ts');
    expect(gitFacts(await capture(staged)).worktree_tree).toBe(git(staged, 'write-tree').trim());
  });

  it('without a remote says so', async () => {
    const folder = repository();
    git(folder, 'remote', 'remove', 'origin');
    const { environment } = await capture(folder);
    expect(environment.reasons['git.repository']).toBe('no_remote');
    expect(environment.restorable.missing).toContain('repository (no_remote)');
  });

  it('does not use the address into which a global setting puts a token', async () => {
    const home = temporaryFolder();
    write(home, { '.gitconfig': '[url "https://token@example.org/"]\n\tinsteadOf = https://example.org/\n' });
    vi.stubEnv('HOME', home);
    const folder = repository();
    git(folder, 'remote', 'set-url', 'origin', 'https://example.org/lab/scan.git');
    expect(gitFacts(await capture(folder)).repository).toBe('https://example.org/lab/scan.git');
  });

  it('is the same under every user setting for diffs and language', async () => {
    const folder = repository();
    makeDirty(folder);
    const plain = await capture(folder);
    const home = temporaryFolder();
    write(home, {
      '.gitconfig':
        '[diff]\n\tnoprefix = true\n\tcontext = 0\n\trenames = copies\n\tmnemonicPrefix = true\n[color]\n\tui = always\n[core]\n\tquotePath = false\n',
    });
    vi.stubEnv('HOME', home);
    vi.stubEnv('LANG', 'de_DE.UTF-8');
    const copy = temporaryFolder();
    execFileSync('cp', ['-a', `${folder}/.`, copy]);
    expect((await capture(copy)).environment.id).toBe(plain.environment.id);
  });
});

describe('a folder', () => {
  it('inside a monorepo has its subtree', async () => {
    const folder = repository({
      'packages/a/index.ts': 'export {};\n',
      'packages/b/index.ts': 'export {};\n',
    });
    const captured = await capture(join(folder, 'packages/a'));
    expect(gitFacts(captured)).toMatchObject({
      subdir: 'packages/a',
      subtree: git(folder, 'rev-parse', 'HEAD:packages/a').trim(),
    });
  });

  it('that the commit does not hold is recorded as such', async () => {
    const folder = repository();
    mkdirSync(join(folder, 'dist'));
    const { environment } = await capture(join(folder, 'dist'));
    expect(environment.reasons['git.subtree']).toBe('not_in_commit');
    expect(environment.restorable.missing).toContain('code folder is not in the commit');
  });

  it('of a linked work tree belongs to the repository', async () => {
    const folder = repository();
    const linked = join(temporaryFolder(), 'linked');
    git(folder, 'worktree', 'add', '--quiet', '-b', 'other', linked);
    write(linked, { 'scan.ts': 'export const other = 1;\n' });
    const facts = gitFacts(await capture(linked));
    expect(facts).toMatchObject({ branch: 'other', dirty: true, patch: expect.stringMatching(/^sha256:/) });
  });

  it('that is no repository says so, and so does a missing one', async () => {
    const { environment } = await capture(temporaryFolder());
    expect(environment.reasons['git.commit']).toBe('not_a_repo');
    const missing = await capture('/nowhere/at/all');
    expect(missing.environment.reasons['git.commit']).toBe('path_missing');
  });
});

describe('git itself', () => {
  it('may be missing: the commit is read from the files, in packed references and linked work trees too', async () => {
    const folder = repository();
    const commit = git(folder, 'rev-parse', 'HEAD').trim();
    const linked = join(temporaryFolder(), 'linked');
    git(folder, 'worktree', 'add', '--quiet', '-b', 'other', linked);
    git(folder, 'remote', 'set-url', 'origin', 'https://ada:pw@example.org/lab/scan.git');
    vi.stubEnv('PATH', temporaryFolder());
    const loose = await capture(folder);
    expect(gitFacts(loose)).toMatchObject({
      commit,
      branch: 'main',
      repository: 'https://example.org/lab/scan.git',
      source: 'files',
      worktree_tree: null,
    });
    expect(loose.environment.reasons).toMatchObject({ 'git.dirty': 'git_missing' });
    expect(gitFacts(await capture(linked))).toMatchObject({ commit, branch: 'other' });
    vi.unstubAllEnvs();
    const packed = repository();
    git(packed, 'pack-refs', '--all');
    vi.stubEnv('PATH', temporaryFolder());
    expect(gitFacts(await capture(packed)).source).toBe('files');
    expect((await capture(temporaryFolder())).environment.reasons['git.commit']).toBe('not_a_repo');
  });

  it('may hang: the rest of the capture is complete when the budget ends', async () => {
    const folder = repository();
    const bin = temporaryFolder();
    writeFileSync(join(bin, 'git'), '#!/bin/sh\nexec sleep 30\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
    const options = { cwd: folder, plugins: [], timeoutMs: 3_000 };
    const { environment } = await captureEnvironment(options, MASKING);
    expect(environment.reasons['git.dirty']).toMatch(/timeout/);
    expect(environment.identity.runtime).toMatchObject({ version: process.versions.node });
    expect(environment.duration_ms).toBeLessThan(15_000);
    // The next worker of the process does not wait for it again.
    const begun = performance.now();
    const again = await captureEnvironment(options, MASKING);
    const ms = performance.now() - begun;
    expect(again.environment.reasons['git.dirty']).toMatch(/timeout/);
    expect(ms).toBeLessThan(options.timeoutMs - 200);
    measured({
      row: 'F2',
      figure: 'second capture of an environment whose git sleeps',
      value: ms,
      unit: 'ms',
      limit: '≤ 50 ms',
      holds: ms <= 50,
    });
  });

  it('may lack the program of a filter: the commit is kept, changes are unknown', async () => {
    const folder = repository({ 'model.dat': 'pointer\n', '.gitattributes': '*.dat filter=big\n' });
    git(folder, 'config', 'filter.big.clean', '/nowhere/filter');
    git(folder, 'config', 'filter.big.required', 'true');
    write(folder, { 'model.dat': 'content\n' });
    const captured = await capture(folder);
    expect(gitFacts(captured)).toMatchObject({ commit: git(folder, 'rev-parse', 'HEAD').trim() });
    expect(captured.environment.reasons['git.dirty']).toBe('git_filter_failed');
    expect(captured.environment.reasons['git.worktree_tree']).toBe('git_filter_failed');
  });

  it.skipIf(process.getuid?.() !== 0)(
    'may refuse another owner: the commit is read, nothing is run',
    async () => {
      const folder = repository();
      execFileSync('chown', ['-R', '65534:65534', folder]);
      const captured = await capture(folder);
      expect(gitFacts(captured)).toMatchObject({ source: 'files', branch: 'main' });
      expect(captured.environment.reasons['git.dirty']).toBe('dubious_ownership');
    },
  );

  it('compares content for an index that was copied into an image, although times differ', async () => {
    const folder = repository();
    const copy = temporaryFolder();
    execFileSync('cp', ['-r', `${folder}/.`, copy]);
    execFileSync('find', [
      copy,
      '-path',
      '*/.git',
      '-prune',
      '-o',
      '-type',
      'f',
      '-exec',
      'touch',
      '{}',
      '+',
    ]);
    expect(gitFacts(await capture(copy))).toMatchObject({ dirty: false });
  });

  it('ignores a lock that a killed git left', async () => {
    const folder = repository();
    writeFileSync(join(folder, '.git/index.lock'), '');
    write(folder, { 'scan.ts': 'export const locked = 1;\n' });
    expect(gitFacts(await capture(folder))).toMatchObject({ dirty: true, patch: expect.any(String) });
    rmSync(join(folder, '.git/index.lock'));
  });

  it('with a patch above the limit keeps the tree alone', async () => {
    const folder = repository();
    write(folder, { 'scan.ts': 'x'.repeat(100_000) });
    const { environment } = await captureEnvironment(
      {
        cwd: folder,
        plugins: [],
        timeoutMs: AMPLE_MS,
        git: { patchBytes: 50_000 },
      },
      MASKING,
    );
    expect(environment.reasons['git.patch']).toBe('too_large');
    expect(environment.identity.git).toMatchObject({ worktree_tree: expect.any(String) });
    expect(environment.restorable.missing).toContain('patch (too_large)');
  });
});
