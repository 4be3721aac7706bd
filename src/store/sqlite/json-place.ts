/**
 * A place in a JSON document as SQLite reads it. The text is parsed once for all places of a row. Node only.
 * @module
 */
import type { ValueStep } from '../../model/value-path';
import { type Fragment, raw, sql } from '../search/fragment';
import type { JsonPlace, TypeNames } from '../search/values/json-place';

/** Type names of `json_type`. */
export const SQLITE_TYPES: TypeNames = {
  number: ['integer', 'real'],
  text: ['text'],
  boolean: ['true', 'false'],
  list: ['array'],
  object: ['object'],
  null: ['null'],
};

/** A place in a document that is text. */
export class TextPlace implements JsonPlace {
  readonly #document: Fragment;
  readonly #steps: readonly ValueStep[];

  constructor(document: Fragment, steps: readonly ValueStep[]) {
    this.#document = document;
    this.#steps = steps;
  }

  get type(): Fragment {
    return sql`json_type(${this.#document}, ${this.#path})`;
  }

  read(): Fragment {
    return sql`json_extract(${this.#document}, ${this.#path})`;
  }

  at(steps: readonly ValueStep[]): JsonPlace {
    return new TextPlace(this.#document, [...this.#steps, ...steps]);
  }

  elements(alias: string): { table: Fragment; element: JsonPlace } {
    const table = sql`json_each(${this.#document}, ${this.#path}) ${raw(alias)}`;
    return { table, element: new ElementPlace(alias) };
  }

  get #path(): string {
    return this.#steps.reduce<string>(
      (path, step) => path + (typeof step === 'number' ? `[${step}]` : `."${step}"`),
      '$',
    );
  }
}

/** An element of a list as `json_each` returns it: a single value unchanged, any other value as text. */
class ElementPlace implements JsonPlace {
  readonly #alias: string;

  constructor(alias: string) {
    this.#alias = alias;
  }

  get type(): Fragment {
    return raw(`${this.#alias}.type`);
  }

  read(): Fragment {
    return raw(`${this.#alias}.value`);
  }

  at(steps: readonly ValueStep[]): JsonPlace {
    return steps.length === 0 ? this : new TextPlace(this.#document, steps);
  }

  elements(alias: string): { table: Fragment; element: JsonPlace } {
    return new TextPlace(this.#document, []).elements(alias);
  }

  get #document(): Fragment {
    return raw(`CASE WHEN ${this.#alias}.type IN ('object', 'array') THEN ${this.#alias}.value END`);
  }
}
