/**
 * The set of installed packages as rows, and its digest: of names, versions and integrity alone, so that neither the
 * place in the tree nor the mirror that they came from changes it. Node.
 * @module
 */
import type { Findings } from '../findings';

/** Type, name, version, integrity (SRI, as the lock says; of a link the digest of its code; null where none is known). */
export type PackageRow = [type: string, name: string, version: string, integrity: string | null];

/** Keeps the sorted, unique rows (strings and nulls: their JSON is canonical); the digest is the set's identity. */
export function keepRows(rows: readonly PackageRow[], findings: Findings): { digest: string; count: number } {
  const texts = [...new Set(rows.map((row) => JSON.stringify(row)))].sort();
  const bytes = Buffer.from(`[${texts.join(',')}]`);
  return { digest: findings.keep('application/json', bytes), count: texts.length };
}
