/**
 * Versions of data that pass a filter, the most recently seen first. Node only.
 * @module
 */
import type { ColumnField } from '../../filter/fields';
import type { Filter } from '../../filter/filter';
import { type Node, normalForm } from '../../filter/normal-form';
import { LINK_KINDS } from '../../model/link';
import type { VersionFacts } from '../interface/lineage-reading';
import { runNodeSql, versionNodeSql } from '../link-nodes';
import { type ColumnSql, columnTest, type Row } from '../search/columns/columns';
import type { SearchDialect, SearchSource } from '../search/dialect';
import { type Fragment, join, raw, sql } from '../search/fragment';
import { IS_SHOWN, VERSION_COLUMNS, VERSION_JOINS, type VersionRow, versionFacts } from './version-facts';

const own = (expression: string): ColumnSql => ({ value: () => raw(expression), form: 'stored' });

/** Links to the producers of a version. */
const MADE = raw(`link g WHERE g.later = ${versionNodeSql('v.id')} AND g.kind = ${LINK_KINDS.generated}`);

const COLUMNS: Readonly<Record<string, ColumnSql>> = {
  uri: own('a.uri'),
  name: own('a.site_name'),
  artifact_id: own('a.artifact_id'),
  type: own('a.type'),
  // Filters write digests as `sha256:<hex>`.
  sha256: own(`('sha256:' || c.sha256)`),
  size_bytes: own('coalesce(c.size_bytes, v.size_bytes)'),
  media_type: own('c.media_type'),
  missing: own('v.missing'),
  time: own('v.first_time'),
  origin: {
    value: () => sql`(CASE WHEN EXISTS (SELECT 1 FROM ${MADE}) THEN 'recorded' ELSE 'unknown' END)`,
    form: 'stored',
  },
  generated_by: {
    value: () =>
      sql`(SELECT k.activity_type FROM run r JOIN kind k ON k.id = r.kind_id
        WHERE ${raw(runNodeSql('r.seq'))} = (SELECT min(g.earlier) FROM ${MADE}))`,
    form: 'stored',
  },
};

/** Its columns are not used, because each column above has its own alias. */
const ROW: Row = { column: (name) => raw(`v.${name}`) };

/** Returns versions that pass. `before`: only versions with a number below it. */
export async function findVersions(
  source: SearchSource,
  { filter, limit, before }: { filter?: Filter; limit: number; before?: number },
): Promise<VersionFacts[]> {
  const { dialect } = source;
  const { conjuncts } = normalForm(filter);
  const conditions = [IS_SHOWN, ...conjuncts.map((node) => holds(node, dialect))];
  if (before !== undefined) conditions.push(sql`v.id < ${before}`);
  const rows = await source.rows<VersionRow>(
    sql`SELECT ${VERSION_COLUMNS} FROM version v ${VERSION_JOINS} WHERE ${join(conditions, 'AND', dialect.yes)}
      ORDER BY v.id DESC LIMIT ${limit}`,
  );
  return rows.map(versionFacts);
}

function holds(node: Node, dialect: SearchDialect): Fragment {
  if (node.op === 'test') {
    const field = node.field as ColumnField;
    return columnTest(node, field, COLUMNS[field.name]!, ROW, dialect);
  }
  const inner = node.nodes.map((one) => holds(one, dialect));
  return node.op === 'and' ? join(inner, 'AND', dialect.yes) : join(inner, 'OR', dialect.no);
}
