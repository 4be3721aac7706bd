/**
 * Marks the objects of a value with their origin, and notes its strings. [isolate-safe]
 * @module
 */
import { type Mark, UNKNOWN } from './origin';
import type { StringTable } from './strings';
import type { WalkVisitor } from './walk';

/** Origins of objects. The map keeps no object alive. */
export type Marks = WeakMap<object, Mark>;

/**
 * What happens to an object that already has an origin. `none`, for results: two results contain it, so it has
 * no origin from then on. `first`, for arguments: the first mark wins, which is the innermost.
 */
export type SecondMark = 'none' | 'first';

/** Marks a value that has an origin. */
export class OriginMarking implements WalkVisitor<Mark> {
  readonly #marks: Marks;
  readonly #strings: StringTable;
  readonly #second: SecondMark;

  constructor(marks: Marks, strings: StringTable, second: SecondMark) {
    this.#marks = marks;
    this.#strings = strings;
    this.#second = second;
  }

  meet(value: object, parent: Mark, key: string | number): Mark | undefined {
    return this.root(value, { parent, key, depth: parent.depth + 1, of: parent.of });
  }

  /** Marks the value itself. */
  root(value: object, mark: Mark): Mark | undefined {
    const known = this.#marks.get(value);
    if (known && (this.#second === 'first' || known === UNKNOWN || known.of === mark.of)) return undefined;
    this.#marks.set(value, known ? UNKNOWN : mark);
    return mark;
  }

  string(text: string, parent: Mark, key: string | number): void {
    this.#strings.returned(text, parent, key, parent.of);
  }
}

/**
 * Marks a value from outside whose origin is not reported. If the root is `unknown`, the value may have an
 * origin that is not known.
 */
export class OutsideMarking implements WalkVisitor<Mark> {
  readonly #marks: Marks;
  readonly #strings: StringTable;

  constructor(marks: Marks, strings: StringTable) {
    this.#marks = marks;
    this.#strings = strings;
  }

  meet(value: object, parent: Mark, key: string | number): Mark | undefined {
    if (this.#marks.has(value)) return undefined;
    if (parent.of.unknown) this.#marks.set(value, UNKNOWN);
    return { parent, key, depth: parent.depth + 1, of: parent.of };
  }

  string(text: string, parent: Mark): void {
    this.#strings.receivedFromOutside(text, parent.of.unknown && parent.of);
  }
}
