/**
 * The statements that somebody would write by hand for the questions of the benchmark, on the driver itself: the same links, without
 * limits for hubs and without rules of evidence.
 */
import { createRequire } from 'node:module';
import pg from 'pg';

const Sqlite = createRequire(import.meta.url)('better-sqlite3');
const KINDS = 'l.kind IN (1, 2, 3, 4)';

/** All links before or after a node: `near` and `far` are the columns of `link`. */
const closure = (near, far) => `WITH RECURSIVE reached(node) AS (
  SELECT CAST(? AS bigint) UNION SELECT l.${far} FROM reached r JOIN link l ON l.${near} = r.node WHERE ${KINDS})
  SELECT l.earlier, l.later, l.kind, l.evidence FROM reached r JOIN link l ON l.${near} = r.node WHERE ${KINDS}`;

const STATEMENTS = {
  up: closure('later', 'earlier'),
  down: closure('earlier', 'later'),
  firstLinks: `SELECT l.earlier, l.later, l.kind, l.evidence FROM link l WHERE l.earlier = ? AND ${KINDS} LIMIT 10000`,
  countLinks: `SELECT count(*) AS links FROM link l WHERE l.earlier = ? AND ${KINDS}`,
  which: `SELECT l.earlier, l.later, l.kind, l.evidence FROM link l JOIN version v ON l.later = v.id * 4 + 1
    JOIN content c ON c.id = v.content_id WHERE c.sha256 = ?`,
};

/** `{up, down, firstLinks, countLinks, which, close}`: each takes its one value and resolves to rows. */
export async function byHand(url) {
  return url.startsWith('sqlite:') ? sqlite(url) : postgres(url);
}

function sqlite(url) {
  const db = new Sqlite(url.slice('sqlite:'.length), { readonly: true });
  const prepared = Object.entries(STATEMENTS).map(([name, text]) => [
    name,
    db.prepare(text.replaceAll('bigint', 'integer')),
  ]);
  const questions = prepared.map(([name, statement]) => [name, async (value) => statement.all(value)]);
  return { ...Object.fromEntries(questions), close: async () => db.close() };
}

async function postgres(url) {
  const schema = new URL(url).searchParams.get('schema');
  const client = new pg.Client(url.split('?')[0]);
  await client.connect();
  await client.query(`SET search_path TO "${schema}"`);
  const questions = Object.entries(STATEMENTS).map(([name, text]) => [
    name,
    async (value) => (await client.query({ name, text: text.replaceAll('?', '$1'), values: [value] })).rows,
  ]);
  return { ...Object.fromEntries(questions), close: () => client.end() };
}
