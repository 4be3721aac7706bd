/**
 * Selects the links that a walk follows, as SQL: by kind, by valid evidence, and by the time of the far node. It implements the
 * rule of `isFollowed` in model/link.ts for a database. Node only.
 * @module
 */
import { EVIDENCE } from '../../model/link';
import type { LinkSelection, WalkQuery } from '../interface/lineage-reading';
import { type Fragment, join, list, raw, sql } from '../search/fragment';

const { identity, declared, temporal } = EVIDENCE;
/** Kinds of evidence that are never ambiguous. */
const FIRM = identity | declared | temporal;
/** Evidence and the ambiguous twin that cancels it. */
const TWINNED: readonly (readonly [bit: number, twin: number])[] = [
  [EVIDENCE.content, EVIDENCE['content-ambiguous']],
  [EVIDENCE.uri, EVIDENCE['uri-ambiguous']],
  [EVIDENCE.observed, EVIDENCE['observed-ambiguous']],
  [EVIDENCE.value, EVIDENCE['value-ambiguous']],
];
const ALL_TWINS = TWINNED.reduce((sum, [, twin]) => sum | twin, 0);
const NEVER = raw('1 = 0');

/** The columns of `link` for the known node and for the node that a walk goes to. */
export interface Sides {
  near: Fragment;
  far: Fragment;
}

/** Returns the sides of a link in the direction of a walk. */
export function sidesOf(direction: WalkQuery['direction']): Sides {
  const [earlier, later] = [raw('l.earlier'), raw('l.later')];
  return direction === 'up' ? { near: later, far: earlier } : { near: earlier, far: later };
}

/** SQL: true for a link `l` of a selected kind, with any evidence. */
export function kindSql({ kinds }: LinkSelection): Fragment {
  if (kinds.length === 0) return NEVER;
  return sql`l.kind IN (${list(kinds.map((kind) => raw(String(kind))))})`;
}

/** SQL: true for a link `l` whose evidence is followed. */
export function followedSql({ evidence }: LinkSelection): Fragment {
  const ways: Fragment[] = [];
  // The bits of twins, and of evidence that has no twin, need no further test.
  const plain = evidence & (FIRM | ALL_TWINS);
  if (plain !== 0) ways.push(raw(`(l.evidence & ${plain}) <> 0`));
  for (const [bit, twin] of TWINNED)
    if (evidence & bit) ways.push(raw(`(l.evidence & ${bit | twin}) = ${bit}`));
  return join(ways, 'OR', NEVER);
}

/** SQL: true for a node that existed at an instant. Also true if the node's time is unknown. */
export function thereSql(node: Fragment, as_of: number): Fragment {
  return sql`(CASE ${node} % 4
    WHEN 0 THEN coalesce((SELECT r.time FROM run r WHERE r.seq = ${node} / 4),
      (SELECT max(t.document_time) FROM tombstone t WHERE t.what = 'start' AND t.ref = ${node} / 4), 0)
    WHEN 1 THEN coalesce((SELECT v.first_time FROM version v WHERE v.id = ${node} / 4), 0)
    ELSE coalesce((SELECT e.start_time FROM execution e WHERE e.id = ${node} / 4), 0) END) <= ${as_of}`;
}
