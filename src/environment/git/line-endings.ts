/**
 * Finds line endings on disk that a checkout would not produce. Git considers such files unchanged, since it
 * compares them in their stored form. But a shell script may run with one kind of line ending and not with the
 * other. Node.
 * @module
 */
import type { JsonObject } from '../../model/json';
import type { Git, GitVariables } from './client';
import type { GitConfig } from './config';
import type { IndexEntries } from './index-entries';
import { recordedPath } from './paths';

/** Files that a checkout would not reproduce byte by byte. */
export interface LineEndings {
  /** Files whose line endings on disk are not those of a checkout: path, `eol` (`lf`, `crlf`, `mixed`). */
  files: JsonObject[];
  /** Why the list is incomplete. */
  reason?: string;
}

/** Settings that decide about line endings, with git's own defaults filled in. */
interface Conversion extends JsonObject {
  autocrlf: string;
  eol: string;
}

/** The largest number of files in a repository that is compared: each file is read once more. */
const COMPARED_FILES = 20_000;
const NAMED_FILES = 1000;

const LIST = ['ls-files', '--eol', '--full-name', '-z', '--', ':/'];

/** The meaning of `core.autocrlf` and `core.eol` in this repository. */
export function conversionOf(config: GitConfig): Conversion {
  const autocrlf = config.get('core.autocrlf')?.at(-1)?.toLowerCase() ?? 'false';
  const eol = config.get('core.eol')?.at(-1)?.toLowerCase();
  const native = process.platform === 'win32' ? 'crlf' : 'lf';
  const on = /^(true|yes|on|1)$/.test(autocrlf);
  return {
    autocrlf: on ? 'true' : autocrlf === 'input' ? 'input' : 'false',
    eol: eol === 'lf' || eol === 'crlf' ? eol : native,
  };
}

/**
 * Compares the files if git converts any, by attributes or `core.autocrlf`. Otherwise files are on disk as they
 * are stored.
 */
export async function readLineEndings(
  git: Git,
  config: GitConfig,
  entries: IndexEntries,
  variables?: GitVariables,
): Promise<LineEndings> {
  const conversion = conversionOf(config);
  if (!entries.attributes && conversion.autocrlf === 'false') return { files: [] };
  if (entries.count > COMPARED_FILES) return { files: [], reason: 'not_compared' };
  const output = await git.readPaths(LIST, variables);
  const files = output.split('\0').flatMap((record) => compare(record, conversion));
  if (files.length <= NAMED_FILES) return { files };
  return { files: files.slice(0, NAMED_FILES), reason: 'truncated' };
}

/** Reads `i/lf w/crlf attr/text=auto eol=crlf \t<path>`: the index, the work tree, and the attributes. */
function compare(record: string, conversion: Conversion): JsonObject[] {
  const found = /^i\/(\S*)\s+w\/(\S*)\s+attr\/([^\t]*)\t(.*)$/s.exec(record);
  if (!found) return [];
  const [, stored = '', disk = '', attributes = '', path = ''] = found;
  const expected = stored === 'lf' && becomesCrlf(attributes, conversion) ? 'crlf' : stored;
  if (disk === '' || disk === expected) return [];
  return [{ ...recordedPath(path), eol: disk }];
}

/** True if a checkout writes CRLF for LF (gitattributes(5)). */
function becomesCrlf(attributes: string, { autocrlf, eol }: Conversion): boolean {
  const words = attributes.trim().split(/\s+/);
  if (words.includes('-text')) return false;
  if (words.includes('eol=crlf')) return true;
  if (words.includes('eol=lf')) return false;
  if (autocrlf !== 'false') return autocrlf === 'true';
  return words.some((word) => word === 'text' || word === 'text=auto') && eol === 'crlf';
}
