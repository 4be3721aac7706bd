/**
 * File names as git and the disk have them: bytes, in any encoding. Here they are strings with one character a
 * byte (`latin1`), so that no name is lost. Recorded names are text. Node.
 * @module
 */
import type { JsonObject } from '../../model/json';

/** A path relative to the top of a repository, with `/`, one character a byte. */
export type RawPath = string;

/** The bytes of a path. */
export function bytesOf(path: RawPath): Buffer {
  return Buffer.from(path, 'latin1');
}

/** A path below a folder, in the form of Node's file system. */
export function onDisk(top: string, path: RawPath): Buffer {
  return Buffer.concat([Buffer.from(`${top}/`), bytesOf(path)]);
}

/** A text in the form in which git prints it here. */
export function rawOf(text: string): RawPath {
  return Buffer.from(text).toString('latin1');
}

/** The path as text, if its bytes are UTF-8. */
export function utf8Of(path: RawPath): string | undefined {
  const text = bytesOf(path).toString('utf8');
  return rawOf(text) === path ? text : undefined;
}

/**
 * The path as it is recorded. `path` is for people, with `\xDF` for each non-ASCII byte if the name is not
 * UTF-8; then `path_base64` holds its bytes.
 */
export function recordedPath(path: RawPath): JsonObject & { path: string } {
  const text = utf8Of(path);
  if (text !== undefined) return { path: text };
  const escaped = path.replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  return { path: escaped, path_base64: bytesOf(path).toString('base64') };
}
