/**
 * Records thrown values of any kind: errors with their cause chain, Temporal's failures with their type and
 * details, strings, `undefined`, objects whose getters throw. Node.
 * @module
 */

import type { RecordedError } from '../model/documents';
import type { Redactor } from '../redaction/redactor';
import { headOf } from './digest';
import { recordValue, recordValues } from './fit';
import { type ValueLimits, valueLimits } from './limits';
import { classNameOf } from './names';

/**
 * Records an error. `type` is an `ApplicationFailure`'s own type, else the error's name, else its class; for
 * any other value the result of `typeof`. `details` are those of an `ApplicationFailure`, the errors of an
 * `AggregateError`, or a thrown object. Never throws.
 * @param limits Limits that differ from the defaults.
 * @param redactor Masks messages, stacks and details before they are cut.
 */
export function recordError(
  error: unknown,
  limits?: Partial<ValueLimits>,
  redactor?: Redactor,
): RecordedError {
  return new ErrorRecorder(valueLimits(limits), redactor).record(error);
}

/** The most errors of an `AggregateError` that are recorded. */
const MAX_ERRORS = 10;

class ErrorRecorder {
  readonly #seen = new Set<unknown>();
  /**
   * Characters left for all messages and stacks of the chain: a chain of giants is no larger than one of them.
   */
  #charactersLeft: number;
  readonly #limits: Readonly<ValueLimits>;
  readonly #redactor: Redactor | undefined;

  constructor(limits: Readonly<ValueLimits>, redactor: Redactor | undefined) {
    this.#limits = limits;
    this.#redactor = redactor;
    this.#charactersLeft = 8 * limits.text_characters;
  }

  record(error: unknown): RecordedError {
    try {
      return typeof error === 'object' && error !== null ? this.#object(error) : this.#other(error);
    } catch {
      return { type: 'unreadable', message: 'the thrown value could not be read' };
    }
  }

  #other(thrown: unknown): RecordedError {
    const message = typeof thrown === 'function' ? 'a function' : String(thrown);
    return { type: typeof thrown, message: this.#text(message) };
  }

  #object(error: object): RecordedError {
    this.#seen.add(error);
    const isError = error instanceof Error || typeof read(error, 'stack') === 'string';
    const message = read(error, 'message');
    const recorded: RecordedError = {
      type: this.#text(typeOf(error)).slice(0, 256),
      message: typeof message === 'string' ? this.#text(message) : '',
    };
    const stack = read(error, 'stack');
    if (typeof stack === 'string') recorded.stack = this.#text(stack);
    const nonRetryable = read(error, 'nonRetryable');
    if (typeof nonRetryable === 'boolean') recorded.non_retryable = nonRetryable;
    const details = isError ? this.#details(error) : [recordValue(error, this.#limits, this.#redactor)];
    if (details !== undefined) recorded.details = details;
    const cause = this.#cause(error);
    if (cause !== undefined) recorded.cause = cause;
    return recorded;
  }

  #details(error: object): RecordedError['details'] {
    const details = read(error, 'details');
    if (Array.isArray(details) && details.length > 0)
      return recordValues(details, this.#limits, this.#redactor);
    const errors = read(error, 'errors');
    if (!Array.isArray(errors) || errors.length === 0) return undefined;
    return recordValues(errors.slice(0, MAX_ERRORS).map(summary), this.#limits, this.#redactor);
  }

  #cause(error: object): RecordedError | undefined {
    const cause = read(error, 'cause');
    if (cause === undefined || cause === null) return undefined;
    if (this.#seen.has(cause)) return { type: 'circular', message: 'an error that is already in the chain' };
    if (this.#seen.size >= this.#limits.causes)
      return { type: 'deeper', message: 'further causes are not recorded' };
    return this.record(cause);
  }

  /** Masks a text, then cuts it. */
  #text(text: string): string {
    const limit = this.#limits.text_characters;
    const read = text.slice(0, Math.min(4 * limit, Math.max(limit / 8, this.#charactersLeft)));
    this.#charactersLeft -= read.length;
    const shown = this.#redactor === undefined ? read : this.#redactor.text(read).text;
    if (shown.length <= limit && read === text) return shown;
    // If the text was cut before it was masked, it may end with half of a secret.
    const head = shown.length > limit ? shown.slice(0, limit) : headOf(shown, shown.length - 1);
    return `${head}… [${text.length} characters]`;
  }
}

function typeOf(error: object): string {
  const type = read(error, 'type');
  if (typeof type === 'string' && type !== '' && error instanceof Error) return type;
  const name = read(error, 'name');
  return typeof name === 'string' && name !== '' ? name : classNameOf(error);
}

/** The short form of one of several errors. */
function summary(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  return { type: typeOf(error), message: read(error, 'message') };
}

function read(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}
