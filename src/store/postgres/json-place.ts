/**
 * A place in a JSON document as PostgreSQL reads it. Node only.
 * @module
 */
import type { ValueStep } from '../../model/value-path';
import { type Fragment, raw, sql } from '../search/fragment';
import type { JsonPlace, ScalarType, TypeNames } from '../search/values/json-place';

/** Type names that `json_typeof` returns. */
export const POSTGRES_TYPES: TypeNames = {
  number: ['number'],
  text: ['string'],
  boolean: ['boolean'],
  list: ['array'],
  object: ['object'],
  null: ['null'],
};

/** A place in a document of type `json`. */
export class DocumentPlace implements JsonPlace {
  readonly #document: Fragment;
  readonly #steps: readonly ValueStep[];

  constructor(document: Fragment, steps: readonly ValueStep[]) {
    this.#document = document;
    this.#steps = steps;
  }

  get type(): Fragment {
    return sql`json_typeof(${this.#json})`;
  }

  read(as: ScalarType): Fragment {
    if (as === 'text') return sql`(fact(${this.#document}, VARIADIC ${this.#path})) COLLATE "C"`;
    return sql`(${this.#document} #>> ${this.#path})::${raw(as === 'number' ? 'float8' : 'boolean')}`;
  }

  at(steps: readonly ValueStep[]): JsonPlace {
    return new DocumentPlace(this.#document, [...this.#steps, ...steps]);
  }

  elements(alias: string): { table: Fragment; element: JsonPlace } {
    const json = this.#json;
    const table = sql`json_array_elements(CASE WHEN json_typeof(${json}) = 'array' THEN ${json} END) ${raw(alias)}(value)`;
    return { table, element: new DocumentPlace(raw(`${alias}.value`), []) };
  }

  get #json(): Fragment {
    return sql`(${this.#document} #> ${this.#path})`;
  }

  /** Keys contain neither quotes nor backslashes: {@link valuePathOf}. */
  get #path(): Fragment {
    return sql`${`{${this.#steps.map((step) => `"${step}"`).join(',')}}`}::text[]`;
  }
}
