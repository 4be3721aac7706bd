/**
 * Explains evidence of links in a sentence each. Node only.
 * @module
 */
import type { Evidence, LinkKind } from '../../model/link';

/** A sentence for each kind of evidence. */
export const EVIDENCE_WORDS: Readonly<Record<Evidence, string>> = {
  identity: 'The workflow passed the same value from one activity to the other.',
  content: 'The same bytes (sha256), which exactly one earlier run generated.',
  uri: 'One wrote and the other read the same path or URI, and no other recorded run wrote it in between.',
  observed: 'The process opened, fetched or started it while the run was open.',
  declared: 'The code of the run, or a person, said so.',
  value: 'The same distinctive text (a path, an id, a digest), returned by exactly one activity.',
  temporal: 'Reported by Temporal: a retry, a child, or a run that continues another.',
  'content-ambiguous': 'The same bytes, but more than one earlier run generated them.',
  'uri-ambiguous': 'The same path or URI, but more than one run wrote it.',
  'observed-ambiguous': 'Observed in the process, but more than one run was open.',
  'value-ambiguous': 'The same text, but more than one activity returned it.',
};

/** The words for a link of each kind, to be put between its earlier and its later side. */
export const LINK_WORDS: Readonly<Record<LinkKind, string>> = {
  used: 'was used by',
  generated: 'generated',
  informed: 'gave a value to',
  derived: 'is the origin of',
  'retry-of': 'was retried as',
  'rerun-of': 'was run again as',
  'child-of': 'started',
  'continued-from': 'was continued as',
};
