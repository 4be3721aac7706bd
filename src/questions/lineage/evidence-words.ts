/**
 * Explains evidence of links in a sentence each. Node only.
 * @module
 */
import type { Evidence, LinkKind } from '../../model/link';

/** A sentence for each kind of evidence. */
export const EVIDENCE_WORDS: Readonly<Record<Evidence, string>> = {
  identity: 'The very value that one returned was passed to the other in the workflow.',
  content: 'The same bytes (sha256), which exactly one run had made before.',
  uri: 'One wrote and the other read the same path or URI, and no other recorded run wrote it in between.',
  observed: 'The process was seen to open, fetch or start it while the run was open.',
  declared: 'The code of the run, or a person, said so.',
  value: 'The same text that means something (a path, an id, a digest), returned by exactly one activity.',
  temporal: 'Temporal says so: a retry, a child, or a run that continues another.',
  'content-ambiguous': 'The same bytes, but another run had made them as well.',
  'uri-ambiguous': 'The same path or URI, but another run wrote it as well.',
  'observed-ambiguous': 'Seen in the process, but another run was open as well.',
  'value-ambiguous': 'The same text, but another activity returned it as well.',
};

/** The meaning of a link of this kind, between its earlier and its later side. */
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
