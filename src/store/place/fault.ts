/**
 * Permanent faults of a SQLite file's place: a folder that is missing, or that this user may not write. Waiting does not help.
 * The message says what to do. The place is rarely chosen on purpose: it is the folder in which a worker was started. Node only.
 * @module
 */
import { accessSync, constants, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { parseStoreUrl } from './location';

/** Returns the fault in one line; `undefined` if the place has no fault or the store is not a file. */
export function placeFault(url: string): string | undefined {
  const place = parseStoreUrl(url);
  if (place.dialect !== 'sqlite') return undefined;
  const fault = faultOf(place.path);
  if (fault === undefined) return undefined;
  return `The store ${place.location} ${fault}. Set another location, e.g. PROVENANCE_STORE=sqlite:/var/lib/provenance/provenance.db with a folder that this user can write (in a container a volume, with systemd StateDirectory=).`;
}

function faultOf(path: string): string | undefined {
  const folder = dirname(path);
  const there = statSync(folder, { throwIfNoEntry: false });
  if (!there?.isDirectory()) return 'lies in a folder that does not exist; create it first';
  const { R_OK, W_OK, X_OK } = constants;
  if (!allows(folder, R_OK | W_OK | X_OK))
    return `can't be written: ${userName()} may not write in the folder ${folder}`;
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return undefined;
  if (!file.isFile()) return 'is not a file; name a file';
  return allows(path, R_OK | W_OK) ? undefined : `can't be written: ${userName()} may not write the file`;
}

function allows(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function userName(): string {
  try {
    return `user ${userInfo().username}`;
  } catch {
    // A user id without an entry in the user database has no name.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
