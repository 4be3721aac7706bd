/**
 * Digests of the files that started the process. Git usually ignores `dist/`, so a clean commit alone does not
 * prove that this is the code that runs. Node.
 * @module
 */
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { JsonObject } from '../../model/json';
import type { Probe } from '../findings';
import { digestFile } from '../git/untracked';
import { packageFolder, readManifest } from './program';

/**
 * The probe; `entry` names further files (a bundle, a model's code), relative to `cwd`.
 * @param main the file with which Node was started; '' for none
 */
export function entryProbe(entry: readonly string[] = [], main = process.argv[1] ?? ''): Probe {
  return {
    fields: ['code.entry', 'code.package'],
    async run(context, findings) {
      const started = main === '' ? [] : [main];
      const paths = [...new Set([...started, ...entry].map((path) => resolve(context.cwd, path)))];
      const read = await Promise.all(paths.map((path) => readEntry(context.cwd, path)));
      const entries = read.filter((found) => found !== undefined);
      entries.sort((a, b) => (String(a.path) < String(b.path) ? -1 : 1));
      findings.take('code.entry', entries.length > 0 ? entries : undefined, 'not_found');
      if (read.length > entries.length) findings.remark('code.entry', 'not_found');
      findings.take('code.package', packageOf(context.cwd), 'not_found');
    },
  };
}

/** Undefined if there is no package around the folder, or one without a name. */
function packageOf(folder: string): JsonObject | undefined {
  const { name, version } = readManifest(packageFolder(folder) ?? folder) ?? {};
  if (typeof name !== 'string') return undefined;
  return { name, ...(typeof version === 'string' && { version }) };
}

/**
 * The recorded path: relative to the code. An entry outside the code (a test runner, a global tool) is named
 * from its last `node_modules` on, or by its name alone. The place of an installation is not part of the code.
 */
function entryName(cwd: string, path: string): string {
  const inside = relative(cwd, path);
  if (!inside.startsWith('..') && !isAbsolute(inside)) return inside.split(sep).join('/');
  const parts = path.split(sep);
  const at = parts.lastIndexOf('node_modules');
  return parts.slice(at < 0 ? -1 : at).join('/');
}

async function readEntry(cwd: string, path: string): Promise<JsonObject | undefined> {
  try {
    // Node adds the extension (`node dist/worker`).
    const file = await realpath(path).catch(() => realpath(`${path}.js`));
    return { path: entryName(await realpath(cwd), file), sha256: await digestFile(file) };
  } catch {
    return undefined;
  }
}
