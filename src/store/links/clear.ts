/**
 * Forgets what was derived, so that all of it is derived anew: in pages, like deriving, and whoever comes next goes on where one stopped.
 * What can't be derived again stays: links that lead to what was taken out, which data that had met, and names of data. Node only.
 * @module
 */
import type { LinkStatements } from '../interface/linking';
import { isNodeSql, runNode, runOfNodeSql } from '../link-nodes';

/** A negative place in the chain: rows are being forgotten, and so many keys, and one, are done. */
const FIRST = -1;
/** Keys of runs and versions that a page goes through, for each link of the chain that it might. */
const KEYS_PER_LINK = 20;

/** Waiting rows go all at once: they are few beside links. */
const WAITING = ['wanted_link', 'link_todo', 'link_spread', 'member'] as const;

/** Where statements are run, whatever they answer. */
interface Runner {
  query(text: string, values?: readonly number[]): Promise<unknown>;
}

/** All that can be derived again is forgotten from the next page on. */
export async function forgetLinks(statements: Runner): Promise<void> {
  for (const table of WAITING) await statements.query(`DELETE FROM ${table}`);
  await statements.query('UPDATE linker SET chain_n = ?', [FIRST]);
}

/** One page. @returns keys that it went through; undefined where nothing is to be forgotten */
export async function clearPage(statements: LinkStatements, limit: number): Promise<number | undefined> {
  const [linker] = await statements.query<{ chain_n: number }>('SELECT chain_n FROM linker');
  if (!linker || linker.chain_n >= 0) return undefined;
  const from = FIRST - linker.chain_n;
  const to = from + limit * KEYS_PER_LINK;
  const [last] = await statements.query<{ run: number | null; version: number | null }>(
    'SELECT (SELECT max(seq) FROM run) AS run, (SELECT max(id) FROM version) AS version',
  );
  await clearRuns(statements, from, to);
  await clearVersions(statements, from, to);
  const done = to > Math.max(last?.run ?? 0, last?.version ?? 0);
  await statements.query('UPDATE linker SET chain_n = ?', [done ? 0 : FIRST - to]);
  return to - from;
}

const IS_RUN = (node: string) =>
  `${isNodeSql(node, 'run')} AND EXISTS (SELECT 1 FROM run r WHERE r.seq = ${runOfNodeSql(node)})`;
const NO_TOMBSTONE = (node: string) => `(NOT ${isNodeSql(node, 'run')} OR ${IS_RUN(node)})`;

async function clearRuns(statements: LinkStatements, from: number, to: number): Promise<void> {
  const nodes = [runNode(from), runNode(to)];
  const into = (table: string) =>
    `DELETE FROM ${table} WHERE later >= ? AND later < ? AND ${IS_RUN(`${table}.later`)} AND ${NO_TOMBSTONE(`${table}.earlier`)}`;
  await statements.query(into('link_path'), nodes);
  await statements.query(into('link'), nodes);
  await statements.query(
    `DELETE FROM link WHERE earlier >= ? AND earlier < ? AND ${IS_RUN('link.earlier')} AND ${isNodeSql('later', 'version')}`,
    nodes,
  );
  const ofRuns = 'seq >= ? AND seq < ? AND EXISTS (SELECT 1 FROM run r WHERE r.seq = run_data.seq)';
  await statements.query(`DELETE FROM run_data WHERE ${ofRuns}`, [from, to]);
  await statements.query('DELETE FROM run_value WHERE seq >= ? AND seq < ?', [from, to]);
  await statements.query('DELETE FROM run_value WHERE seq >= ? AND seq < ?', [from, to]);
}

/** Of a version that a run met which was taken out, its facts are gone. */
async function clearVersions(statements: LinkStatements, from: number, to: number): Promise<void> {
  await statements.query(
    `UPDATE version SET content_id = NULL, missing = NULL, size_bytes = NULL, generated_time = NULL WHERE id >= ? AND id < ?
       AND NOT EXISTS (SELECT 1 FROM run_data d WHERE d.version_id = version.id
         AND NOT EXISTS (SELECT 1 FROM run r WHERE r.seq = d.seq))`,
    [from, to],
  );
}
