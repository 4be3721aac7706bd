/**
 * Tests whether a spool's folder can be used, before it is needed. Only an actual attempt shows what the system refuses. Nothing
 * stays on the disk. Node only.
 * @module
 */
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { assertOwnFolder } from './folder';

/** Returns why the folder can't be used as the spool of the store at this location; `undefined` if it can. Never rejects. */
export async function tryFolder(folder: string, store?: string): Promise<string | undefined> {
  try {
    const at = await nearestThatExists(folder);
    if (at === folder) await assertOwnFolder(folder, store);
    const made = await fs.mkdtemp(join(at, `.${basename(folder)}.trial-`));
    await fs.rmdir(made);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Returns the folder, or the existing folder in which it would be created. */
async function nearestThatExists(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      await fs.stat(at);
      return at;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' || dirname(at) === at) throw error;
    }
  }
}
