/**
 * The order of commits: its end, polled once for all listeners, and its pages. Node only.
 * @module
 */
import type { Changes } from '../../../questions/changes';
import type { Labs } from '../../../questions/scope';
import { EVENTS } from '../../limits';
import { changes, lastState } from '../../questions/changes';
import type { Answering } from '../../reading/readers';

interface Waiting {
  beyond: number;
  resolve(moved: boolean): void;
}

/** The order of commits, shared by all listeners. */
export class Order {
  readonly #answering: Answering;
  readonly #waiting = new Set<Waiting>();
  readonly #parts = new Map<string, Promise<Changes>>();
  #looking = false;

  constructor(answering: Answering) {
    this.#answering = answering;
  }

  /** Returns the state id of the last transaction. @throws (rejects) Unanswered */
  async end(): Promise<number> {
    const answer = await this.#answering.ask(lastState, {}, { lab: 'default' });
    return (JSON.parse(answer) as { state_id: number }).state_id;
  }

  /** Returns the changes after a position. Listeners at the same position share the answer. @throws (rejects) Unanswered */
  part(after: string, labs: Labs): Promise<Changes> {
    const key = JSON.stringify([after, labs.only_lab, labs.confined]);
    const known = this.#parts.get(key);
    if (known) return known;
    const input = { after, limit: EVENTS.part_documents, kinds: undefined };
    const answer = this.#answering.ask(changes, input, labs).then((json) => JSON.parse(json) as Changes);
    this.#parts.set(key, answer);
    // The next caller needs a fresh answer.
    const forget = () => this.#parts.delete(key);
    answer.then(forget, forget);
    return answer;
  }

  /** Waits for a commit after a state. @returns false after the timeout */
  async beyond(state_id: number, limit_ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const waiting: Waiting = { beyond: state_id, resolve: () => undefined };
    const moved = new Promise<boolean>((resolve) => {
      waiting.resolve = resolve;
      timer = setTimeout(() => resolve(false), limit_ms);
    });
    this.#waiting.add(waiting);
    this.#look();
    return moved.finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(waiting);
    });
  }

  #look(): void {
    if (this.#looking) return;
    this.#looking = true;
    void this.#lookOn().finally(() => {
      this.#looking = false;
    });
  }

  /** Polls while there are waiters. */
  async #lookOn(): Promise<void> {
    while (this.#waiting.size > 0) {
      // The error of the store is reported to the next caller that reads a page.
      const end = await this.end().catch(() => Number.POSITIVE_INFINITY);
      for (const { beyond, resolve } of this.#waiting) if (end > beyond) resolve(true);
      await new Promise((resolve) => setTimeout(resolve, EVENTS.poll_ms).unref());
    }
  }
}
