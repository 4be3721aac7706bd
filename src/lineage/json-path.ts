/**
 * JSON paths as links and data facts tell them: `result.files[3]`, `args[0].path`, `args[0]["a b"]`. [isolate-safe]
 * @module
 */

const NAME = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;

/** Path of what stands in `path` under a name, or at an index. */
export function pathInto(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return NAME.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
