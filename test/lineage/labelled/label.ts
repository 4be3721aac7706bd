/** Reads labels: `acquire -> [raw.csv] -> reduce` and what stands at their ends. */

/** A run by what a label says of it, or a file. */
export type End =
  | { kind: 'file'; name: RegExp }
  | {
      kind: 'run';
      /** Behind the case's workflow id; '' for the case's own workflow. */
      child: string;
      type: string;
      /** Which activity of this type, in the order of scheduling; all of them where it is `*`. */
      nth: number | '*';
      /** Which execution of a chain, from 1. */
      execution: number;
      /** The last one where it is absent. */
      attempt?: number;
    };

const RUN = /^(?:(.+)\/)?(\w+?)(?:#(\d+|\*))?(?:@(\d+))?(?:!(\d+))?$/;

/** @throws Error for what is no end of a label. */
export function parseEnd(text: string): End {
  const file = /^\[(.+)\]$/.exec(text)?.[1];
  if (file !== undefined) return { kind: 'file', name: nameOf(file) };
  const [, child = '', type, nth = '1', execution = '1', attempt] = RUN.exec(text) ?? [];
  if (type === undefined) throw new Error(`No end of a label: ${text}`);
  return {
    kind: 'run',
    child,
    type,
    nth: nth === '*' ? '*' : Number(nth),
    execution: Number(execution),
    ...(attempt === undefined ? {} : { attempt: Number(attempt) }),
  };
}

/** Matches a URI or path by its last part, or as a whole where the label has a scheme. */
function nameOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(pattern.includes('://') ? `^${escaped}$` : `(^|/)${escaped}$`);
}

/** The links of a label, each as `A -> B`. A file between two runs makes three: written, given, and from run to run. */
export function linksOf(label: string): string[] {
  const ends = label.split(' -> ');
  if (ends.length < 2) throw new Error(`No label: ${label}`);
  const steps = ends.slice(1).map((end, n) => `${ends[n]} -> ${end}`);
  const across = ends.slice(2).flatMap((end, n) => (end.startsWith('[') ? [] : [`${ends[n]} -> ${end}`]));
  return [...steps, ...across];
}

/** Both ends of one link. */
export function parseLink(link: string): [earlier: End, later: End] {
  const [earlier = '', later = ''] = link.split(' -> ');
  return [parseEnd(earlier), parseEnd(later)];
}
