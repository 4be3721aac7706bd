/**
 * The least rights that a role needs to record and to read. A writer can't change or delete records. Only the owner can delete
 * them. Node only.
 * @module
 */
import { ProvenanceError } from '../../../errors';
import { TABLES } from '../../records';
import type { StoredTable } from '../../records/table';
import { Connections, quoteName } from '../connection/connection';
import { storeError } from '../connection/errors';
import { readIdentity } from './migrate';

interface Roles {
  writer?: string;
  reader?: string;
}

/**
 * Returns the columns of a table that a writer may change. Triggers restrict these changes. In other columns a writer can only
 * insert. In derived tables it may also replace rows.
 */
function changed({ columns }: StoredTable): string[] {
  return Object.entries(columns).flatMap(([column, { completed }]) => (completed ? [column] : []));
}

/**
 * Returns statements for the owner of a store's schema. Running them again revokes rights that an earlier release granted and
 * this one does not.
 * @param owner whose tables of later revisions become readable; default: the role that runs the statements
 * @param absent roles that must be created first
 */
export function roleStatements(
  schema: string,
  roles: Roles,
  { owner, absent = [] }: { owner?: string; absent?: readonly string[] } = {},
): string {
  const name = quoteName(schema);
  const defaults = `ALTER DEFAULT PRIVILEGES${owner === undefined ? '' : ` FOR ROLE ${quoteName(owner)}`} IN SCHEMA ${name}`;
  const lines = ['BEGIN;', ...absent.map((role) => `CREATE ROLE ${quoteName(role)} LOGIN;`)];
  for (const role of [roles.writer, roles.reader]) {
    if (role === undefined) continue;
    lines.push(`REVOKE ALL ON ALL TABLES IN SCHEMA ${name} FROM ${quoteName(role)};`);
    lines.push(`GRANT USAGE ON SCHEMA ${name} TO ${quoteName(role)};`);
    lines.push(`GRANT SELECT ON ALL TABLES IN SCHEMA ${name} TO ${quoteName(role)};`);
    // Tables of future revisions.
    lines.push(`${defaults} GRANT SELECT ON TABLES TO ${quoteName(role)};`);
  }
  if (roles.writer !== undefined) {
    const writer = quoteName(roles.writer);
    lines.push(`GRANT INSERT ON ALL TABLES IN SCHEMA ${name} TO ${writer};`);
    lines.push(`${defaults} GRANT INSERT ON TABLES TO ${writer};`);
    const owned = TABLES.flatMap((table) => (table.owned ? `${name}.${table.name}` : []));
    lines.push(`REVOKE INSERT ON ${owned.join(', ')} FROM ${writer};`);
    for (const table of TABLES) {
      const columns = changed(table);
      if (table.derived) lines.push(`GRANT UPDATE, DELETE ON ${name}.${table.name} TO ${writer};`);
      else if (columns.length > 0)
        lines.push(`GRANT UPDATE (${columns.join(', ')}) ON ${name}.${table.name} TO ${writer};`);
      if (table.shrinks) lines.push(`GRANT DELETE ON ${name}.${table.name} TO ${writer};`);
    }
  }
  return [...lines, 'COMMIT;'].join('\n');
}

/**
 * Returns {@link roleStatements} for an existing store. They name its owner and create the missing roles.
 * @throws (rejects) STORE_MISSING, STORE_REFUSED, STORE_UNREACHABLE
 */
export async function rolesOf(place: { url: string; location: string }, roles: Roles): Promise<string> {
  const connections = new Connections({ ...place, mode: 'read' });
  try {
    await readIdentity(connections);
    const names = Object.values(roles);
    const rows = await connections.query<{ owner: string; known: string[] }>({
      text: `SELECT pg_get_userbyid(nspowner) AS owner,
          ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname = ANY ($2)) AS known
        FROM pg_namespace WHERE nspname = $1`,
      values: [connections.schema, names],
    });
    const { owner, known } = rows[0]!;
    const absent = names.filter((name, i) => !known.includes(name) && names.indexOf(name) === i);
    return roleStatements(connections.schema, roles, { owner, absent });
  } catch (error) {
    throw storeError(error, connections);
  } finally {
    await connections.close();
  }
}

/**
 * Checks the right to write when the store is opened. Otherwise every record would be refused one by one.
 * @throws (rejects) STORE_REFUSED for a role that may only read
 */
export async function assertWriter(connections: Connections): Promise<void> {
  const { location, role, schema } = connections;
  const [row] = await connections.query<{ may: boolean }>({
    text: `SELECT has_table_privilege($1, 'INSERT') AS may`,
    values: [`${quoteName(schema)}.run`],
  });
  if (row!.may) return;
  throw new ProvenanceError(
    'STORE_REFUSED',
    `Role ${role} may read the store ${location} but not write to it. As its owner, print the rights of a writer with ` +
      `\`temporal-provenance migrate --roles writer=${role}\` and run what it prints, or use a role that has them.`,
  );
}

/** @throws (rejects) STORE_REFUSED for a role that may not delete records */
export async function assertOwner(connections: Connections): Promise<void> {
  const { location, role, schema } = connections;
  const [row] = await connections.query<{ owner: string; may: boolean }>({
    text: `SELECT pg_get_userbyid(relowner) AS owner, pg_has_role(relowner, 'USAGE') AS may FROM pg_class WHERE oid = $1::regclass`,
    values: [`${quoteName(schema)}.run`],
  });
  if (row!.may) return;
  throw new ProvenanceError(
    'STORE_REFUSED',
    `Role ${role} may not remove anything from the store ${location}: only role ${row!.owner}, which owns its tables, may prune and ` +
      "purge. Use that role in the store's URL (--store, or `store` of createOperationsWorker); `migrate --roles` grants no such right.",
  );
}
