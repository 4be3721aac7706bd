/**
 * Maintains the index of the places in results and arguments that a lab names. It follows what is written while
 * a worker runs, and indexes what was written before. It works in pages, with pauses in between. Node only.
 * @module
 */
import { INDEXING } from '../model/limits';
import { withTimeout } from '../model/with-timeout';
import type { Recorder } from '../record/recorder';

/** The index of one worker's places. */
export class IndexKeeper {
  readonly #places: readonly string[];
  readonly #recorder: Recorder;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #ended = false;

  /** @param places full names */
  constructor(places: readonly string[], recorder: Recorder) {
    this.#places = places;
    this.#recorder = recorder;
  }

  /** Does nothing if no place is named. */
  begin(): void {
    if (this.#places.length === 0) return;
    const follow = (): void => {
      this.#running ??= this.#follow().finally(() => {
        this.#running = undefined;
      });
    };
    follow();
    this.#timer = setInterval(follow, INDEXING.every_ms).unref();
  }

  /** Indexes the worker's last records, too, within the time limit. Never rejects. */
  async end(): Promise<void> {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#ended = true;
    await withTimeout(this.#last(), INDEXING.end_ms, () => undefined);
  }

  async #follow(): Promise<void> {
    while (!this.#ended && (await this.#recorder.indexValues(this.#places))) await pause(INDEXING.rest_ms);
  }

  async #last(): Promise<void> {
    const until_ms = performance.now() + INDEXING.end_ms;
    await this.#running;
    await this.#recorder.flush(INDEXING.end_ms);
    while (performance.now() < until_ms && (await this.#recorder.indexValues(this.#places)));
  }
}

/** Does not keep the process alive. */
function pause(delay_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay_ms).unref());
}
