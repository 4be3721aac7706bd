/**
 * Suggests known names for an unknown one. [isolate-safe]
 * @module
 */

/**
 * The known name nearest to one that may be mistyped: `WorkflowType` → `workflow_type`; undefined if none is
 * near.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  return nearestNames(name, known, 1)[0];
}

/** The known names near to one that may be mistyped, at most a third of its letters away, the nearest first. */
export function nearestNames(name: string, known: Iterable<string>, most: number): string[] {
  const wanted = plain(name);
  const least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  const near: { candidate: string; steps: number }[] = [];
  for (const candidate of known) {
    const steps = distance(wanted, plain(candidate), least);
    if (steps < least) near.push({ candidate, steps });
  }
  near.sort((a, b) => a.steps - b.steps);
  return near.slice(0, most).map(({ candidate }) => candidate);
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[_\-\s]/g, '')
    .slice(0, 100);
}

/** Edits between two words, counting a swap of neighbours as one; stops early past `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let steps = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        steps = Math.min(steps, before[j - 2]! + 1);
      }
      row.push(steps);
    }
    [before, above] = [above, row];
  }
  return above[b.length]!;
}
