/** Dirty code restores to exactly the tree that ran: a fresh clone, the patch, the untracked code. */
import { chmodSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  capture,
  git,
  gitFacts,
  makeDirty,
  removeFolders,
  repository,
  restore,
  temporaryFolder,
  write,
} from './repository';

beforeEach(() => {
  const home = temporaryFolder();
  write(home, { '.gitconfig': '[protocol "file"]\n\tallow = always\n' });
  vi.stubEnv('HOME', home);
});

afterEach(() => {
  vi.unstubAllEnvs();
  removeFolders();
});

/** Tree of everything in a work tree that isn't ignored. */
function wholeTree(folder: string): string {
  git(folder, 'add', '--all');
  return git(folder, 'write-tree').trim();
}

describe('restoring', () => {
  it('brings every kind of change back: partly staged, binary, mode, removed, renamed', async () => {
    const folder = repository();
    makeDirty(folder);
    write(folder, { 'lib/new.py': 'x = 1\n', 'start.sh': '#!/bin/sh\n' });
    chmodSync(join(folder, 'start.sh'), 0o755);
    symlinkSync('new.py', join(folder, 'lib/link.py'));
    const captured = await capture(folder);
    const report = await restore(captured, git(folder, 'remote', 'get-url', 'origin').trim());
    expect(report).toMatchObject({ exact: true, missing: [], tree: gitFacts(captured).worktree_tree });
    expect(wholeTree(report.folder)).toBe(wholeTree(folder));
    expect(readFileSync(join(report.folder, 'notes.txt'))).toEqual(readFileSync(join(folder, 'notes.txt')));
  });

  it('brings a clean commit back, and reports another commit', async () => {
    const folder = repository();
    const captured = await capture(folder);
    expect(await restore(captured, folder)).toMatchObject({ exact: true });
    (captured.environment.identity.git as { worktree_tree: string }).worktree_tree = '0'.repeat(40);
    expect(await restore(captured, folder)).toMatchObject({ exact: false });
  });

  it('brings a merge in conflict back as it was on disk', async () => {
    const folder = repository();
    git(folder, 'checkout', '--quiet', '-b', 'other');
    write(folder, { 'scan.ts': 'export const steps = 1;\n' });
    git(folder, 'commit', '--all', '--quiet', '--message', 'Other');
    git(folder, 'checkout', '--quiet', 'main');
    write(folder, { 'scan.ts': 'export const steps = 2;\n' });
    git(folder, 'commit', '--all', '--quiet', '--message', 'Ours');
    expect(() => git(folder, 'merge', 'other')).toThrow();
    const captured = await capture(folder);
    const report = await restore(captured, folder);
    expect(report.exact).toBe(true);
    expect(readFileSync(join(report.folder, 'scan.ts'), 'utf8')).toContain('<<<<<<< HEAD');
  });

  it('starts from nothing before the first commit', async () => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet');
    write(folder, { 'scan.ts': 'export {};\n' });
    git(folder, 'add', 'scan.ts');
    write(folder, { 'scan.ts': 'export const later = 1;\n' });
    const report = await restore(await capture(folder));
    expect(report.exact).toBe(true);
    expect(readFileSync(join(report.folder, 'scan.ts'), 'utf8')).toBe('export const later = 1;\n');
  });

  it('brings submodules back, with their commits and changes', async () => {
    const library = repository({ 'fit.ts': 'export const order = 1;\n', 'aux.ts': 'export {};\n' });
    const folder = repository();
    git(folder, 'submodule', 'add', '--quiet', library, 'lib');
    git(folder, 'commit', '--quiet', '--all', '--message', 'Library');
    const clean = gitFacts(await capture(folder));
    expect(clean).toMatchObject({ dirty: false, submodules: [{ path: 'lib', state: 'present' }] });
    write(join(folder, 'lib'), { 'fit.ts': 'export const order = 2;\n' });
    git(join(folder, 'lib'), 'commit', '--quiet', '--all', '--message', 'Order');
    git(join(folder, 'lib'), 'push', '--quiet', 'origin', 'HEAD:refs/heads/second');
    write(join(folder, 'lib'), { 'aux.ts': 'export const local = 1;\n' });
    const other = temporaryFolder();
    git(other, 'clone', '--quiet', '--recurse-submodules', folder, '.');
    const captured = await capture(folder);
    expect(gitFacts(captured)).toMatchObject({
      dirty: true,
      submodules: [
        {
          path: 'lib',
          commit: git(join(folder, 'lib'), 'rev-parse', 'HEAD').trim(),
          worktree_tree: expect.stringMatching(/^[0-9a-f]{40}$/),
        },
      ],
      repositories: [{ path: 'lib', dirty: true, patch: expect.stringMatching(/^sha256:/) }],
    });
    const report = await restore(captured, folder);
    expect(report).toMatchObject({ exact: true, missing: [] });
    expect(readFileSync(join(report.folder, 'lib/aux.ts'), 'utf8')).toBe('export const local = 1;\n');
    expect(readFileSync(join(report.folder, 'lib/fit.ts'), 'utf8')).toBe('export const order = 2;\n');
  });

  it('writes nothing outside its folder, for any record', async () => {
    const folder = repository();
    write(folder, { 'new.ts': 'export {};\n' });
    for (const path of ['../evil.ts', '/tmp/evil.ts', '.git/hooks/post-checkout', 'a/../../evil.ts']) {
      const captured = await capture(folder);
      const code = (captured.environment.identity.git as { untracked_code: { path: string }[] })
        .untracked_code;
      const [first] = code;
      if (first)
        captured.environment.identity.git = { ...gitFacts(captured), untracked_code: [{ ...first, path }] };
      await expect(restore(captured, folder)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  it('does not write through a link in the commit', async () => {
    const outside = temporaryFolder();
    const folder = repository();
    symlinkSync(outside, join(folder, 'lib'));
    git(folder, 'add', 'lib');
    git(folder, 'commit', '--quiet', '--message', 'Link');
    write(folder, { 'new.ts': 'export {};\n' });
    const captured = await capture(folder);
    const [code] = (captured.environment.identity.git as { untracked_code: { path: string }[] })
      .untracked_code;
    if (code) code.path = 'lib/new.ts';
    expect(await restore(captured, folder)).toMatchObject({
      exact: false,
      missing: ['untracked lib/new.ts'],
    });
    expect(readdirSync(outside)).toEqual([]);
  });
});
