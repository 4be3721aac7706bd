/**
 * The interface of a question of the page and of its API: address, input, answer. A question runs in a thread that reads the
 * store; its answer is JSON. Node only.
 *
 * This folder owns the questions of the API, one per file, on top of `src/questions`. Pages show their answers, so everything on
 * a page is available as JSON.
 * @module
 */
import type { z } from 'zod';
import type { Scope } from '../../questions/scope';
import type { KeptFile } from '../api/file';
import type { CsvForm } from '../csv/form';

/** A question. `input` parses an address to `Input`; `Answer` is JSON. */
export interface Question<Input, Answer> {
  /** A unique name in camel case: the operation id in the API's description. */
  name: string;
  /** The path below `/api/v1`, with parameters in braces: `/runs/{ref}`. Only a parameter like `{ref+}` may contain `/`. */
  path: string;
  /** A summary in one line. */
  summary: string;
  /** The schema of the path and query parameters, which are text. */
  input: z.ZodType<Input>;
  /**
   * True if it may take seconds. Slow questions wait for each other, so that quick ones do not wait.
   * @defaultValue true with a filter (`where`), which may read every run, false without one
   */
  slow?: boolean;
  /** The shape of the answer. It describes the API; tests check it, but not the running server. */
  answer: z.ZodType;
  /**
   * The answer as a CSV file, at the same path with `format=csv`: `csv: csvOfItems([['uid', ({ start }) => start.uid], …])` for a list
   * (`items`, `next`). The input of a list has `limit` and `after`: the file is read page by page. A page links to it by `to.csv(path,
   * parameters)`.
   */
  csv?: CsvForm<Input, Answer>;
  /** Set if the answer is bytes, which the API sends; the answer itself only passes between threads. */
  file?(answer: Answer): KeptFile;
  /**
   * @throws (rejects) ProvenanceError: `NOT_FOUND` becomes 404; `FILTER_INVALID`, `REFERENCE_INVALID` and `AMBIGUOUS` 400; a code of
   *   the store 503
   */
  ask(scope: Scope, input: Input): Promise<Answer>;
}

/** A question with an opaque input and answer. */
export type AnyQuestion = Question<never, unknown>;

/** Gives a question its types. */
export function question<Input, Answer>(given: Question<Input, Answer>): Question<Input, Answer> {
  return given;
}

/** A page of a list: the start of the next page, and remarks. */
export interface Part<Item> {
  items: Item[];
  /** `after` for the next page; absent on the last page. */
  next?: string;
  /** Remarks on the answer. */
  remarks: string[];
}
