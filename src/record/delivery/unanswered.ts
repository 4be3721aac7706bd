/**
 * Calls to a store that have no answer yet: a store that is stuck on them must not be given more. Node only.
 * @module
 */

export class Unanswered {
  readonly #calls = new Set<Promise<unknown>>();
  readonly #answered: () => void;
  readonly #failed: (error: unknown) => void;

  /** Told of each answer and each failure, late as it may be. Neither must throw. */
  constructor(answered: () => void, failed: (error: unknown) => void) {
    this.#answered = answered;
    this.#failed = failed;
  }

  get none(): boolean {
    return this.#calls.size === 0;
  }

  watch<T>(action: () => Promise<T>): Promise<T> {
    const answer = action();
    const noted: Promise<void> = answer.then(
      () => {
        this.#calls.delete(noted);
        this.#answered();
      },
      (error: unknown) => {
        this.#calls.delete(noted);
        this.#failed(error);
      },
    );
    this.#calls.add(noted);
    return answer;
  }

  /** Resolves when those that are open now have an answer, or failed. */
  async all(): Promise<void> {
    await Promise.all(this.#calls);
  }
}
