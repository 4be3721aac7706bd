/**
 * Places in what an activity was given and what it returned: `result.chi2`, `args[0].sample`, `result.files[3].path`. Filters name
 * them, labs name those that are indexed, and a store keeps the values there. [isolate-safe]
 * @module
 */
import { isJsonObject, type Json } from './json';
import { isMarkedValue, isUnreadable } from './unread-values';

/** A step into a value: a key of an object, or a place in a list, from 0. */
export type ValueStep = string | number;

/** A place in a result, or in the arguments, whose first step says which of them. */
export interface ValuePath {
  of: 'result' | 'args';
  steps: readonly ValueStep[];
}

/** A place with its full name: `temporal.result.chi2`. */
export interface NamedPlace {
  name: string;
  path: ValuePath;
}

/** Values that were taken from a whole value before it was cut, each with the full name of its place; null where nothing stood there. */
export type IndexedValues = readonly (readonly [place: string, value: Json])[];

const LIST_PLACE = /^\[(\d{1,9})\]$/;
/** A quote or a backslash in a key can't be written in the path of every database. */
const HOSTILE_KEY = /["\\\p{Cc}\p{Surrogate}]/u;

/** The step that a part of a name is: `[3]` is a place in a list. */
function stepOf(part: string): ValueStep {
  const place = LIST_PLACE.exec(part)?.[1];
  return place === undefined ? part : Number(place);
}

/** True for `[3]`, which no metadata field has in its path. */
export function isListPlace(part: string): boolean {
  return LIST_PLACE.test(part);
}

/**
 * The place that a name stands for, by its parts: `['temporal', 'result', 'chi2']`, `['args', '[0]', 'sample']`; undefined where it is
 * none. `short`: without `temporal`.
 */
export function valuePathOf(parts: readonly string[]): (ValuePath & { short: boolean }) | undefined {
  const short = parts[0] !== 'temporal';
  const [of, ...rest] = short ? parts : parts.slice(1);
  if (of !== 'result' && of !== 'args') return undefined;
  const steps = rest.map(stepOf);
  if (of === 'args' && typeof steps[0] !== 'number') return undefined;
  if (steps.some((step) => typeof step === 'string' && HOSTILE_KEY.test(step))) return undefined;
  return { of, steps, short };
}

/** The parts of a place's full name: `['temporal', 'args', '[0]', 'sample']`. */
export function partsOf({ of, steps }: ValuePath): string[] {
  return ['temporal', of, ...steps.map((step) => (typeof step === 'number' ? `[${step}]` : step))];
}

/** Where a place lies in the document that has it: the result of a stop stands in a list of one. */
export function documentSteps({ of, steps }: ValuePath): ValueStep[] {
  return of === 'result' ? ['temporal', 'result', 0, ...steps] : ['temporal', 'args', ...steps];
}

/** What stands at a place: values (of a list its elements), and whether something on the way could not be looked into. */
export interface SeenValues {
  values: Json[];
  unseen: boolean;
}

/**
 * What stands at the steps into a recorded value: through lists on the way, and through marks of what is no JSON (`{"$js": "Date",
 * "value": …}`). A list at the end is there itself, with its elements.
 */
export function seeValues(value: Json, steps: readonly ValueStep[]): SeenValues {
  const seen: SeenValues = { values: [], unseen: false };
  look(value, steps, seen);
  return seen;
}

function look(value: Json, steps: readonly ValueStep[], seen: SeenValues): void {
  if (isUnreadable(value)) seen.unseen = true;
  if (steps.length > 0) lookInto(value, steps, seen);
  else if (isMarkedValue(value)) look((value as { value: Json }).value, steps, seen);
  else seen.values.push(value, ...(Array.isArray(value) ? inside(value, seen) : []));
}

function lookInto(value: Json, [step, ...rest]: readonly ValueStep[], seen: SeenValues): void {
  if (isMarkedValue(value)) look((value as { value: Json }).value, [step!, ...rest], seen);
  else if (typeof step === 'number') {
    if (Array.isArray(value) && step < value.length) look(value[step]!, rest, seen);
  } else if (Array.isArray(value)) for (const item of value) look(item, [step!, ...rest], seen);
  else if (isJsonObject(value) && Object.hasOwn(value, step!)) look(value[step!]!, rest, seen);
}

function inside(list: readonly Json[], seen: SeenValues): Json[] {
  return list.flatMap((item) => {
    if (isUnreadable(item)) seen.unseen = true;
    return typeof item === 'object' ? [] : [item];
  });
}
