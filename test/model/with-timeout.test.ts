import { describe, expect, it, vi } from 'vitest';
import { TimedOut, withTimeout } from '../../src/model/with-timeout';
import { productFiles } from '../imports';

const never = new Promise<never>(() => undefined);

describe('withTimeout', () => {
  it('gives the outcome of a promise that settles in time, and leaves no timer', async () => {
    vi.useFakeTimers();
    try {
      await expect(withTimeout(Promise.resolve('here'), 1000)).resolves.toBe('here');
      await expect(withTimeout(Promise.reject(new RangeError()), 1000)).rejects.toThrow(RangeError);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('rejects with the limit when the time is over', async () => {
    const error = await withTimeout(never, 5).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TimedOut);
    expect(error).toMatchObject({ limit_ms: 5 });
  });

  it("gives the caller's value instead", async () => {
    await expect(withTimeout(never, 1, () => 'otherwise')).resolves.toBe('otherwise');
    await expect(withTimeout(never, 1, () => undefined)).resolves.toBeUndefined();
    await expect(
      withTimeout(never, 1, () => {
        throw new RangeError();
      }),
    ).rejects.toThrow(RangeError);
  });

  it('ignores a late rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 10));
      await expect(withTimeout(late, 1)).rejects.toThrow(TimedOut);
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });

  it('is the only race against a timer in the product', () => {
    const races = productFiles()
      .filter(({ text }) => text.includes('Promise.race(') && text.includes('setTimeout('))
      .map(({ path }) => path);
    expect(races).toEqual(['src/model/with-timeout.ts']);
  });
});
