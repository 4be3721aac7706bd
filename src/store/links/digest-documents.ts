/**
 * Reads contents that became known after the end of a run from their documents into tables. Node only.
 * @module
 */
import type { DigestDocument } from '../../model/data';
import { storedText } from '../marked-text';
import { uriDigest } from '../records/data';
import type { Affected } from './affected';
import { keyList, type LinkDatabase } from './database';
import { addMembers, memberNamed, spreadMembers } from './members';
import { type Named, register, registerContents, type VersionRow } from './registry';
import { spreadIdentified } from './run-data';

interface Found extends VersionRow {
  uri_digest: string;
  signature: string;
  first_time: number;
}

/** Returns the documents with these ids. */
export async function digestsById(db: LinkDatabase, ids: readonly number[]): Promise<DigestDocument[]> {
  if (ids.length === 0) return [];
  const { sql, value } = keyList(db, ids);
  const rows = await db.query<{ document: string }>(
    `SELECT d.document FROM ${sql} x CROSS JOIN digest d WHERE d.id = x.key`,
    value,
  );
  return rows.map(({ document }) => JSON.parse(document));
}

/** Returns documents that arrived before the version was named. */
export async function knownDigests(db: LinkDatabase, named: readonly Named[]): Promise<DigestDocument[]> {
  const keys = new Map(named.map(({ uri, key }) => [`${uri}\n${key}`, [uriDigest(uri), key]]));
  if (keys.size === 0) return [];
  const { sql, value } = db.list({ uri_digest: 'text', signature: 'id' }, [...keys.values()]);
  const rows = await db.query<{ document: string }>(
    `SELECT d.document FROM ${sql} x CROSS JOIN digest d WHERE d.uri_digest = x.uri_digest AND d.signature = x.signature`,
    value,
  );
  return rows.map(({ document }) => JSON.parse(document));
}

/** Sets the contents of versions that are already named. */
export async function takeDigests(
  db: LinkDatabase,
  affected: Affected,
  documents: readonly DigestDocument[],
): Promise<void> {
  if (documents.length === 0) return;
  const keyOf = (uri_digest: string, signature: string) => `${uri_digest} ${storedText(signature)}`;
  const versions = new Map(
    (await versionsOf(db, documents)).map((row) => [`${row.uri_digest} ${row.signature}`, row]),
  );
  const known = documents.flatMap((document) => {
    const version = versions.get(keyOf(uriDigest(document.uri), document.signature));
    return version ? [{ document, version }] : [];
  });
  const contents = await registerContents(
    db,
    known.map(({ document }) => document),
  );
  await writeContents(db, known, contents);
  await spreadIdentified(
    db,
    affected,
    known.flatMap(({ document: { sha256 }, version }) =>
      sha256 !== undefined && version.content_id === null
        ? [{ ...version, content_id: contents.get(sha256)! }]
        : [],
    ),
  );
  await takeMembers(db, affected, known);
}

interface Known {
  document: DigestDocument;
  version: Found;
}

async function versionsOf(db: LinkDatabase, documents: readonly DigestDocument[]): Promise<Found[]> {
  const { sql, value } = db.list(
    { uri_digest: 'text', signature: 'text' },
    documents.map(({ uri, signature }) => [uriDigest(uri), signature]),
  );
  return db.query<Found>(
    `SELECT a.uri_digest, v.signature, v.id, v.artifact_id, v.content_id, v.first_time
     FROM ${sql} x CROSS JOIN artifact a CROSS JOIN version v
     WHERE a.uri_digest = x.uri_digest AND v.artifact_id = a.id AND v.signature = x.signature`,
    value,
  );
}

async function writeContents(
  db: LinkDatabase,
  known: readonly Known[],
  contents: ReadonlyMap<string, number>,
): Promise<void> {
  // For one version, a found digest takes precedence over a missing one.
  const found = known.toSorted(
    (a, b) => Number(a.document.sha256 !== undefined) - Number(b.document.sha256 !== undefined),
  );
  const rows = new Map(
    found.map(({ document: { sha256, missing, size_bytes }, version: { id } }) => [
      id,
      [id, sha256 === undefined ? null : contents.get(sha256)!, missing ?? null, size_bytes ?? null],
    ]),
  );
  if (rows.size === 0) return;
  const { sql, value } = db.list(
    { id: 'integer', content_id: 'integer', missing: 'text', size_bytes: 'integer' },
    [...rows.values()],
  );
  await db.query(
    `UPDATE version SET content_id = coalesce(version.content_id, x.content_id),
       missing = CASE WHEN coalesce(version.content_id, x.content_id) IS NULL THEN coalesce(x.missing, version.missing) END,
       size_bytes = coalesce(version.size_bytes, x.size_bytes)
     FROM ${sql} x WHERE version.id = x.id`,
    value,
  );
}

/** Runs that used or generated the collection receive its members in later pages. */
async function takeMembers(db: LinkDatabase, affected: Affected, known: readonly Known[]): Promise<void> {
  const members = known.flatMap(({ document: { uri, members = [] }, version }) =>
    members
      .filter(({ signature, sha256 }) => signature ?? sha256)
      .map((member) => ({ member, version, named: memberNamed(uri, member, version.first_time) })),
  );
  const { rows, identified } = await register(
    db,
    members.map(({ named }) => named),
  );
  await spreadIdentified(db, affected, identified);
  const added = await addMembers(
    db,
    members.map(({ member: { name }, version }, i) => ({
      collection: version.id,
      member: rows[i]!.id,
      name,
    })),
  );
  await spreadMembers(db, affected, added);
}
