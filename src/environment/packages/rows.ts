/**
 * The set of installed packages as rows, and its digest. The digest covers only names, versions and integrity,
 * so that neither the place in the tree nor the mirror changes it. Node.
 * @module
 */
import type { Findings } from '../findings';

/**
 * Type, name, version, integrity. The integrity is the SRI of the lock, for a link the digest of its code, or
 * null if unknown.
 */
export type PackageRow = [type: string, name: string, version: string, integrity: string | null];

/**
 * Keeps the sorted, unique rows (strings and nulls: their JSON is canonical). The digest is the set's identity.
 */
export function keepRows(rows: readonly PackageRow[], findings: Findings): { digest: string; count: number } {
  const texts = [...new Set(rows.map((row) => JSON.stringify(row)))].sort();
  const bytes = Buffer.from(`[${texts.join(',')}]`);
  return { digest: findings.keep('application/json', bytes), count: texts.length };
}
