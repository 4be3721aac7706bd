/**
 * Secrets are kept out of stashes: what is put there is given to every run, and its history is kept for good. Node only.
 * @module
 */
import { MetadataError } from '../errors';
import type { MetadataIssue } from '../model/documents';
import type { JsonObject } from '../model/json';
import { createRedactor, type Redactor } from '../redaction/redactor';

/** What a stash does with a value that looks like a secret. */
export interface StashOptions {
  /** Keep it all the same. Runs still record it masked. @defaultValue false */
  allowSecrets?: boolean;
}

/**
 * @param wayOut How to put it there all the same, as the caller's users say it.
 * @throws MetadataError naming the keys and the rules that know them, never a value
 */
export function refuseSecrets(values: JsonObject, wayOut: string, redactor: Redactor = DEFAULT): void {
  const issues = Object.keys(values).flatMap((key): MetadataIssue[] => {
    const { redactions } = redactor.value({ [key]: values[key]! });
    return redactions
      ? [{ path: [key], message: `looks like a secret (${Object.keys(redactions).join(', ')})` }]
      : [];
  });
  if (issues.length === 0) return;
  const named = issues.map(({ path, message }) => `${path[0]} ${message}`).join('; ');
  throw new MetadataError(
    `The stash refuses: ${named}. It would stay in the stash's history; if it is none, ${wayOut}.`,
    issues,
  );
}

const DEFAULT = createRedactor();
