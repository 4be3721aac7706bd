import { temporal } from '@temporalio/proto';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasBothInOneTask, type Performed, perform, performInOneTask, SCENARIOS } from './scenarios';
import {
  type History,
  historyPath,
  keepHistory,
  keptAs,
  keptHistories,
  MODES,
  type Mode,
  makeStage,
  replayAll,
} from './stage';

/** Set to a version to write the histories that are kept for it. */
const keepAs = process.env.KEEP_HISTORIES_AS;

const performed = new Map<string, Performed>();
/** By the mode that replays, and the name of what is replayed. */
const replayed = new Map<Mode, Map<string, string | undefined>>();
const kept = keptHistories();

beforeAll(async () => {
  for (const mode of MODES) await performAll(mode);
  const histories = new Map<string, History>(kept);
  for (const [name, of] of performed) {
    for (const [index, history] of of.histories.entries()) histories.set(`${name} ${index}`, history);
  }
  for (const mode of MODES) replayed.set(mode, await replayAll(histories, mode));
});

async function performAll(mode: Mode): Promise<void> {
  const stage = await makeStage(mode);
  const add = (type: string, result: Performed) => performed.set(`${type} ${mode}`, result);
  const { completionAndTimer: _apart, ...together } = SCENARIOS;
  const types = Object.keys(together);
  await (await stage.worker()).runUntil(() =>
    Promise.all(types.map(async (type) => add(type, await perform(type, stage)))),
  );
  add('completionAndTimer', await performInOneTask('completionAndTimer', await makeStage(mode)));
}

describe.each(Object.entries(SCENARIOS))('%s', (type, { outcome }) => {
  test('has the same outcome with and without the plugin', () => {
    const bare = performed.get(`${type} bare`)!;
    for (const mode of MODES) {
      const own = performed.get(`${type} ${mode}`)!;
      expect(own.outcome).toEqual(outcome);
      expect(own.histories.map(eventTypes)).toEqual(bare.histories.map(eventTypes));
    }
  });

  test.each(MODES)('recorded %s, it replays with and without the plugin', (mode) => {
    for (const [index, history] of performed.get(`${type} ${mode}`)!.histories.entries()) {
      expectAlike(`${type} ${mode} ${index}`);
      // Kept together with its children's: test/settlement/handed-on.real.test.ts.
      if (keepAs && type !== 'handedOn') keepHistory(historyPath(type, index + 1, keepAs, mode), history);
    }
  });
});

test('its kept history has a completion and a timer in one workflow task', () => {
  for (const [name, history] of kept) {
    if (keptAs(name).workflowType === 'completionAndTimer') expect(hasBothInOneTask(history)).toBe(true);
  }
});

test('without a cache, so that every task replays, the outcomes are the same', async () => {
  const more = { maxCachedWorkflows: 0 };
  const together = await performInOneTask('completionAndTimer', await makeStage('with', more));
  expect(together.outcome).toEqual(SCENARIOS.completionAndTimer!.outcome);
  const stage = await makeStage('with', more);
  const types = ['surfaces', 'described', 'signalled', 'updated', 'questioned', 'localBackOff'];
  const all = await (await stage.worker()).runUntil(() =>
    Promise.all(types.map((type) => perform(type, stage))),
  );
  expect(all.map(({ outcome }) => outcome)).toEqual(types.map((type) => SCENARIOS[type]!.outcome));
});

describe('histories of released versions', () => {
  test('include every workflow', () => {
    const there = new Set(
      [...kept.keys()].map(keptAs).map(({ workflowType, mode }) => `${workflowType} ${mode}`),
    );
    const all = Object.keys(SCENARIOS).flatMap((type) => MODES.map((mode) => `${type} ${mode}`));
    expect([...there]).toEqual(expect.arrayContaining(all));
  });

  test.each([...kept.keys()])('%s replays with and without the plugin', (name) => {
    expectAlike(name);
  });
});

/** What a replay comes to is what it comes to without the plugin; and it is of the history that was recorded. */
function expectAlike(name: string): void {
  const [bare, ...others] = MODES.map((mode) => replayed.get(mode)!);
  for (const replay of [bare!, ...others]) {
    expect(replay.has(name)).toBe(true);
    expect(replay.get(name) ?? '').not.toMatch(/nondetermin/i);
  }
  for (const other of others) expect(other.get(name)).toEqual(bare!.get(name));
}

/** Events whose number is not the workflow's doing: a terminated one may have seen its timer fire, or not. */
const NOT_ITS_DOING = /WORKFLOW_TASK|TIMER_FIRED/;

/** Which events there are: headers differ, and nothing else may. Their order across tasks is the server's. */
function eventTypes(history: History): string[] {
  return (history.events ?? [])
    .map((event) => temporal.api.enums.v1.EventType[event.eventType ?? 0] ?? 'unknown')
    .filter((type) => !NOT_ITS_DOING.test(type))
    .sort();
}
