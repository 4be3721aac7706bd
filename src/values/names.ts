/**
 * Reads names of classes and functions without trusting them. Node.
 * @module
 */

/** The name of a value's class, if it has a valid one. */
export function classNameOf(value: object): string {
  try {
    const prototype = Object.getPrototypeOf(value) as { constructor?: unknown };
    return typeof prototype.constructor === 'function'
      ? nameOfFunction(prototype.constructor) || 'Object'
      : 'Object';
  } catch {
    return 'Object';
  }
}

/** A function's name; empty if it has none, or one that cannot be read. */
export function nameOfFunction(value: unknown): string {
  try {
    const { name } = value as { name?: unknown };
    return typeof name === 'string' ? name.slice(0, 128) : '';
  } catch {
    return '';
  }
}
