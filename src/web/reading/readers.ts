/**
 * Threads that read the store for the page: each question goes to one that is free, has a time limit, and a thread that is past
 * it is given up and replaced. Node only.
 *
 * This folder owns how the page reaches the store: no question runs in the thread that serves.
 * @module
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Labs } from '../../questions/scope';
import { READING } from '../limits';
import type { Question } from '../questions/question';
import type { Asked, Fault, Reply } from './protocol';

/** A question without an answer. */
export class Unanswered extends Error {
  readonly fault: Fault | { code: 'TIME_LIMIT' | 'BUSY'; message: string };

  constructor(fault: Unanswered['fault']) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Who answers questions. */
export interface Answering {
  /** @returns the answer as JSON text @throws (rejects) Unanswered */
  ask<Input>(question: Question<Input, unknown>, input: Input, labs: Labs): Promise<string>;
  close(): Promise<void>;
}

interface Waiting {
  asked: Asked;
  resolve(json: string): void;
  reject(error: Unanswered): void;
}

/** Starts threads as they are needed. */
export class Readers implements Answering {
  readonly #url: string;
  readonly #free: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #waiting: Waiting[] = [];
  #ids = 0;
  #given_up = 0;

  constructor(url: string) {
    this.#url = url;
  }

  ask<Input>(question: Question<Input, unknown>, input: Input, labs: Labs): Promise<string> {
    if (this.#waiting.length >= READING.waiting)
      return Promise.reject(
        new Unanswered({ code: 'BUSY', message: 'Too many questions wait. Try again in a moment.' }),
      );
    return new Promise((resolve, reject) => {
      const asked = { id: ++this.#ids, question: question.name, input, labs };
      this.#waiting.push({ asked, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => thread.terminate()));
  }

  #next(): void {
    const waiting = this.#waiting[0];
    if (!waiting) return;
    const thread = this.#free.pop() ?? (this.#all.size < READING.threads ? this.#start() : undefined);
    if (!thread) return;
    this.#waiting.shift();
    this.#give(thread, waiting);
  }

  #start(): Worker {
    const thread = new Worker(join(__dirname, 'thread.js'), {
      workerData: { url: this.#url },
      name: 'temporal-provenance page',
      execArgv: [],
    });
    this.#all.add(thread);
    thread.once('exit', () => this.#all.delete(thread));
    return thread;
  }

  #give(thread: Worker, { asked, resolve, reject }: Waiting): void {
    const done = (): void => {
      clearTimeout(timer);
      thread.off('message', onReply).off('error', onError);
    };
    const onReply = (reply: Reply): void => {
      done();
      this.#free.push(thread);
      if ('json' in reply) resolve(reply.json);
      else reject(new Unanswered(reply.fault));
      this.#next();
    };
    const onError = (error: Error): void => {
      done();
      this.#all.delete(thread);
      reject(new Unanswered({ code: 'FAULT', message: error.message }));
      this.#next();
    };
    const timer = setTimeout(() => {
      done();
      this.#giveUp(thread);
      reject(
        new Unanswered({ code: 'TIME_LIMIT', message: `No answer within ${READING.limit_ms / 1000} s.` }),
      );
      this.#next();
    }, READING.limit_ms);
    thread.on('message', onReply).on('error', onError);
    thread.postMessage(asked);
  }

  #giveUp(thread: Worker): void {
    this.#all.delete(thread);
    thread.on('error', () => undefined);
    this.#given_up++;
    void thread.terminate().then(() => this.#given_up--);
  }
}
