/** Every state of a repository that a lab's may be in, each made by git, with what can be restored of it. */
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git, makeDirty, repository, temporaryFolder, write } from './repository';

export interface State {
  /** Folder that is captured. */
  folder: string;
  /** Where it is restored from. @defaultValue its origin */
  from?: string;
  /** Built files that the program starts from, inside the folder. */
  entry?: string[];
  /** What is named as missing; absent where the restored tree is exact. */
  missing?: string[];
}

/** A file whose name is Latin-1: no UTF-8. */
export function latin1(folder: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
}

/** Commits everything and pushes it. */
export function publish(folder: string): void {
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'More');
  git(folder, 'push', '--quiet', 'origin', 'HEAD:main');
}

export function originOf(folder: string): string {
  return git(folder, 'remote', 'get-url', 'origin').trim();
}

/** A repository with a submodule `libs/fit`, and in that, when asked for, a submodule `deep`. */
export function withSubmodule(deep = false): { folder: string; library: string } {
  const library = repository({ 'fit.ts': 'export const order = 1;\n', 'aux.ts': 'export {};\n' });
  if (deep) {
    git(library, 'submodule', 'add', '--quiet', originOf(repository({ 'deep.ts': 'export {};\n' })), 'deep');
    publish(library);
  }
  const folder = repository();
  git(folder, 'submodule', 'add', '--quiet', originOf(library), 'libs/fit');
  git(folder, 'submodule', 'update', '--quiet', '--init', '--recursive');
  publish(folder);
  return { folder, library };
}

const changedFit = { 'libs/fit/fit.ts': 'export const order = 22;\n' };

/** Commits a change inside the submodule, on no branch of its remote, or on one. */
function moveSubmodule(folder: string, pushed: boolean): void {
  write(folder, changedFit);
  const inside = join(folder, 'libs/fit');
  git(inside, 'commit', '--quiet', '--all', '--message', 'Order');
  if (pushed) git(inside, 'push', '--quiet', 'origin', 'HEAD:refs/heads/second');
}

/** A repository with a clone inside that is no submodule. */
export function withClone(): string {
  const folder = repository();
  git(folder, 'clone', '--quiet', originOf(repository({ 'lib.py': 'v = 1\n' })), 'vendor/lib');
  return folder;
}

/** Code that was built into a folder that git ignores. */
const built = {
  '.gitignore': 'lib\n',
  'lib/worker.js': "require('./activities');\n",
  'lib/activities.js': 'exports.steps = 10;\n',
};

/** Made by name; those that hold clones of clones are slow, so none is made before it is asked for. */
export const STATES: { [name: string]: () => State } = {
  clean: () => ({ folder: repository() }),
  'changed in every way, partly staged': () => {
    const folder = repository();
    makeDirty(folder);
    return { folder };
  },
  'with untracked code, a script and a link among it': () => {
    const folder = repository();
    write(folder, { 'lib/new.py': 'x = 1\n', 'lib/deep/start.sh': '#!/bin/sh\n', 'package.json': '{}' });
    chmodSync(join(folder, 'lib/deep/start.sh'), 0o755);
    symlinkSync('new.py', join(folder, 'lib/link.py'));
    return { folder };
  },
  detached: () => {
    const folder = repository();
    git(folder, 'checkout', '--quiet', '--detach');
    write(folder, { 'scan.ts': 'export {};\n' });
    return { folder };
  },
  'with a commit on no branch of its remote': () => {
    const folder = repository();
    write(folder, { 'scan.ts': 'export {};\n' });
    git(folder, 'commit', '--quiet', '--all', '--message', 'Local');
    return { folder, from: folder };
  },
  'before its first commit': () => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet');
    write(folder, { 'scan.ts': 'export {};\n', 'new.ts': 'export const untracked = 1;\n' });
    git(folder, 'add', 'scan.ts');
    write(folder, { 'scan.ts': 'export const later = 1;\n' });
    return { folder, from: folder };
  },
  'before its first commit, with nothing added': () => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet');
    write(folder, { 'new.ts': 'export const untracked = 1;\n' });
    return { folder, from: folder };
  },
  'of the other hash function, before its first commit': () => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet', '--object-format=sha256');
    write(folder, { 'scan.ts': 'export {};\n' });
    git(folder, 'add', 'scan.ts');
    return { folder, from: folder };
  },
  'with a file that is only intended to be added': () => {
    const folder = repository();
    write(folder, { 'new.ts': 'export const intended = 1;\n' });
    git(folder, 'add', '--intent-to-add', 'new.ts');
    return { folder };
  },
  'with a file that is tracked no more, and is there': () => {
    const folder = repository();
    git(folder, 'rm', '--quiet', '--cached', 'scan.ts');
    return { folder };
  },
  'in the middle of a merge': () => {
    const folder = repository();
    git(folder, 'checkout', '--quiet', '-b', 'other');
    write(folder, { 'scan.ts': 'export const steps = 1;\n' });
    git(folder, 'commit', '--all', '--quiet', '--message', 'Other');
    git(folder, 'checkout', '--quiet', 'main');
    write(folder, { 'scan.ts': 'export const steps = 2;\n' });
    git(folder, 'commit', '--all', '--quiet', '--message', 'Ours');
    try {
      git(folder, 'merge', 'other');
    } catch {} // it stops at the conflict
    return { folder, from: folder };
  },
  'as a linked work tree': () => {
    const folder = join(temporaryFolder(), 'linked');
    git(repository(), 'worktree', 'add', '--quiet', '-b', 'other', folder);
    write(folder, { 'scan.ts': 'export const other = 1;\n' });
    return { folder };
  },
  'as a shallow clone': () => {
    const folder = join(temporaryFolder(), 'shallow');
    git(temporaryFolder(), 'clone', '--quiet', '--depth', '1', `file://${repository()}`, folder);
    write(folder, { 'scan.ts': 'export {};\n' });
    return { folder };
  },
  'as a sparse checkout': () => {
    const folder = repository({ 'a/one.ts': 'export {};\n', 'b/two.ts': 'export {};\n', 'top.ts': '1;\n' });
    git(folder, 'sparse-checkout', 'set', 'a');
    return { folder };
  },
  'as a sparse checkout with changes': () => {
    const folder = repository({ 'a/one.ts': 'export {};\n', 'b/two.ts': 'export {};\n', 'top.ts': '1;\n' });
    git(folder, 'sparse-checkout', 'set', 'a');
    write(folder, { 'a/one.ts': 'export const one = 1;\n' });
    return { folder };
  },
  'with names that are not UTF-8, changed': () => {
    const folder = repository();
    writeFileSync(latin1(folder, 'me\xdfwert.py'), 'v = 1\n');
    publish(folder);
    writeFileSync(latin1(folder, 'me\xdfwert.py'), 'v = 2\n');
    return { folder };
  },
  'with names that are not UTF-8, untracked, in a folder of such a name': () => {
    const folder = repository();
    mkdirSync(latin1(folder, 'me\xdfwerte'));
    writeFileSync(latin1(folder, 'me\xdfwerte/\xfc.py'), 'v = 1\n');
    writeFileSync(latin1(folder, 'me\xdfwert.py'), 'v = 1\n');
    return { folder };
  },
  'with names that are not UTF-8, deleted': () => {
    const folder = repository();
    writeFileSync(latin1(folder, 'me\xdfwert.py'), 'v = 1\n');
    publish(folder);
    rmSync(latin1(folder, 'me\xdfwert.py'));
    return { folder };
  },
  'with names that shells and pathspecs read otherwise': () => {
    const names = ['a b.py', 'q"uote.py', 'new\nline.py', 'tab\t.py', '-dash.py', 'A\u030a.py', ' lead.py'];
    const more = [':colon.py', '*star.py', 'back\\slash.py', '[x].py', ':(top)x.py'];
    const all = Object.fromEntries([...names, ...more].map((name) => [name, '1\n']));
    const folder = repository({ 'scan.py': '1\n', ...all });
    write(folder, Object.fromEntries(Object.keys(all).map((name) => [name, '2\n'])));
    write(folder, { 'sub "dir"/un\ntracked.py': 'z\n', '-u.py': 'z\n', '?.py': 'z\n' });
    return { folder };
  },
  'with a change that git was told not to look for': () => {
    const folder = repository();
    git(folder, 'update-index', '--assume-unchanged', 'scan.ts');
    git(folder, 'update-index', '--skip-worktree', 'run.sh', 'no-newline.ts');
    write(folder, { 'scan.ts': 'export const hidden = 1;\n', 'no-newline.ts': 'export default 7;' });
    rmSync(join(folder, 'run.sh'));
    return { folder };
  },
  'with a tracked folder that is now a link': () => {
    const folder = repository({ 'data/model.ts': 'export {};\n', 'scan.ts': 'export {};\n' });
    const disk = temporaryFolder();
    rmSync(join(folder, 'data'), { recursive: true });
    symlinkSync(disk, join(folder, 'data'));
    write(folder, { 'scan.ts': 'export const changed = 1;\n' });
    return { folder, missing: ['untracked code (behind_link)'] };
  },
  'with a file that is now a folder, and a folder that is a file': () => {
    const folder = repository();
    rmSync(join(folder, 'scan.ts'));
    write(folder, { 'scan.ts/index.ts': 'export {};\n' });
    rmSync(join(folder, 'old'), { recursive: true });
    write(folder, { 'old.ts': 'export {};\n' });
    renameSync(join(folder, 'old.ts'), join(folder, 'old'));
    git(folder, 'add', 'old');
    return { folder };
  },
  'with links in a circle': () => {
    const folder = repository();
    symlinkSync('loop', join(folder, 'loop'));
    symlinkSync('.', join(folder, 'self'));
    git(folder, 'add', 'loop', 'self');
    symlinkSync('other.ts', join(folder, 'loop.ts'));
    symlinkSync('loop.ts', join(folder, 'other.ts'));
    symlinkSync('..', join(folder, 'up'));
    return { folder };
  },
  'with packages and no .gitignore': () => {
    const folder = repository();
    write(folder, { 'new.ts': 'export {};\n', 'lib/node_modules/b/index.js': '2;\n' });
    write(folder, { 'node_modules/a/index.js': '1;\n', '.venv/lib/python3/site-packages/c.py': '3\n' });
    return { folder };
  },
  'with more untracked code than is kept': () => {
    const folder = repository();
    for (let i = 0; i <= 1000; i++)
      write(folder, { [`many/file-${String(i).padStart(4, '0')}.py`]: `${i}\n` });
    return { folder, missing: ['untracked code (truncated)'] };
  },
  'with untracked secrets': () => {
    const folder = repository();
    write(folder, { 'credentials.py': 'password = "otter"\n' });
    return { folder, missing: ['untracked credentials.py (withheld)'] };
  },
  'with a changed file of secrets': () => {
    const folder = repository({ '.env': 'TOKEN=1\n', 'scan.ts': 'export {};\n' });
    write(folder, { '.env': 'TOKEN=2\n', 'scan.ts': 'export const changed = 1;\n' });
    return { folder, missing: ['changes of tracked files (withheld)'] };
  },
  'with content that a filter makes': () => {
    const folder = repository({ 'model.ts': 'pointer\n', '.gitattributes': '*.ts filter=big\n' });
    git(folder, 'config', 'filter.big.smudge', 'sed s/pointer/content/');
    git(folder, 'config', 'filter.big.clean', 'sed s/content/pointer/');
    rmSync(join(folder, 'model.ts'));
    git(folder, 'checkout', '--quiet', 'model.ts');
    return { folder, missing: ["content of model.ts (filter 'big' is missing here)"] };
  },
  'with line endings that a checkout gives': () => {
    const folder = repository({
      'scan.ts': 'one;\r\ntwo;\r\n',
      'run.sh': 'echo\n',
      'data.bin': Uint8Array.from([0, 13, 10]),
      '.gitattributes': '*.ts text eol=crlf\n*.sh text=auto\n*.bin binary\n',
    });
    return { folder };
  },
  'with line endings that this machine gives': () => {
    const folder = repository({ 'scan.ts': 'one;\ntwo;\n', 'new.ts': 'one;\n' });
    git(folder, 'config', 'core.autocrlf', 'true');
    rmSync(join(folder, 'scan.ts'));
    git(folder, 'checkout', '--quiet', 'scan.ts');
    write(folder, { 'new.ts': 'changed;\r\nand more;\r\n' });
    return { folder };
  },
  'with line endings that no checkout gives': () => {
    const folder = repository({ 'run.sh': 'echo\n', 'scan.ts': 'one;\n', '.gitattributes': '* text=auto\n' });
    write(folder, { 'run.sh': 'echo\r\n' });
    return { folder, missing: ['line endings of run.sh'] };
  },
  'with built code that git ignores': () => {
    const folder = repository(built);
    write(folder, { 'lib/activities.js': 'exports.steps = 20;\n', 'new.ts': 'export {};\n' });
    return { folder, entry: ['lib/worker.js'] };
  },
  'with built code, and a changed submodule that it loads from': () => {
    const { folder } = withSubmodule();
    write(folder, built);
    publish(folder);
    write(folder, { ...changedFit, 'libs/fit/new.js': 'exports.order = 3;\n' });
    write(folder, { 'lib/worker.js': "require('./activities');\nrequire('../libs/fit/new');\n" });
    return { folder, entry: ['lib/worker.js'] };
  },
  'with a clean submodule': () => withSubmodule(),
  'with a changed file in a submodule': () => {
    const { folder } = withSubmodule();
    write(folder, changedFit);
    return { folder };
  },
  'with untracked code in a submodule': () => {
    const { folder } = withSubmodule();
    write(folder, { 'libs/fit/new.ts': 'export {};\n' });
    return { folder };
  },
  'with a submodule at another commit, which nobody else has': () => {
    const { folder } = withSubmodule();
    moveSubmodule(folder, false);
    return { folder, missing: ['submodule libs/fit (commit unavailable)'] };
  },
  'with a submodule at a commit that only this machine has, restored from here': () => {
    const { folder } = withSubmodule();
    moveSubmodule(folder, false);
    return { folder, from: folder };
  },
  'with a submodule at another commit': () => {
    const { folder } = withSubmodule();
    moveSubmodule(folder, true);
    return { folder };
  },
  'with a submodule at another commit, staged': () => {
    const { folder } = withSubmodule();
    moveSubmodule(folder, true);
    git(folder, 'add', 'libs/fit');
    return { folder };
  },
  'with a submodule at another commit, staged, and changed on top': () => {
    const { folder } = withSubmodule();
    moveSubmodule(folder, true);
    git(folder, 'add', 'libs/fit');
    write(folder, { 'libs/fit/fit.ts': 'export const order = 333;\n', 'scan.ts': 'export {};\n' });
    return { folder };
  },
  'with a clean submodule in a submodule': () => withSubmodule(true),
  'with a change in a submodule of a submodule': () => {
    const { folder } = withSubmodule(true);
    write(folder, { 'libs/fit/deep/deep.ts': 'export const deep = 2;\n', 'libs/fit/deep/new.ts': '1;\n' });
    return { folder };
  },
  'with a hidden change in a submodule': () => {
    const { folder } = withSubmodule();
    git(join(folder, 'libs/fit'), 'update-index', '--assume-unchanged', 'fit.ts');
    write(folder, changedFit);
    return { folder };
  },
  'with a submodule that is not checked out': () => {
    const folder = join(temporaryFolder(), 'linked');
    git(withSubmodule().folder, 'worktree', 'add', '--quiet', '-b', 'other', folder);
    return { folder };
  },
  'with a file laid into a submodule that is not checked out': () => {
    const folder = join(temporaryFolder(), 'linked');
    git(withSubmodule().folder, 'worktree', 'add', '--quiet', '-b', 'other', folder);
    write(folder, { 'libs/fit/x.py': 'x = 1\n' });
    return { folder, missing: ['submodule libs/fit (no_repository)'] };
  },
  'with a submodule whose folder is gone': () => {
    const { folder } = withSubmodule();
    rmSync(join(folder, 'libs/fit'), { recursive: true });
    return { folder };
  },
  'with a submodule that lost its .git file': () => {
    const { folder } = withSubmodule();
    rmSync(join(folder, 'libs/fit/.git'));
    return { folder, missing: ['submodule libs/fit (no_repository)'] };
  },
  'with a submodule that lost its repository': () => {
    const { folder } = withSubmodule();
    rmSync(join(folder, '.git/modules'), { recursive: true });
    write(folder, { 'scan.ts': 'export const changed = 1;\n' });
    return { folder, missing: ['submodule libs/fit (not_a_repo)'] };
  },
  'with a clone that is no submodule': () => ({
    folder: withClone(),
    missing: ['clone vendor/lib (commit unavailable)'],
  }),
  'with a changed clone that is no submodule, restored from here': () => {
    const folder = withClone();
    write(folder, { 'vendor/lib/lib.py': 'changed = 1\n', 'vendor/lib/new.py': 'v = 2\n' });
    return { folder, from: folder };
  },
  'with a clone without a commit': () => {
    const folder = repository();
    mkdirSync(join(folder, 'started'));
    git(join(folder, 'started'), 'init', '--quiet');
    write(folder, { 'started/new.py': 'v = 2\n' });
    return { folder };
  },
  'with a clone that was added as if it were a submodule': () => {
    const folder = withClone();
    git(folder, 'add', 'vendor/lib');
    return { folder, from: folder };
  },
};
