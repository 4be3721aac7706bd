/**
 * Names of local files as URIs: `file://host/path`, with `%XX` for every byte that a URI's path cannot contain.
 * Bytes that are not UTF-8 are kept, so a name that is not a valid text also has a URI. [isolate-safe]
 * @module
 */

/** The scheme of every local name. */
const SCHEME = 'file://';
/** Characters that a URI's path contains unchanged. The slash separates its segments. */
const PLAIN = /[A-Za-z0-9\-._~!$&'()*+,;=:@/]/;

/**
 * The URI of a file on a host.
 * @param path absolute; as bytes if it may not be UTF-8. A Windows path has forward slashes and begins with
 *   one.
 */
export function fileUri(host: string, path: string | Uint8Array): string {
  return `${SCHEME}${host}${typeof path === 'string' ? encodedText(path) : encodedBytes(path)}`;
}

function encodedText(path: string): string {
  return encodeURI(path.toWellFormed()).replace(/[?#]/g, (sign) => (sign === '?' ? '%3F' : '%23'));
}

function encodedBytes(path: Uint8Array): string {
  let text = '';
  for (const byte of path) {
    const sign = String.fromCharCode(byte);
    text += byte < 128 && PLAIN.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/**
 * Host and path of a file's URI, the path as its bytes; `undefined` for any other URI, and for one with a wrong
 * `%XX`.
 */
export function partsOfFileUri(uri: string): { host: string; path: Uint8Array } | undefined {
  const [, host, path] = /^file:\/\/([^/?#]*)(\/[^?#]*)$/i.exec(uri) ?? [];
  if (host === undefined || path === undefined || /%(?![0-9a-f]{2})/i.test(path)) return undefined;
  return { host, path: decodedBytes(path) };
}

/** Non-ASCII characters, which a URI should not contain, are read as their UTF-8. */
function decodedBytes(path: string): Uint8Array {
  const ascii = path.replace(/[^\p{ASCII}]+/gu, (text) => encodeURIComponent(text.toWellFormed()));
  const bytes: number[] = [];
  for (let at = 0; at < ascii.length; at++) {
    if (ascii[at] === '%') {
      bytes.push(Number.parseInt(ascii.slice(at + 1, at + 3), 16));
      at += 2;
    } else {
      bytes.push(ascii.charCodeAt(at));
    }
  }
  return Uint8Array.from(bytes);
}
