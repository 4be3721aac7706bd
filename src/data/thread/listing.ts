/**
 * What lies in a directory: all files below it by name, links followed, within bounds of number and time. Node only.
 * @module
 */
import { type BigIntStats, opendirSync, statSync } from 'node:fs';
import { DATA } from '../../model/data-limits';
import { fileUri } from '../../model/file-uri';
import type { Pulse } from './pulse';

/** One file, or something in its place. */
export interface Entry {
  /** Path below the directory, as in a URI. */
  name: string;
  path: Buffer;
  /** Absent where it can't be looked at: a link that leads nowhere, or no access. */
  stats?: BigIntStats;
}

/** What a walk found. */
export interface Listing {
  /** By name; files only, and what is no folder. */
  entries: Entry[];
  /** All that were seen, those that were not looked at included. */
  count: number;
  /** The last change of anything that was looked at, in ns. */
  changed_ns: bigint;
  /** The walk did not come to its end. */
  cut: boolean;
}

/** Entries that are counted, and not looked at, between two looks at the clock. */
const CLOCK_EVERY = 256;
const SLASH = Buffer.from('/');

/** Which files of a directory are meant. */
export interface Wanted {
  /** Their paths below it. */
  matches: RegExp;
  /** Levels of folders that are entered. */
  depth: number;
}

/** Walks a directory. @throws what the first folder can't be read for */
export function listDirectory(path: Buffer, stats: BigIntStats, pulse: Pulse, wanted?: Wanted): Listing {
  const walk = new Walk(pulse, wanted);
  walk.folder(path, { name: '', text: '', depth: 0 }, stats);
  const { listing } = walk;
  listing.entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return listing;
}

/** A folder below the first one: its path as in a URI and as a text, both empty or with a slash at their end. */
interface Below {
  name: string;
  text: string;
  depth: number;
}

class Walk {
  readonly listing: Listing = { entries: [], count: 0, changed_ns: 0n, cut: false };
  readonly #pulse: Pulse;
  readonly #deadline = performance.now() + DATA.walk_ms;
  /** Folders that were entered, by device and inode: links may lead back. */
  readonly #entered = new Set<string>();

  readonly #wanted: Wanted | undefined;

  constructor(pulse: Pulse, wanted: Wanted | undefined) {
    this.#pulse = pulse;
    this.#wanted = wanted;
  }

  folder(path: Buffer, below: Below, stats: BigIntStats): void {
    const identity = `${stats.dev}:${stats.ino}`;
    if (this.#entered.has(identity)) return;
    this.#entered.add(identity);
    this.#changed(stats);
    this.#pulse.beat();
    const folder = opendirSync(path, { encoding: 'buffer' as BufferEncoding, bufferSize: 512 });
    try {
      for (let one = folder.readSync(); one; one = folder.readSync()) {
        if (this.listing.cut && this.#isLate()) return;
        this.#entry(path, below, one.name as unknown as Buffer);
      }
    } finally {
      folder.closeSync();
    }
  }

  #entry(folder: Buffer, above: Below, bytes: Buffer): void {
    const { listing } = this;
    listing.count++;
    if (listing.count > DATA.walked_files || this.#isLate()) {
      listing.cut = true;
      return;
    }
    const path = Buffer.concat([folder, SLASH, bytes]);
    const below = { name: above.name + segment(bytes), text: above.text + bytes, depth: above.depth + 1 };
    this.#pulse.beat();
    const stats = statOf(path);
    if (stats?.isDirectory()) {
      listing.count--;
      this.#below(path, below, stats);
    } else if (this.#wanted && !this.#wanted.matches.test(below.text)) {
      listing.count--;
    } else {
      if (stats) this.#changed(stats);
      listing.entries.push({ name: below.name, path, stats });
    }
  }

  /** A folder that can't be read is an entry without a size, as a file would be. */
  #below(path: Buffer, { name, text, depth }: Below, stats: BigIntStats): void {
    if (this.#wanted && depth > this.#wanted.depth) return;
    try {
      this.folder(path, { name: `${name}/`, text: `${text}/`, depth }, stats);
    } catch {
      this.listing.count++;
      this.listing.entries.push({ name, path });
    }
  }

  #changed({ ctimeNs }: BigIntStats): void {
    if (ctimeNs > this.listing.changed_ns) this.listing.changed_ns = ctimeNs;
  }

  #isLate(): boolean {
    const { listing } = this;
    if (listing.count % CLOCK_EVERY !== 0) return false;
    this.#pulse.beat();
    return performance.now() > this.#deadline;
  }
}

/** A name as a part of a URI's path. */
function segment(bytes: Buffer): string {
  return fileUri('', bytes).slice('file://'.length);
}

function statOf(path: Buffer): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}
