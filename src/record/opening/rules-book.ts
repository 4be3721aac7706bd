/**
 * Which rules hold for the runs of a lab. Node only.
 * @module
 */
import type { MetadataRules } from '../../metadata/validate';
import type { OnRefusal } from './run-draft';

/** The rules of one lab. */
export interface LabRules {
  rules: MetadataRules;
  /** Absent: as the recorder was told. */
  onRefusal?: OnRefusal;
  /** Digest of the document that describes them; absent where there are none, or nobody described them. */
  digest?: string;
}

/** The rules of all labs that a worker records for. */
export interface RulesBook {
  of(lab: string): LabRules;
}

/** The same rules for every lab, or a book as it is. */
export function rulesBook(rules: MetadataRules | RulesBook): RulesBook {
  if ('of' in rules) return rules;
  const all: LabRules = { rules };
  return { of: () => all };
}
