/**
 * Upkeep of a PostgreSQL store. The role must own the tables, because only their owner may change final documents. Node only.
 * @module
 */

import { processAuthor } from '../store/author';
import { ENTRY_BYTES, writeEntry } from '../store/integrity/digests';
import { LATEST_REVISION } from '../store/migrations';
import { type Client, Connections, quoteName } from '../store/postgres/connection/connection';
import { storeError } from '../store/postgres/connection/errors';
import { migrate, readIdentity } from '../store/postgres/identity/migrate';
import { assertOwner } from '../store/postgres/identity/roles';
import { numbered } from '../store/postgres/values/statement';
import { storedText } from '../store/postgres/values/text';
import { isChained, type Tombstone } from '../store/tombstones';
import type { ColumnValue, Row, UpkeepDatabase } from './database';

/** Triggers that protect documents, by table. Triggers on the evidence of upkeep itself are never disabled. */
const GUARDS = `SELECT c.relname AS name, t.tgname AS guard FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = $1::regnamespace AND t.tgname LIKE '%\\_stays' AND c.relname NOT IN ('storage', 'chain', 'tombstone')
  ORDER BY c.relname, t.tgname`;

/** @throws (rejects) STORE_MISSING, STORE_REFUSED for any role but the owner, STORE_UNREACHABLE, STORE_SCHEMA_NEWER, … */
export async function openPostgresUpkeep(place: { url: string; location: string }): Promise<UpkeepDatabase> {
  const connections = new Connections({ ...place, mode: 'write' });
  try {
    await readIdentity(connections);
    await assertOwner(connections);
    await migrate(connections);
    return new PostgresUpkeep(connections);
  } catch (error) {
    await connections.close();
    throw storeError(error, connections);
  }
}

/** @throws (rejects) STORE_UNREACHABLE, … */
export async function readPostgres(place: { url: string; location: string }): Promise<UpkeepDatabase> {
  const connections = new Connections({ ...place, mode: 'read' });
  try {
    await readIdentity(connections);
    return new PostgresUpkeep(connections);
  } catch (error) {
    await connections.close();
    throw storeError(error, connections);
  }
}

class PostgresUpkeep implements UpkeepDatabase {
  readonly dialect = 'postgres';
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  get location(): string {
    return this.#connections.location;
  }

  query<Found extends Row>(text: string, values: readonly ColumnValue[] = []): Promise<Found[]> {
    return this.#guard(() => this.#connections.query<Found>({ text: numbered(text), values: [...values] }));
  }

  transaction<Result>(body: Parameters<UpkeepDatabase['transaction']>[0]): Promise<Result> {
    return this.#guard(() =>
      this.#connections.transaction(async (client) => {
        await client.query('SELECT next_state($1)', [LATEST_REVISION]);
        const { rows: guards } = await client.query<{ name: string; guard: string }>(GUARDS, [
          quoteName(this.#connections.schema),
        ]);
        // Only the owner can do this: docs/design/store.md#taking-out.
        for (const { name, guard } of guards)
          await client.query(`ALTER TABLE ${quoteName(name)} DISABLE TRIGGER ${quoteName(guard)}`);
        const query: UpkeepDatabase['query'] = async (text, values = []) =>
          (await client.query({ text: numbered(text), values: [...values] })).rows;
        const result = await body({
          query,
          writeTombstone: (tombstone) => writeTombstone(client, tombstone),
        });
        for (const { name, guard } of guards)
          await client.query(`ALTER TABLE ${quoteName(name)} ENABLE TRIGGER ${quoteName(guard)}`);
        return result as Result;
      }),
    );
  }

  async compact(tables?: readonly string[]): Promise<void> {
    await this.#guard(async () => {
      const { schema } = this.#connections;
      const rows = await this.#connections.query<{ tablename: string }>({
        text: 'SELECT tablename FROM pg_tables WHERE schemaname = $1',
        values: [schema],
      });
      const names = rows.map(({ tablename }) => tablename);
      // Without FULL, old rows stay in the files until their space is reused.
      for (const name of names.filter((one) => tables === undefined || tables.includes(one)))
        await this.#connections.alone(`VACUUM (FULL) ${quoteName(schema)}.${quoteName(name)}`);
    });
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  async #guard<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action();
    } catch (error) {
      throw storeError(error, this.#connections);
    }
  }
}

/** The tombstone's own trigger adds it to the chain. */
async function writeTombstone(client: Client, tombstone: Tombstone): Promise<void> {
  const { what, ref, name, document_time, digest, replacement, reason } = tombstone;
  const bytes = (text: string | undefined) => (text === undefined ? null : Buffer.from(text, 'latin1'));
  await client.query(
    `INSERT INTO tombstone (what, ref, name, document_time, time, digest, replacement, reason, author)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      what,
      ref,
      name,
      document_time,
      Date.now() / 1000,
      bytes(digest),
      bytes(replacement),
      storedText(reason),
      JSON.stringify(processAuthor()),
    ],
  );
  if (replacement === undefined || !isChained(what)) return;
  const entry = Buffer.alloc(ENTRY_BYTES);
  writeEntry(entry, 0, what, ref, replacement);
  await client.query('SELECT add_link($1)', [entry]);
}
