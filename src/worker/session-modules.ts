/**
 * Records, with a worker's session, which files of the lab's code were loaded while it ran. Node only.
 * @module
 */
import { LaterModules } from '../environment/code/later';
import { programOf } from '../environment/program/program';
import type { WorkerSession } from '../model/environment';

/**
 * Interval between two reports. If a worker is killed, only the files that it loaded within this time are
 * missing.
 */
const EVERY_MS = 5_000;

/** The modules that are loaded during one worker's session. `end` never throws. */
export class SessionModules {
  readonly #modules: LaterModules;
  #timer: NodeJS.Timeout | undefined;

  /** @param folder of the code, if the lab names it */
  constructor(folder: string = programOf().folder) {
    this.#modules = new LaterModules(folder);
  }

  /**
   * Checks from time to time during the session. If there is something new, calls `notify`, which records the
   * session again.
   */
  watch(session: WorkerSession, notify: () => void): void {
    this.#timer = setInterval(() => {
      if (this.#note(session)) notify();
    }, EVERY_MS).unref();
  }

  /** Checks a last time, if watching had begun. */
  end(session: WorkerSession): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#note(session);
  }

  /** True if there is something new for the session. Never throws. */
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
