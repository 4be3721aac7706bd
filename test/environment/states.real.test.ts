/** Whatever state a repository is in: what is called exact is restored byte by byte, and what is missing is named. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { capture, removeFolders, restore, temporaryFolder, write } from './repository';
import { originOf, STATES } from './states';

beforeEach(() => {
  const home = temporaryFolder();
  write(home, { '.gitconfig': '[protocol "file"]\n\tallow = always\n' });
  vi.stubEnv('HOME', home);
});

afterEach(() => {
  vi.unstubAllEnvs();
  removeFolders();
});

const PACKAGES = ['node_modules', 'site-packages'];

/** Every file outside of git's own folders and of installed packages: kind, mode and content, by the bytes of its path. */
function treeOf(folder: string): { [path: string]: string } {
  const tree: { [path: string]: string } = {};
  const walk = (at: Buffer, prefix: string): void => {
    for (const name of readdirSync(at, { encoding: 'buffer' })) {
      const raw = name.toString('latin1');
      const full = Buffer.concat([at, Buffer.from('/'), name]);
      const stat = lstatSync(full);
      if (raw === '.git' || PACKAGES.includes(raw)) continue;
      if (stat.isDirectory()) walk(full, `${prefix}${raw}/`);
      else if (stat.isSymbolicLink()) tree[prefix + raw] = `link ${readlinkSync(full)}`;
      else
        tree[prefix + raw] =
          `${stat.mode & 0o100 ? 'script' : 'file'} ${readFileSync(full).toString('base64')}`;
    }
  };
  walk(Buffer.from(folder), '');
  return tree;
}

describe('a repository is restored exactly, or what is missing is named:', () => {
  it.each(Object.entries(STATES))('%s', async (_, make) => {
    const { folder, from, entry, missing = [] } = make();
    const captured = await capture(folder, undefined, entry);
    const report = await restore(captured, from ?? originOf(folder));
    const [restored, original] = [treeOf(report.folder), treeOf(folder)];
    if (report.exact) expect(restored).toEqual(original);
    expect(report).toMatchObject({ exact: missing.length === 0, missing });
    // What can't be restored is said of the environment already, not only when it is tried.
    const said = captured.environment.restorable.missing.join('\n');
    const [inner] = /(submodule|clone) \S+/.exec(missing.join('\n')) ?? [];
    if (inner) expect(said).toContain(inner);
  });
});
