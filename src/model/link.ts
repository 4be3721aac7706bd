/**
 * Links: typed edges between runs, versions of data and executions, each with its evidence. [isolate-safe]
 * @module
 */

/** Kinds of links with the number under which a store keeps each. A number is never given to another kind. */
export const LINK_KINDS = {
  used: 1,
  generated: 2,
  informed: 3,
  derived: 4,
  'retry-of': 5,
  'rerun-of': 6,
  'child-of': 7,
  'continued-from': 8,
} as const;

/**
 * Kind of a link. `used`: version → run; `generated`: run → version; `informed`: run → run, by a value that was
 * passed on.
 */
export type LinkKind = keyof typeof LINK_KINDS;

/**
 * The evidence of links, strongest first, each with its bit in the mask of a stored link. The `-ambiguous` twin
 * of a bit means that another producer fits as well, and cancels only that bit. `temporal`: Temporal itself
 * reports the relation (retries, children, continued runs).
 */
export const EVIDENCE = {
  identity: 1,
  content: 2,
  uri: 4,
  observed: 8,
  declared: 16,
  value: 32,
  temporal: 64,
  'content-ambiguous': 128,
  'uri-ambiguous': 256,
  'observed-ambiguous': 512,
  'value-ambiguous': 1024,
} as const;

/** The evidence of a link. */
export type Evidence = keyof typeof EVIDENCE;

/** Bits that a twin cancels. */
const TWINS: readonly (readonly [of: number, twin: number])[] = [
  [EVIDENCE.content, EVIDENCE['content-ambiguous']],
  [EVIDENCE.uri, EVIDENCE['uri-ambiguous']],
  [EVIDENCE.observed, EVIDENCE['observed-ambiguous']],
  [EVIDENCE.value, EVIDENCE['value-ambiguous']],
];

/** The bits of a mask that no twin cancels, without the twins. A link is followed if there is any. */
export function certainEvidence(mask: number): number {
  let certain = mask & (EVIDENCE['content-ambiguous'] - 1);
  for (const [bit, twin] of TWINS) if (mask & twin) certain &= ~bit;
  return certain;
}

/**
 * True if a link with this evidence is followed when `wanted` is requested. Either a wanted bit is not
 * cancelled by its twin, or a twin is wanted itself.
 */
export function isFollowed(mask: number, wanted: number): boolean {
  const twins = ~(EVIDENCE['content-ambiguous'] - 1);
  return ((certainEvidence(mask) | (mask & twins)) & wanted) !== 0;
}

/**
 * The strongest evidence of a mask that is not cancelled, else the strongest ambiguous one. The lowest bit is
 * the strongest.
 */
export function strongestEvidence(mask: number): Evidence {
  const bits = certainEvidence(mask) || mask & ~(EVIDENCE['content-ambiguous'] - 1);
  const found = (Object.entries(EVIDENCE) as [Evidence, number][]).find(([, bit]) => bits & bit);
  return found?.[0] ?? 'declared';
}
