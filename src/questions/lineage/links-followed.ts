/**
 * The links that a query follows: the numbers of kinds, and the bits of evidence. Node only.
 * @module
 */
import { EVIDENCE, type Evidence, LINK_KINDS, type LinkKind } from '../../model/link';
import type { LinkSelection } from '../../store/interface/lineage-reading';

/** Kinds along which data has flowed. A retry only follows an attempt; it gets no data from it. */
const FLOW: readonly LinkKind[] = ['used', 'generated', 'informed', 'derived'];
const NAMES = Object.entries(LINK_KINDS) as [LinkKind, number][];

/** The links that are followed. By default those along which data has flowed, without ambiguous evidence. */
export function linksFollowed(
  requested: { kinds?: readonly LinkKind[]; evidence?: readonly Evidence[] } = {},
): LinkSelection {
  const { kinds = FLOW, evidence = Object.keys(EVIDENCE) as Evidence[] } = requested;
  const wanted = requested.evidence ?? evidence.filter((name) => !name.endsWith('-ambiguous'));
  return {
    kinds: kinds.map((kind) => LINK_KINDS[kind]),
    evidence: wanted.reduce((mask, name) => mask | EVIDENCE[name], 0),
  };
}

/** The kind with this number. */
export function kindOf(number: number): LinkKind {
  return NAMES.find(([, one]) => one === number)?.[0] ?? 'derived';
}
