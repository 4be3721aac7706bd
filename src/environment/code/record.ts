/**
 * Records code by content: a manifest of names and digests, which is the identity, and the contents themselves, each once,
 * within bounds and never those that hold secrets. Node.
 * @module
 */
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Blob } from '../../model/environment';
import { sha256 } from '../canonical';
import type { Findings, ProbeContext } from '../findings';
import { holdsSecret, isSecretFile } from '../withheld';
import type { ReadFile } from './files';
import { type Holders, type NamedFile, within } from './held';
import type { Inexact } from './inexact';

/** Contents kept of one environment, in bytes together. */
export const KEPT_BYTES = 32 * 1024 * 1024;
const SLICE_MS = 15;

export interface Recorded {
  /** Digest of the manifest: `[[name, sha256 or null], …]`, sorted. */
  manifest: string;
  /** Files in it. */
  count: number;
  kept_bytes: number;
  inexact: Inexact[];
}

/**
 * Records those that git does not hold, and all where its work tree's hash is not known. @param left bytes that may be kept
 */
export async function recordUnheld(
  files: readonly NamedFile[],
  left: number,
  { deadline = Infinity }: ProbeContext,
  { knowsTree }: Holders,
  findings: Findings,
): Promise<Recorded> {
  // Begun before git has ended; that it gives no tree is rare.
  const recorded = await recordCode(files, left, deadline, findings);
  if (await within(knowsTree, deadline, false)) return recorded;
  return recordCode(
    files.map((file) => ({ ...file, held: false })),
    left,
    deadline,
    findings,
  );
}

async function recordCode(
  files: readonly NamedFile[],
  left: number,
  deadline: number,
  findings: Findings,
): Promise<Recorded> {
  const rows = new Set<string>();
  const inexact: Inexact[] = [];
  const kept: Blob[] = [];
  let kept_bytes = 0;
  let pause = performance.now() + SLICE_MS;
  for (const { name, file, held } of files) {
    if (held && !file.missing) continue;
    if (performance.now() > pause) {
      await setImmediate();
      pause = performance.now() + SLICE_MS;
    }
    const late = performance.now() > deadline;
    const reason = file.missing ?? (late ? 'not_kept' : keep(file, name, left - kept_bytes, findings, kept));
    if (reason === undefined) kept_bytes += file.size_bytes;
    else inexact.push({ reason, where: name });
    rows.add(JSON.stringify([name, isSecretFile(name, 'untracked') ? null : (file.digest ?? null)]));
  }
  const manifest = findings.keep('application/json', Buffer.from(`[${[...rows].sort().join(',')}]`));
  // After the list: what is given first is told first, and again to a store that takes the place of this one.
  for (const blob of kept) findings.hold(blob);
  return { manifest, count: rows.size, kept_bytes, inexact };
}

/** Keeps one content; else why not. */
function keep(
  { path, digest, size_bytes, bytes: read }: ReadFile,
  name: string,
  left: number,
  findings: Findings,
  kept: Blob[],
): Inexact['reason'] | undefined {
  if (isSecretFile(name, 'untracked')) return 'withheld';
  if (size_bytes > left) return 'too_large';
  try {
    const bytes = read ?? readFileSync(path);
    if (!digest || (!read && sha256(bytes) !== digest)) return 'changed_since_start';
    if (holdsSecret(bytes, findings.masking)) return 'withheld';
    kept.push({ digest, media_type: 'application/octet-stream', bytes });
    return undefined;
  } catch {
    return 'gone';
  }
}
