/**
 * Digests files and directories. A file is read through one descriptor, whose signature must be the wanted one
 * before and after. It is opened so that a pipe or a device in its place cannot block. Runs in the thread. Node
 * only.
 * @module
 */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { DataMember, DigestMissing } from '../../model/data';
import { DATA } from '../../model/data-limits';
import { RecentMap } from '../../store/recent-map';
import type { Entry, Listing } from './listing';
import { lookAt } from './looking';
import type { DigestAnswer, DigestTarget } from './protocol';
import type { Pulse } from './pulse';
import { fileSignature, type SignatureScope } from './signature';

/** Lets other work run between two reads. */
export interface Interlude {
  /** Examines what is waiting meanwhile. */
  pause(): void;
}

const CHUNK_BYTES = DATA.chunk_bytes;
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** Digests one version after the other. */
export class Digester {
  readonly #host: string;
  readonly #pulse: Pulse;
  readonly #interlude: Interlude;
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  /** By signature. */
  readonly #known = new RecentMap<string>(DATA.remembered_characters);

  constructor(host: string, pulse: Pulse, interlude: Interlude) {
    this.#host = host;
    this.#pulse = pulse;
    this.#interlude = interlude;
  }

  /** The digest of a version, if it still exists and is within bounds. Never throws. */
  digest(target: DigestTarget): DigestAnswer {
    // The signature must be the same before and after reading: docs/design/lineage.md#versions-of-files.
    const deadline = performance.now() + DATA.digest_ms;
    const scope = { host: this.#host, share: target.share };
    const { look, path, listing } = lookAt(target, this.#host, this.#pulse);
    if (look.signature !== target.signature) return { missing: whyChanged(look.state) };
    if ((look.size_bytes ?? 0) > target.max_bytes)
      return { missing: 'too_large', size_bytes: look.size_bytes };
    const bounds = { scope, deadline };
    if (!listing) return { ...this.#file(path, target.signature, bounds), size_bytes: look.size_bytes };
    const digest = this.#set(listing, look.members ?? [], bounds);
    if (digest.missing) return { ...digest, size_bytes: look.size_bytes };
    const again = lookAt(target, this.#host, this.#pulse).look;
    return again.signature === target.signature
      ? { ...digest, size_bytes: look.size_bytes }
      : { missing: whyChanged(again.state) };
  }

  /** The digest of the manifest: one line for each file, `<sha256> <size> <name>`, sorted by name. */
  #set({ entries, count }: Listing, shown: readonly DataMember[], bounds: Bounds): DigestAnswer {
    const manifest = createHash('sha256');
    const members: DataMember[] = [];
    const listed = { members, member_count: count };
    for (const [index, entry] of entries.entries()) {
      const { sha256, missing } = this.#entry(entry, bounds);
      if (missing)
        return { members: [...members, ...shown.slice(members.length)], member_count: count, missing };
      const size = entry.stats?.isFile() ? String(entry.stats.size) : '-';
      manifest.update(`${sha256 ?? '-'} ${size} ${entry.name}\n`);
      const member = shown[index];
      if (member) members.push(sha256 === undefined ? member : { ...member, sha256 });
    }
    return { ...listed, sha256: manifest.digest('hex') };
  }

  /** A pipe or a socket has no digest; the manifest contains its name. */
  #entry({ path, stats }: Entry, bounds: Bounds): DigestAnswer {
    if (!stats) return { missing: 'unreadable' };
    return stats.isFile() ? this.#file(path, fileSignature(stats, bounds.scope), bounds) : {};
  }

  #file(path: Buffer, signature: string, bounds: Bounds): DigestAnswer {
    const known = this.#known.get(signature);
    if (known !== undefined) return { sha256: known };
    const answer = this.#read(path, signature, bounds);
    if (answer.sha256) this.#known.set(signature, answer.sha256);
    return answer;
  }

  #read(path: Buffer, signature: string, bounds: Bounds): DigestAnswer {
    let descriptor: number | undefined;
    try {
      this.#pulse.beat();
      descriptor = openSync(path, FLAGS);
      return this.#opened(descriptor, signature, bounds);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return { missing: code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'unreadable' };
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
      this.#pulse.beat();
    }
  }

  #opened(descriptor: number, signature: string, { scope, deadline }: Bounds): DigestAnswer {
    const isAsWanted = () => {
      const stats = fstatSync(descriptor, { bigint: true });
      return stats.isFile() && fileSignature(stats, scope) === signature;
    };
    if (!isAsWanted()) return { missing: 'changed_meanwhile' };
    const hash = createHash('sha256');
    for (;;) {
      this.#pulse.beat();
      const length = readSync(descriptor, this.#chunk, 0, CHUNK_BYTES, null);
      this.#pulse.beat();
      if (length === 0) break;
      hash.update(this.#chunk.subarray(0, length));
      if (performance.now() > deadline) return { missing: 'budget' };
      this.#interlude.pause();
    }
    return isAsWanted() ? { sha256: hash.digest('hex') } : { missing: 'changed_meanwhile' };
  }
}

interface Bounds {
  scope: SignatureScope;
  /** By the process's monotonic clock. */
  deadline: number;
}

function whyChanged(state: string): DigestMissing {
  if (state === 'absent') return 'gone';
  return state === 'unreadable' ? 'unreadable' : 'changed_meanwhile';
}
