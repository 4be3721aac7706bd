import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord } from '../../src/record/spool/codec';
import {
  fileHeader,
  frameBytes,
  isLaterFormat,
  type Piece,
  readPieces,
  writeFrame,
} from '../../src/record/spool/frames';
import { start } from './spool-kit';

function segment(payloads: readonly Buffer[]): { data: Buffer; ends: number[] } {
  const bytes = payloads.reduce((sum, payload) => sum + frameBytes(payload), 16);
  const data = Buffer.alloc(bytes);
  let end = fileHeader().copy(data);
  const ends = payloads.map((payload, number) => {
    end = writeFrame(data, end, payload, number);
    return end;
  });
  return { data, ends };
}

const texts = (count: number) =>
  Array.from({ length: count }, (_, n) => Buffer.from(JSON.stringify({ n, t: 'ä'.repeat(n) })));

function records(pieces: readonly Piece[]): string[] {
  return pieces.flatMap((piece) => (piece.kind === 'record' ? [piece.payload.toString()] : []));
}

function missing(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + (piece.kind === 'damage' ? piece.records : 0), 0);
}

describe('a segment', () => {
  it('returns what was written', () => {
    const payloads = texts(9);
    const pieces = [...readPieces(segment(payloads).data)];
    expect(records(pieces)).toEqual(payloads.map(String));
    expect(pieces).toHaveLength(9);
  });

  it('cut at every byte of its last three records loses only what is cut', () => {
    const payloads = texts(8);
    const { data, ends } = segment(payloads);
    for (let length = ends[4] as number; length < data.length; length += 1) {
      const pieces = [...readPieces(data.subarray(0, length))];
      const whole = ends.filter((end) => end <= length).length;
      expect(records(pieces)).toEqual(payloads.slice(0, whole).map(String));
      expect(missing(pieces)).toBe(0);
      expect(pieces.filter(({ kind }) => kind === 'torn')).toHaveLength(ends.includes(length) ? 0 : 1);
    }
  });

  it('with any byte changed loses one record at most, and counts it exactly', () => {
    const payloads = texts(12);
    const { data } = segment(payloads);
    for (let at = 0; at < data.length; at += 1) {
      const damaged = Buffer.from(data);
      damaged[at] = (damaged[at] as number) ^ (1 << (at % 8));
      const pieces = [...readPieces(damaged)];
      const lost = payloads.length - records(pieces).length;
      expect(lost).toBe(at < 16 ? 0 : 1);
      expect(missing(pieces)).toBe(lost);
    }
  });

  it('of arbitrary bytes never throws, and covers each byte once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(400), (noise, at) => {
        const { data } = segment(texts(5));
        const mixed = Buffer.concat([data.subarray(0, at), noise, data.subarray(at)]);
        let end = -1;
        for (const piece of readPieces(mixed)) {
          expect(piece.at).toBeGreaterThan(end - 1);
          end = piece.at;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('whose end was allocated but never written is torn, not damaged', () => {
    const { data } = segment(texts(3));
    const pieces = [...readPieces(Buffer.concat([data, Buffer.alloc(4096)]))];
    expect(records(pieces)).toHaveLength(3);
    expect(pieces.at(-1)?.kind).toBe('torn');
  });

  it('of a later format is recognised', () => {
    const later = fileHeader();
    later[7] = 2;
    expect(isLaterFormat(later)).toBe(false);
    const { crc32 } = process.getBuiltinModule('node:zlib');
    later.writeUInt32LE(crc32(later.subarray(0, 12)), 12);
    expect(isLaterFormat(later)).toBe(true);
    expect(isLaterFormat(fileHeader())).toBe(false);
  });
});

describe('a record as bytes', () => {
  it('survives NUL, lone surrogates and any other text', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, (filler) => {
        const record = start(`a\0\ud800${filler}`, filler);
        expect(decodeRecord(encodeRecord(record))).toEqual(record);
      }),
    );
  });

  it('keeps the contents of an environment and of a session', () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, n) => n % 256);
    const environment = {
      id: 'sha256:1',
      code_id: 'sha256:2',
      identity: {},
      detail: {},
      reasons: {},
      restorable: { level: 'full' as const, missing: [] },
      captured_time: 1,
      duration_ms: 2,
    };
    const record = {
      kind: 'environment' as const,
      environment,
      blobs: [{ digest: 'd', media_type: 'm', bytes }],
    };
    expect(decodeRecord(encodeRecord(record))).toEqual(record);
    const session = {
      session_id: 's',
      start_time: 1,
      namespace: 'n',
      task_queue: 'q',
      identity: 'i',
      host: 'h',
      pid: 1,
      cwd: '/',
      detail: {},
    };
    const told = { kind: 'session' as const, session, blobs: record.blobs };
    expect(decodeRecord(encodeRecord(told))).toEqual(told);
    expect(decodeRecord(Buffer.from('{"kind":"environment"}'))).toBeNull();
  });

  it('is null if it is not a record', () => {
    for (const text of ['', 'null', '[]', '"open"', '{"kind":1}', '{'])
      expect(decodeRecord(Buffer.from(text))).toBeNull();
  });
});
