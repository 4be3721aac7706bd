/**
 * Versions of data with their names and contents. Node only.
 * @module
 */
import type { MemberFacts, VersionFacts, VersionName } from '../interface/lineage-reading';
import { versionNode, versionNodeSql } from '../link-nodes';
import { storedText } from '../marked-text';
import { uriDigest } from '../records/data';
import type { SearchSource } from '../search/dialect';
import { type Fragment, raw, sql } from '../search/fragment';
import { factsOf, type Nullable } from './rows';

/** Columns of a version `v` with its name `a` and its content `c`. */
export const VERSION_COLUMNS =
  raw(`v.id, a.id AS name_id, a.artifact_id, a.uri, a.site_name, a.type AS kind, v.signature, c.sha256,
  coalesce(c.size_bytes, v.size_bytes) AS size_bytes, c.media_type, CASE WHEN c.id IS NULL THEN v.missing END AS missing, v.first_time`);

/** Joins a version `v` with its name and its content. */
export const VERSION_JOINS = raw(
  'JOIN artifact a ON a.id = v.artifact_id LEFT JOIN content c ON c.id = v.content_id',
);

/**
 * SQL: true for a version `v` that people are shown. A use of unknown content has a version with an empty signature. Once the use
 * is joined to the run that wrote the data, that version has no link and is left out.
 */
export const IS_SHOWN = raw(
  `(v.signature <> '' OR EXISTS (SELECT 1 FROM link u WHERE u.earlier = ${versionNodeSql('v.id')}))`,
);

/** A version as its statement returns it. */
export type VersionRow = Nullable<Omit<VersionFacts, 'type' | 'node'>>;

/** Returns the facts of a version. */
export function versionFacts(row: VersionRow): VersionFacts {
  return {
    type: 'version',
    node: versionNode(row.id!),
    ...factsOf<Omit<VersionFacts, 'type' | 'node'>>(row),
  };
}

/** Returns versions by number, in no order. */
export async function readVersions(source: SearchSource, ids: readonly number[]): Promise<VersionFacts[]> {
  if (ids.length === 0) return [];
  const { dialect } = source;
  const rows = await source.rows<VersionRow>(
    sql`WITH wanted(id) AS (${dialect.ids(ids)})
      SELECT ${VERSION_COLUMNS} FROM wanted w ${dialect.join} version v ON v.id = w.id ${VERSION_JOINS}`,
  );
  return rows.map(versionFacts);
}

/** Returns versions by name or content, the most recently seen first. */
export async function readNamedVersions(
  source: SearchSource,
  name: VersionName,
  limit: number,
): Promise<VersionFacts[]> {
  const rows = await source.rows<VersionRow>(
    sql`SELECT ${VERSION_COLUMNS} FROM version v ${VERSION_JOINS} WHERE ${named(name)} AND ${IS_SHOWN} ORDER BY v.id DESC LIMIT ${limit}`,
  );
  return rows.map(versionFacts);
}

function named(name: VersionName): Fragment {
  switch (name.by) {
    case 'sha256':
      return sql`v.content_id = (SELECT id FROM content WHERE sha256 = ${name.sha256})`;
    case 'sha256-part':
      return sql`v.content_id IN (SELECT id FROM content WHERE sha256 >= ${name.part} AND sha256 < ${`${name.part}g`})`;
    case 'uri':
      return ofNames(sql`uri_digest = ${uriDigest(name.uri)}`);
    case 'site_name':
      return ofNames(sql`site_name = ${storedText(name.site_name)}`);
    case 'artifact_id':
      return ofNames(sql`artifact_id = ${name.artifact_id}`);
    case 'end':
      return ofNames(endsIn(`/${storedText(name.end)}`));
  }
}

function ofNames(condition: Fragment): Fragment {
  return sql`v.artifact_id IN (SELECT id FROM artifact WHERE ${condition})`;
}

function endsIn(end: string): Fragment {
  const { length } = [...end];
  const fits = (column: string) =>
    sql`substr(${raw(column)}, length(${raw(column)}) - ${length} + 1) = ${end}`;
  return sql`(length(uri) > ${length} AND ${fits('uri')}) OR (length(site_name) > ${length} AND ${fits('site_name')})`;
}

/** Returns the members of a version that is a directory or collection, ordered by name. */
export async function readMembers(
  source: SearchSource,
  version: number,
  limit: number,
): Promise<MemberFacts[]> {
  const rows = await source.rows<VersionRow & { member_name: string }>(
    sql`SELECT m.name AS member_name, ${VERSION_COLUMNS} FROM member m JOIN version v ON v.id = m.member ${VERSION_JOINS}
      WHERE m.collection = ${version} ORDER BY m.name, m.member LIMIT ${limit}`,
  );
  return rows.map(({ member_name, ...row }) => ({
    name: factsOf<{ name: string }>({ name: member_name }).name,
    version: versionFacts(row),
  }));
}
