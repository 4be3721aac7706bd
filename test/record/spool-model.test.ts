import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readSpool, type SpoolOptions } from '../../src/record/spool/spool';
import { away, FaultyFiles, identity, MemoryStore, newFolder, openSmall, runs } from './spool-kit';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let store: MemoryStore;

beforeEach(async () => {
  folder = join(await newFolder(), 'spool');
  store = new MemoryStore();
});

const open = (options: Partial<SpoolOptions> = {}) => openSmall(folder, options);

describe('against a model', () => {
  it('stores what it reported as stored, once each and in order, after every fault', async () => {
    type Step = 'append' | 'drain' | 'away' | 'reopen' | 'full' | 'eio' | 'taken' | 'race' | 'short';
    const steps = fc.array(
      fc.constantFrom<Step>(
        'append',
        'append',
        'append',
        'drain',
        'away',
        'reopen',
        'full',
        'eio',
        'taken',
        'race',
        'short',
      ),
      { maxLength: 25 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        folder = join(await newFolder(), 'spool');
        store = new MemoryStore();
        const disk = new FaultyFiles();
        const reopen = () => open({ files: disk.files, segment_bytes: 2048 });
        let spool = await reopen();
        const model: string[] = [];
        let dropped = 0;
        // What a spool that was opened on a full disk counts, it keeps in memory until there is room: it is gone with a
        // process that ends before.
        let [hasLedger, inMemory] = [true, 0];
        const hasRoom = () => disk.free === Number.POSITIVE_INFINITY;
        let next = 0;
        const perform: { [step in Step]: () => unknown } = {
          append: async () => {
            const given = runs(next, 2);
            next += 2;
            // Of two at once, the first to end makes room in this model, which the second had not.
            const room = hasRoom();
            const receipt = await spool.append(given);
            hasLedger ||= room;
            inMemory = hasLedger ? 0 : inMemory + receipt.dropped;
            disk.free = Number.POSITIVE_INFINITY;
            disk.most = Number.POSITIVE_INFINITY;
            dropped += receipt.dropped;
            model.push(...given.filter((_, n) => receipt.stored[n]).map(identity));
          },
          drain: () => spool.drain(store),
          away: () => spool.drain({ write: () => Promise.reject(away()) }),
          reopen: async () => {
            await spool.close();
            if (!hasLedger && !hasRoom()) dropped -= inMemory;
            [hasLedger, inMemory] = [hasRoom(), 0];
            spool = await reopen();
          },
          full: () => {
            disk.free = 300;
          },
          eio: () => void disk.syncs.push('EIO'),
          short: () => {
            disk.most = 11;
          },
          race: async () => {
            await Promise.all([perform.append(), perform.taken(), perform.append()]);
          },
          // Another process that thinks the writer dead takes its segment while it is written.
          taken: async () => {
            const other = await open({ lease_ms: 0 });
            await other.drain(store);
            await other.drain(store);
            await other.close();
          },
        };
        for (const step of script) await perform[step]();
        disk.free = Number.POSITIVE_INFINITY;
        disk.syncs.length = 0;
        await spool.drain(store);
        const starts = (ids: Iterable<string>) => [...ids].filter((id) => model.includes(id));
        expect(starts(store.order)).toEqual(model);
        expect(await spool.empty()).toBe(true);
        await spool.close();
        const counted = (await readSpool(folder)).dropped.by_kind;
        expect(counted.start + counted.stop).toBe(dropped);
      }),
      { numRuns: 60 },
    );
  });
});
