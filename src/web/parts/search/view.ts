/**
 * The address of a list: links that change one parameter, and the hidden fields of forms. Node only.
 *
 * This folder owns the tools of lists: filter box, errors of a filter, conditions, facets, columns.
 * @module
 */
import { address, type Parameters } from '../../links';

/** The address of a list, without its page. */
export class View {
  readonly path: string;
  readonly #parameters: Parameters;

  /** @param parameters the parameters of the list, without defaults */
  constructor(path: string, parameters: Parameters) {
    this.path = path;
    this.#parameters = parameters;
  }

  /** Returns the address with some parameters changed; undefined removes one. */
  with(changes: Parameters): string {
    return address(this.path, { ...this.#parameters, ...changes });
  }

  /** Returns all parameters except the named ones, for the hidden fields of a form for these. */
  others(...names: string[]): [name: string, value: string][] {
    return Object.entries(this.#parameters).flatMap(([name, value]) =>
      names.includes(name) || value === undefined || value === '' ? [] : [[name, String(value)]],
    );
  }
}
