/**
 * Lists a directory: all files below it by name, following links, bounded in number and time. Node only.
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
  /** Absent if it cannot be examined: a broken link, or no access. */
  stats?: BigIntStats;
}

/** The result of a walk. */
export interface Listing {
  /** By name. Files and anything else that is not a folder. */
  entries: Entry[];
  /** The number of entries seen, with those that were not examined. */
  count: number;
  /** The last change of anything that was examined, in ns. */
  changed_ns: bigint;
  /** True if the walk did not reach its end. */
  cut: boolean;
}

/** The clock is read after this many entries that are counted but not examined. */
const CLOCK_EVERY = 256;
const SLASH = Buffer.from('/');

/** Selects the files of a directory. */
export interface Wanted {
  /** Matches the paths of the wanted files, relative to the directory. */
  matches: RegExp;
  /** Levels of folders that are entered. */
  depth: number;
}

/** Walks a directory. @throws the error with which the first folder cannot be read */
export function listDirectory(path: Buffer, stats: BigIntStats, pulse: Pulse, wanted?: Wanted): Listing {
  const walk = new Walk(pulse, wanted);
  walk.folder(path, { name: '', text: '', depth: 0 }, stats);
  const { listing } = walk;
  listing.entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return listing;
}

/**
 * A folder below the first one: its path as in a URI and as a text, both empty or with a slash at their end.
 */
interface Below {
  name: string;
  text: string;
  depth: number;
}

class Walk {
  readonly listing: Listing = { entries: [], count: 0, changed_ns: 0n, cut: false };
  readonly #pulse: Pulse;
  readonly #deadline = performance.now() + DATA.walk_ms;
  /** Folders that were entered, by device and inode, because links may form a circle. */
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

  /** A folder that cannot be read becomes an entry without a size. */
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
