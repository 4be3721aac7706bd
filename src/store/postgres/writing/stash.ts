/**
 * A lab's stash: its values, its changes and its history. Node only.
 * @module
 */
import { ProvenanceError } from '../../../errors';
import { isScanId } from '../../../model/ids';
import type { Json } from '../../../model/json';
import type {
  Author,
  StashChange,
  StashHistoryEntry,
  StashHistoryQuery,
  StashSnapshot,
} from '../../interface/stash-changes';
import { LATEST_REVISION } from '../../migrations';
import type { Client, Connections } from '../connection/connection';
import { indexedText, readText } from '../values/text';

interface Lab {
  id: number;
  scan_id: number;
  stash_version: number;
}

/** Reads the lab's stash in the client's transaction. An unknown lab has an empty one. */
export async function readStash(client: Client, name: string): Promise<StashSnapshot> {
  const { rows } = await client.query<{
    version: number;
    scan_id: number;
    key: string | null;
    value: string;
  }>({
    text: `SELECT lab.stash_version AS version, lab.scan_id, s.key, s.value FROM lab LEFT JOIN stash s ON s.lab_id = lab.id
           WHERE lab.name = $1 ORDER BY s.position`,
    values: [indexedText(name)],
  });
  const values: { [key: string]: Json } = {};
  for (const { key, value } of rows) {
    if (key === null) continue;
    Object.defineProperty(values, readText(key), {
      value: JSON.parse(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return { lab: name, version: rows[0]?.version ?? 0, values, scan_id: rows[0]?.scan_id ?? 0 };
}

/** @throws (rejects) STORE_BUSY if the stash is not at `expected`; METADATA_INVALID */
export async function changeStash(
  connections: Connections,
  name: string,
  changes: readonly StashChange[],
  author: Author,
  expected?: number,
): Promise<StashSnapshot> {
  const inits = changes.filter((change) => change.op === 'init');
  if (inits.length === changes.length) {
    const due = await connections.transaction((client) => dueChanges(client, name, changes));
    if (due.length === 0) return connections.transaction((client) => readStash(client, name));
  }
  return connections.transaction(async (client) => {
    await client.query('SELECT next_state($1)', [LATEST_REVISION]);
    const lab = await takeLab(client, name);
    if (expected !== undefined && expected !== lab.stash_version) {
      throw new ProvenanceError(
        'STORE_BUSY',
        `The stash of lab '${name}' was changed by another process; try again.`,
      );
    }
    const due = await dueChanges(client, name, changes);
    if (due.length > 0) await apply(client, lab, due, author);
    return readStash(client, name);
  });
}

async function takeLab(client: Client, name: string): Promise<Lab> {
  const key = indexedText(name);
  await client.query(
    'INSERT INTO lab (name) SELECT $1 WHERE NOT EXISTS (SELECT FROM lab WHERE name = $1) ON CONFLICT DO NOTHING',
    [key],
  );
  const { rows } = await client.query<Lab>('SELECT id, scan_id, stash_version FROM lab WHERE name = $1', [
    key,
  ]);
  return rows[0]!;
}

/** Removes `init` changes of keys that the lab's history has ever contained; for `scan_id`, also if runs were numbered. */
async function dueChanges(
  client: Client,
  name: string,
  changes: readonly StashChange[],
): Promise<StashChange[]> {
  const keys = changes.flatMap((change) => (change.op === 'init' ? [indexedText(change.key)] : []));
  if (keys.length === 0) return [...changes];
  const { rows } = await client.query<{ key: string }>(
    `SELECT DISTINCT h.key FROM stash_history h JOIN lab ON lab.id = h.lab_id WHERE lab.name = $1 AND h.key = ANY ($2)
     UNION SELECT 'scan_id' FROM lab WHERE name = $1 AND scan_id > 0`,
    [indexedText(name), keys],
  );
  const held = new Set(rows.map((row) => row.key));
  return changes.filter((change) => change.op !== 'init' || !held.has(indexedText(change.key)));
}

async function apply(
  client: Client,
  lab: Lab,
  changes: readonly StashChange[],
  author: Author,
): Promise<void> {
  const version = lab.stash_version + 1;
  const time = Date.now() / 1000;
  for (const change of changes) {
    if (change.op === 'clear') await clear(client, lab, change.keep_scan_id);
    else if (change.op === 'unset') await unset(client, lab, change.key);
    else await set(client, lab, change.key, change.value);
    await client.query(
      `INSERT INTO stash_history (lab_id, version, time, op, key, value, author) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        lab.id,
        version,
        time,
        change.op,
        'key' in change ? indexedText(change.key) : null,
        'value' in change ? JSON.stringify(change.value) : null,
        JSON.stringify(author),
      ],
    );
  }
  await client.query('UPDATE lab SET stash_version = $1, scan_id = $2 WHERE id = $3', [
    version,
    lab.scan_id,
    lab.id,
  ]);
}

async function set(client: Client, lab: Lab, key: string, value: Json): Promise<void> {
  if (key === 'scan_id') {
    if (!isScanId(value)) {
      throw new ProvenanceError('METADATA_INVALID', 'scan_id must be an integer from 0 to 2^53 − 1.');
    }
    lab.scan_id = value;
    return;
  }
  await client.query(
    `INSERT INTO stash (lab_id, key, value, position)
     VALUES ($1, $2, $3, (SELECT coalesce(max(position), 0) + 1 FROM stash WHERE lab_id = $1))
     ON CONFLICT (lab_id, key) DO UPDATE SET value = excluded.value`,
    [lab.id, indexedText(key), JSON.stringify(value)],
  );
}

async function unset(client: Client, lab: Lab, key: string): Promise<void> {
  if (key === 'scan_id') lab.scan_id = 0;
  else await client.query('DELETE FROM stash WHERE lab_id = $1 AND key = $2', [lab.id, indexedText(key)]);
}

async function clear(client: Client, lab: Lab, keepScanId: boolean): Promise<void> {
  await client.query('DELETE FROM stash WHERE lab_id = $1', [lab.id]);
  if (!keepScanId) lab.scan_id = 0;
}

/** Returns changes of a stash, the newest first. */
export async function readStashHistory(
  client: Client,
  name: string,
  query: StashHistoryQuery = {},
): Promise<StashHistoryEntry[]> {
  const { key, limit, before_version, until } = query;
  const { rows } = await client.query(
    `SELECT version, time, op, key, h.value, author FROM stash_history h JOIN lab ON lab.id = h.lab_id
     WHERE lab.name = $1 AND ($2::text IS NULL OR key = $2 OR op = 'clear')
       AND ($4::bigint IS NULL OR version < $4) AND ($5::double precision IS NULL OR time <= $5)
     ORDER BY h.id DESC LIMIT $3`,
    [
      indexedText(name),
      key === undefined ? null : indexedText(key),
      limit ?? null,
      before_version ?? null,
      until ?? null,
    ],
  );
  return rows.map((row) => ({
    lab: name,
    version: row.version,
    time: row.time,
    op: row.op,
    ...(row.key === null ? {} : { key: readText(row.key) }),
    ...(row.value === null ? {} : { value: JSON.parse(row.value) }),
    author: JSON.parse(row.author),
  }));
}
