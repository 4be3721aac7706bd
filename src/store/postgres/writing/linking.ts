/**
 * The linker's pages on a PostgreSQL store. Node only.
 * @module
 */
import { ProvenanceError } from '../../../errors';
import type { Linked, LinkStatements } from '../../interface/linking';
import { linkPage } from '../../links/link-page';
import { LATEST_REVISION } from '../../migrations';
import { LINKS_WAIT } from '../../read/link-reads';
import type { Client, Connections } from '../connection/connection';
import { heldValue, numbered } from '../values/statement';

/** One page. Whoever has the row of `linker` is the only linker until the transaction ends. @throws (rejects) STORE_SCHEMA_NEWER */
export function link(connections: Connections, limit: number): Promise<Linked> {
  return connections.transaction(async (client) => {
    await refuseNewer(client, connections.location);
    await client.query('SELECT one FROM linker FOR UPDATE');
    const statements = statementsOf(client);
    const page = await linkPage(statements, limit);
    const waiting = (await statements.query(LINKS_WAIT)).length > 0;
    return { ...page, waiting };
  });
}

/** A transaction as the linker sees it. */
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
    `The store ${location} was brought to a newer schema by temporal-provenance ${rows[0]!.version}. Upgrade temporal-provenance here.`,
  );
}
