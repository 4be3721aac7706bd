import { describe, expect, it } from 'vitest';
import { defaultPace, forEachConcurrently, Pace } from '../../src/settlement/pace';

describe('the default pace', () => {
  it.each(['localhost:7233', '127.0.0.1:7233', '127.8.8.8', '[::1]:7233', 'localhost'])(
    'has no cap on this machine: %s',
    (address) => {
      expect(defaultPace(address)).toEqual({ requests_per_second: Infinity, concurrency: 20 });
    },
  );

  it.each([
    'temporal.lab:7233',
    'localhost.evil.example:7233',
    '10.0.0.7:7233',
    'lab.a2dd6.tmprl.cloud:7233',
    '127.0.0.1.example.org:7233',
  ])('is 10 requests per second elsewhere: %s', (address) => {
    expect(defaultPace(address)).toEqual({ requests_per_second: 10, concurrency: 20 });
  });
});

describe('a pace', () => {
  it('starts requests no faster than its rate', async () => {
    const pace = new Pace({ requests_per_second: 50, concurrency: 20 });
    const begun: [number, number][] = [];
    const first = performance.now();
    await Promise.all(
      [0, 1, 2, 3, 4, 5].map((n) =>
        pace.run(async () => {
          begun.push([n, performance.now() - first]);
        }),
      ),
    );
    // A busy machine may fire two overdue timers in either order. A timer fires at most a millisecond early.
    expect(begun.map(([n]) => n).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    for (const [n, at_ms] of begun) expect(at_ms).toBeGreaterThan(n * 20 - 2);
  });

  it('has no more in flight than its limit, and continues after a failure', async () => {
    const pace = new Pace({ requests_per_second: Infinity, concurrency: 2 });
    let inFlight = 0;
    let most = 0;
    const request = (n: number) =>
      pace.run(async () => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await new Promise((resolve) => setImmediate(resolve));
        inFlight -= 1;
        if (n === 1) throw new Error('refused');
        return n;
      });
    const answers = await Promise.allSettled([0, 1, 2, 3, 4].map(request));
    expect(answers.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
      'fulfilled',
    ]);
    expect(most).toBe(2);
  });
});

it('works on as many items at once as allowed, on each once', async () => {
  const done: number[] = [];
  let inFlight = 0;
  let most = 0;
  await forEachConcurrently([1, 2, 3, 4, 5], 2, async (item) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise((resolve) => setImmediate(resolve));
    inFlight -= 1;
    done.push(item);
  });
  expect(done.sort()).toEqual([1, 2, 3, 4, 5]);
  expect(most).toBe(2);
});
