/**
 * The format of records in a segment. A frame is a header with its own checksum and a payload with another one. Damage and its
 * extent are thus found, and reading continues at the next frame. Node only.
 * Frame: `FF FE 54 50` · payload length u32 · number in the segment u32 · CRC-32 of the payload · CRC-32 of the 16 bytes before.
 * All are little-endian. The payload is JSON in UTF-8, in which the byte FF never occurs. A marker inside a recorded value is
 * therefore impossible, and hostile data can't mislead the search for the next marker.
 * @module
 */

import { crc32 } from 'node:zlib';
import { SPOOL } from '../../model/limits';

const MARKER = Buffer.from([0xff, 0xfe, 0x54, 0x50]);
/** Marker, length, number and two checksums. */
const FRAME_HEADER_BYTES = 20;

const FILE_MAGIC = Buffer.from('TPSPOOL\u0001', 'latin1');
/** Magic number with format version, 4 reserved bytes, CRC-32 of both. */
export const FILE_HEADER_BYTES = 16;

/** Returns the first bytes of a segment. */
export function fileHeader(): Buffer {
  const header = Buffer.alloc(FILE_HEADER_BYTES);
  FILE_MAGIC.copy(header);
  header.writeUInt32LE(crc32(header.subarray(0, 12)), 12);
  return header;
}

/** Returns the length of a payload's frame. */
export function frameBytes(payload: Uint8Array): number {
  return FRAME_HEADER_BYTES + payload.length;
}

/** Writes the frame of `payload` into `target` at `at`; returns its end. */
export function writeFrame(target: Buffer, at: number, payload: Uint8Array, number: number): number {
  MARKER.copy(target, at);
  target.writeUInt32LE(payload.length, at + 4);
  target.writeUInt32LE(number, at + 8);
  target.writeUInt32LE(crc32(payload), at + 12);
  target.writeUInt32LE(crc32(target.subarray(at, at + 16)), at + 16);
  target.set(payload, at + FRAME_HEADER_BYTES);
  return at + FRAME_HEADER_BYTES + payload.length;
}

/** One piece of a segment. */
export type Piece =
  | { kind: 'record'; at: number; payload: Buffer }
  /**
   * Bytes that are not a frame. `records`: how many are missing there, as far as the numbering shows (0: only the file's header).
   */
  | { kind: 'damage'; at: number; length: number; records: number }
  /** The last frame is incomplete; it was never acknowledged. */
  | { kind: 'torn'; at: number; length: number };

interface Header {
  length: number;
  number: number;
  checksum: number;
}

function readHeader(data: Buffer, at: number): Header | null {
  if (at + FRAME_HEADER_BYTES > data.length || data.compare(MARKER, 0, 4, at, at + 4) !== 0) return null;
  if (crc32(data.subarray(at, at + 16)) !== data.readUInt32LE(at + 16)) return null;
  const length = data.readUInt32LE(at + 4);
  if (length > SPOOL.record_bytes) return null;
  return { length, number: data.readUInt32LE(at + 8), checksum: data.readUInt32LE(at + 12) };
}

/** Returns the start of the next frame with a valid header, from `from` on; without one, the end of the data. */
function nextFrame(data: Buffer, from: number): number {
  let at = from;
  for (;;) {
    at = data.indexOf(MARKER, at);
    if (at === -1) return data.length;
    if (readHeader(data, at) !== null) return at;
    at += 1;
  }
}

/** True if the format is of a later version. This version must not change it. */
export function isLaterFormat(data: Buffer): boolean {
  if (data.length < FILE_HEADER_BYTES) return false;
  const sound = crc32(data.subarray(0, 12)) === data.readUInt32LE(12);
  return sound && data.compare(FILE_MAGIC, 0, 7, 0, 7) === 0 && (data[7] as number) > 1;
}

/** True if the rest is a cut frame, or allocated blocks that were never filled. */
function isTornTail(data: Buffer, at: number): boolean {
  const tail = data.subarray(at);
  if (tail.every((byte) => byte === 0)) return true;
  if (tail.length < FRAME_HEADER_BYTES) {
    const known = Math.min(tail.length, MARKER.length);
    return tail.compare(MARKER, 0, known, 0, known) === 0;
  }
  const header = readHeader(data, at);
  return header !== null && at + FRAME_HEADER_BYTES + header.length > data.length;
}

function frameAt(
  data: Buffer,
  at: number,
  expected: number,
): { piece: Piece; end: number; number: number } | null {
  const header = readHeader(data, at);
  if (header === null) return null;
  const end = at + FRAME_HEADER_BYTES + header.length;
  if (end > data.length) return null;
  const payload = data.subarray(at + FRAME_HEADER_BYTES, end);
  const sound = crc32(payload) === header.checksum;
  const piece: Piece = sound
    ? { kind: 'record', at, payload }
    : { kind: 'damage', at, length: end - at, records: 1 + Math.max(0, header.number - expected) };
  return { piece, end, number: header.number };
}

/** Returns all pieces of a segment, in order. Never throws, for any bytes. */
export function* readPieces(data: Buffer): Generator<Piece, void> {
  let at = 0;
  let expected = 0;
  if (data.length >= FILE_HEADER_BYTES && data.compare(fileHeader(), 0, 16, 0, 16) === 0)
    at = FILE_HEADER_BYTES;
  while (at < data.length) {
    const frame = frameAt(data, at, expected);
    if (frame !== null) {
      yield frame.piece;
      at = frame.end;
      expected = Math.max(expected, frame.number + 1);
      continue;
    }
    const next = nextFrame(data, at + 1);
    if (next === data.length && (isTornTail(data, at) || isCutHeader(data, at))) {
      yield { kind: 'torn', at, length: data.length - at };
      return;
    }
    const following =
      next < data.length
        ? (readHeader(data, next) as Header).number
        : expected + (data.length > FILE_HEADER_BYTES ? 1 : 0);
    yield { kind: 'damage', at, length: next - at, records: Math.max(0, following - expected) };
    expected = Math.max(expected, following);
    at = next;
  }
}

/** True if the file ends inside its own header. */
function isCutHeader(data: Buffer, at: number): boolean {
  return at === 0 && data.length < FILE_HEADER_BYTES && fileHeader().subarray(0, data.length).equals(data);
}
