/**
 * Passes documents to subscribers after their commit, in order. Each subscriber has its own bounded queue and its own copies. One
 * that throws, hangs or changes a document affects neither runs nor other subscribers. Node only.
 * @module
 */

import type { EmittedDocument } from '../../model/documents';
import { NOTICES } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';
import type { Losses } from './losses';

/** Receives each document. If it returns a promise, the next document waits for it. Its errors are counted. */
export type Subscriber = (name: EmittedDocument['name'], document: EmittedDocument['document']) => unknown;

/** A document on its way. It is composed only when a subscriber takes it. */
export interface Emission {
  name: EmittedDocument['name'];
  bytes: number;
  compose: () => EmittedDocument['document'];
}

/** The subscribers of one recorder. An error of a subscriber is counted as a loss. */
export class Emitter {
  readonly #lanes: Lane[] = [];
  readonly #losses: Losses;

  constructor(losses: Losses) {
    this.#losses = losses;
  }

  /** False if there is no subscriber, so no document is needed. */
  get active(): boolean {
    return this.#lanes.length > 0;
  }

  subscribe(subscriber: Subscriber): void {
    this.#lanes.push(new Lane(subscriber, this.#losses));
  }

  emit(emission: Emission): void {
    for (const lane of this.#lanes) lane.push(emission);
  }

  /** Resolves when all subscribers have received all documents, or the time is over. */
  async flush(timeout_ms: number): Promise<void> {
    const drained = Promise.all(this.#lanes.map((lane) => lane.drained()));
    await withTimeout(drained, timeout_ms, () => undefined);
  }
}

class Lane {
  readonly #subscriber: Subscriber;
  readonly #losses: Losses;
  readonly #queue: Emission[] = [];
  #bytes = 0;
  #draining: Promise<void> | undefined;

  constructor(subscriber: Subscriber, losses: Losses) {
    this.#subscriber = subscriber;
    this.#losses = losses;
  }

  push(emission: Emission): void {
    if (this.#bytes + emission.bytes > NOTICES.subscriber_bytes) {
      this.#losses.add('subscriber-slow', 'a subscriber is too slow and missed documents');
      return;
    }
    this.#queue.push(emission);
    this.#bytes += emission.bytes;
    this.#draining ??= this.#drain();
  }

  drained(): Promise<void> {
    return this.#draining ?? Promise.resolve();
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // Waits one turn of the event loop: subscribers must not delay answers to openings.
      await new Promise(setImmediate);
      for (const { name, bytes, compose } of this.#queue.splice(0, NOTICES.documents_per_turn)) {
        try {
          const taken = this.#subscriber(name, compose());
          if (isThenable(taken)) await taken;
        } catch (error) {
          this.#losses.add(
            'subscriber',
            `a subscriber threw ${error instanceof Error ? error.name : typeof error}`,
          );
        }
        this.#bytes -= bytes;
      }
    }
    this.#draining = undefined;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
