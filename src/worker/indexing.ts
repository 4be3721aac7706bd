/**
 * Keeps the index of the places that a lab names in results and arguments: it follows what is written while a worker runs, and what was
 * written before. In pages, with rests in between. Node only.
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

  /** Costs nothing where no place is named. */
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

  /** What the worker wrote last is indexed as well, as far as the time goes. Never rejects. */
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

/** Keeps no process alive. */
function pause(delay_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay_ms).unref());
}
