/**
 * Detects which results, or parts of them, are passed on in a workflow. An object that an activity returned is
 * recognised by its identity, and so is each object in it; a meaningful string is recognised by its text.
 * Memory only, the same in each replay, and no result is kept alive. [isolate-safe]
 * @module
 */
import { keysBelow } from '../../../src/lineage/json-path';
import { ARGUMENT_WALK, RESULT_WALK } from '../../../src/model/flow-limits';
import type { PassedPart } from '../../../src/temporal/lineage-header';
import { Finding, type FoundPlace, type StringLookup } from './finding';
import { type Marks, OriginMarking, OutsideMarking } from './marking';
import { type Mark, type Origin, rootMark, UNKNOWN } from './origin';
import { StringTable } from './strings';
import { dataOf, walk } from './walk';

/** The parts that are passed on. */
export interface Passed {
  parts: readonly PassedPart[];
  /** True if there may be more parts: something could not be examined, or has an unknown origin. */
  partial: boolean;
}

/** The data flow of one workflow. No method throws on a value. */
export class DataFlow {
  readonly #marks: Marks = new WeakMap();
  readonly #strings = new StringTable();
  readonly #results = new OriginMarking(this.#marks, this.#strings, 'none');
  readonly #arrivals = new OriginMarking(this.#marks, this.#strings, 'first');
  readonly #outside = new OutsideMarking(this.#marks, this.#strings);
  readonly #passing: StringLookup = { find: (text) => this.#strings.passes(text) };
  readonly #reporting: StringLookup = { find: (text) => this.#strings.known(text) };
  /**
   * True if some result was not examined completely: then an object without a known origin may be part of it.
   */
  #cut = false;

  /** Called before a result is given to the workflow. */
  returned(value: unknown, of: Origin): void {
    if (of.unknown) {
      this.receivedFromOutside([value], true);
      return;
    }
    const mark = rootMark(of);
    if (typeof value === 'string') this.#strings.returned(value, undefined, '', of);
    if (typeof value !== 'object' || value === null) return;
    if (!this.#results.root(value, mark)) return;
    if (!walk(value, mark, RESULT_WALK, this.#results)) this.#cut = true;
  }

  /**
   * Called if a result cannot be seen as the object that the workflow gets. From then on an object that is not
   * recognised may be part of any result.
   */
  withoutIdentity(): void {
    this.#cut = true;
  }

  /** Called when arguments arrive, with the origins that their sender reported. */
  arrived(args: readonly unknown[], { parts, partial }: Passed): void {
    for (const { part, keys } of innermostFirst(parts)) {
      const value = valueAt(args, keys);
      const mark = rootMark(originOf(part));
      if (typeof value === 'string') this.#strings.returned(value, undefined, '', mark.of);
      else if (typeof value === 'object' && value !== null && this.#arrivals.root(value, mark))
        walk(value, mark, RESULT_WALK, this.#arrivals);
    }
    this.receivedFromOutside(args, partial);
  }

  /**
   * Called when values arrive from outside, in an array or by name. `unknown`: they may have an origin that is
   * not known.
   */
  receivedFromOutside(values: object, unknown = false): void {
    const mark: Mark = { ...rootMark(unknown ? UNKNOWN.of : { from: '' }), depth: -1 };
    walk(values, mark, ARGUMENT_WALK, this.#outside);
  }

  /** Returns the parts of the given arguments that were returned before. */
  passed(args: readonly unknown[]): Passed {
    const finding = new Finding(this.#marks, this.#passing, 'args');
    const root: FoundPlace = {
      parent: undefined,
      key: '',
      depth: -1,
      of: undefined,
      mark: undefined,
      inside: undefined,
    };
    return this.#found(finding, walk<FoundPlace>(args, root, ARGUMENT_WALK, finding));
  }

  /** Returns the origins of a value that the execution, or an update, returns. */
  reported(value: unknown): Passed {
    const finding = new Finding(this.#marks, this.#reporting, 'result');
    if (typeof value === 'string') finding.string(value, undefined, '');
    const isObject = typeof value === 'object' && value !== null;
    return this.#found(
      finding,
      !isObject || walk<FoundPlace>(value, finding.root(value), ARGUMENT_WALK, finding),
    );
  }

  #found(finding: Finding, whole: boolean): Passed {
    const unsure = !whole || (this.#cut && finding.unmarked);
    return { parts: finding.strongest(), partial: finding.partial || unsure };
  }
}

/** Sorts parts that contain one another: the innermost is marked first, since the first mark wins. */
function innermostFirst(parts: readonly PassedPart[]): { part: PassedPart; keys: (string | number)[] }[] {
  return parts
    .flatMap((part) => {
      const keys = part.to === undefined ? undefined : keysBelow('args', part.to);
      return keys ? [{ part, keys }] : [];
    })
    .sort((a, b) => b.keys.length - a.keys.length);
}

function valueAt(args: readonly unknown[], keys: readonly (string | number)[]): unknown {
  let value: unknown = args;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = dataOf(value, key);
  }
  return value;
}

function originOf({ run_id, activity_id, update_id, from = '', evidence }: PassedPart): Origin {
  return {
    ...(run_id !== undefined && { run_id }),
    ...(activity_id !== undefined && { activity_id }),
    ...(update_id !== undefined && { update_id }),
    from,
    ...(evidence === 'value-ambiguous' && { ambiguous: true }),
  };
}
