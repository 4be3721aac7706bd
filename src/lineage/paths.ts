/**
 * JSON paths of values that one run gives to the next: `result.files[3]`, `args[0].path`. [isolate-safe]
 * @module
 */

/** The path in what an activity returned, and the path in the arguments of the receiver. */
export type PathPair = readonly [from: string, to: string];

/** The part of `path` below `above`: '' if they are the same, undefined if it is not below. */
export function below(path: string, above: string): string | undefined {
  if (!path.startsWith(above)) return undefined;
  const rest = path.slice(above.length);
  return rest === '' || rest.startsWith('.') || rest.startsWith('[') ? rest : undefined;
}

/**
 * Combines two steps: `inner` shows which part of a value came from where, `outer` which part of it went where.
 * Undefined if the two parts have nothing in common.
 */
export function composed(inner: PathPair, outer: PathPair): PathPair | undefined {
  const [source, part] = inner;
  const [passed, target] = outer;
  const deeper = below(part, passed);
  if (deeper !== undefined) return [source, target + deeper];
  const within = below(passed, part);
  return within === undefined ? undefined : [source + within, target];
}
