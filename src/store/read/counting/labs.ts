/**
 * Labs and the namespaces of their runs. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../schema';

/** Returns labs that have a stash or runs, by name. */
export async function readLabs(db: Kysely<Schema>): Promise<string[]> {
  const rows = await db.selectFrom('lab').select('name').orderBy('name').execute();
  return rows.map((row) => row.name);
}

/**
 * The number of runs that are read per kind, the last recorded ones. An unlimited read could pass a million runs of other labs.
 */
const RUNS_OF_KIND = 200;

/** Returns the namespaces of each lab's runs, according to the last runs of each kind. */
export async function readNamespaces(db: Kysely<Schema>): Promise<{ lab: string; namespaces: string[] }[]> {
  const { rows } = await sql<{ lab: string; namespace: string }>`
    SELECT DISTINCT lab.name AS lab, kind.namespace AS namespace FROM lab CROSS JOIN kind
    WHERE EXISTS (SELECT 1 FROM (SELECT run.lab_id FROM run WHERE run.kind_id = kind.id ORDER BY run.seq DESC
      LIMIT ${sql.lit(RUNS_OF_KIND)}) AS last_runs WHERE last_runs.lab_id = lab.id)
    ORDER BY 1, 2`.execute(db);
  const byLab = new Map<string, string[]>();
  for (const { lab, namespace } of rows) byLab.set(lab, [...(byLab.get(lab) ?? []), namespace]);
  return [...byLab].map(([lab, namespaces]) => ({ lab, namespaces }));
}
