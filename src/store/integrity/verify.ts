/**
 * Checks a store for damage and later edits. It works page by page, so it needs little memory and does not block writers. Order:
 * the database's own check, references, contents against their digests, links, then the chain over all final documents. Node
 * only.
 * @module
 */
import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { type Content, unpack } from '../content';
import type { LinkStatements } from '../interface/linking';
import { checkLinks } from '../links/check';
import type { LinkFault } from '../links/tally';
import { type ChainedTable, chainedTables, TABLES } from '../records';
import type { Schema } from '../schema';
import { metadataDigest } from './digests';
import type { VerifyCursor, VerifyFault, VerifyOptions, VerifyPage, VerifyPart } from './verification';
import { verifyChain } from './verify-chain';

/** Checks that depend on the dialect. */
export interface DatabaseCheck {
  /** Returns findings of the database's own check. Empty if the database is sound or has no such check. */
  integrity(): Promise<string[]> | string[];
  /** Returns why a read failed if the database is damaged, otherwise undefined. */
  damage(error: unknown): string | undefined;
  /** Runs work on read-only statements that see one snapshot. */
  facts<Answer>(work: (statements: LinkStatements) => Promise<Answer>): Promise<Answer>;
}

const PARTS: readonly VerifyPart[] = ['database', 'references', 'metadata', 'blob', 'links', 'chain'];
const SETS_PER_PAGE = 500;
const BLOBS_PER_PAGE = 16;
const RUNS_PER_PAGE = 200;

/** Verifies one page. If damage prevents reading a part, that is a finding, and the next part follows. */
export async function verifyPage(
  db: Kysely<Schema>,
  check: DatabaseCheck,
  options: VerifyOptions,
): Promise<VerifyPage> {
  const cursor = options.after ?? (await begin(db, check));
  try {
    return await pageOf(db, check, cursor, options);
  } catch (error) {
    const damage = check.damage(error);
    if (damage === undefined) throw error;
    return partEnd(cursor, 1, [{ kind: 'database', what: cursor.part, name: null, message: damage }]);
  }
}

function pageOf(
  db: Kysely<Schema>,
  check: DatabaseCheck,
  cursor: VerifyCursor,
  options: VerifyOptions,
): Promise<VerifyPage> {
  switch (cursor.part) {
    case 'database':
      return databasePage(check, cursor);
    case 'references':
      return referencesPage(db, cursor);
    case 'metadata':
      return metadataPage(db, cursor);
    case 'blob':
      return blobPage(db, cursor);
    case 'links':
      return linksPage(check, cursor);
    case 'chain':
      return verifyChain(db, cursor, options.expected);
  }
}

/** One statement counts both, so the chain link and the documents are from the same moment. */
async function begin(db: Kysely<Schema>, check: DatabaseCheck): Promise<VerifyCursor> {
  const cursor: VerifyCursor = {
    part: 'database',
    after: 0,
    documents: 0,
    until: 0,
    covered: 0,
    previous: null,
  };
  try {
    const { rows } = await sql<{ until: number | null; documents: number }>`
      SELECT (SELECT max(n) FROM chain) AS until, ${sql.join(chainedTables().map(countOf), sql` + `)} AS documents`.execute(
      db,
    );
    return { ...cursor, until: Number(rows[0]!.until ?? 0), documents: Number(rows[0]!.documents) };
  } catch (error) {
    // The part that reads these rows will report this fault.
    if (check.damage(error) === undefined) throw error;
    return { ...cursor, until: Number.MAX_SAFE_INTEGER };
  }
}

/** Selects the number of final documents in a table. */
function countOf({ name, chained }: ChainedTable) {
  if (chained.comes === 'with-row') return sql`(SELECT count(*) FROM ${sql.table(name)})`;
  return sql`(SELECT count(*) FROM ${sql.table(name)} WHERE ${sql.ref(chained.column)} IS NOT NULL)`;
}

/** Returns the end of a part. The next page begins the next part. */
function partEnd(cursor: VerifyCursor, checked: number, faults: VerifyFault[]): VerifyPage {
  const { part } = cursor;
  const following = PARTS[PARTS.indexOf(part) + 1];
  const page: VerifyPage = { part, checked, faults, tombstoned: 0 };
  if (following) return { ...page, next: { ...cursor, part: following, after: 0 } };
  return { ...page, head: null, uncovered: 0 };
}

async function databasePage(check: DatabaseCheck, cursor: VerifyCursor): Promise<VerifyPage> {
  const findings = await check.integrity();
  const faults = findings.map(
    (message): VerifyFault => ({ kind: 'database', what: 'database', name: null, message }),
  );
  return partEnd(cursor, 1, faults);
}

/** Returns the columns that hold the key of another table's row. */
function references(): { table: string; column: string; target: string; key: string }[] {
  return TABLES.flatMap(({ name, columns }) =>
    Object.entries(columns).flatMap(([column, { refers }]) => {
      if (refers === undefined) return [];
      const [target, key] = refers.split('.') as [string, string];
      return [{ table: name, column, target, key }];
    }),
  );
}

/** Checks one reference per page. */
async function referencesPage(db: Kysely<Schema>, cursor: VerifyCursor): Promise<VerifyPage> {
  const all = references();
  const { table, column, target, key } = all[cursor.after]!;
  const of = sql.ref(`${table}.${column}`);
  const to = sql.ref(`${target}.${key}`);
  const { rows } = await sql<{ n: number; first: number | null }>`
    SELECT count(*) AS n, min(${of}) AS first FROM ${sql.table(table)} LEFT JOIN ${sql.table(target)} ON ${to} = ${of}
    WHERE ${of} IS NOT NULL AND ${to} IS NULL`.execute(db);
  const n = Number(rows[0]!.n);
  const faults: VerifyFault[] = [];
  if (n > 0) {
    const message = `${n} rows of ${table} refer to a missing ${target} (${column} ${rows[0]!.first} first).`;
    faults.push({ kind: 'reference', what: table, name: null, message });
  }
  if (cursor.after + 1 === all.length) return partEnd(cursor, 1, faults);
  const next = { ...cursor, after: cursor.after + 1 };
  return { part: 'references', checked: 1, faults, tombstoned: 0, next };
}

async function metadataPage(db: Kysely<Schema>, cursor: VerifyCursor): Promise<VerifyPage> {
  const rows = await db
    .selectFrom('metadata')
    .select(['id', 'digest', 'document', 'slots'])
    .where('id', '>', cursor.after)
    .orderBy('id')
    .limit(SETS_PER_PAGE)
    .execute();
  const faults = rows
    .filter(({ digest, document, slots }) => metadataDigest(document, slots) !== digest)
    .map((row) => changedContent('metadata', row.digest));
  return contentPage(cursor, rows, faults, SETS_PER_PAGE);
}

async function blobPage(db: Kysely<Schema>, cursor: VerifyCursor): Promise<VerifyPage> {
  const rows = await db
    .selectFrom('blob')
    .select(['id', 'digest', 'media_type', 'bytes'])
    .where('id', '>', cursor.after)
    .orderBy('id')
    .limit(BLOBS_PER_PAGE)
    .execute();
  const faults = rows
    .filter((row) => row.digest !== digestOfContent(row))
    .map((row) => changedContent('blob', row.digest));
  return contentPage(cursor, rows, faults, BLOBS_PER_PAGE);
}

/** Verifies links and the facts that they follow from. If links are still left to derive, nothing is compared. */
async function linksPage(check: DatabaseCheck, cursor: VerifyCursor): Promise<VerifyPage> {
  const { checked, faults, next, behind } = await check.facts((statements) =>
    checkLinks(statements, cursor.after, RUNS_PER_PAGE),
  );
  const found = faults.map(changedLinks);
  if (next === undefined)
    return { ...partEnd(cursor, checked, found), ...(behind !== undefined && { behind }) };
  return { part: 'links', checked, faults: found, tombstoned: 0, next: { ...cursor, after: next } };
}

function changedLinks({ uid, missing, surplus }: LinkFault): VerifyFault {
  const message = `The links of run ${uid} differ from its facts (${missing} missing, ${surplus} too many): \`rebuild\` derives them again.`;
  return { kind: 'link', what: 'link', name: uid, message };
}

/** Undefined if the bytes can't be decompressed. */
function digestOfContent(stored: Content): string | undefined {
  try {
    return `sha256:${createHash('sha256').update(unpack(stored).bytes).digest('hex')}`;
  } catch {
    return undefined;
  }
}

function contentPage(
  cursor: VerifyCursor,
  rows: readonly { id: number }[],
  faults: VerifyFault[],
  limit: number,
): VerifyPage {
  if (rows.length < limit) return partEnd(cursor, rows.length, faults);
  const next = { ...cursor, after: rows.at(-1)!.id };
  return { part: cursor.part, checked: rows.length, faults, tombstoned: 0, next };
}

function changedContent(what: string, digest: string): VerifyFault {
  const message = `The ${what} with the digest ${digest} does not match its digest.`;
  return { kind: 'content', what, name: digest, message };
}
