/**
 * Stores of both databases for the tests of upkeep, and whether their chain still explains what they hold.
 * @module
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  linkDigest,
  readEntries,
  type StartRow,
  startDigest,
  textDigest,
} from '../../src/store/integrity/digests';
import type { Row, UpkeepDatabase } from '../../src/upkeep/database';
import { fromBuild } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';

export const { openUpkeep, openForReading } =
  fromBuild<typeof import('../../src/upkeep/open')>('src/upkeep/open');

export interface UpkeepPlace {
  name: string;
  missing?: string;
  start(): Promise<void>;
  /** URL of a new store. */
  url(): Promise<string>;
  /** Whether a text stands anywhere in the files of the stores. Undefined where files are not ours to read. */
  holds?(text: string): boolean;
  stop(): Promise<void>;
}

export function sqlitePlace(): UpkeepPlace {
  let folder = '';
  let made = 0;
  return {
    name: 'SQLite',
    start: async () => {
      folder = mkdtempSync(join(tmpdir(), 'provenance-upkeep-'));
    },
    url: async () => `sqlite:${join(folder, `${++made}.db`)}`,
    holds: (text) => readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(text)),
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function postgresPlace(): UpkeepPlace {
  let server: PostgresServer | undefined;
  let database = '';
  let made = 0;
  return {
    name: 'PostgreSQL',
    missing: postgresMissing(),
    start: async () => {
      server = await startPostgres({ fsync: 'off' });
      database = await server.createDatabase();
    },
    url: async () => `${database}?schema=upkeep_${++made}`,
    stop: async () => server?.close(),
  };
}

/** Final documents that are not as the chain has them, and have no tombstone that says why; and links that do not follow. */
export async function unexplained(database: UpkeepDatabase): Promise<string[]> {
  const links = await database.query<{
    n: number;
    state_id: number;
    entries: Uint8Array;
    digest: Uint8Array;
  }>('SELECT n, state_id, entries, digest FROM chain ORDER BY n');
  const stones = await database.query<Row>(
    'SELECT what, ref, digest, replacement FROM tombstone ORDER BY id',
  );
  const next = new Map(
    stones.map(({ what, ref, digest, replacement }) => [
      `${what} ${ref} ${hex(digest as Uint8Array)}`,
      replacement === null ? null : hex(replacement as Uint8Array),
    ]),
  );
  const standing = await documents(database);
  const faults: string[] = [];
  let before: Uint8Array | null = null;
  const seen = new Set<string>();
  for (const { n, state_id, entries, digest } of links) {
    if (hex(linkDigest(before, n, state_id, entries)) !== hex(digest)) faults.push(`link ${n}`);
    before = digest;
    for (const { kind, ref, digest: of } of readEntries(entries) ?? []) {
      if (kind === 'tombstone') continue;
      const place = `${kind} ${ref}`;
      seen.add(place);
      let expected: string | null = hex(Buffer.from(of, 'latin1'));
      while (expected !== null && standing.get(place) !== expected) {
        if (!next.has(`${place} ${expected}`)) {
          faults.push(place);
          break;
        }
        expected = next.get(`${place} ${expected}`)!;
      }
      if (expected === null && standing.has(place)) faults.push(`${place} stands`);
    }
  }
  for (const place of standing.keys()) if (!seen.has(place)) faults.push(`${place} is not in the chain`);
  return faults;
}

async function documents(database: UpkeepDatabase): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const add = (kind: string, ref: unknown, digest: string) =>
    found.set(`${kind} ${ref}`, hex(Buffer.from(digest, 'latin1')));
  const runs = await database.query<Row>(
    'SELECT r.*, m.digest AS metadata_digest FROM run r JOIN metadata m ON m.id = r.metadata_id',
  );
  for (const run of runs) add('start', run.seq, startDigest(run as unknown as StartRow));
  for (const kind of ['stop', 'settled']) {
    for (const row of await database.query<Row>(`SELECT seq, document FROM ${kind}`))
      add(kind, row.seq, textDigest(String(row.document)));
  }
  for (const row of await database.query<Row>('SELECT id, settled FROM execution WHERE settled IS NOT NULL'))
    add('execution', row.id, textDigest(String(row.settled)));
  for (const row of await database.query<Row>(
    'SELECT id, document FROM environment WHERE document IS NOT NULL',
  ))
    add('environment', row.id, textDigest(String(row.document)));
  for (const kind of ['data', 'digest', 'origins', 'refusal']) {
    for (const row of await database.query<Row>(`SELECT id, document FROM ${kind}`))
      add(kind, row.id, textDigest(String(row.document)));
  }
  return found;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
