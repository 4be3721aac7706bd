/**
 * A list as its address says it: links that change one thing and keep the rest, and what a form has to keep. Node only.
 *
 * This folder owns what lists are searched and narrowed with: the box, faults of a filter, conditions as chips, facets, columns.
 * @module
 */
import { address, type Parameters } from '../../links';

/** The address of a list, without where it goes on. */
export class View {
  readonly path: string;
  readonly #parameters: Parameters;

  /** @param parameters what is shown, without defaults */
  constructor(path: string, parameters: Parameters) {
    this.path = path;
    this.#parameters = parameters;
  }

  /** The address with some parameters changed; undefined takes one out. */
  with(changes: Parameters): string {
    return address(this.path, { ...this.#parameters, ...changes });
  }

  /** All parameters but those named: what a form of these has to keep. */
  others(...names: string[]): [name: string, value: string][] {
    return Object.entries(this.#parameters).flatMap(([name, value]) =>
      names.includes(name) || value === undefined || value === '' ? [] : [[name, String(value)]],
    );
  }
}
