import { describe, expect, it } from 'vitest';
import { dayBefore, instantBefore } from '../../src/cli/words/age';

const at = (text: string) => Date.parse(text) / 1000;
const NOW = at('2026-03-31T12:00:00Z');

describe('ages', () => {
  it.each([
    ['30m', '2026-03-31T11:30:00Z'],
    ['30min', '2026-03-31T11:30:00Z'],
    ['12h', '2026-03-31T00:00:00Z'],
    ['7d', '2026-03-24T12:00:00Z'],
    ['2w', '2026-03-17T12:00:00Z'],
    ['1mo', '2026-02-28T12:00:00Z'],
    ['13mo', '2025-02-28T12:00:00Z'],
    ['2y', '2024-03-31T12:00:00Z'],
  ])('%s before now is %s', (age, instant) => {
    expect(instantBefore(age, '--since', NOW)).toBe(at(instant));
  });

  it.each(['7d', '2w', '1mo', '2y', '0d'])('%s is accepted by verbs that remove', (age) => {
    expect(dayBefore(age, '--older-than', NOW)).toBe(instantBefore(age, '--older-than', NOW));
  });

  it.each([
    [
      '1m',
      "--older-than takes days or more, like 90d, 6w, 3mo or 2y, not '1m' (for months write 1mo; minutes are too short).",
    ],
    ['6h', "--older-than takes days or more, like 90d, 6w, 3mo or 2y, not '6h'."],
    ['90', "--older-than takes days or more, like 90d, 6w, 3mo or 2y, not '90'."],
  ])('%s is refused by verbs that remove, because it may be a typing error', (age, words) => {
    expect(() => dayBefore(age, '--older-than', NOW)).toThrow(words);
  });

  it('is refused if it is invalid', () => {
    expect(() => instantBefore('yesterday', '--since')).toThrow(/--since takes an age like 30m/);
  });
});
