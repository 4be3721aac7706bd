/**
 * Code that a process loads after its environment was captured: told with the session, since the runs before it ran without.
 * ES modules that are loaded by a computed name stay unseen; the environment names such places. Node.
 * @module
 */
import type { LoadedLater } from '../../model/environment';
import { readCodeFile } from './files';
import { loadedModules } from './modules';
import { codeName, codePlace } from './names';
import { isOwnCode } from './walk';

/** Files that are told of one session. */
const FILES = 200;

/** What captures of this process have compared. */
const compared = new Set<string>();

/** The capture has compared these files: they are not reported as loaded later. */
export function noteCompared(paths: Iterable<string>): void {
  for (const path of paths) compared.add(path);
}

/** Collects what is loaded while a session lasts. */
export class LaterModules {
  readonly #folder: string;
  readonly #seen = new Set<string>();
  readonly #found: LoadedLater[] = [];

  /** @param folder of the code */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All that was loaded since the environment was captured, when there is more than at the last question. */
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
