/**
 * Compares the rows of used and generated versions with the documents that they were read from. Node only.
 * @module
 */
import type { DataDocument } from '../../model/data';
import { readText } from '../marked-text';
import { uriDigest } from '../records/data';
import { type Mention, mentionsOf } from './data-documents';
import { keyList, type LinkDatabase } from './database';
import { DIRECTIONS } from './run-data';
import type { Tally } from './tally';

interface DocumentRow {
  seq: number;
  uid: string;
  time: number;
  document: string;
}

interface StoredRow {
  seq: number;
  direction: number;
  evidence: number;
  uri_digest: string;
  signature: string;
  sha256: string | null;
  /** It is a member of a collection of the run. A digest document may have reported it. */
  is_member: number | boolean;
}

/** Counts rows of these runs that are missing, that differ from the documents, or that no document mentions. */
export async function checkRunData(db: LinkDatabase, seqs: readonly number[], tally: Tally): Promise<void> {
  const expected = await expectedRows(db, seqs);
  for (const row of await storedRows(db, seqs)) {
    const key = keyOf(row.seq, row.uri_digest, readText(row.signature), row.direction);
    const facts = expected.get(key);
    expected.delete(key);
    if (facts === undefined ? !row.is_member : !isSaid(row, facts)) tally.exceed(row.seq);
  }
  for (const [mention] of expected.values()) tally.miss(mention!.datum.seq);
}

/** Returns what the documents say about each row. A run can name one version at several places. */
async function expectedRows(db: LinkDatabase, seqs: readonly number[]): Promise<Map<string, Mention[]>> {
  const { sql, value } = keyList(db, seqs);
  const documents = await db.query<DocumentRow>(
    `SELECT r.seq, r.uid, r.time, d.document FROM ${sql} x CROSS JOIN run r CROSS JOIN data d
     WHERE r.seq = x.key AND d.run_start = r.uid`,
    value,
  );
  const rows = new Map<string, Mention[]>();
  for (const { document, ...run } of documents) {
    const { items } = JSON.parse(document) as DataDocument;
    for (const mention of items.flatMap((item) => mentionsOf(item, run))) {
      const { named, datum } = mention;
      const key = keyOf(run.seq, uriDigest(named.uri), named.key, DIRECTIONS[datum.direction]);
      rows.set(key, [...(rows.get(key) ?? []), mention]);
    }
  }
  return rows;
}

function storedRows(db: LinkDatabase, seqs: readonly number[]): Promise<StoredRow[]> {
  const { sql, value } = keyList(db, seqs);
  return db.query<StoredRow>(
    `SELECT d.seq, d.direction, d.evidence, a.uri_digest, v.signature, c.sha256, EXISTS (
         SELECT 1 FROM member m JOIN run_data w ON w.version_id = m.collection
         WHERE m.member = d.version_id AND w.seq = d.seq) AS is_member
     FROM ${sql} x CROSS JOIN run_data d CROSS JOIN version v CROSS JOIN artifact a LEFT JOIN content c ON c.id = v.content_id
     WHERE d.seq = x.key AND v.id = d.version_id AND a.id = v.artifact_id`,
    value,
  );
}

function keyOf(seq: number, uri_digest: string, signature: string, direction: number): string {
  return `${seq} ${direction} ${uri_digest} ${signature}`;
}

/**
 * True if a row matches its documents. Its content may have become known later. If the documents name a content, the row must
 * have that content.
 */
function isSaid({ evidence, sha256 }: StoredRow, mentions: readonly Mention[]): boolean {
  const contents = mentions.flatMap(({ named }) => named.sha256 ?? []);
  return (
    evidence === mentions.reduce((mask, { datum }) => mask | datum.evidence, 0) &&
    (contents.length === 0 || (sha256 !== null && contents.includes(sha256)))
  );
}
