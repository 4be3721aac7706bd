/**
 * Derives links from what was written shortly before: in pages with pauses, never while the store is unavailable, and rarely
 * while records wait. One per store and process. The next process derives what a killed process left. Node only.
 * @module
 */
import { LINKING } from '../../model/limits';
import type { Linked } from '../../store/interface/linking';
import type { WriteRecord } from '../../store/interface/written';
import { PageSize } from '../../store/links/page-size';
import type { Deadline } from '../deadline';
import { bringsLinks } from './lineage-records';

/** The store whose links are derived. */
export interface LinkTargets {
  /** False if the store is unavailable, as far as is known. */
  mayLink(): boolean;
  /** True if no record waits to be written. */
  idle(): boolean;
  /** Derives one page. May reject. */
  link(limit: number): Promise<Linked>;
  /** A page failed. Must not throw. */
  linkFailed(error: unknown): void;
}

/** Receives written records. */
export interface LinkListener {
  /** Must not throw. */
  written(records: Iterable<WriteRecord>): void;
}

/** The loop of one store. It costs nothing if nothing is written. */
export class LinkLoop implements LinkListener {
  readonly #targets: LinkTargets;
  /** True if there may be links to derive. */
  #due = false;
  /** True if links wait for the end of an activity or an execution. */
  #waiting = false;
  readonly #size = new PageSize();
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #timer_due_ms = 0;
  #running: Promise<void> | undefined;
  #page: Promise<number | undefined> | undefined;
  #ended = false;

  constructor(targets: LinkTargets) {
    this.#targets = targets;
  }

  written(records: Iterable<WriteRecord>): void {
    if (this.#due || this.#ended) return;
    for (const record of records) {
      if (!bringsLinks(record, this.#waiting)) continue;
      this.begin();
      return;
    }
    this.#arm(LINKING.idle_after_ms);
  }

  /** Schedules a page, because the store may have links to derive. */
  begin(): void {
    if (this.#due || this.#ended) return;
    this.#due = true;
    this.#arm(LINKING.after_ms);
  }

  /** Derives what is due within the time. Never rejects. */
  async finish(deadline: Deadline): Promise<void> {
    while (this.#due && !this.#ended && deadline.left_ms > 0 && this.#targets.mayLink()) {
      const page = this.#nextPage();
      await deadline.wait(page);
      if (this.#failures > 0) return;
    }
  }

  /** Stops deriving. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  /** Schedules a page, unless an earlier one is scheduled. */
  #arm(delay_ms: number): void {
    const due_ms = performance.now() + delay_ms;
    if (this.#running || (this.#timer && this.#timer_due_ms <= due_ms)) return;
    clearTimeout(this.#timer);
    this.#timer_due_ms = due_ms;
    this.#timer = setTimeout(() => this.#run(), delay_ms).unref();
  }

  #run(): void {
    this.#timer = undefined;
    this.#due = true;
    this.#running ??= this.#untilDone().finally(() => {
      this.#running = undefined;
      if (this.#due && !this.#ended) this.#arm(this.#retry_ms);
    });
  }

  get #retry_ms(): number {
    if (this.#failures === 0) return LINKING.after_ms;
    return Math.min(LINKING.longest_retry_ms, LINKING.first_retry_ms * 2 ** Math.min(this.#failures, 30));
  }

  async #untilDone(): Promise<void> {
    while (this.#due && !this.#ended) {
      await this.#queueWritten();
      if (this.#ended || !this.#targets.mayLink()) return;
      const took_ms = await this.#nextPage();
      if (took_ms === undefined) return;
      await pause(took_ms * LINKING.rest_multiple);
    }
  }

  async #queueWritten(): Promise<void> {
    const until_ms = performance.now() + LINKING.patience_ms;
    while (!this.#ended && !this.#targets.idle() && performance.now() < until_ms)
      await pause(LINKING.look_ms);
  }

  /**
   * Derives one page; only one runs at a time.
   * @returns its duration in milliseconds; undefined if it failed
   */
  #nextPage(): Promise<number | undefined> {
    this.#page ??= this.#takePage().finally(() => {
      this.#page = undefined;
    });
    return this.#page;
  }

  async #takePage(): Promise<number | undefined> {
    const started_ms = performance.now();
    // Records that are written from here on may miss this page.
    this.#due = false;
    try {
      const { done, waiting } = await this.#targets.link(this.#size.links);
      this.#waiting = waiting;
      this.#due ||= !done;
      this.#failures = 0;
    } catch (error) {
      this.#due = true;
      this.#failures += 1;
      this.#targets.linkFailed(error);
      return undefined;
    }
    const took_ms = performance.now() - started_ms;
    this.#size.took(took_ms);
    return took_ms;
  }
}

/** Does not keep the process alive. */
function pause(delay_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delay_ms).unref());
}
