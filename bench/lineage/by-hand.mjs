/**
 * The statements that a person would write by hand for the questions of the benchmark, run on the driver
 * directly. They follow the same links, without limits for hubs and without rules of evidence.
 */
import { createRequire } from 'node:module';
import pg from 'pg';

const Sqlite = createRequire(import.meta.url)('better-sqlite3');
const KINDS = 'l.kind IN (1, 2, 3, 4)';

/** All links before or after a node. `near` and `far` are columns of `link`. */
const closure = (near, far) => `WITH RECURSIVE reached(node) AS (
  SELECT CAST(? AS bigint) UNION SELECT l.${far} FROM reached r JOIN link l ON l.${near} = r.node WHERE ${KINDS})
  SELECT l.earlier, l.later, l.kind, l.evidence FROM reached r JOIN link l ON l.${near} = r.node WHERE ${KINDS}`;

const STATEMENTS = {
  up: closure('later', 'earlier'),
  down: closure('earlier', 'later'),
  firstLinks: `SELECT l.earlier, l.later, l.kind, l.evidence FROM link l WHERE l.earlier = ? AND ${KINDS} LIMIT 10000`,
  countLinks: `SELECT count(*) AS links FROM link l WHERE l.earlier = ? AND ${KINDS}`,
  between: `WITH RECURSIVE up(node) AS (
    SELECT CAST(? AS bigint) UNION SELECT l.earlier FROM up r JOIN link l ON l.later = r.node WHERE ${KINDS}),
    down(node) AS (SELECT CAST(? AS bigint) UNION
      SELECT l.later FROM down r JOIN link l ON l.earlier = r.node WHERE ${KINDS} AND l.later IN (SELECT node FROM up))
    SELECT l.earlier, l.later, l.kind, l.evidence FROM down r JOIN link l ON l.earlier = r.node
      WHERE ${KINDS} AND l.later IN (SELECT node FROM down)`,
  madeFrom: `WITH RECURSIVE reached(node) AS (
    SELECT CAST(? AS bigint) UNION SELECT l.earlier FROM reached r JOIN link l ON l.later = r.node WHERE ${KINDS})
    SELECT r.node, a.uri, c.sha256 FROM reached r JOIN version v ON v.id = r.node / 4 JOIN artifact a ON a.id = v.artifact_id
      LEFT JOIN content c ON c.id = v.content_id
      WHERE r.node % 4 = 1 AND NOT EXISTS (SELECT 1 FROM link l WHERE l.later = r.node AND l.kind = 2)`,
  which: `SELECT r.uid, r.scan_id, a.uri FROM content c JOIN version v ON v.content_id = c.id JOIN artifact a ON a.id = v.artifact_id
    JOIN link l ON l.later = v.id * 4 + 1 AND l.kind = 2 JOIN run r ON r.seq = l.earlier / 4 WHERE c.sha256 = ?`,
};

/** One function for each statement, which takes its values and resolves to rows. Also `close`. */
export async function byHand(url) {
  return url.startsWith('sqlite:') ? sqlite(url) : postgres(url);
}

function sqlite(url) {
  const db = new Sqlite(url.slice('sqlite:'.length), { readonly: true });
  const prepared = Object.entries(STATEMENTS).map(([name, text]) => [
    name,
    db.prepare(text.replaceAll('bigint', 'integer')),
  ]);
  const questions = prepared.map(([name, statement]) => [
    name,
    async (...values) => statement.all(...values),
  ]);
  return { ...Object.fromEntries(questions), close: async () => db.close() };
}

async function postgres(url) {
  const schema = new URL(url).searchParams.get('schema');
  const client = new pg.Client(url.split('?')[0]);
  // If the server ends the connection, the pending query reports the error.
  client.on('error', () => undefined);
  await client.connect();
  await client.query(`SET search_path TO "${schema}"`);
  const questions = Object.entries(STATEMENTS).map(([name, text]) => [
    name,
    async (...values) => (await client.query({ name, text: numbered(text), values })).rows,
  ]);
  return { ...Object.fromEntries(questions), close: () => client.end() };
}

/** Replaces each `?` by `$1`, `$2`, … */
function numbered(text) {
  let n = 0;
  return text.replaceAll('?', () => {
    n += 1;
    return `$${n}`;
  });
}
