/**
 * Calls to a store that have no answer yet. A store that is stuck on them must not receive more. Node only.
 * @module
 */

/** Receives each answer and each failure, even after the deadline. Neither method may throw. */
export interface CallListener {
  answered(): void;
  callFailed(error: unknown): void;
}

/** The calls to one store. */
export class Unanswered {
  readonly #calls = new Set<Promise<unknown>>();
  readonly #listener: CallListener;

  constructor(listener: CallListener) {
    this.#listener = listener;
  }

  get none(): boolean {
    return this.#calls.size === 0;
  }

  watch<T>(action: () => Promise<T>): Promise<T> {
    const answer = action();
    const noted: Promise<void> = answer.then(
      () => {
        this.#calls.delete(noted);
        this.#listener.answered();
      },
      (error: unknown) => {
        this.#calls.delete(noted);
        this.#listener.callFailed(error);
      },
    );
    this.#calls.add(noted);
    return answer;
  }

  /** Resolves when the current calls have an answer or failed. */
  async all(): Promise<void> {
    await Promise.all(this.#calls);
  }
}
