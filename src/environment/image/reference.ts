/**
 * Reads image references, so that a tag is never taken for a digest. Node.
 * @module
 */

interface ImageReference {
  /** Registry and repository: `localhost:5001/scan`. */
  repository: string;
  tag?: string;
  /** `sha256:<64 hex>`. */
  digest?: string;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** True for `sha256:` and 64 hexadecimal digits. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/**
 * Parses `[registry[:port]/]path[:tag][@digest]`; undefined for a text that is not a name (an image id, an
 * empty text).
 */
export function parseReference(text: string): ImageReference | undefined {
  const [name = '', digest, more] = text.trim().split('@');
  if (more !== undefined || (digest !== undefined && !isDigest(digest)) || isDigest(name)) return undefined;
  const parts = /^([\w.-]+(?::\d+)?(?:\/[\w./-]+)?|[\w./-]+?)(?::([\w][\w.-]{0,127}))?$/.exec(name);
  const repository = parts?.[1];
  if (!repository || /^[0-9a-f]{12,64}$/.test(repository)) return undefined;
  const reference: ImageReference = { repository };
  if (parts[2]) reference.tag = parts[2];
  if (digest) reference.digest = digest;
  return reference;
}

/** Returns those of the texts that are repository digests, once each and sorted. */
export function repositoryDigests(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => parseReference(text)?.digest).sort();
}
