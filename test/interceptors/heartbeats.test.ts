import { expect, test } from 'vitest';
import { watchHeartbeats } from '../../interceptors/activity/heartbeats';
import { type Checkpoint, checkpointStride } from '../../src/model/progress';
import type { Recorder } from '../../src/record/recorder';
import { createRedactor } from '../../src/redaction/redactor';
import { plainValues } from '../../src/values/policy';

/** An attempt that is watched, and what is recorded of it. */
function watched(record: (checkpoint: Checkpoint) => void = () => {}) {
  const checkpoints: Checkpoint[] = [];
  const losses: string[] = [];
  const sent: unknown[] = [];
  const recorder = {
    record: ({ checkpoint }: { checkpoint: Checkpoint }) => {
      record(checkpoint);
      checkpoints.push(checkpoint);
    },
    lose: (kind: string) => losses.push(kind),
  } as unknown as Recorder;
  const context = { heartbeat: (details: unknown) => sent.push(details) };
  const flush = watchHeartbeats(context as never, 'run', {
    recorder,
    values: plainValues(undefined, createRedactor()),
  });
  return { context, checkpoints, losses, sent, flush };
}

test('the stride doubles each time that a thousand checkpoints are reached', () => {
  expect([0, 999, 1_000, 1_999, 2_000, 3_999, 4_000, 1_000_000].map(checkpointStride)).toEqual([
    1, 1, 2, 2, 4, 4, 8, 1_024,
  ]);
});

test('every heartbeat reaches the server; of many, those of the stride and the last are recorded', () => {
  const { context, checkpoints, losses, sent, flush } = watched();
  for (let n = 0; n < 10_001; n += 1) context.heartbeat({ n });
  context.heartbeat({ n: 10_001 });
  flush();
  expect(sent).toHaveLength(10_002);
  expect(losses).toEqual([]);
  const indexes = checkpoints.map(({ index }) => index);
  expect(indexes.slice(0, 1_000)).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
  expect(checkpoints.length).toBeLessThan(3_000);
  for (const index of indexes.slice(1_000, -1)) expect(index % checkpointStride(index)).toBe(0);
  expect(checkpoints.at(-1)).toMatchObject({ index: 10_001, details: [{ n: 10_001 }] });
  for (const [n, checkpoint] of checkpoints.slice(1).entries())
    expect(checkpoint.start_time).toBe(checkpoints[n]!.stop_time);
});

test('the last of many is recorded soon, before the end', async () => {
  const { context, checkpoints } = watched();
  for (let n = 0; n <= 1_001; n += 1) context.heartbeat({ n });
  expect(checkpoints.at(-1)?.index).toBe(1_000);
  await expect.poll(() => checkpoints.at(-1)?.index, { timeout: 20_000 }).toBe(1_001);
});

test('a recorder that fails is a loss, and the activity does not notice', () => {
  const { context, losses, sent, flush } = watched(() => {
    throw new Error('full');
  });
  context.heartbeat('details');
  flush();
  expect(sent).toEqual(['details']);
  expect(losses).toEqual(['checkpoint']);
});
