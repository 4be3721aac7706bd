/**
 * The client of one thread that reads the store. Node only.
 * @module
 */
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { READING } from '../limits';
import type { AskMessage, Fault, Reading, Reply } from './protocol';

const MIB = 1024 * 1024;

/** Answers one question at a time. */
export class Reader {
  readonly #thread: Worker;
  readonly #limit_ms: number;
  /** Resolves when the thread has loaded its code; this time does not count for a question. */
  readonly #ready: Promise<unknown>;
  #usable = true;

  constructor(reading: Reading) {
    this.#limit_ms = reading.limit_ms;
    this.#thread = new Worker(join(__dirname, 'thread.js'), {
      workerData: reading,
      name: 'temporal-provenance page',
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: READING.heap_bytes / MIB },
    });
    // Without a listener an error of an idle thread would end the process.
    this.#thread.on('error', () => undefined).once('exit', () => (this.#usable = false));
    this.#ready = once(this.#thread, 'message', { signal: AbortSignal.timeout(READING.start_ms) }).catch(
      () => undefined,
    );
    this.#thread.unref();
  }

  /** False after a timeout, or if the thread has ended: it must be closed. */
  get usable(): boolean {
    return this.#usable;
  }

  /** Asks a question. It never rejects; errors are returned as faults. */
  async answer(message: AskMessage): Promise<Reply> {
    await this.#ready;
    return this.#ask(message);
  }

  async end(): Promise<void> {
    this.#usable = false;
    await this.#thread.terminate();
  }

  #ask(message: AskMessage): Promise<Reply> {
    const thread = this.#thread;
    return new Promise((resolve) => {
      const finish = (reply: Reply): void => {
        clearTimeout(timer);
        thread.off('message', finish).off('error', failed).off('exit', exited);
        resolve(reply);
      };
      const lost = (fault: Fault): void => {
        this.#usable = false;
        finish({ id: message.id, fault });
      };
      const failed = (error: Error): void => lost(faultOf(error));
      const exited = (): void => lost({ code: 'FAULT', message: 'The thread that reads the store ended.' });
      const timer = setTimeout(() => lost(tooSlow(this.#limit_ms)), this.#limit_ms);
      thread.on('message', finish).on('error', failed).on('exit', exited);
      if (!this.#usable) return exited();
      thread.postMessage(message);
    });
  }
}

function tooSlow(limit_ms: number): Fault {
  return { code: 'TIME_LIMIT', message: `No answer within ${limit_ms / 1000} s.` };
}

function faultOf(error: Error): Fault {
  if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY')
    return {
      code: 'ANSWER_TOO_LARGE',
      message: 'The answer is too large for this server. Request fewer items with `limit`.',
    };
  return { code: 'FAULT', message: error.message };
}
