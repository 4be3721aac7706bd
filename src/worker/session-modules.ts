/**
 * Tells, with a worker's session, which files of the lab's code were loaded while it ran. Node only.
 * @module
 */
import { LaterModules } from '../environment/code/later';
import { programOf } from '../environment/program/program';
import type { WorkerSession } from '../model/environment';

/** A worker that is killed has told what it had loaded up to this time before. */
const EVERY_MS = 5_000;

/** The modules that are loaded during one worker's session. `end` never throws. */
export class SessionModules {
  readonly #modules: LaterModules;
  #timer: NodeJS.Timeout | undefined;

  /** @param folder of the code, where the lab names it */
  constructor(folder: string = programOf().folder) {
    this.#modules = new LaterModules(folder);
  }

  /** Looks from time to time while the session lasts; `tell` is asked to keep the session again when there is something. */
  watch(session: WorkerSession, tell: () => void): void {
    this.#timer = setInterval(() => {
      if (this.#note(session)) tell();
    }, EVERY_MS).unref();
  }

  /** Looks a last time, if it ever did. */
  end(session: WorkerSession): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#note(session);
  }

  /** True when the session has more to say than before. Never throws. */
  #note(session: WorkerSession): boolean {
    try {
      const later = this.#modules.news();
      if (later) session.loaded_later = later;
      return later !== undefined;
    } catch {
      return false;
    }
  }
}
