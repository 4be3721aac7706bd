/**
 * The rules that apply to the runs of a lab. Node only.
 * @module
 */
import type { MetadataRules } from '../../metadata/validate';
import type { OnRefusal } from './run-draft';

/** The rules of one lab. */
export interface LabRules {
  rules: MetadataRules;
  /** Absent: the recorder's option applies. */
  onRefusal?: OnRefusal;
  /** Digest of the document that describes the rules. Absent if there are no rules or no description. */
  digest?: string;
}

/** The rules of all labs that a worker records for. */
export interface RulesBook {
  of(lab: string): LabRules;
}

/** Returns a book with the same rules for every lab. A book is returned unchanged. */
export function rulesBook(rules: MetadataRules | RulesBook): RulesBook {
  if ('of' in rules) return rules;
  const all: LabRules = { rules };
  return { of: () => all };
}
