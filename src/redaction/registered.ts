/**
 * Registered secrets in the forms in which they travel: unchanged, escaped in JSON, URL-encoded, and in base64
 * at any offset. [isolate-safe]
 * @module
 */
import { ProvenanceError } from '../errors';

/** Shortest secret that can be registered: a shorter one would mask half of all text. */
const MIN_REGISTERED_LENGTH = 6;

/**
 * Every form of the given values, longest first.
 * @throws ProvenanceError `OPTION_INVALID` for one that is not a string of at least {@link
 *   MIN_REGISTERED_LENGTH}
 */
export function formsOf(values: readonly string[]): string[] {
  const forms = new Set<string>();
  for (const [index, value] of values.entries()) {
    if (typeof value !== 'string' || value.length < MIN_REGISTERED_LENGTH) {
      throw new ProvenanceError(
        'OPTION_INVALID',
        `redact.values[${index}] must be a string of at least ${MIN_REGISTERED_LENGTH} characters`,
      );
    }
    const whole = value.replace(/\p{Surrogate}/gu, '\ufffd');
    for (const form of [value, encodeURIComponent(whole), ...base64Forms(whole)]) {
      forms
        .add(form)
        .add(escaped(form))
        .add(escaped(escaped(form)));
    }
  }
  return [...forms]
    .filter((form) => form.length >= MIN_REGISTERED_LENGTH)
    .sort((a, b) => b.length - a.length);
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** What the base64 of a longer text with this value must contain, for each of the three offsets. */
function base64Forms(value: string): string[] {
  if (typeof btoa !== 'function') return [];
  const bytes = Array.from(new TextEncoder().encode(value), (byte) => String.fromCharCode(byte)).join('');
  const standard = [0, 1, 2].map((offset) => {
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    return btoa('\0'.repeat(offset) + bytes).slice(Math.ceil((offset * 8) / 6), whole);
  });
  return [...standard, ...standard.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}
