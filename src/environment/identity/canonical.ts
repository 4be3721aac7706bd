/**
 * Canonical JSON (RFC 8785, JCS) and the content digests computed from it. Node.
 * @module
 */
import { createHash } from 'node:crypto';
import type { Json } from '../../model/json';

/**
 * The canonical text of a JSON value: keys in order of their UTF-16 code units, no white space, numbers and
 * strings as ECMAScript writes them (as RFC 8785 §3.2 requires).
 * @throws TypeError for what JSON cannot hold: a number that is not finite, a lone surrogate, `undefined`, a
 *   function
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${scalar(key)}:${canonicalJson(value[key] as Json)}`);
    return `{${members.join(',')}}`;
  }
  return scalar(value);
}

function scalar(value: string | number | boolean | null): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError('A number that is not finite');
  if (typeof value === 'string' && !isWellFormed(value))
    throw new TypeError('A string with a lone surrogate');
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`Not a JSON value: ${typeof value}`);
  return text;
}

/** Needs only ES2023: with the `u` flag a lone surrogate appears as a code point. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** `sha256:<hex>` of bytes, or of a text's UTF-8. */
export function sha256(content: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** `sha256:<hex>` of a value's canonical JSON. */
export function digestOf(value: Json): string {
  return sha256(canonicalJson(value));
}
