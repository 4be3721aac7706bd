/**
 * JSON paths in links and data facts: `result.files[3]`, `args[0].path`, `args[0]["a b"]`. [isolate-safe]
 * @module
 */

const NAME = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;
/** Matches most names. Compiling a class of all Unicode letters takes a millisecond. */
const ASCII_NAME = /^[A-Za-z_$][\w$-]*$/;
const NAMELESS = /^(?:args|result)(?:\[\d+\])*$/;
/** A name, an index, or a name in quotes. */
const STEP = /\.([\p{L}_$][\p{L}\p{N}_$-]*)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]/uy;

/** The path of the value in `path` under a name, or at an index. */
export function pathInto(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return ASCII_NAME.test(key) || NAME.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}

/** True for a path of indices only, which contains nothing of the lab's data. */
export function isNameless(path: string): boolean {
  return NAMELESS.test(path);
}

/**
 * Names and indices of a path below its root, the outermost first; `undefined` for any other path. Never
 * throws.
 */
export function keysBelow(root: string, path: string): (string | number)[] | undefined {
  if (!path.startsWith(root)) return undefined;
  const keys: (string | number)[] = [];
  STEP.lastIndex = root.length;
  while (STEP.lastIndex < path.length) {
    const step = STEP.exec(path);
    if (!step) return undefined;
    const key = keyOf(step);
    if (key === undefined) return undefined;
    keys.push(key);
  }
  return keys;
}

function keyOf([, name, index, quoted]: RegExpExecArray): string | number | undefined {
  if (name !== undefined) return name;
  if (index !== undefined) return Number(index);
  try {
    return JSON.parse(quoted!) as string;
  } catch {
    return undefined;
  }
}
