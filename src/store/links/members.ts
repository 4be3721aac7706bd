/**
 * Members of directories and collections. Node only.
 * @module
 */
import { memberUri, versionKey } from '../../lineage/names';
import type { DataMember } from '../../model/data';
import type { LinkDatabase } from './database';
import type { Named } from './registry';

/** A version that is a member of another. */
export interface Membership {
  collection: number;
  member: number;
  /** Path below the directory, or URI. */
  name: string;
}

/** Adds members; one that is there stays as it is. */
export async function addMembers(db: LinkDatabase, members: readonly Membership[]): Promise<void> {
  if (members.length === 0) return;
  const { sql, value } = db.list(
    { collection: 'integer', member: 'integer', name: 'text' },
    members.map(({ collection, member, name }) => [collection, member, name]),
  );
  await db.query(
    `INSERT INTO member (collection, member, name) SELECT x.collection, x.member, x.name FROM ${sql} x WHERE true ON CONFLICT DO NOTHING`,
    value,
  );
}

/** A member as a version of a name of its own. */
export function memberNamed(uri: string, member: DataMember, time: number): Named {
  return {
    ...member,
    uri: memberUri(uri, member.name),
    type: 'file',
    key: versionKey({ ...member, direction: 'used' }, ''),
    time,
  };
}
