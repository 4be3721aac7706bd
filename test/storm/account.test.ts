/** What the storm holds the product to: every attempt that began, but for those that it could promise nothing of. */
import { expect, it } from 'vitest';
import type { RunRecord } from '../../src/model/documents';
import { type Began, promised } from './account';

const line = (more: Partial<Began>): Began => ({
  uid: 'u',
  run_id: 'r',
  activity_id: '1',
  attempt: 1,
  pid: 7,
  time: 1,
  held_ms: 3,
  start_to_close_ms: 3_000,
  ...more,
});
const killed = new Map([[7, 1.1]]);
const recorded = [{ start: { uid: 'u' } }] as unknown as RunRecord[];

it('an attempt that was delayed for the longest allowed time, and killed, may have lost its run', () => {
  expect(promised([line({ held_ms: 851 })], [], killed)).toEqual([]);
  expect(promised([line({ held_ms: 103, start_to_close_ms: 300 })], [], killed)).toEqual([]);
});

it('any other must have a run', () => {
  const lines = [
    line({}),
    line({ held_ms: 840 }),
    line({ held_ms: 90, start_to_close_ms: 300 }),
    line({ held_ms: 2_000, pid: 8 }),
  ];
  expect(promised(lines, [], killed)).toEqual(lines);
  const kept = [line({ held_ms: 851 })];
  expect(promised(kept, recorded, killed)).toEqual(kept);
});
