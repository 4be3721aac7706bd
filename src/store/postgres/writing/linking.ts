/**
 * The linker's pages on a PostgreSQL store. Node only.
 * @module
 */
import { ProvenanceError } from '../../../errors';
import type { Linked, LinkStatements } from '../../interface/linking';
import { forgetLinks } from '../../links/clear';
import { derivePage } from '../../links/derive-page';
import { LATEST_REVISION } from '../../migrations';
import type { Client, Connections } from '../connection/connection';
import { heldValue, numbered } from '../values/statement';

/**
 * Derives one page.
 * @throws (rejects) STORE_SCHEMA_NEWER
 */
export function link(connections: Connections, limit: number): Promise<Linked> {
  return linking(connections, (statements) => derivePage(statements, limit));
}

/**
 * Deletes everything that is derived; later pages derive it again.
 * @throws (rejects) STORE_SCHEMA_NEWER
 */
export function forget(connections: Connections): Promise<void> {
  return linking(connections, forgetLinks);
}

/** The transaction that locks the row of `linker` is the only linker until it ends. */
function linking<Result>(
  connections: Connections,
  work: (statements: LinkStatements) => Promise<Result>,
): Promise<Result> {
  return connections.transaction(async (client) => {
    await refuseNewer(client, connections.location);
    await client.query('SELECT one FROM linker FOR UPDATE');
    return work(statementsOf(client));
  });
}

/** Returns a transaction in the form that the linker uses. */
export function statementsOf(client: Client): LinkStatements {
  return {
    dialect: 'postgres',
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query<Row>({ text: numbered(text), values: values.map(heldValue) })).rows,
  };
}

async function refuseNewer(client: Client, location: string): Promise<void> {
  const { rows } = await client.query<{ version: string }>(
    'SELECT version FROM migration WHERE revision > $1 AND breaking LIMIT 1',
    [LATEST_REVISION],
  );
  if (rows.length === 0) return;
  throw new ProvenanceError(
    'STORE_SCHEMA_NEWER',
    `The store ${location} was migrated to a newer schema by temporal-provenance ${rows[0]!.version}. Upgrade temporal-provenance here.`,
  );
}
