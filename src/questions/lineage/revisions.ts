/**
 * Revisions of an artifact: each content that it has had, counted from 1 in the order in which they were met. Node only.
 * @module
 */
import type { VersionFacts } from '../../store/interface/lineage-reading';

/** One content of an artifact. */
export interface Revision {
  /** From 1. */
  revision: number;
  /** Hex; absent where the content is not known. */
  sha256?: string;
  /** All that have it, the first met first. */
  versions: VersionFacts[];
}

/** The revisions of versions of one artifact, the first first. What has no digest is a content of its own. */
export function revisionsOf(versions: readonly VersionFacts[]): Revision[] {
  const met = [...versions].sort((a, b) => a.first_time - b.first_time || a.id - b.id);
  const revisions = new Map<string, Revision>();
  for (const version of met) {
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
