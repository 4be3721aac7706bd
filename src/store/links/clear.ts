/**
 * Deletes derived rows, so that all of them are derived again. It works in pages. After an interruption, any process can
 * continue. Rows that can't be derived again stay: links to deleted records, the data of deleted runs, and names of data. Node
 * only.
 * @module
 */
import type { LinkStatements } from '../interface/linking';
import { isNodeSql, runNode, runOfNodeSql } from '../link-nodes';

/**
 * A negative position in the chain means that rows are being deleted. Its absolute value is one more than the number of processed
 * keys.
 */
const FIRST = -1;
/** The number of keys (of runs and versions) that a page processes per chain link of its limit. */
const KEYS_PER_LINK = 20;

/** Rows in these tables are few compared with links, so they are deleted at once. */
const WAITING = ['wanted_link', 'link_todo', 'link_spread', 'member'] as const;

/** Runs statements and ignores their answers. */
interface Runner {
  query(text: string, values?: readonly number[]): Promise<unknown>;
}

/** Marks derived rows for deletion. The next pages delete them. */
export async function forgetLinks(statements: Runner): Promise<void> {
  for (const table of WAITING) await statements.query(`DELETE FROM ${table}`);
  await statements.query('UPDATE linker SET chain_n = ?', [FIRST]);
}

/**
 * Deletes one page.
 * @returns the number of keys processed; undefined if nothing is to be deleted
 */
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
}

/**
 * Clears the values of versions, so that they are derived again. Versions that a deleted run used or generated keep their values,
 * because the facts were deleted with the run.
 */
async function clearVersions(statements: LinkStatements, from: number, to: number): Promise<void> {
  await statements.query(
    `UPDATE version SET content_id = NULL, missing = NULL, size_bytes = NULL, generated_time = NULL WHERE id >= ? AND id < ?
       AND NOT EXISTS (SELECT 1 FROM run_data d WHERE d.version_id = version.id
         AND NOT EXISTS (SELECT 1 FROM run r WHERE r.seq = d.seq))`,
    [from, to],
  );
}
