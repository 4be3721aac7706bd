/** What lies damaged, foreign or impossible in a spool costs itself only, is kept and counted, and holds up nobody. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { SPOOL } from '../../src/model/limits';
import { openSpool, readSpool } from '../../src/record/spool/spool';
import { measured, SOAK } from '../reliability';
import { MemoryStore, newFolder, start, stop } from './spool-kit';

const FLIPS = SOAK ? 1_000 : 50;
const START_MS = 2_000;
const FILE_HEADER_BYTES = 16;

let folder: string;
beforeEach(async () => {
  folder = join(await newFolder(), 'spool');
});

const open = (segment_bytes = 65_536) => openSpool({ folder, segment_bytes, retry_ms: 0 });

/** Left by a process that is gone: each is a writer of its own. */
async function leave(name: string, runs: number): Promise<void> {
  const spool = await open();
  for (let n = 0; n < runs; n += 1) await spool.append([start(`${name}-${n}`), stop(`${name}-${n}`)]);
  await spool.close();
}

const segments = async () => (await readdir(folder)).filter((file) => /\.(seg|open)$/.test(file));

async function changed(file: string, change: (data: Buffer) => void): Promise<void> {
  const data = await readFile(join(folder, file));
  change(data);
  await writeFile(join(folder, file), data);
}

async function takeIn(): Promise<{ store: MemoryStore; quarantined: number; ms: number }> {
  const store = new MemoryStore();
  const before = performance.now();
  const spool = await open();
  const report = await spool.drain({ write: store.write, probe: async () => true });
  const ms = performance.now() - before;
  await spool.close();
  expect(report.stopped).toBeUndefined();
  return { store, quarantined: report.quarantined, ms };
}

describe('a spool', () => {
  it(`with a flipped byte, ${FLIPS} times, is imported, except one record at most`, async () => {
    let [longest_ms, lost] = [0, 0];
    for (let n = 0; n < FLIPS; n += 1) {
      await leave(`flip-${n}`, 20);
      const [file] = await segments();
      await changed(file!, (data) => {
        const at = Math.floor(Math.random() * data.length);
        data[at] = data[at]! ^ (1 << Math.floor(Math.random() * 8));
      });
      const { store, quarantined, ms } = await takeIn();
      expect(store.records.size + quarantined).toBe(40);
      lost = Math.max(lost, quarantined);
      longest_ms = Math.max(longest_ms, ms);
    }
    measured({
      row: 'B5',
      figure: 'a flipped byte in the spool: records set aside, at most',
      value: lost,
      limit: '≤ 1',
      holds: lost <= 1,
    });
    measured({
      row: 'B5',
      figure: 'a flipped byte in the spool: longest start, with all of it taken in',
      value: longest_ms,
      unit: 'ms',
      limit: `≤ ${START_MS} ms`,
      holds: longest_ms <= START_MS,
    });
    expect(lost).toBeLessThanOrEqual(1);
    expect(longest_ms).toBeLessThan(10 * START_MS);
  }, 600_000);

  it('with a segment of a later format in the middle: the rest is imported, and that one is kept', async () => {
    for (const name of ['first', 'later', 'last']) await leave(name, 20);
    const contents = await Promise.all(
      (await segments()).map((file) => readFile(join(folder, file), 'utf8')),
    );
    const later = (await segments())[contents.findIndex((text) => text.includes('later-0'))]!;
    await changed(later, (data) => {
      data[7] = 2;
      data.writeUInt32LE(crc32(data.subarray(0, FILE_HEADER_BYTES - 4)), FILE_HEADER_BYTES - 4);
    });
    const before = await readFile(join(folder, later));
    const { store, quarantined } = await takeIn();
    expect(quarantined).toBe(0);
    expect([...store.records.keys()].filter((id) => id.startsWith('later'))).toEqual([]);
    expect(store.records.size).toBe(80);
    const [left, ...others] = await segments();
    expect(others).toEqual([]);
    expect((await readFile(join(folder, left!))).equals(before)).toBe(true);
  });

  it('with a record that claims an impossible length: the rest is imported, and its bytes are kept', async () => {
    await leave('claim', 20);
    const [file] = await segments();
    await changed(file!, (data) => {
      const at = data.indexOf(Buffer.from([0xff, 0xfe, 0x54, 0x50]), data.length >> 1);
      data.writeUInt32LE(SPOOL.record_bytes + 1, at + 4);
      data.writeUInt32LE(crc32(data.subarray(at, at + 16)), at + 16);
    });
    const { store, quarantined } = await takeIn();
    expect({ taken: store.records.size, quarantined }).toEqual({ taken: 39, quarantined: 1 });
    expect((await readSpool(folder)).quarantined).toMatchObject({ records: 1, damaged: 1 });
  });
});
