/**
 * Adds faster alternatives to the problem of a search that took too long. Node only.
 * @module
 */

import type { FasterSearch } from '../../questions/hints/indexed';
import type { Labs } from '../../questions/scope';
import { fasterSearch } from '../questions/faster-search';
import type { Question } from '../questions/question';
import { type Answering, Unanswered } from './readers';

/** Asks questions, and adds alternatives to a timeout. */
export class Offering implements Answering {
  readonly #answering: Answering;

  constructor(answering: Answering) {
    this.#answering = answering;
  }

  async ask<Input>(question: Question<Input, unknown>, input: Input, labs: Labs): Promise<string> {
    try {
      return await this.#answering.ask(question, input, labs);
    } catch (error) {
      const { where } = (input ?? {}) as { where?: unknown };
      if (!(error instanceof Unanswered) || error.fault.code !== 'TIME_LIMIT') throw error;
      if (typeof where !== 'string' || where === '') throw error;
      const instead = await this.#instead(where, labs);
      throw instead ? new Unanswered({ ...error.fault, instead }) : error;
    }
  }

  close(): Promise<void> {
    return this.#answering.close();
  }

  /** Returns the alternatives to a filter; undefined for filters of executions, whose fields differ. */
  async #instead(where: string, labs: Labs): Promise<FasterSearch | undefined> {
    try {
      return JSON.parse(await this.#answering.ask(fasterSearch, { where }, labs)) as FasterSearch;
    } catch {
      return undefined;
    }
  }
}
