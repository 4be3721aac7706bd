/**
 * Code that a process loads after its environment was captured. It is recorded with the session, since earlier
 * runs did not have it. ES modules that are loaded by a computed name remain unseen; the environment names such
 * places. Node.
 * @module
 */
import type { LoadedLater } from '../../model/environment';
import { readCodeFile } from './files';
import { loadedModules } from './modules';
import { codeName, codePlace } from './names';
import { isOwnCode } from './walk';

/** The most files that are recorded for one session. */
const FILES = 200;

/** The files that captures of this process have compared. */
const compared = new Set<string>();

/** Notes that the capture has compared these files: they are not reported as loaded later. */
export function noteCompared(paths: Iterable<string>): void {
  for (const path of paths) compared.add(path);
}

/** Collects what is loaded during a session. */
export class LaterModules {
  readonly #folder: string;
  readonly #seen = new Set<string>();
  readonly #found: LoadedLater[] = [];

  /** @param folder of the code */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns all that was loaded since the environment was captured, if there is more than at the last call. */
  news(): LoadedLater[] | undefined {
    const later = loadedModules().filter(
      (path) => !compared.has(path) && !this.#seen.has(path) && !isOwnCode(path),
    );
    if (later.length === 0) return undefined;
    const place = codePlace(this.#folder);
    for (const path of later) {
      this.#seen.add(path);
      if (this.#found.length >= FILES) continue;
      this.#found.push({ path: codeName(path, place), sha256: readCodeFile(path).digest ?? null });
    }
    return [...this.#found];
  }
}
