/**
 * Checks the inputs of the durable operations before anything is done. An operation that ignored a misspelled
 * field would do something else than requested, and report success. [isolate-safe]
 * @module
 */
import { ApplicationFailure } from '@temporalio/workflow';
import { INPUT_REFUSED } from '../activities/types';
import { nearestName } from '../src/model/nearest-name';

/** The type of an input's field. `progress` is what a workflow gives itself when it continues as new. */
type FieldForm = 'milliseconds' | 'count' | 'text' | 'query' | 'progress';

/** Every field of an input, each with its type. */
export type InputForm<Input> = { readonly [field in keyof Required<Input>]: FieldForm };
type Form = Readonly<Record<string, FieldForm>>;

const FORMS: Readonly<Record<FieldForm, { words: string; holds: (value: unknown) => boolean }>> = {
  milliseconds: { words: 'a number of milliseconds', holds: (value) => isNumber(value) && value >= 0 },
  count: {
    words: 'a whole number from 1',
    holds: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
  },
  text: {
    words: 'a non-empty text',
    holds: (value) => typeof value === 'string' && value.trim() !== '',
  },
  // An empty query means all executions.
  query: { words: 'a text', holds: (value) => typeof value === 'string' },
  progress: { words: 'the progress that the workflow passes on when it continues', holds: isObject },
};

/** @throws ApplicationFailure, non-retryable, that names the field */
export function checkInput(workflow: string, form: Form, input: unknown): void {
  if (!isObject(input)) throw refused(workflow, `its input is not an object with ${named(form)}`);
  for (const [name, value] of Object.entries(input)) {
    const field = Object.hasOwn(form, name) ? form[name] : undefined;
    if (field === undefined)
      throw refused(workflow, `'${name}' is not a field of its input${hint(form, name)}`);
    if (value !== undefined && !FORMS[field].holds(value))
      throw refused(workflow, `'${name}' is not ${FORMS[field].words}`);
  }
}

/** The failure of a workflow whose input is wrong. It is non-retryable. */
export function refused(workflow: string, why: string): ApplicationFailure {
  return ApplicationFailure.create({
    type: INPUT_REFUSED,
    message: `The workflow '${workflow}' did nothing: ${why}.`,
    nonRetryable: true,
  });
}

function hint(form: Form, name: string): string {
  const near = nearestName(name, fields(form));
  return near === undefined ? `; it takes ${named(form)}` : `; '${near}' was probably meant`;
}

function named(form: Form): string {
  return fields(form).join(', ');
}

function fields(form: Form): string[] {
  return Object.keys(form).filter((name) => form[name] !== 'progress');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
