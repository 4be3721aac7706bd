/**
 * The kept set of packages of an environment. Node only.
 * @module
 */

import type { Environment } from '../../model/environment';
import type { Scope } from '../scope';
import { fact, keptText } from './environments';

/** A package of an environment. */
export interface PackageRow {
  type: string;
  name: string;
  version: string;
  integrity?: string;
}

/** The rows of a kept set; undefined for another text (a lock file). */
export function packageRows(text: string): PackageRow[] | undefined {
  const rows = parsed(text);
  if (!Array.isArray(rows) || !rows.every(isRow)) return undefined;
  return rows.map(([type, name, version, integrity]) => ({
    type,
    name,
    version,
    ...(typeof integrity === 'string' && { integrity }),
  }));
}

/**
 * All kept packages of an environment: of npm, and of the system. `text`: a lock file, if only that was kept.
 * @throws (rejects) ProvenanceError NOT_FOUND, with the reason that was recorded
 */
export async function packagesOf(
  scope: Scope,
  environment: Environment,
): Promise<{ rows: PackageRow[]; text?: string }> {
  const text = await keptText(scope, environment, 'packages');
  const rows = packageRows(text);
  if (!rows) return { rows: [], text };
  const digest = fact(environment, 'packages.os.set');
  const system = typeof digest === 'string' ? await scope.store.blob(digest) : null;
  const others = system && packageRows(Buffer.from(system.bytes).toString('utf8'));
  return { rows: [...rows, ...(others ?? [])] };
}

/** `ms@2.1.3  sha512-…`; a package of another manager with its type before it. */
export function packageLine({ type, name, version, integrity }: PackageRow): string {
  const named = `${type === 'npm' ? '' : `${type}:`}${name}@${version}`;
  return integrity === undefined ? named : `${named}  ${integrity}`;
}

type Row = [type: string, name: string, version: string, integrity?: unknown];

function isRow(row: unknown): row is Row {
  return Array.isArray(row) && row.length >= 3 && row.slice(0, 3).every((part) => typeof part === 'string');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
