/**
 * Whether a spool's folder could be used, tried out before it is needed: what the system refuses is known only when it is asked.
 * Nothing stays on the disk. Node only.
 * @module
 */
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { assertOwnFolder } from './folder';

/** Why the folder can't be used as a spool (of the store at this location); `undefined`: it can. Never rejects. */
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

/** It, or the folder in which it would be made. */
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
