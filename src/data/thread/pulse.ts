/**
 * The position of the thread, which it writes and the worker reads: a thread that hangs in a call to the file
 * system cannot answer. Node only.
 * @module
 */

const BEATS = 0;
const JOB = 1;
const TARGET = 2;
const FIELDS = 3;

/** Counts in memory that both sides share. */
export class Pulse {
  readonly buffer: SharedArrayBuffer;
  readonly #fields: Int32Array;

  constructor(buffer = new SharedArrayBuffer(FIELDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.buffer = buffer;
    this.#fields = new Int32Array(buffer);
  }

  /** Shows that the thread makes progress. Called before and after everything that may hang. */
  beat(): void {
    Atomics.add(this.#fields, BEATS, 1);
  }

  /** Notes that the thread is at a target of a job. Job 0 means no job. */
  at(job: number, target = 0): void {
    Atomics.store(this.#fields, TARGET, target);
    Atomics.store(this.#fields, JOB, job);
    this.beat();
  }

  get beats(): number {
    return Atomics.load(this.#fields, BEATS);
  }

  get job(): number {
    return Atomics.load(this.#fields, JOB);
  }

  get target(): number {
    return Atomics.load(this.#fields, TARGET);
  }
}
