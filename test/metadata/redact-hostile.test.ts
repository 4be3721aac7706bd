import { describe, expect, it } from 'vitest';
import { holdsSecret, OWN_POLICY_ONLY } from '../../src/environment/identity/withheld';
import { createRedactor } from '../../src/redaction/redactor';
import { BAITS, baited } from './redact-baits';

const SMALL = 125_000;
const LARGE = 500_000;
const TRIES = 8;
/** A linear pass takes 4 times as long for 4 times as much; one that looks back takes 16 times. */
const MOST_GROWTH = 6;
/** Below this, whatever else the machine does decides. A quiet one needs 50 ms at most. */
const NOISE_MS = 100;
/** A constant so large that it is as bad: 4,096 characters read for each of 125,000 names took 4,600 ms. */
const MOST_MS = 500;

const redactor = createRedactor({ values: ['-eyJ-eyJ-eyJ-eyK'] });
const PASSES: readonly [string, (text: string) => unknown][] = [
  ['text', (text) => redactor.text(text)],
  ['jsonText', (text) => redactor.jsonText(JSON.stringify({ text }))],
  ['holdsSecret', (text) => holdsSecret(Buffer.from(text), OWN_POLICY_ONLY)],
];

describe('hostile text costs processor time in proportion to its length', () => {
  it.each(BAITS.map((bait) => [JSON.stringify(bait), bait] as const))(
    '%s',
    (_name, bait) => {
      for (const [name, pass] of PASSES) {
        const small = new Stopwatch(pass, bait, SMALL);
        const large = new Stopwatch(pass, bait, LARGE);
        // The best of several: whatever else the machine does can only add.
        for (let tries = 0; tries < TRIES && (tries === 0 || !holds(small, large)); tries++) {
          small.run();
          large.run();
        }
        expect(holds(small, large), `${name}: ${small.best_ms} ms, then ${large.best_ms} ms`).toBe(true);
      }
    },
    60_000,
  );
});

function holds(small: Stopwatch, large: Stopwatch): boolean {
  const growth = Math.max(NOISE_MS, MOST_GROWTH * small.best_ms);
  return large.best_ms <= growth && large.best_ms <= MOST_MS;
}

class Stopwatch {
  best_ms = Number.POSITIVE_INFINITY;
  readonly #pass: (text: string) => unknown;
  readonly #text: string;

  constructor(pass: (text: string) => unknown, bait: string, length: number) {
    this.#pass = pass;
    this.#text = baited(bait, length);
  }

  run(): void {
    const before = process.cpuUsage();
    this.#pass(this.#text);
    const { user, system } = process.cpuUsage(before);
    this.best_ms = Math.min(this.best_ms, (user + system) / 1000);
  }
}
