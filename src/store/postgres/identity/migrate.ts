/**
 * Upgrades a PostgreSQL schema to the newest revision, in one transaction under an advisory lock. Any number of processes may do
 * it at once. Node only.
 * This folder owns the identity of a PostgreSQL store: its id, revision, places and roles. The store and upkeep use it.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { ProvenanceError } from '../../../errors';
import type { StoreIdentity, StoreVersion } from '../../identity';
import { announceUpgrade, LATEST_REVISION, MIGRATIONS, refuseUnreleased } from '../../migrations';
import { VIEWS } from '../../views';
import { type Client, type Connections, quoteName } from '../connection/connection';
import { isMissingRight, storeError } from '../connection/errors';
import { FUNCTIONS, FUNCTIONS_BEFORE_TABLES } from '../functions';

const MIGRATION_TABLE = `CREATE TABLE IF NOT EXISTS migration (
  revision integer PRIMARY KEY,
  name text NOT NULL,
  breaking boolean NOT NULL,                     -- true: a release that does not know it must not use the database
  applied_time double precision NOT NULL,
  version text NOT NULL                          -- of the product
)`;

/** Schemas that contain a store and that this role may see. */
const STORES = `SELECT n.nspname AS schema FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relname IN ('migration', 'storage', 'run') AND c.relkind = 'r'
  GROUP BY n.nspname HAVING count(*) = 3 ORDER BY n.nspname LIMIT 5`;

/** Distinguishes our advisory locks from those of other programs: "PRVN". */
const LOCK_CLASS = 0x5052564e;
const LOCK_TIMEOUT_MS = 120_000;

/** @throws (rejects) STORE_SCHEMA_NEWER, STORE_UNREACHABLE, STORE_BUSY */
export async function migrate(connections: Connections): Promise<void> {
  if ((await checkRevision(connections)) >= LATEST_REVISION) return;
  try {
    const before = await connections.transaction((client) => upgrade(client, connections), { patient: true });
    if (before > 0 && before < LATEST_REVISION) announceUpgrade(connections.location, before);
  } catch (error) {
    throw isMissingRight(error) ? ownersWork(connections) : storeError(error, connections);
  }
}

/** Only the owner may create and upgrade a store. */
function ownersWork({ location, role }: Connections): ProvenanceError {
  return new ProvenanceError(
    'STORE_REFUSED',
    `The store ${location} must be created or migrated to this release's schema, and role ${role} has no right to do that: ` +
      'run `temporal-provenance migrate --create` as the role that owns it, or will own it.',
  );
}

/** Returns the previous revision. */
async function upgrade(client: Client, connections: Connections): Promise<number> {
  await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
  // Several processes may open a new store at once: docs/guide/upgrade.md.
  await client.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [LOCK_CLASS, connections.schema]);
  await createSchema(client, connections.schema);
  await client.query(MIGRATION_TABLE);
  const { rows } = await client.query('SELECT coalesce(max(revision), 0) AS revision FROM migration');
  const revision = Number(rows[0].revision);
  await client.query(FUNCTIONS_BEFORE_TABLES);
  for (const migration of MIGRATIONS.slice(revision)) {
    await client.query(migration.sql.postgres!);
    await client.query('INSERT INTO migration VALUES ($1, $2, $3, $4, $5)', [
      migration.revision,
      migration.name,
      migration.breaking,
      Date.now() / 1000,
      productVersion(),
    ]);
  }
  await client.query(FUNCTIONS + VIEWS.postgres);
  if (revision === 0) await identify(client);
  return revision;
}

/**
 * Creates the schema if it does not exist. This is checked first, because `CREATE SCHEMA` always needs a right that roles often
 * lack.
 */
async function createSchema(client: Client, schema: string): Promise<void> {
  const { rows } = await client.query('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  if (rows.length === 0) await client.query(`CREATE SCHEMA ${quoteName(schema)}`);
}

async function identify(client: Client): Promise<void> {
  const { rows } = await client.query(`SELECT current_setting('server_version') AS version`);
  const creator = {
    'temporal-provenance': productVersion(),
    node: process.versions.node,
    postgresql: rows[0].version,
  };
  await client.query('INSERT INTO storage VALUES (1, $1, 0, $2, $3)', [
    randomUUID(),
    Date.now() / 1000,
    JSON.stringify(creator),
  ]);
}

/**
 * Returns the schema's revision; 0 if it has none.
 * @throws (rejects) STORE_SCHEMA_NEWER, STORE_URL_INVALID (created before the first release), STORE_UNREACHABLE
 */
export async function checkRevision(connections: Connections): Promise<number> {
  const { location } = connections;
  const newer = await latest(connections);
  if (newer === undefined || newer.revision === 0) return 0;
  refuseUnreleased(location, newer.first);
  if (newer.revision > LATEST_REVISION && newer.breaking_version !== null) {
    throw new ProvenanceError(
      'STORE_SCHEMA_NEWER',
      `The store ${location} was migrated to a newer schema by temporal-provenance ${newer.breaking_version}; ` +
        `this is ${productVersion()}. Upgrade temporal-provenance here.`,
    );
  }
  return newer.revision;
}

interface Latest {
  revision: number;
  /** Name of revision 1. */
  first: string;
  /** The product version that wrote a revision which this release must not use. */
  breaking_version: string | null;
}

async function latest(connections: Connections): Promise<Latest | undefined> {
  try {
    const [row] = await connections.query<{ here: boolean }>({
      text: "SELECT to_regclass($1 || '.migration') IS NOT NULL AS here",
      values: [quoteName(connections.schema)],
    });
    if (!row?.here) return undefined;
    const [found] = await connections.query<Latest>({
      text: `SELECT coalesce(max(revision), 0) AS revision,
        (SELECT name FROM migration WHERE revision = 1) AS first,
        (SELECT version FROM migration WHERE revision > $1 AND breaking ORDER BY revision DESC LIMIT 1) AS breaking_version
        FROM migration`,
      values: [LATEST_REVISION],
    });
    return found;
  } catch (error) {
    throw storeError(error, connections);
  }
}

/** @throws (rejects) STORE_MISSING for a schema that contains no store */
export async function readIdentity(connections: Connections): Promise<StoreIdentity> {
  const schema_version = await checkRevision(connections);
  if (schema_version === 0) {
    throw await missing(connections);
  }
  const [row] = await connections.query<StoreIdentity & { creator: string }>({
    text: 'SELECT storage_id, state_id, created_time, creator FROM storage',
  });
  const [forked_from] = await lastOrigin(connections);
  return {
    ...row!,
    schema_version,
    creator: JSON.parse(row!.creator),
    ...(forked_from && { forked_from }),
  };
}

function lastOrigin(connections: Connections): Promise<StoreVersion[]> {
  return connections.query({
    text: 'SELECT storage_id, state_id FROM origin ORDER BY state_id DESC LIMIT 1',
  });
}

/** The error lists other schemas with a store, in case the wrong one was named. */
async function missing(connections: Connections): Promise<ProvenanceError> {
  const rows = await connections.query<{ schema: string }>({ text: STORES });
  const others = rows.map(({ schema }) => `?schema=${encodeURIComponent(schema)}`);
  return new ProvenanceError(
    'STORE_MISSING',
    `There is no store at ${connections.location} yet: the database answers, but its schema '${connections.schema}' has none. ` +
      (others.length > 0
        ? `Stores are at ${others.join(', ')}.`
        : 'The first worker creates it; `temporal-provenance migrate --create` does too.'),
  );
}

function productVersion(): string {
  return require('temporal-provenance/package.json').version;
}
