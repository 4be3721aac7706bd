/**
 * The rows of names of data, their versions and contents. A row is created at the first mention. Node only.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { fileStamp } from '../../lineage/names';
import type { DataType, DigestMissing } from '../../model/data';
import { readText } from '../marked-text';
import { uriDigest } from '../records/data';
import type { LinkDatabase } from './database';

/** A version as a fact names it. */
export interface Named {
  uri: string;
  site_name?: string;
  type: DataType;
  /** The key that distinguishes versions of one name. */
  key: string;
  sha256?: string;
  missing?: DigestMissing;
  size_bytes?: number;
  media_type?: string;
  /** When a run used or generated it, UNIX seconds. */
  time: number;
}

/** The row of a version. */
export interface VersionRow {
  id: number;
  artifact_id: number;
  content_id: number | null;
}

/** The requested versions, and those whose content is newly known. */
export interface Registered {
  rows: VersionRow[];
  /** Rows that existed without a content and now have one. */
  identified: VersionRow[];
  /** Ids of rows that were created. */
  created: ReadonlySet<number>;
}

/** Returns the rows of all versions, in the same order. Missing rows are created. */
export async function register(db: LinkDatabase, named: readonly Named[]): Promise<Registered> {
  if (named.length === 0) return { rows: [], identified: [], created: new Set() };
  const artifacts = await registerArtifacts(db, named);
  const contents = await registerContents(db, named);
  const merged = new Map<string, (string | number | null)[]>();
  const keys = named.map((one) => `${artifacts.get(one.uri)} ${one.key}`);
  named.forEach((one, i) => {
    const content = one.sha256 === undefined ? null : contents.get(one.sha256)!;
    const row = merged.get(keys[i]!) ?? [artifacts.get(one.uri)!, one.key, null, null, null, one.time];
    merged.set(keys[i]!, row);
    row[2] ??= content;
    row[3] =
      one.missing === undefined || one.missing === 'pending' ? (row[3] ?? one.missing ?? null) : one.missing;
    row[4] ??= one.size_bytes ?? null;
    row[5] = Math.min(row[5] as number, one.time);
  });
  const before = await knownVersions(db, [...merged.values()]);
  const after = await writeVersions(db, [...merged.values()]);
  const identified = [...after].flatMap(([key, row]) => {
    const known = before.get(key);
    return known && known.content_id === null && row.content_id !== null ? [row] : [];
  });
  const created = [...after].flatMap(([key, { id }]) => (before.has(key) ? [] : [id]));
  return { rows: keys.map((key) => after.get(key)!), identified, created: new Set(created) };
}

const VERSION = {
  artifact_id: 'integer',
  signature: 'text',
  content_id: 'integer',
  missing: 'text',
  size_bytes: 'integer',
  first_time: 'real',
} as const;

async function knownVersions(
  db: LinkDatabase,
  rows: readonly (string | number | null)[][],
): Promise<Map<string, VersionRow>> {
  const { sql, value } = db.list(VERSION, rows);
  const found = await db.query<VersionRow & { signature: string }>(
    `SELECT v.id, v.artifact_id, v.signature, v.content_id FROM ${sql} x CROSS JOIN version v
     WHERE v.artifact_id = x.artifact_id AND v.signature = x.signature`,
    value,
  );
  return byKey(found);
}

async function writeVersions(
  db: LinkDatabase,
  rows: readonly (string | number | null)[][],
): Promise<Map<string, VersionRow>> {
  const { sql, value } = db.list(VERSION, rows);
  const columns = Object.keys(VERSION).join(', ');
  const written = await db.query<VersionRow & { signature: string }>(
    `INSERT INTO version AS was (${columns}) SELECT ${columns} FROM ${sql} x WHERE true
     ON CONFLICT (artifact_id, signature) DO UPDATE SET content_id = coalesce(was.content_id, excluded.content_id),
       missing = CASE WHEN coalesce(was.content_id, excluded.content_id) IS NOT NULL THEN NULL
         WHEN was.missing IS NULL OR was.missing = 'pending' THEN coalesce(excluded.missing, was.missing) ELSE was.missing END,
       size_bytes = coalesce(was.size_bytes, excluded.size_bytes),
       first_time = CASE WHEN excluded.first_time < was.first_time THEN excluded.first_time ELSE was.first_time END
     RETURNING id, artifact_id, signature, content_id`,
    value,
  );
  return byKey(written);
}

function byKey(rows: readonly (VersionRow & { signature: string })[]): Map<string, VersionRow> {
  return new Map(rows.map((row) => [`${row.artifact_id} ${readText(row.signature)}`, row]));
}

/** Returns the ids of contents by digest. Missing rows are created. */
export async function registerContents(
  db: LinkDatabase,
  named: readonly Pick<Named, 'sha256' | 'size_bytes' | 'media_type'>[],
): Promise<Map<string, number>> {
  const contents = new Map<string, (string | number | null)[]>();
  for (const { sha256, size_bytes, media_type } of named)
    if (sha256 !== undefined) contents.set(sha256, [sha256, size_bytes ?? null, media_type ?? null]);
  if (contents.size === 0) return new Map();
  const { sql, value } = db.list({ sha256: 'text', size_bytes: 'integer', media_type: 'text' }, [
    ...contents.values(),
  ]);
  const rows = await db.query<{ id: number; sha256: string }>(
    `INSERT INTO content AS was (sha256, size_bytes, media_type) SELECT x.sha256, x.size_bytes, x.media_type FROM ${sql} x WHERE true
     ON CONFLICT (sha256) DO UPDATE SET size_bytes = coalesce(was.size_bytes, excluded.size_bytes),
       media_type = coalesce(was.media_type, excluded.media_type)
     RETURNING id, sha256`,
    value,
  );
  return new Map(rows.map(({ id, sha256 }) => [sha256, id]));
}

const ARTIFACT = {
  artifact_id: 'text',
  uri_digest: 'text',
  uri: 'text',
  site_name: 'text',
  type: 'text',
  first_time: 'real',
} as const;

/** Returns the ids of names by URI. Missing rows are created. */
async function registerArtifacts(db: LinkDatabase, named: readonly Named[]): Promise<Map<string, number>> {
  const names = new Map<string, Named>();
  for (const one of named) {
    const known = names.get(one.uri);
    const time = Math.min(one.time, known?.time ?? one.time);
    names.set(one.uri, { ...(known ?? one), site_name: known?.site_name ?? one.site_name, time });
  }
  const ids = await artifactIds(db, names);
  const rows = [...names.values()].map(({ uri, site_name, type, time }) => [
    // An existing row keeps its artifact id.
    ids.get(uri) ?? '',
    uriDigest(uri),
    uri,
    site_name ?? null,
    type,
    time,
  ]);
  const { sql, value } = db.list(ARTIFACT, rows);
  const columns = Object.keys(ARTIFACT).join(', ');
  const written = await db.query<{ id: number; uri_digest: string }>(
    `INSERT INTO artifact AS was (${columns}) SELECT ${columns} FROM ${sql} x WHERE true
     ON CONFLICT (uri_digest) DO UPDATE SET site_name = coalesce(was.site_name, excluded.site_name),
       first_time = CASE WHEN excluded.first_time < was.first_time THEN excluded.first_time ELSE was.first_time END
     RETURNING id, uri_digest`,
    value,
  );
  const byDigest = new Map(written.map(({ id, uri_digest }) => [uri_digest, id]));
  return new Map([...names.keys()].map((uri) => [uri, byDigest.get(uriDigest(uri))!]));
}

/**
 * Returns a UUID for each new name. If the same file is known under another name, the UUID of that name is used. Existing names
 * keep theirs.
 */
async function artifactIds(
  db: LinkDatabase,
  names: ReadonlyMap<string, Named>,
): Promise<Map<string, string>> {
  const { sql, value } = db.list(
    { uri_digest: 'text' },
    [...names.keys()].map((uri) => [uriDigest(uri)]),
  );
  const known = await db.query<{ uri_digest: string }>(
    `SELECT a.uri_digest FROM ${sql} x CROSS JOIN artifact a WHERE a.uri_digest = x.uri_digest`,
    value,
  );
  const old = new Set(known.map(({ uri_digest }) => uri_digest));
  const fresh = [...names.values()].filter(({ uri }) => !old.has(uriDigest(uri)));
  const things = await knownThings(db, fresh);
  const ids = new Map<string, string>();
  for (const { uri, key } of fresh) {
    const stamp = fileStamp(key);
    const thing = stamp === undefined ? undefined : things.get(stamp);
    // With an identical signature, the old name still exists: the new one is a link or a mount.
    const renamed = thing && !thing.signatures.has(key) ? thing : undefined;
    const id = renamed?.artifact_id ?? randomUUID();
    ids.set(uri, id);
    if (stamp !== undefined) noteThing(things, stamp, id, key);
  }
  return ids;
}

/** The artifact that was last seen with a file's stamp, and the signatures that it had. */
interface KnownThing {
  artifact_id: string;
  signatures: Set<string>;
}

function noteThing(
  things: Map<string, KnownThing>,
  stamp: string,
  artifact_id: string,
  signature: string,
): void {
  const thing = things.get(stamp) ?? { artifact_id, signatures: new Set() };
  things.set(stamp, thing);
  thing.artifact_id = artifact_id;
  thing.signatures.add(signature);
}

/** Returns what is known under other names, by the stamp of the file. */
async function knownThings(db: LinkDatabase, fresh: readonly Named[]): Promise<Map<string, KnownThing>> {
  const stamps = [...new Set(fresh.flatMap(({ key }) => fileStamp(key) ?? []))];
  if (stamps.length === 0) return new Map();
  // Digits follow the stamp; ';' sorts after all digits.
  const { sql, value } = db.list(
    { stamp: 'text', low: 'text', high: 'text' },
    stamps.map((stamp) => [stamp, stamp, `${stamp};`]),
  );
  const rows = await db.query<{ stamp: string; artifact_id: string; signature: string }>(
    `SELECT x.stamp, a.artifact_id, v.signature FROM ${sql} x CROSS JOIN version v CROSS JOIN artifact a
     WHERE v.signature >= x.low AND v.signature < x.high AND a.id = v.artifact_id ORDER BY v.first_time, v.id`,
    value,
  );
  const things = new Map<string, KnownThing>();
  for (const { stamp, artifact_id, signature } of rows) noteThing(things, stamp, artifact_id, signature);
  return things;
}
