/**
 * Digests versions in the background: one after the other, each version once, limited in bytes and number. A
 * digest that ends after the run's document was written gets its own document. Node only.
 * @module
 */
import type { DigestDocument } from '../model/data';
import { DATA } from '../model/data-limits';
import { SCHEMA_VERSION } from '../model/documents';
import { RecentMap } from '../store/recent-map';
import type { Look, LookTarget } from './look';
import { mediaTypeOf } from './media-types';
import type { DigestAnswer, DigestTarget } from './thread/protocol';

/** Digests a version in the thread. */
export interface DigestMaker {
  digest(target: DigestTarget): Promise<DigestAnswer>;
}

/** Receives digests that end late. */
export interface DigestSink {
  digest(document: DigestDocument): void;
}

/** A version that waits, or is being digested. */
interface Pending {
  target: DigestTarget;
  look: Look;
  /** True if a run's document calls it pending. Then the result of the digest must be reported. */
  reported: boolean;
}

/** Digests, computed once for each version and remembered. */
export class Digests {
  readonly #maker: DigestMaker;
  readonly #sink: DigestSink;
  readonly #max_bytes: number;
  /** Versions that wait, by URI and signature. */
  readonly #pending = new Map<string, Pending>();
  readonly #ready: string[] = [];
  readonly #known = new RecentMap<DigestAnswer>(DATA.remembered_characters);
  readonly #idle = new Set<() => void>();
  #bytes = 0;
  #busy = false;

  constructor(maker: DigestMaker, sink: DigestSink, max_bytes: number = DATA.digest_bytes) {
    this.#maker = maker;
    this.#sink = sink;
    this.#max_bytes = max_bytes;
  }

  /**
   * The digest of a version that was examined, or why it is missing. It is `pending` from the request until it
   * ends.
   */
  of(target: LookTarget, look: Look): DigestAnswer {
    const { signature, size_bytes = 0 } = look;
    if (signature === undefined) return { missing: 'budget' };
    const known = this.#known.get(signature);
    if (known) return known;
    if (size_bytes > this.#max_bytes) return { missing: 'too_large' };
    const key = `${target.uri}\0${signature}`;
    if (this.#pending.has(key)) return { missing: 'pending' };
    if (this.#isFull(size_bytes)) return { missing: 'budget' };
    this.#bytes += size_bytes;
    this.#pending.set(key, {
      target: { ...target, signature, max_bytes: this.#max_bytes },
      look,
      reported: false,
    });
    this.#queue(key, look);
    return { missing: 'pending' };
  }

  /** The digest of a version, if it is known already. */
  known(signature: string): DigestAnswer | undefined {
    return this.#known.get(signature);
  }

  /** Called when a run's document calls this version's digest pending. */
  expectReport(target: LookTarget, signature: string): void {
    const pending = this.#pending.get(`${target.uri}\0${signature}`);
    if (pending) pending.reported = true;
  }

  /** Resolves when no digest is pending. */
  settled(): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.add(resolve));
  }

  /** Called when there is no time left: what a document calls pending is reported as missing. */
  giveUp(): void {
    for (const key of [...this.#pending.keys()]) this.#end(key, { missing: 'budget' });
    this.#ready.length = 0;
  }

  /** A version larger than the limit for all waiting versions is accepted if no other waits. */
  #isFull(size_bytes: number): boolean {
    const { size } = this.#pending;
    return size >= DATA.waiting_digests || (size > 0 && this.#bytes + size_bytes > DATA.waiting_bytes);
  }

  /** A file that was just written waits until its signature can show a later change. */
  #queue(key: string, { changed_ms = 0, network }: Look): void {
    const rest_ms = changed_ms + (network ? DATA.network_rest_ms : DATA.local_rest_ms) - Date.now();
    if (rest_ms <= 0) this.#enqueue(key);
    else setTimeout(() => this.#enqueue(key), Math.min(rest_ms, DATA.network_rest_ms)).unref();
  }

  #enqueue(key: string): void {
    if (!this.#pending.has(key)) return;
    this.#ready.push(key);
    if (!this.#busy) void this.#work();
  }

  /** Never rejects, because the maker does not. */
  async #work(): Promise<void> {
    this.#busy = true;
    for (let key = this.#ready.shift(); key !== undefined; key = this.#ready.shift()) {
      const pending = this.#pending.get(key);
      if (pending) this.#end(key, await this.#maker.digest(pending.target));
    }
    this.#busy = false;
  }

  #end(key: string, answer: DigestAnswer): void {
    const pending = this.#pending.get(key);
    if (!pending) return;
    const { target, look, reported } = pending;
    this.#pending.delete(key);
    this.#bytes -= look.size_bytes ?? 0;
    if (answer.sha256) this.#known.set(target.signature, answer, costOf(answer));
    if (reported) this.#sink.digest(documentOf(pending, answer));
    if (this.#pending.size === 0) this.#releaseAll();
  }

  #releaseAll(): void {
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }
}

/** The members of a directory that was not digested are those that were examined. */
function documentOf({ target, look }: Pending, answer: DigestAnswer): DigestDocument {
  const document: DigestDocument = {
    schema_version: SCHEMA_VERSION,
    uri: target.uri,
    signature: target.signature,
    time: Date.now() / 1000,
  };
  if (answer.sha256) document.sha256 = answer.sha256;
  if (answer.missing) document.missing = answer.missing;
  if (look.size_bytes !== undefined) document.size_bytes = look.size_bytes;
  const media_type = look.state === 'file' ? mediaTypeOf(target.uri) : undefined;
  if (media_type) document.media_type = media_type;
  const members = answer.members ?? look.members;
  if (members) document.members = members;
  const member_count = answer.member_count ?? look.member_count;
  if (member_count !== undefined) document.member_count = member_count;
  return document;
}

function costOf({ members = [] }: DigestAnswer): number {
  return 300 + 300 * members.length;
}
