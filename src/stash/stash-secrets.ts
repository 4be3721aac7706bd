/**
 * Keeps secrets out of stashes: every run receives a stash's values, and its history is kept forever. Node only.
 * @module
 */
import { MetadataError } from '../errors';
import type { MetadataIssue } from '../model/documents';
import type { JsonObject } from '../model/json';
import { createRedactor, type Redactor } from '../redaction/redactor';

/** The treatment of a value that looks like a secret. */
export interface StashOptions {
  /** Stores it anyway. Runs still record it masked. @defaultValue false */
  allowSecrets?: boolean;
}

/**
 * @param wayOut how to store it anyway, in the terms of the caller's users
 * @throws MetadataError that names the keys and the matching rules, never a value
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
    `The stash refuses: ${named}. It would stay in the stash's history. If it is not a secret, ${wayOut}.`,
    issues,
  );
}

const DEFAULT = createRedactor();
