/**
 * Records code by content: a manifest of names and digests, which is the identity, and the contents. Each
 * content is kept once and within bounds; contents with secrets are never kept. Node.
 * @module
 */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Blob } from '../../model/environment';
import type { Findings, ProbeContext } from '../findings';
import { sha256 } from '../identity/canonical';
import { holdsSecret, isSecretFile } from '../identity/withheld';
import type { ReadFile } from './files';
import { byDeadline, type Holders, type NamedFile } from './held';
import type { Inexact } from './inexact';

/** Limit in bytes for all kept contents of one environment. */
export const KEPT_BYTES = 32 * 1024 * 1024;
const SLICE_MS = 15;

/** What the environment records about a list of code files. */
export interface Recorded {
  /** Digest of the manifest: `[[name, sha256 or null], …]`, sorted. */
  manifest: string;
  /** Number of files in the manifest. */
  count: number;
  kept_bytes: number;
  inexact: Inexact[];
}

/**
 * Records the files that git does not hold, and all files if the hash of its work tree is unknown. @param left
 * bytes that may be kept
 */
export async function recordUnheld(
  files: readonly NamedFile[],
  left: number,
  { deadline = Infinity }: ProbeContext,
  { knowsTree }: Holders,
  findings: Findings,
): Promise<Recorded> {
  const recording = new Recording(left, deadline, findings);
  // The files that git does not hold come first: they need not wait for the tree, which is rarely missing.
  await recording.add(files.filter(({ held, file }) => !held || file.missing));
  if (!(await byDeadline(knowsTree, deadline, false)))
    await recording.add(files.filter(({ held, file }) => held && !file.missing));
  return recording.finish();
}

class Recording {
  readonly #deadline: number;
  readonly #findings: Findings;
  readonly #rows = new Set<string>();
  readonly #kept: Blob[] = [];
  readonly #inexact: Inexact[] = [];
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number, deadline: number, findings: Findings) {
    this.#limit = limit;
    this.#deadline = deadline;
    this.#findings = findings;
  }

  async add(files: readonly NamedFile[]): Promise<void> {
    let pause = performance.now() + SLICE_MS;
    for (const { name, file } of files) {
      if (performance.now() > pause) {
        await setImmediate();
        pause = performance.now() + SLICE_MS;
      }
      const reason = file.missing ?? this.#keep(file, name);
      if (reason !== undefined) this.#inexact.push({ reason, where: name });
      const digest = isSecretFile(name, 'untracked') ? null : (file.digest ?? null);
      this.#rows.add(JSON.stringify([name, digest]));
    }
  }

  finish(): Recorded {
    const list = Buffer.from(`[${[...this.#rows].sort().join(',')}]`);
    const manifest = this.#findings.keep('application/json', list);
    // The contents are kept after the list, because they are written in this order, also to a replacement
    // store.
    for (const blob of this.#kept) this.#findings.hold(blob);
    return { manifest, count: this.#rows.size, kept_bytes: this.#bytes, inexact: this.#inexact };
  }

  /** Keeps one content. Returns the reason if it cannot. */
  #keep({ path, digest, size_bytes, bytes: read }: ReadFile, name: string): Inexact['reason'] | undefined {
    if (performance.now() > this.#deadline) return 'not_kept';
    if (isSecretFile(name, 'untracked')) return 'withheld';
    if (this.#bytes + size_bytes > this.#limit) return 'too_large';
    try {
      const bytes = read ?? readFileSync(path);
      if (!digest || (!read && sha256(bytes) !== digest)) return 'changed_since_start';
      if (holdsSecret(bytes, this.#findings.masking)) return 'withheld';
      this.#kept.push({ digest, media_type: 'application/octet-stream', bytes });
      this.#bytes += size_bytes;
      return undefined;
    } catch {
      return 'gone';
    }
  }
}
