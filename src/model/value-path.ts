/**
 * Places in the arguments and the result of an activity: `result.chi2`, `args[0].sample`,
 * `result.files[3].path`. Filters name them, labs name those to index, and a store keeps their values.
 * [isolate-safe]
 * @module
 */
import { isJsonObject, type Json } from './json';
import { isMarkedValue, isUnreadable } from './unread-values';

/** A step into a value: a key of an object, or a position in a list, from 0. */
export type ValueStep = string | number;

/** A place in a result or in arguments. The first step shows which of them. */
export interface ValuePath {
  of: 'result' | 'args';
  steps: readonly ValueStep[];
}

/** A place with its full name: `temporal.result.chi2`. */
export interface NamedPlace {
  name: string;
  path: ValuePath;
}

/**
 * Values that were taken from a whole value before it was cut, each with the full name of its place; null if
 * nothing was there.
 */
export type IndexedValues = readonly (readonly [place: string, value: Json])[];

const LIST_PLACE = /^\[(\d{1,9})\]$/;
/** Some databases cannot express a quote or a backslash in the path of a key. */
const HOSTILE_KEY = /["\\\p{Cc}\p{Surrogate}]/u;

/** The step that a part of a name means: `[3]` is a position in a list. */
function stepOf(part: string): ValueStep {
  const place = LIST_PLACE.exec(part)?.[1];
  return place === undefined ? part : Number(place);
}

/** True for `[3]`, which no metadata field has in its path. */
export function isListPlace(part: string): boolean {
  return LIST_PLACE.test(part);
}

/**
 * The place that a name means, by its parts: `['temporal', 'result', 'chi2']`, `['args', '[0]', 'sample']`;
 * undefined if it means none. `short`: without `temporal`.
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

/** The steps to a place in its document. The result of a stop is in a list of one. */
export function documentSteps({ of, steps }: ValuePath): ValueStep[] {
  return of === 'result' ? ['temporal', 'result', 0, ...steps] : ['temporal', 'args', ...steps];
}

/**
 * The values at a place (for a list also its elements), and whether something on the path could not be read.
 */
export interface SeenValues {
  values: Json[];
  unseen: boolean;
}

/**
 * The values at the steps into a recorded value: through lists on the path, and through marks of values that
 * are not JSON (`{"$js": "Date", "value": …}`). If the steps end at a list, both the list and its elements are
 * returned.
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
