/**
 * Stored content as a download. Node only.
 * @module
 */

/** A content with its name and type. */
export interface KeptFile {
  /** A plain file name: letters, digits, `.`, `_` and `-`. */
  name: string;
  /** The recorded type. */
  media_type: string;
  bytes: Uint8Array;
}

/** Types that a browser can only show as text. */
const HARMLESS = /^text\/(plain|x-diff|x-patch|csv)$|^application\/(json|gzip|octet-stream)$/;

/** Returns a response that a browser saves and never runs. */
export function download({ name, media_type, bytes }: KeptFile): Response {
  return new Response(new Uint8Array(bytes), {
    headers: {
      'Content-Type': HARMLESS.test(media_type) ? media_type : 'application/octet-stream',
      'Content-Disposition': `attachment; filename="${name}"`,
      'X-Content-Type-Options': 'nosniff',
    },
  });
}
