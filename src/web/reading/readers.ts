/**
 * The threads that read the store for the page. Each question runs in a free thread with a time limit. A thread that exceeds it is
 * abandoned and replaced. Node only.
 *
 * This folder owns the access of the page to the store: no question runs in the thread of the server.
 * @module
 */
import type { Installation, Labs } from '../../questions/scope';
import { READING } from '../limits';
import type { Question } from '../questions/question';
import { type AskMessage, type Fault, mayBeSlow, type Reading } from './protocol';
import { Reader } from './reader';

/** The error of a question without an answer. */
export class Unanswered extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Answers questions. */
export interface Answering {
  /** @returns the answer as JSON text @throws (rejects) Unanswered */
  ask<Input>(question: Question<Input, unknown>, input: Input, labs: Labs): Promise<string>;
  close(): Promise<void>;
}

interface Waiting {
  message: AskMessage;
  slow: boolean;
  resolve(json: string): void;
  reject(error: Unanswered): void;
}

/** Starts a thread of each kind at once, and more if needed. One thread is reserved for quick questions. */
export class Readers implements Answering {
  readonly #reading: Reading;
  readonly #free: Reader[];
  /** The busy threads, each with true if its question is slow. */
  readonly #busy = new Map<Reader, boolean>();
  readonly #waiting: Waiting[] = [];
  #ids = 0;
  /** The number of threads that were closed but have not ended. */
  #given_up = 0;
  #closed = false;

  /** @param limit_ms the maximum time for one question */
  constructor(installation: Installation, limit_ms: number = READING.limit_ms) {
    this.#reading = { installation, limit_ms };
    // See docs/decisions/0018.
    this.#free = [new Reader(this.#reading), new Reader(this.#reading)];
  }

  ask<Input>(question: Question<Input, unknown>, input: Input, labs: Labs): Promise<string> {
    if (this.#closed) return Promise.reject(new Unanswered(ENDING));
    if (this.#waiting.length >= READING.waiting) return Promise.reject(new Unanswered(BUSY));
    return new Promise((resolve, reject) => {
      const message = { id: ++this.#ids, question: question.name, input, labs };
      const waiting = { message, slow: mayBeSlow(question, input), resolve, reject };
      this.#waiting.push(waiting);
      this.#giveWork();
      if (this.#waiting.includes(waiting)) this.#boundWaiting(waiting);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new Unanswered(ENDING));
    const readers = [...this.#free.splice(0), ...this.#busy.keys()];
    await Promise.all(readers.map((reader) => reader.end()));
  }

  #boundWaiting(waiting: Waiting): void {
    setTimeout(() => {
      const at = this.#waiting.indexOf(waiting);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      waiting.reject(new Unanswered(BUSY));
    }, this.#reading.limit_ms).unref();
  }

  /** Gives waiting questions to threads in their order. Quick questions overtake slow ones that have no thread. */
  #giveWork(): void {
    for (let at = 0; at < this.#waiting.length; ) {
      const waiting = this.#waiting[at]!;
      const reader = this.#readerFor(waiting);
      if (!reader) {
        if (!waiting.slow) return;
        at++;
        continue;
      }
      this.#waiting.splice(at, 1);
      void this.#give(reader, waiting);
    }
  }

  #readerFor({ slow }: Waiting): Reader | undefined {
    const slow_ones = [...this.#busy.values()].filter(Boolean).length;
    if (slow && slow_ones >= READING.threads - READING.quick_threads) return undefined;
    const free = this.#free.pop();
    if (free) return free;
    const threads = this.#busy.size + this.#given_up;
    return this.#busy.size < READING.threads && threads < READING.threads + READING.given_up
      ? new Reader(this.#reading)
      : undefined;
  }

  async #give(reader: Reader, { message, slow, resolve, reject }: Waiting): Promise<void> {
    this.#busy.set(reader, slow);
    const reply = await reader.answer(message);
    this.#busy.delete(reader);
    if ('json' in reply) resolve(reply.json);
    else reject(new Unanswered(reply.fault));
    if (reader.usable && !this.#closed) this.#free.push(reader);
    else this.#giveUp(reader);
    this.#giveWork();
  }

  /** Closes a thread. It counts until it has ended, because the database may hold it until its statement ends. */
  #giveUp(reader: Reader): void {
    this.#given_up++;
    void reader.end().then(() => {
      this.#given_up--;
      this.#giveWork();
    });
  }
}

const BUSY: Fault = { code: 'BUSY', message: 'Too many requests wait. Try again in a moment.' };
const ENDING: Fault = { code: 'BUSY', message: 'The server is shutting down.' };
