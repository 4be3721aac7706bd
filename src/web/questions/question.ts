/**
 * What a question of the page and of its API is: an address, what it takes, what it answers. A question runs in a thread
 * that reads the store; its answer is JSON. Node only.
 *
 * This folder owns the questions that the API has, one a file, over `src/questions`. Pages show answers of these, so what a page
 * shows can be had as JSON.
 * @module
 */
import type { z } from 'zod';
import type { Scope } from '../../questions/scope';
import type { KeptFile } from '../api/file';
import type { CsvForm } from '../csv/form';

/** A question. `Input` is what `input` makes of an address; `Answer` is JSON. */
export interface Question<Input, Answer> {
  /** Unique, in camel case: the operation's id in the API's description. */
  name: string;
  /** Below `/api/v1`, with parameters in braces: `/runs/{ref}`. A parameter may hold no `/`; others are written `{ref+}`. */
  path: string;
  /** One line: what is asked. */
  summary: string;
  /** An object with the path's parameters and the query's, which come as text. */
  input: z.ZodType<Input>;
  /**
   * Whether it may take seconds. Such a one waits for others of its kind, so that quick ones don't.
   * @defaultValue true with a filter (`where`), which may read every run, false without one
   */
  slow?: boolean;
  /** The shape of the answer: describes the API, and is checked by tests, not at run time. */
  answer: z.ZodType;
  /**
   * The answer as a CSV file, at the same path with `format=csv`: `csv: csvOfItems([['uid', ({ start }) => start.uid], …])` for a list
   * (`items`, `next`). The input of a list has `limit` and `after`: the file is read part by part. A page links to it by `to.csv(path,
   * parameters)`.
   */
  csv?: CsvForm<Input, Answer>;
  /** The answer is bytes: the API sends these, and the answer itself passes between threads alone. */
  file?(answer: Answer): KeptFile;
  /**
   * @throws (rejects) ProvenanceError: `NOT_FOUND` becomes 404; `FILTER_INVALID`, `REFERENCE_INVALID` and `AMBIGUOUS` 400; a code of
   *   the store 503
   */
  ask(scope: Scope, input: Input): Promise<Answer>;
}

/** A question whose input and answer nobody looks into. */
export type AnyQuestion = Question<never, unknown>;

/** Gives a question its types. */
export function question<Input, Answer>(given: Question<Input, Answer>): Question<Input, Answer> {
  return given;
}

/** A part of a list: where the next begins, and what a reader should know of it. */
export interface Part<Item> {
  items: Item[];
  /** `after` of the next part; absent: this is the last. */
  next?: string;
  /** Sentences that belong beside the answer. */
  remarks: string[];
}
