/**
 * Verifies the chain. Each link is compared with the previous one, and each listed document with the stored one. Tombstones
 * explain documents that were removed on purpose. Node only.
 * @module
 */
import type { Kysely } from 'kysely';
import type { Schema } from '../schema';
import { type ChainEntry, linkDigest, readEntries } from './digests';
import type { ChainHead, VerifyCursor, VerifyFault, VerifyPage } from './verification';
import { judgeDocuments } from './verify-documents';

const LINKS_PER_PAGE = 64;
/** A chain link lists up to 512 documents. A page reads no further link once it has this many documents. */
const ENTRIES_PER_PAGE = 1_000;

type Link = Schema['chain'];

/** @param expected a chain head that was noted earlier */
export async function verifyChain(
  db: Kysely<Schema>,
  cursor: VerifyCursor,
  expected: ChainHead | undefined,
): Promise<VerifyPage> {
  const rows = await db
    .selectFrom('chain')
    .select(['n', 'state_id', 'entries', 'digest'])
    .where('n', '>', cursor.after)
    .where('n', '<=', cursor.until)
    .orderBy('n')
    .limit(LINKS_PER_PAGE)
    .execute();
  const walk = new Walk(cursor, expected);
  for (const link of rows) {
    walk.take(link);
    if (walk.entries.length >= ENTRIES_PER_PAGE) break;
  }
  const { faults, tombstoned, covered } = await judgeDocuments(db, walk.entries);
  const page: VerifyPage = {
    part: 'chain',
    checked: walk.entries.length,
    faults: [...walk.faults, ...faults],
    tombstoned,
  };
  const total = cursor.covered + covered;
  if (rows.length > 0)
    return { ...page, next: { ...cursor, after: walk.n, previous: walk.previous, covered: total } };
  walk.end();
  const head = walk.previous === null ? null : { n: walk.n, digest: walk.previous };
  return { ...page, faults: walk.faults, head, uncovered: Math.max(0, cursor.documents - total) };
}

class Walk {
  n: number;
  previous: string | null;
  readonly faults: VerifyFault[] = [];
  readonly entries: ChainEntry[] = [];
  readonly #until: number;
  readonly #expected: ChainHead | undefined;

  constructor(cursor: VerifyCursor, expected: ChainHead | undefined) {
    this.n = cursor.after;
    this.previous = cursor.previous;
    this.#until = cursor.until;
    this.#expected = expected;
  }

  take({ n, state_id, entries, digest }: Link): void {
    if (n !== this.n + 1) this.#missing(this.n + 1, n - 1);
    const previous = this.previous === null ? null : Buffer.from(this.previous, 'hex');
    const stored = Buffer.from(digest);
    // After a gap there is no previous digest to compare with. The next link is checked against the stored one.
    const follows = n === this.n + 1;
    if (follows && !linkDigest(previous, n, state_id, entries).equals(stored)) {
      this.#fault(n, `Link ${n} of the chain, or the one before it, was changed after it was written.`);
    }
    this.#compare(n, stored.toString('hex'));
    const named = readEntries(entries);
    if (named) this.entries.push(...named);
    else this.#fault(n, `Link ${n} of the chain can't be read.`);
    this.n = n;
    this.previous = stored.toString('hex');
  }

  /** Called after the last link. */
  end(): void {
    if (this.n < this.#until && this.#until !== Number.MAX_SAFE_INTEGER)
      this.#missing(this.n + 1, this.#until);
    const { n } = this.#expected ?? { n: 0 };
    if (n > this.n)
      this.#fault(n, `Link ${n} was noted earlier, but the chain ends at ${this.n}: documents are missing.`);
  }

  #compare(n: number, digest: string): void {
    if (n !== this.#expected?.n || digest === this.#expected.digest) return;
    this.#fault(n, `Link ${n} differs from the noted one: an earlier document was changed.`);
  }

  #missing(from: number, to: number): void {
    const links = from === to ? `Link ${from} of the chain is` : `Links ${from} to ${to} of the chain are`;
    this.#fault(from, `${links} missing.`);
  }

  #fault(n: number, message: string): void {
    this.faults.push({ kind: 'chain', what: 'chain', name: String(n), message });
  }
}
