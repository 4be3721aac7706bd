/**
 * The calling side of the store's thread: numbered calls with deadlines. After the thread has ended, a new one is started after a
 * growing pause. Messages to an ended thread are lost silently, so its end fails all waiting calls. Node only.
 * @module
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ProvenanceError, type ProvenanceErrorCode } from '../../errors';
import type { SessionOptions } from './session';

/** A call as it is sent to the thread. */
export type ThreadCall = [id: number, method: string, ...args: unknown[]];

/** The reason of a failed call. */
export interface ThreadFault {
  code: ProvenanceErrorCode;
  message: string;
  /** The driver's message. */
  detail?: string;
}

/** An answer as the thread sends it. */
export type ThreadReply = [id: number, fault: ThreadFault | null, result?: unknown];

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: ProvenanceError) => void;
  timer: NodeJS.Timeout;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** The callers' view of a store's thread. */
export class StoreThread {
  readonly #options: SessionOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastId = 0;
  #failures = 0;
  #startAfter = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** @throws (rejects) with the store's error; STORE_UNREACHABLE if the thread ended; STORE_BUSY after the deadline. */
  call<T>(method: string, args: readonly unknown[], deadline_ms: number): Promise<T> {
    if (this.#closed) return Promise.reject(this.#error('STORE_CLOSED', 'is closed'));
    return new Promise<T>((resolve, reject) => {
      const id = ++this.#lastId;
      const late = () => this.#settle(id)?.reject(this.#error('STORE_BUSY', 'did not answer in time'));
      const timer = setTimeout(late, deadline_ms);
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject, timer });
      this.#post([id, method, ...args]);
    });
  }

  async close(deadline_ms: number): Promise<void> {
    const worker = this.#worker;
    if (this.#closed) return;
    const closing = worker ? this.call('close', [], deadline_ms) : undefined;
    this.#closed = true;
    await closing?.catch(() => undefined);
    await worker?.terminate();
    this.#failAll('is closed', 'STORE_CLOSED');
  }

  #post(call: ThreadCall): void {
    const pause = this.#worker ? 0 : this.#startAfter - performance.now();
    const send = () => {
      if (this.#waiting.has(call[0])) this.#send(this.#worker ?? this.#start(), call);
    };
    if (pause > 0) setTimeout(send, pause);
    else send();
  }

  #send(worker: Worker, call: ThreadCall): void {
    worker.ref();
    try {
      worker.postMessage(call);
    } catch (cause) {
      this.#settle(call[0])?.reject(this.#error('STORE_UNREACHABLE', 'could not be sent a record', cause));
    }
  }

  #start(): Worker {
    const worker = new Worker(join(__dirname, 'thread.js'), {
      workerData: this.#options,
      name: 'temporal-provenance store',
      execArgv: [],
    });
    worker.on('message', (reply: ThreadReply) => this.#receive(reply));
    worker.on('error', (cause) => this.#ended(worker, cause));
    worker.on('exit', () => this.#ended(worker));
    this.#worker = worker;
    return worker;
  }

  #receive([id, fault, result]: ThreadReply): void {
    this.#failures = 0;
    const waiting = this.#settle(id);
    if (!fault) waiting?.resolve(result);
    else waiting?.reject(new ProvenanceError(fault.code, fault.message, { cause: fault.detail }));
  }

  #ended(worker: Worker, cause?: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const pause_ms = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS);
    // A monotonic clock: a corrected wall clock must not prevent the thread from starting.
    this.#startAfter = performance.now() + pause_ms;
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    this.#failAll(`lost its thread${why}`, 'STORE_UNREACHABLE', cause);
  }

  #failAll(words: string, code: ProvenanceErrorCode, cause?: unknown): void {
    for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(this.#error(code, words, cause));
  }

  /** Removes a call from the list. A process without waiting calls may exit. */
  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (this.#waiting.size === 0) this.#worker?.unref();
    return waiting;
  }

  #error(code: ProvenanceErrorCode, words: string, cause?: unknown): ProvenanceError {
    return new ProvenanceError(code, `The store ${this.#options.location} ${words}.`, { cause });
  }
}
