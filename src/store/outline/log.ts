/**
 * The log of an execution and its activities. Lines are read by owner, so the logs of others cost nothing. Node only.
 * @module
 */
import type { OutlineLogQuery, OwnedLine } from '../interface/outline';
import { readText } from '../marked-text';
import { logOwner } from '../read/progress-reads';
import type { SearchSource } from '../search/dialect';
import { type Fragment, join, raw, sql } from '../search/fragment';
import { contains, ofLab, texts } from './fragments';

interface Row {
  uid: string | null;
  activity_type: string | null;
  time: number;
  level: string;
  message: string;
  attributes: string | null;
}

/** Returns the newest lines. */
export async function readExecutionLog(source: SearchSource, query: OutlineLogQuery): Promise<OwnedLine[]> {
  const { dialect } = source;
  const own = dialect.literal(query.run_id, 'indexed');
  const rows = await source.rows<Row>(
    sql`WITH owners(owner, kind_id, uid) AS (
        SELECT ${dialect.literal(logOwner(query), 'indexed')}, NULL, NULL
        UNION ALL SELECT r.uid, r.kind_id, r.uid FROM execution e
          ${dialect.join} ${dialect.table('run', 'r', 'run_activity')} ON r.execution_id = e.id
        WHERE e.run_id = ${own} AND ${ofLab(dialect, query.lab)}),
      newest AS (
        SELECT o.uid, o.kind_id, l.time, l.ordinal, l.level, l.message, l.attributes
        FROM owners o ${dialect.join} log_line l ON l.owner = o.owner
        WHERE ${join(testsOf(source, query), 'AND', dialect.yes)} ORDER BY l.time DESC, l.ordinal DESC LIMIT ${query.limit})
      SELECT n.uid, k.activity_type, n.time, n.level, n.message, n.attributes
      FROM newest n LEFT JOIN kind k ON k.id = n.kind_id ORDER BY n.time DESC, n.ordinal DESC`,
  );
  return rows.map(lineOf);
}

function testsOf({ dialect }: SearchSource, { text, levels }: OutlineLogQuery): Fragment[] {
  const columns = ['message', 'attributes'].map((name) => raw(`l.${name}`));
  return [
    ...(levels ? [sql`upper(l.level) IN (${texts(levels)})`] : []),
    ...(text
      ? [
          join(
            columns.map((column) => contains(dialect, column, text)),
            'OR',
            dialect.no,
          ),
        ]
      : []),
  ];
}

function lineOf({ uid, activity_type, time, level, message, attributes }: Row): OwnedLine {
  return {
    time,
    level,
    message: readText(message),
    ...(attributes !== null && { attributes: JSON.parse(attributes) }),
    ...(uid !== null && { run: { uid, activity_type: readText(activity_type ?? '') } }),
  };
}
