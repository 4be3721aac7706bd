/**
 * Members of directories and collections. Node only.
 * @module
 */
import { memberDirection, memberUri, versionKey } from '../../lineage/names';
import type { DataMember } from '../../model/data';
import { type Affected, EVER } from './affected';
import { groupedBy, keyList, type LinkDatabase } from './database';
import type { Named } from './registry';
import type { RunDatum } from './run-data';

/** A version that is a member of another. */
export interface Membership {
  collection: number;
  member: number;
  /** The path below the directory, or a URI. */
  name: string;
}

/**
 * Adds members. Existing ones stay unchanged.
 * @returns collections that have a new member
 */
export async function addMembers(db: LinkDatabase, members: readonly Membership[]): Promise<Set<number>> {
  if (members.length === 0) return new Set();
  const { sql, value } = db.list(
    { collection: 'integer', member: 'integer', name: 'text' },
    members.map(({ collection, member, name }) => [collection, member, name]),
  );
  const added = await db.query<{ collection: number }>(
    `INSERT INTO member (collection, member, name) SELECT x.collection, x.member, x.name FROM ${sql} x WHERE true
     ON CONFLICT DO NOTHING RETURNING collection`,
    value,
  );
  return new Set(added.map(({ collection }) => collection));
}

/** Queues those of the collections that runs used or generated. Later pages of the linker give the members to these runs. */
export async function spreadMembers(
  db: LinkDatabase,
  affected: Affected,
  collections: ReadonlySet<number>,
): Promise<void> {
  if (collections.size === 0) return;
  const { sql, value } = keyList(db, collections);
  const inUse = await db.query<{ id: number }>(
    `SELECT x.key AS id FROM ${sql} x WHERE EXISTS (SELECT 1 FROM run_data d WHERE d.version_id = x.key)`,
    value,
  );
  for (const { id } of inUse) affected.spread('members', id, EVER);
}

/** A version that is a member of a collection. */
export interface MemberVersion {
  collection: number;
  id: number;
  artifact_id: number;
  signature: string;
  name: string;
}

/** Reads the members of collections. */
export async function readMembers(
  db: LinkDatabase,
  collections: Iterable<number>,
): Promise<Map<number, MemberVersion[]>> {
  const { sql, value } = keyList(db, collections);
  const rows = await db.query<MemberVersion>(
    `SELECT m.collection, v.id, v.artifact_id, v.signature, m.name FROM ${sql} x CROSS JOIN member m CROSS JOIN version v
     WHERE m.collection = x.key AND v.id = m.member`,
    value,
  );
  return groupedBy(rows, ({ collection }) => collection);
}

/** Returns a run's relations to the members of the collections that it used or generated. */
export function memberData(
  data: readonly RunDatum[],
  members: ReadonlyMap<number, MemberVersion[]>,
): RunDatum[] {
  return data.flatMap((datum) =>
    (members.get(datum.version_id) ?? []).map(({ id, artifact_id, signature, name }) => ({
      ...datum,
      version_id: id,
      artifact_id,
      direction: memberDirection(datum, { name, signature }, datum.start),
      paths: [],
    })),
  );
}

/** Returns a member as a version with its own name. */
export function memberNamed(uri: string, member: DataMember, time: number): Named {
  return {
    ...member,
    uri: memberUri(uri, member.name),
    type: 'file',
    key: versionKey({ ...member, direction: 'used' }, ''),
    time,
  };
}
