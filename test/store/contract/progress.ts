/** Checkpoints and logged lines: bounded, idempotent, searched, and removed when their time is over. */
import { describe, expect, it } from 'vitest';
import type { Checkpoint, LogLine } from '../../../src/model/progress';
import type { LogRecord, WriteRecord } from '../../../src/store/interface/written';
import type { Under } from '../contract';
import { opening, uidOf } from '../runs';

const T = 1_790_000_000;
const EXECUTION = '00000000-0000-4000-8000-00000000000b';

function segment(index: number, took_s = 1): Checkpoint {
  const checkpoint_id = uidOf(10_000 + index);
  const stop_time = T + index;
  return {
    schema_version: 1,
    checkpoint_id,
    run_start: uidOf(1),
    index,
    start_time: stop_time - took_s,
    stop_time,
    details: [index],
  };
}

function recorded(index: number, took_s?: number): WriteRecord {
  return { kind: 'checkpoint', checkpoint: segment(index, took_s) };
}

function lines(
  owner: Pick<LogRecord, 'run_start' | 'run_id'>,
  first: number,
  all: LogLine[],
  keep_from = 0,
): LogRecord {
  return { kind: 'log', ...owner, first, lines: all, keep_from };
}

const OF_RUN = { run_start: uidOf(1), run_id: EXECUTION };
const OF_EXECUTION = { run_start: null, run_id: EXECUTION };

export function progressContract(under: Under): void {
  const indexes = async () => (await under.store.checkpoints(uidOf(1))).map(({ index }) => index);

  describe('checkpoints of one run', () => {
    it('are all kept up to a thousand', async () => {
      await under.store.write(Array.from({ length: 1_000 }, (_, index) => recorded(index)));
      expect(await indexes()).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
    });

    it('are thinned above that: every second, every fourth, the longest, and always the last', async () => {
      const all = Array.from({ length: 2_500 }, (_, index) => recorded(index, index === 777 ? 60 : 1));
      for (let from = 0; from < all.length; from += 100) await under.store.write(all.slice(from, from + 100));
      const kept = await indexes();
      expect(kept).toEqual([
        ...Array.from({ length: 195 }, (_, n) => 4 * n),
        777,
        ...Array.from({ length: 430 }, (_, n) => 4 * (n + 195)),
        2_499,
      ]);
      const last = (await under.store.checkpoints(uidOf(1))).at(-1);
      expect(last).toEqual(segment(2_499));
    });

    it('that arrive again, or out of order, change nothing', async () => {
      const numbers = [...Array.from({ length: 1_200 }, (_, n) => n)];
      await under.store.write(numbers.map((index) => recorded(index)));
      const kept = await indexes();
      await under.store.write([3, 1_001, 1_199, 5, 4].map((index) => recorded(index)));
      expect(await indexes()).toEqual(kept);
      expect(kept.at(-1)).toBe(1_199);
    });
  });

  describe('logged lines', () => {
    const logged: LogLine[] = [
      { time: T + 1, level: 'INFO', message: 'shutter open' },
      { time: T + 2, level: 'WARN', message: 'Beam LOST 100% of the time', attributes: { beamline: 'B_7' } },
      { time: T + 3, level: 'ERROR', message: 'Ångström: nul \u0000 inside, half \ud83d of a pair' },
    ];
    const found = async (query: object) =>
      (await under.store.searchLog({ limit: 10, ...query })).map(({ message }) => message);

    it('outside the bound are deleted', async () => {
      await under.store.write([lines(OF_RUN, 0, logged), lines(OF_RUN, 3, [logged[0]!], 2)]);
      expect((await under.store.log({ run_start: uidOf(1) })).map(({ message }) => message)).toEqual([
        logged[2]!.message,
        'shutter open',
      ]);
    });

    it('are found by text, level, time and owner, the newest first', async () => {
      const closing = { time: T + 4, level: 'INFO', message: 'scan done' };
      await under.store.write([
        opening({ n: 1 }),
        lines(OF_RUN, 0, logged),
        lines(OF_EXECUTION, 0, [closing]),
      ]);
      expect(await found({})).toEqual(['scan done', ...logged.map(({ message }) => message).reverse()]);
      expect(await found({ limit: 1 })).toEqual(['scan done']);
      expect(await found({ text: 'beam lost' })).toEqual([logged[1]!.message]);
      expect(await found({ text: 'b_7' })).toEqual([logged[1]!.message]);
      expect(await found({ text: 'b%7' })).toEqual([]);
      expect(await found({ text: '100%' })).toEqual([logged[1]!.message]);
      expect(await found({ text: 'Ångström' })).toEqual([logged[2]!.message]);
      expect(await found({ text: 'nul \u0000 in' })).toEqual([logged[2]!.message]);
      expect(await found({ text: 'half \ud83d of' })).toEqual([logged[2]!.message]);
      expect(await found({ levels: ['WARN', 'ERROR'] })).toEqual([logged[2]!.message, logged[1]!.message]);
      expect(await found({ since: T + 3 })).toEqual(['scan done', logged[2]!.message]);
      expect(await found({ owner: { run_id: EXECUTION } })).toEqual(['scan done']);
      expect(await found({ owner: { run_start: uidOf(1) }, text: 'shutter' })).toEqual(['shutter open']);
      const [line] = await under.store.searchLog({ text: 'beam', limit: 1 });
      expect(line).toEqual({ owner: { run_start: uidOf(1) }, ...logged[1] });
    });
  });

  it('before an instant are removed, runs stay', async () => {
    const old = Array.from({ length: 12 }, (_, n) => ({ time: T + n, level: 'INFO', message: `line ${n}` }));
    await under.store.write([
      opening({ n: 1 }),
      ...[0, 1, 2].map((index) => recorded(index)),
      lines(OF_RUN, 0, old),
      lines(OF_EXECUTION, 0, [{ time: T + 20, level: 'INFO', message: 'later' }]),
    ]);
    expect(await under.store.trimProgress(T + 2)).toEqual({ checkpoints: 2, lines: 2 });
    expect(await under.store.trimProgress(T + 2)).toEqual({ checkpoints: 0, lines: 0 });
    expect(await indexes()).toEqual([2]);
    expect((await under.store.searchLog({ limit: 100 })).map(({ message }) => message)).toEqual([
      'later',
      ...old
        .slice(2)
        .map(({ message }) => message)
        .reverse(),
    ]);
    expect(await under.store.runs({ limit: 10 })).toHaveLength(1);
  });
}
