/** Values that notice who looks at them, and enormous ones: what workflows do with them is the same with the plugin and without. */
import { beforeAll, describe, expect, test } from 'vitest';
import { type Performed, perform } from './scenarios';
import { type History, MODES, type Mode, makeStage, replayAll } from './stage';

const CONTEXTS = [
  ['one context for all workflows', { reuseV8Context: true }],
  ['a context for each workflow', { reuseV8Context: false }],
] as const;
const OUTCOMES: { [type: string]: unknown } = {
  hostileValues: [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  muchOfIt: 200_000,
};

const performed = new Map<string, Performed>();
const recorded = new Map<string, History>();

async function record(mode: Mode, context: (typeof CONTEXTS)[number]): Promise<void> {
  const stage = await makeStage(mode, context[1]);
  await (await stage.worker()).runUntil(async () => {
    for (const type of Object.keys(OUTCOMES)) {
      const name = `${type}, recorded ${mode} in ${context[0]}`;
      const done = await perform(type, stage);
      performed.set(name, done);
      recorded.set(name, done.histories[0]!);
    }
  });
}

beforeAll(async () => {
  for (const context of CONTEXTS) for (const mode of MODES) await record(mode, context);
});

test.each(Object.keys(OUTCOMES))('%s is read no more often with the plugin than without', (type) => {
  const outcomes = [...performed]
    .filter(([name]) => name.startsWith(`${type},`))
    .map(([, { outcome }]) => outcome);
  expect(outcomes).toEqual(Array.from({ length: MODES.length * CONTEXTS.length }, () => OUTCOMES[type]));
});

describe.each(CONTEXTS)('in %s', (_name, more) => {
  test.each(MODES)('%s, all of them replay', async (mode) => {
    const replayed = await replayAll(recorded, mode, more);
    expect(replayed.size).toBe(recorded.size);
    expect([...replayed].filter(([, trouble]) => trouble !== undefined)).toEqual([]);
  });
});
