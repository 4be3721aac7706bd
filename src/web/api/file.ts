/**
 * Bytes that are kept, as a download. Node only.
 * @module
 */

/** Bytes with what they are. */
export interface KeptFile {
  /** Plain: letters, digits, `.`, `_` and `-`. */
  name: string;
  /** As it was recorded. */
  media_type: string;
  bytes: Uint8Array;
}

/** Types that a browser shows as text at most. */
const HARMLESS = /^text\/(plain|x-diff|x-patch|csv)$|^application\/(json|gzip|octet-stream)$/;

/** A response that a browser saves and never runs. */
export function download({ name, media_type, bytes }: KeptFile): Response {
  return new Response(new Uint8Array(bytes), {
    headers: {
      'Content-Type': HARMLESS.test(media_type) ? media_type : 'application/octet-stream',
      'Content-Disposition': `attachment; filename="${name}"`,
      'X-Content-Type-Options': 'nosniff',
    },
  });
}
