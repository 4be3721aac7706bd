/**
 * Compares stored final documents with their digests in the chain. Node only.
 * @module
 */
import { type Kysely, sql } from 'kysely';
import { type ChainedTable, chainedTable } from '../records';
import type { Schema } from '../schema';
import { type ChainEntry, type Chained, startDigest, textDigest, tombstoneDigest } from './digests';
import type { VerifyFault } from './verification';

interface Present {
  name: string;
  digest: string;
  /**
   * Start documents only: the metadata set that the digest covers, and the digest that the document would have with another set.
   */
  metadata?: { id: number; digestWith: (metadata_digest: string) => string };
}

type Stone = Pick<Schema['tombstone'], 'ref' | 'digest' | 'replacement'>;

/** The result of a comparison of documents with their chain entries. */
export interface Judgement {
  faults: VerifyFault[];
  tombstoned: number;
  /** Entries whose document is unchanged. */
  covered: number;
}

const REFS_PER_QUERY = 500;

/** Compares documents with their digests in the chain. */
export async function judgeDocuments(db: Kysely<Schema>, entries: readonly ChainEntry[]): Promise<Judgement> {
  const judgement: Judgement = { faults: [], tombstoned: 0, covered: 0 };
  const kinds = [...new Set(entries.map(({ kind }) => kind))];
  for (const kind of kinds) {
    const own = entries.filter((entry) => entry.kind === kind);
    for (let from = 0; from < own.length; from += REFS_PER_QUERY) {
      await judgeKind(db, kind, own.slice(from, from + REFS_PER_QUERY), judgement);
    }
  }
  return judgement;
}

async function judgeKind(
  db: Kysely<Schema>,
  kind: Chained,
  entries: readonly ChainEntry[],
  judgement: Judgement,
): Promise<void> {
  const present = await presentOf(kind, db, [...new Set(entries.map(({ ref }) => ref))]);
  const different = entries.filter(({ ref, digest }) => present.get(ref)?.digest !== digest);
  judgement.covered += entries.length - different.length;
  if (different.length === 0) return;
  const stones = await stonesOf(
    db,
    kind,
    different.map(({ ref }) => ref),
  );
  const names = await namesOf(db, kind, different);
  const sets = different.flatMap(({ ref }) => present.get(ref)?.metadata?.id ?? []);
  const ofSets = sets.length > 0 ? await stonesOf(db, 'metadata', sets) : [];
  for (const entry of different) {
    const now = present.get(entry.ref);
    const own = stones.filter(({ ref }) => ref === entry.ref);
    const accepted = acceptedDigests(now, ofSets);
    const end = follow(entry.digest, own, accepted);
    // After a document was deleted, another document may have received its key. That document has its own entry.
    if (end === null || accepted.has(end)) {
      judgement.tombstoned += 1;
      // A changed metadata set is a fault of the set, not of the run's document.
      if (now && accepted.has(entry.digest)) judgement.covered += 1;
    } else judgement.faults.push(faultOf(entry, now !== undefined, now?.name ?? names.get(entry.ref)));
  }
}

/**
 * Returns the digests that are valid for the stored document: its own, and those with the metadata set as it was before a purge.
 */
function acceptedDigests(now: Present | undefined, ofSets: readonly Stone[]): ReadonlySet<string> {
  if (!now) return new Set();
  const { digest, metadata } = now;
  const earlier = ofSets.filter(({ ref }) => ref === metadata?.id);
  return new Set([
    digest,
    ...earlier.map((stone) => metadata!.digestWith(Buffer.from(stone.digest).toString('hex'))),
  ]);
}

/** Follows tombstones to an accepted digest. Returns null if the last tombstone has no replacement: the document was deleted. */
function follow(from: string, stones: readonly Stone[], accepted: ReadonlySet<string>): string | null {
  let digest = from;
  for (let step = 0; step <= stones.length && !accepted.has(digest); step++) {
    const stone = stones.find((one) => latin(one.digest) === digest);
    if (!stone) return from;
    if (stone.replacement === null) return null;
    digest = latin(stone.replacement);
  }
  return digest;
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** Returns the uids of runs whose stop or settled document is missing. */
async function namesOf(
  db: Kysely<Schema>,
  kind: Chained,
  entries: readonly ChainEntry[],
): Promise<ReadonlyMap<number, string>> {
  if (kind !== 'stop' && kind !== 'settled') return new Map();
  const refs = entries.map(({ ref }) => ref);
  const rows = await db.selectFrom('run').select(['seq', 'uid']).where('seq', 'in', refs).execute();
  return new Map(rows.map(({ seq, uid }) => [seq, uid]));
}

function faultOf({ kind, ref }: ChainEntry, stands: boolean, name: string | null = null): VerifyFault {
  const subject = `The ${chainedTable(kind)!.chained.label} ${name ?? `no. ${ref}`}`;
  if (stands)
    return { kind: 'document', what: kind, name, message: `${subject} was changed after it was written.` };
  return { kind: 'missing', what: kind, name, message: `${subject} was removed without a tombstone.` };
}

async function stonesOf(db: Kysely<Schema>, what: string, refs: readonly number[]): Promise<Stone[]> {
  return db
    .selectFrom('tombstone')
    .select(['ref', 'digest', 'replacement'])
    .where('what', '=', what)
    .where('ref', 'in', refs)
    .execute();
}

type PresentDocuments = Map<number, Present>;

/** Kinds whose digest covers more than one text, or whose name is in another row. */
const PRESENT: {
  readonly [kind in Chained]?: (db: Kysely<Schema>, refs: readonly number[]) => Promise<PresentDocuments>;
} = {
  start: presentStarts,
  stop: (db, refs) => presentOfRuns(db, 'stop', refs),
  settled: (db, refs) => presentOfRuns(db, 'settled', refs),
  async tombstone(db, refs) {
    const rows = await db.selectFrom('tombstone').selectAll().where('id', 'in', refs).execute();
    return new Map(rows.map((row) => [row.id, { name: row.name, digest: tombstoneDigest(row) }]));
  },
};

function presentOf(kind: Chained, db: Kysely<Schema>, refs: readonly number[]): Promise<PresentDocuments> {
  return PRESENT[kind]?.(db, refs) ?? presentTexts(chainedTable(kind)!, db, refs);
}

/** Reads kinds whose digest covers one text. */
async function presentTexts(
  { name, key, chained }: ChainedTable,
  db: Kysely<Schema>,
  refs: readonly number[],
): Promise<PresentDocuments> {
  const [ref, text] = [sql.ref(key[0]!), sql.ref(chained.column)];
  const { rows } = await sql<{ ref: number; name: string; text: string }>`
    SELECT ${ref} AS ref, ${sql.ref(chained.named ?? key[0]!)} AS name, ${text} AS text FROM ${sql.table(name)}
    WHERE ${ref} IN (${sql.join(refs)}) AND ${text} IS NOT NULL`.execute(db);
  return new Map(rows.map((row) => [row.ref, { name: String(row.name), digest: textDigest(row.text) }]));
}

async function presentStarts(db: Kysely<Schema>, refs: readonly number[]): Promise<PresentDocuments> {
  const rows = await db
    .selectFrom('run')
    .leftJoin('metadata', 'metadata.id', 'run.metadata_id')
    .select(['run.seq', 'run.uid', 'run.time', 'run.scan_id', 'run.state_id', 'run.retry_of', 'run.own'])
    .select(['run.facts', 'run.metadata_id', 'metadata.digest as metadata_digest'])
    .where('run.seq', 'in', refs)
    .execute();
  return new Map(
    rows.map(({ seq, metadata_id, ...row }) => {
      const digestWith = (metadata_digest: string) => startDigest({ ...row, metadata_digest });
      const digest = digestWith(row.metadata_digest ?? '');
      return [seq, { name: row.uid, digest, metadata: { id: metadata_id, digestWith } }];
    }),
  );
}

async function presentOfRuns(
  db: Kysely<Schema>,
  table: 'stop' | 'settled',
  refs: readonly number[],
): Promise<PresentDocuments> {
  const rows = await db
    .selectFrom(table)
    .leftJoin('run', 'run.seq', `${table}.seq`)
    .select([`${table}.seq`, `${table}.document`, 'run.uid'])
    .where(`${table}.seq`, 'in', refs)
    .execute();
  return new Map(
    rows.map((row) => [row.seq, { name: row.uid ?? `no. ${row.seq}`, digest: textDigest(row.document) }]),
  );
}
