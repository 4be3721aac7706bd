/**
 * Finds the results in a value that is passed on. [isolate-safe]
 * @module
 */
import { SANDBOX_LINEAGE } from '../../../src/model/flow-limits';
import type { PassedPart } from '../../../src/temporal/lineage-header';
import type { Marks } from './marking';
import type { Mark } from './origin';
import { type KnownString, marksOf } from './strings';
import { type Place, pathOf, type WalkVisitor } from './walk';

/** A place in the value that is passed on. */
export interface FoundPlace extends Place<undefined> {
  readonly parent: FoundPlace | undefined;
  /** The mark of the object at this place. */
  readonly mark: Mark | undefined;
  /** The nearest mark from this place outwards. */
  readonly inside: Mark | undefined;
}

/** Looks up strings. */
export interface StringLookup {
  find(text: string): KnownString | 'forgotten' | undefined;
}

/** Collects what is found in one value. */
export class Finding implements WalkVisitor<FoundPlace> {
  readonly parts: PassedPart[] = [];
  /** True if something has an unknown origin, or if there was too much. */
  partial = false;
  /** True if there is an object that no known result contains. */
  unmarked = false;
  readonly #marks: Marks;
  readonly #strings: StringLookup;
  readonly #root: string;

  /** `root` is the first word of paths: `args` or `result`. */
  constructor(marks: Marks, strings: StringLookup, root: string) {
    this.#marks = marks;
    this.#strings = strings;
    this.#root = root;
  }

  /** Handles the value itself, if it may have been returned. */
  root(value: object): FoundPlace {
    const mark = this.#marks.get(value);
    const place = { parent: undefined, key: '', depth: 0, of: undefined, mark, inside: mark };
    if (mark) this.#add(mark, 'identity', place);
    return place;
  }

  meet(value: object, parent: FoundPlace, key: string | number): FoundPlace {
    const mark = this.#marks.get(value);
    const inside = mark ?? parent.inside;
    const place = { parent, key, depth: parent.depth + 1, of: undefined, mark, inside };
    // An unmarked object inside a result belongs to that result.
    if (!mark) this.unmarked ||= !inside;
    // If the part is still in its original place in a returned object, the mark of the whole object covers it.
    else if (!(parent.mark && mark.parent === parent.mark && mark.key === key))
      this.#add(mark, 'identity', place);
    return place;
  }

  string(text: string, parent: FoundPlace | undefined, key: string | number): void {
    const known = this.#strings.find(text);
    if (known === 'forgotten') this.partial = true;
    if (known === undefined || known === 'forgotten') return;
    const inside = parent?.inside;
    // The string is inside a result whose producer is known. Other producers of the same string are not passed on.
    if (inside && (known.again || known.of === inside.of)) return;
    const marks = marksOf(known);
    if (marks.length === 0) return;
    const place = parent && { parent, key, depth: parent.depth + 1, of: undefined, mark: undefined, inside };
    const ambiguous = marks.length > 1 || marks.some(({ of }) => of.ambiguous);
    for (const mark of marks) this.#add(mark, ambiguous ? 'value-ambiguous' : 'value', place);
  }

  /** Returns all parts. If a producer is known by identity, its weaker evidence is left out. */
  strongest(): PassedPart[] {
    const values = this.parts.filter(({ evidence }) => evidence !== 'identity');
    if (values.length === 0 || values.length === this.parts.length) return this.parts;
    const identical = new Set(this.parts.filter(({ evidence }) => evidence === 'identity').map(nameOf));
    return this.parts.filter((part) => part.evidence === 'identity' || !identical.has(nameOf(part)));
  }

  #add(mark: Mark, evidence: PassedPart['evidence'], place: FoundPlace | undefined): void {
    const { run_id, activity_id, update_id, from: root, unknown } = mark.of;
    if (unknown || this.parts.length >= SANDBOX_LINEAGE.most_parts) {
      this.partial = true;
      return;
    }
    this.parts.push({
      ...(run_id !== undefined && { run_id }),
      ...(activity_id !== undefined && { activity_id }),
      ...(update_id !== undefined && { update_id }),
      evidence,
      ...(root !== '' && { from: pathOf(mark, root) }),
      to: place ? pathOf(place, this.#root) : this.#root,
    });
  }
}

function nameOf({ run_id, activity_id, update_id }: PassedPart): string {
  return `${run_id ?? ''}\n${activity_id ?? '\n'}\n${update_id ?? '\n'}`;
}
