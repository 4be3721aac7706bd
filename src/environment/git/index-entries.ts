/**
 * Reads `git ls-files -v -s -z`: facts about index entries that a status does not show. Node.
 * @module
 */
import type { RawPath } from './paths';

/** The facts about the entries of an index. */
export interface IndexEntries {
  /**
   * Files whose changes git ignores by order of the user (`update-index --assume-unchanged`, `--skip-worktree`,
   * sparse checkouts).
   */
  flagged: FlaggedEntry[];
  /** Submodules: paths whose entry is a commit of another repository. */
  submodules: RawPath[];
  /** Number of entries. */
  count: number;
  /** True if attribute files are among them. */
  attributes: boolean;
}

/** A file whose changes git ignores, and why. */
export interface FlaggedEntry {
  path: RawPath;
  assumeUnchanged: boolean;
  skipWorktree: boolean;
}

/** Arguments of git that list all entries of the index with their flags, from the top of the work tree. */
export const LIST_ENTRIES = ['ls-files', '--full-name', '-v', '-s', '-z', '--', ':/'];

const PLAIN = 'H'.charCodeAt(0);
const GITLINK = Buffer.from('160000');
const MODE_AT = 2;

/**
 * Reads the output of `LIST_ENTRIES`: `<tag> <mode> <object> <stage>\t<path>\0`, a lower-case tag for
 * assume-unchanged.
 */
export function parseEntries(output: Buffer): IndexEntries {
  const entries: IndexEntries = {
    flagged: [],
    submodules: [],
    count: 0,
    attributes: output.includes('.gitattributes\0'),
  };
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(0, at);
    const submodule = output.compare(GITLINK, 0, 6, at + MODE_AT, at + MODE_AT + 6) === 0;
    if (submodule || output[at] !== PLAIN) {
      const path = output.toString('latin1', output.indexOf('\t', at) + 1, end);
      const tag = String.fromCharCode(output[at] ?? 0);
      if (submodule) entries.submodules.push(path);
      else if (/[a-zS]/.test(tag))
        entries.flagged.push({
          path,
          assumeUnchanged: tag === tag.toLowerCase(),
          skipWorktree: tag.toUpperCase() === 'S',
        });
    }
    entries.count++;
    at = end < 0 ? output.length : end + 1;
  }
  entries.submodules = [...new Set(entries.submodules)]; // An unmerged submodule has several entries.
  return entries;
}
