/**
 * Titles of the parts of a comparison. Node only.
 * @module
 */
import type { DiffHow, DiffPartName } from '../../../questions/diff/answer';

/** Headings. */
export const PART_TITLES: Readonly<Record<DiffPartName, string>> = {
  state: 'How they ended',
  activities: 'Activities',
  code: 'Code and platform',
  changes: 'Uncommitted changes',
  packages: 'Packages',
  arguments: 'Arguments',
  used: 'Data in',
  metadata: 'Metadata',
  result: 'Result',
  generated: 'Data out',
  circumstances: 'Time, place and duration',
};

/** The signs and words for the states of a field. */
export const HOW: Readonly<Record<DiffHow, { sign: string; words: string }>> = {
  equal: { sign: '=', words: 'equal' },
  different: { sign: '≠', words: 'different' },
  only_a: { sign: '−', words: 'only in A' },
  only_b: { sign: '+', words: 'only in B' },
  unknown: { sign: '?', words: 'unknown' },
};
