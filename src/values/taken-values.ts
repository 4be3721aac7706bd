/**
 * Takes values at places that a lab names from the whole value, before it is cut, if the record contains less
 * of it. They are masked like the record. Node.
 * @module
 */

import type { Json } from '../model/json';
import { INDEXING } from '../model/limits';
import {
  type IndexedValues,
  type NamedPlace,
  seeValues,
  type ValuePath,
  type ValueStep,
} from '../model/value-path';
import type { Redactor } from '../redaction/redactor';
import { recordValue } from './fit';

/** Marks a place without a value. */
const ABSENT = Symbol('absent');

/** The places of one worker. */
export class TakenValues {
  readonly #places: readonly NamedPlace[];
  readonly #redactor: Redactor;

  constructor(places: readonly NamedPlace[], redactor: Redactor) {
    this.#places = places;
    this.#redactor = redactor;
  }

  /**
   * Takes values from `whole`, the results or arguments, if `recorded` contains less of them. Undefined if
   * there is nothing to take; null for a place without a value. Never throws.
   */
  of(of: ValuePath['of'], recorded: readonly Json[], whole: readonly unknown[]): IndexedValues | undefined {
    let taken: [string, Json][] | undefined;
    for (const { name, path } of this.#places) {
      if (path.of !== of) continue;
      const [at, steps] = of === 'result' ? [0, path.steps] : [path.steps[0] as number, path.steps.slice(1)];
      if (at >= recorded.length || !seeValues(recorded[at]!, steps).unseen) continue;
      const value = this.#take(whole[at], steps);
      if (value !== undefined) taken = [...(taken ?? []), [name, value]];
    }
    return taken;
  }

  /** Undefined if the value is masked, or too long to be taken. */
  #take(whole: unknown, steps: readonly ValueStep[]): Json | undefined {
    try {
      const found = reach(whole, steps);
      if (found === ABSENT) return null;
      // The value is masked under its names, because a name can make any value a secret.
      const names = steps.filter((step) => typeof step === 'string');
      const named = names.reduceRight<unknown>((value, name) => ({ [name]: value }), found);
      const recorded = recordValue(named, { value_bytes: INDEXING.value_bytes }, this.#redactor);
      const { values, unseen } = seeValues(recorded, names);
      return unseen ? undefined : values[0];
    } catch {
      return undefined;
    }
  }
}

/** The value at the steps. If a list is reached before a step into it, the values of all its elements. */
function reach(value: unknown, steps: readonly ValueStep[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const inside = json(value);
  if (Array.isArray(inside) && typeof step === 'string') {
    const found = inside.slice(0, INDEXING.list_values).map((item) => reach(item, steps));
    const there = found.filter((one) => one !== ABSENT);
    return there.length > 0 ? there : ABSENT;
  }
  if (typeof inside !== 'object' || inside === null || !Object.hasOwn(inside, step)) return ABSENT;
  return reach((inside as Record<string, unknown>)[step], rest);
}

/** Converts as the activity's result is sent: `toJSON` is applied. */
function json(value: unknown): unknown {
  const { toJSON } = (value ?? {}) as { toJSON?: unknown };
  return typeof toJSON === 'function' ? toJSON.call(value) : value;
}
