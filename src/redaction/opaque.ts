/**
 * Recognises generated secrets: a run of 16 or more characters in which letters and digits alternate, and not a
 * UUID or date. [isolate-safe]
 * @module
 */

const MIN_LENGTH = 16;
const MIN_TURNS = 3;

const OUTSIDE = 0;
const OTHER = 1;
const LETTER = 2;
const DIGIT = 3;
/**
 * The kind of a character in the run of a generated secret, by its code: `A-Za-z`, `0-9`, one of `+=~%`, or
 * none of these.
 */
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[A-Za-z]/.test(character)) return LETTER;
  if (/\d/.test(character)) return DIGIT;
  return /[+=~%]/.test(character) ? OTHER : OUTSIDE;
});

/** True if a text contains a generated secret. Its first long run decides. */
export function looksOpaque(text: string): boolean {
  return text.length >= MIN_LENGTH && hasSecretRun(text) && !/\s|^(?:sha\d+|md5):/.test(text);
}

function hasSecretRun(text: string): boolean {
  let length = 0;
  let turns = 0;
  let last = OTHER;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const kind = code < KINDS.length ? KINDS[code]! : OUTSIDE;
    if (kind === OUTSIDE) {
      if (length >= MIN_LENGTH) return false;
      length = turns = 0;
      last = OTHER;
      continue;
    }
    if (kind !== OTHER && last !== OTHER && kind !== last) turns++;
    if (++length >= MIN_LENGTH && turns >= MIN_TURNS) return true;
    last = kind;
  }
  return false;
}
