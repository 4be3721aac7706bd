/**
 * Revisions of an artifact: each content that it has had, counted from 1 in the order in which they were first
 * seen. Node only.
 * @module
 */
import type { VersionFacts } from '../../store/interface/lineage-reading';

/** One content of an artifact. */
export interface Revision {
  /** From 1. */
  revision: number;
  /** Hex; absent if the content is not known. */
  sha256?: string;
  /** All versions with this content, the first seen first. */
  versions: VersionFacts[];
}

/** The revisions of an artifact's versions, in order. A version without a digest is a revision of its own. */
export function revisionsOf(versions: readonly VersionFacts[]): Revision[] {
  const sorted = [...versions].sort((a, b) => a.first_time - b.first_time || a.id - b.id);
  const revisions = new Map<string, Revision>();
  for (const version of sorted) {
    const { sha256, node } = version;
    const key = sha256 ?? String(node);
    const known = revisions.get(key);
    if (known) known.versions.push(version);
    else
      revisions.set(key, {
        revision: revisions.size + 1,
        ...(sha256 !== undefined && { sha256 }),
        versions: [version],
      });
  }
  return [...revisions.values()];
}
