import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/model/environment';
import { environmentParts } from '../../src/record/delivery/environment-parts';
import { contentText, pack, packAside, unpack } from '../../src/store/content';

const code = Buffer.from('exports.gain = 1;\n'.repeat(200));

describe('a stored content', () => {
  it('is compressed if that makes it smaller, and is returned unchanged', async () => {
    for (const packed of [pack, packAside]) {
      const stored = await packed({ media_type: 'text/x-diff', bytes: code });
      expect(stored.media_type).toBe('text/x-diff+gzip');
      expect(stored.bytes.length).toBeLessThan(code.length / 4);
      expect(unpack(stored)).toEqual({ media_type: 'text/x-diff', bytes: new Uint8Array(code) });
      expect(contentText(stored.bytes)).toBe(code.toString());
    }
  });

  it('is not compressed if it is short, or was compressed before', async () => {
    const short = { media_type: 'application/json', bytes: Buffer.from('[]') };
    expect(pack(short)).toBe(short);
    const dense = { media_type: 'image/png', bytes: pack({ media_type: 'x', bytes: code }).bytes };
    expect(await packAside(dense)).toBe(dense);
    expect(unpack(dense).media_type).toBe('image/png');
  });
});

describe('an environment with many contents', () => {
  const environment = { id: 'sha256:1' } as Environment;
  const blob = (name: string, size: number) => ({
    digest: name,
    media_type: 'application/octet-stream',
    bytes: new Uint8Array(size),
  });

  it('is sent in parts of a few MiB, each content once, the first ones first', () => {
    const blobs = [
      blob('a', 10),
      blob('b', 3_000_000),
      blob('c', 1_500_000),
      blob('d', 500_000),
      blob('e', 200_000),
    ];
    const parts = environmentParts({ environment, blobs });
    expect(parts.map((part) => part.blobs.map(({ digest }) => digest))).toEqual([
      ['a'],
      ['b'],
      ['c', 'd'],
      ['e'],
    ]);
    expect(parts.every((part) => part.environment === environment)).toBe(true);
  });

  it('is one part where it has none', () => {
    expect(environmentParts({ environment, blobs: [] })).toEqual([{ environment, blobs: [] }]);
  });
});
