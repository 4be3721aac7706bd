/**
 * Upkeep of a PostgreSQL store. The role must own the tables: only their owner may change what is final. Node only.
 * @module
 */
import { ENTRY_BYTES, writeEntry } from '../store/digests';
import { type Client, Connections, quoteName } from '../store/postgres/connection';
import { storeError } from '../store/postgres/errors';
import { migrate, readIdentity } from '../store/postgres/migrate';
import { storedText } from '../store/postgres/text';
import { authorText } from './author';
import { type Burial, type ColumnValue, isChained, type Row, type UpkeepDatabase } from './database';

/** Triggers that keep final documents as they are, by table. */
const GUARDS: readonly (readonly [table: string, trigger: string])[] = [
  ['run', 'run_stays'],
  ['stop', 'stop_stays'],
  ['settled', 'settled_stays'],
  ['execution', 'execution_settled_stays'],
];

/** @throws (rejects) STORE_UNREACHABLE, STORE_SCHEMA_NEWER, … */
export async function openPostgresUpkeep(place: { url: string; location: string }): Promise<UpkeepDatabase> {
  const connections = new Connections({ ...place, mode: 'write' });
  try {
    await migrate(connections);
    return new PostgresUpkeep(connections);
  } catch (error) {
    await connections.close();
    throw storeError(error, place.location);
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
    throw storeError(error, place.location);
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
        await client.query('SELECT next_state()');
        for (const [table, trigger] of GUARDS)
          await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ${trigger}`);
        const query: UpkeepDatabase['query'] = async (text, values = []) =>
          (await client.query({ text: numbered(text), values: [...values] })).rows;
        const result = await body({ query, bury: (burial) => bury(client, burial) });
        for (const [table, trigger] of GUARDS)
          await client.query(`ALTER TABLE ${table} ENABLE TRIGGER ${trigger}`);
        return result as Result;
      }),
    );
  }

  async compact(tables?: readonly string[]): Promise<void> {
    await this.#guard(() =>
      this.#connections.use(async (client) => {
        const { rows } = await client.query<{ tablename: string }>(
          'SELECT tablename FROM pg_tables WHERE schemaname = current_schema()',
        );
        const names = rows.map(({ tablename }) => tablename);
        await client.query('SET statement_timeout = 0');
        // Without FULL the old rows stay in the files until something else takes their room.
        for (const name of names.filter((one) => tables === undefined || tables.includes(one)))
          await client.query(`VACUUM (FULL) ${quoteName(name)}`);
        await client.query('RESET statement_timeout');
      }),
    );
  }

  close(): Promise<void> {
    return this.#connections.close();
  }

  async #guard<Result>(action: () => Promise<Result>): Promise<Result> {
    try {
      return await action();
    } catch (error) {
      throw storeError(error, this.location);
    }
  }
}

/** The tombstone's own trigger enters it in the chain. */
async function bury(client: Client, burial: Burial): Promise<void> {
  const { what, ref, name, document_time, digest, replacement, reason } = burial;
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
      authorText(),
    ],
  );
  if (replacement === undefined || !isChained(what)) return;
  const entry = Buffer.alloc(ENTRY_BYTES);
  writeEntry(entry, 0, what, ref, replacement);
  await client.query('SELECT add_link($1)', [entry]);
}

function numbered(text: string): string {
  let n = 0;
  return text.replace(/\?/g, () => `$${++n}`);
}
