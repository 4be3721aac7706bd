/**
 * How a content lies in a store: compressed where that is worth it, which its media type says (`text/x-diff+gzip`). Its
 * digest is that of the content itself. Node only.
 * @module
 */
import { gunzipSync, gzip, gzipSync } from 'node:zlib';

/** A content as it is stored. */
export interface Content {
  media_type: string;
  bytes: Uint8Array;
}

const PACKED = '+gzip';
/** Shorter ones gain nothing. */
const LEAST_BYTES = 512;
/** Fast rather than small: a worker's start brings thousands. */
const LEVEL = { level: 1 };

/** A content as it is stored. */
export function pack(content: Content): Content {
  return content.bytes.length < LEAST_BYTES ? content : smaller(content, gzipSync(content.bytes, LEVEL));
}

/** The same without keeping the thread. */
export async function packAside(content: Content): Promise<Content> {
  if (content.bytes.length < LEAST_BYTES) return content;
  const packed = await new Promise<Uint8Array>((resolve, reject) => {
    gzip(content.bytes, LEVEL, (error, bytes) => (error ? reject(error) : resolve(bytes)));
  });
  return smaller(content, packed);
}

function smaller(content: Content, packed: Uint8Array): Content {
  if (packed.length >= content.bytes.length) return content;
  return { media_type: content.media_type + PACKED, bytes: packed };
}

/** A content as it was given. @throws Error where the stored bytes are damaged */
export function unpack({ media_type, bytes }: Content): Content {
  if (!media_type.endsWith(PACKED)) return { media_type, bytes: new Uint8Array(bytes) };
  return { media_type: media_type.slice(0, -PACKED.length), bytes: new Uint8Array(gunzipSync(bytes)) };
}

/** Stored bytes as text, for those who look for something in them: compressed or not, whatever their media type. */
export function contentText(bytes: Uint8Array): string {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return Buffer.from(packed ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch {
    return Buffer.from(bytes).toString('utf8');
  }
}
