/** SQLite on a disk where it is not safe, or where it does not last. The disk is made up; the rest is real. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFileSystem, fileSystemOfType } from '../../src/store/place/file-system';
import { parseStoreUrl } from '../../src/store/place/location';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-disk-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const [NFS, SMB2, FUSE, TMPFS, OVERLAY, EXT4, UNHEARD_OF] = [
  0x6969, 0xfe534d42, 0x65735546, 0x01021994, 0x794c7630, 0xef53, 0x1234567,
];

async function check(type: number, url = `sqlite:${join(folder, 'p.db')}`) {
  const warnings: string[] = [];
  const place = parseStoreUrl(url);
  if (place.dialect !== 'sqlite') throw new Error(url);
  const error = await checkFileSystem(place, {
    onWarning: (message) => warnings.push(message),
    fileSystemOf: async (path) =>
      path === folder ? fileSystemOfType(type, 'linux') : { kind: 'unknown', name: 'unreadable' },
  }).catch((error) => error);
  return { error, warnings };
}

describe('a SQLite store', () => {
  it.each([NFS, SMB2, FUSE])('is refused on a network disk, with the remedy (type %i)', async (type) => {
    const { error } = await check(type!);
    expect(error).toMatchObject({ code: 'STORE_URL_INVALID' });
    expect(error.message).toMatch(/network file system.*postgres:\/\/.*\?network=allow/);
  });

  it('is warned about there if its URL accepts the risk', async () => {
    const { error, warnings } = await check(NFS!, `sqlite:${join(folder, 'p.db')}?network=allow`);
    expect(error).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/network file system \(nfs\)/)]);
  });

  it.each([TMPFS, OVERLAY])('is warned about on a disk that is not persistent (type %i)', async (type) => {
    const { error, warnings } = await check(type!);
    expect(error).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/lost with the machine or the container/)]);
  });

  it.each([EXT4, UNHEARD_OF])('is accepted anywhere else (type %i)', async (type) => {
    expect(await check(type!)).toEqual({ error: undefined, warnings: [] });
  });
});

describe('a store URL', () => {
  it('names the same store with and without the permission', () => {
    expect(parseStoreUrl('sqlite:/srv/p.db?network=allow')).toEqual({
      ...parseStoreUrl('sqlite:/srv/p.db'),
      network: 'allow',
    });
    expect(parseStoreUrl('sqlite:///srv/p.db?network=allow')).toMatchObject({
      path: '/srv/p.db',
      network: 'allow',
    });
  });

  it('with anything else after the path is reported', () => {
    for (const url of ['sqlite:/srv/p.db?mode=ro', 'sqlite:p.db?', 'sqlite:///srv/p.db?network=deny'])
      expect(() => parseStoreUrl(url)).toThrow(/network=allow/);
    expect(parseStoreUrl('sqlite:/srv/what%3F.db')).toMatchObject({ path: '/srv/what?.db' });
  });
});
