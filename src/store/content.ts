/**
 * The stored form of a content. It is compressed if that saves space; its media type then says so (`text/x-diff+gzip`). Its
 * digest is that of the uncompressed content. Node only.
 * @module
 */
import { gunzipSync, gzip, gzipSync } from 'node:zlib';

/** A content in its stored form. */
export interface Content {
  media_type: string;
  bytes: Uint8Array;
}

const PACKED = '+gzip';
/** Compression of shorter contents saves nothing. */
const LEAST_BYTES = 512;
/** Speed matters more than size: a starting worker writes thousands of contents. */
const LEVEL = { level: 1 };

/** Returns the stored form of a content. */
export function pack(content: Content): Content {
  return content.bytes.length < LEAST_BYTES ? content : smaller(content, gzipSync(content.bytes, LEVEL));
}

/** As `pack`, without blocking the thread. */
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

/**
 * Returns the original content.
 * @throws Error if the stored bytes are damaged
 */
export function unpack({ media_type, bytes }: Content): Content {
  if (!media_type.endsWith(PACKED)) return { media_type, bytes: new Uint8Array(bytes) };
  return { media_type: media_type.slice(0, -PACKED.length), bytes: new Uint8Array(gunzipSync(bytes)) };
}

/** Returns stored bytes as text for a search. It works for compressed and uncompressed bytes, and ignores the media type. */
export function contentText(bytes: Uint8Array): string {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return Buffer.from(packed ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch {
    return Buffer.from(bytes).toString('utf8');
  }
}
