/**
 * JSON paths of values that one run hands to the next: `result.files[3]`, `args[0].path`. [isolate-safe]
 * @module
 */

/** Path in what an activity returned, path in the arguments of whoever got it. */
export type PathPair = readonly [from: string, to: string];

/** What of `path` lies below `above`: '' where they are the same, undefined where it does not lie there. */
export function below(path: string, above: string): string | undefined {
  if (!path.startsWith(above)) return undefined;
  const rest = path.slice(above.length);
  return rest === '' || rest.startsWith('.') || rest.startsWith('[') ? rest : undefined;
}

/**
 * Two steps as one: `inner` says which part of a value came from where, `outer` which part of it went where. Undefined where the two
 * parts have nothing in common.
 */
export function composed(inner: PathPair, outer: PathPair): PathPair | undefined {
  const [source, part] = inner;
  const [passed, target] = outer;
  const deeper = below(part, passed);
  if (deeper !== undefined) return [source, target + deeper];
  const within = below(passed, part);
  return within === undefined ? undefined : [source + within, target];
}
