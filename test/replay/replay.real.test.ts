import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { temporal } from '@temporalio/proto';
import { describe, expect, test } from 'vitest';
import { historyPath, keptHistories, perform, performInOneTask, replay, SCENARIOS } from './scenarios';

/** Set to a version to write the histories that are kept for it; they are added, never replaced. */
const keepAs = process.env.KEEP_HISTORIES_AS;

describe.each(Object.entries(SCENARIOS))('%s', (workflowType, expected) => {
  test('comes to the same with and without the plugin, and replays both ways', async () => {
    const run = workflowType === 'completionAndTimer' ? performInOneTask : perform;
    const bare = await run(workflowType, 'bare');
    const recorded = await run(workflowType, 'with');
    expect(bare.outcome).toEqual(expected);
    expect(recorded.outcome).toEqual(expected);
    expect(eventTypes(recorded.history)).toEqual(eventTypes(bare.history));
    const own = await replay(bare.history, 'bare');
    expect(await replay(bare.history, 'with')).toEqual(own);
    expect(await replay(recorded.history, 'bare')).toEqual(own);
    expect(await replay(recorded.history, 'with')).toEqual(own);
    if (keepAs) {
      keep(workflowType, 'bare', bare.history);
      keep(workflowType, 'with', recorded.history);
    }
  });
});

test('the history that is kept of it has a completion and a timer in one workflow task', () => {
  for (const { workflowType, history } of keptHistories()) {
    if (workflowType === 'completionAndTimer') expect(tasksWithBoth(history)).toBeGreaterThan(0);
  }
});

test('without a cache, where every task replays, the outcomes are the same', async () => {
  const more = { maxCachedWorkflows: 0 };
  const together = await performInOneTask('completionAndTimer', 'with', more);
  expect(together.outcome).toEqual(SCENARIOS.completionAndTimer);
  expect((await perform('surfaces', 'with', more)).outcome).toEqual(SCENARIOS.surfaces);
});

describe('histories of released versions', () => {
  test('there are some of every workflow', () => {
    const kept = new Set(keptHistories().map(({ workflowType, mode }) => `${workflowType} ${mode}`));
    const all = Object.keys(SCENARIOS).flatMap((type) => [`${type} bare`, `${type} with`]);
    expect([...kept]).toEqual(expect.arrayContaining(all));
  });

  test.each(keptHistories())('$name replays with and without the plugin alike', async ({ history }) => {
    const bare = await replay(history, 'bare');
    expect(await replay(history, 'with')).toEqual(bare);
    expect(bare ?? '').not.toMatch(/nondetermin/i);
  });
});

/** Which events there are: headers differ, and nothing else may. Their order across tasks is the server's. */
function eventTypes(history: temporal.api.history.v1.IHistory): string[] {
  return (history.events ?? [])
    .map((event) => temporal.api.enums.v1.EventType[event.eventType ?? 0] ?? 'unknown')
    .filter((type) => !type.includes('WORKFLOW_TASK'))
    .sort();
}

/** Workflow tasks that were given both an activity's completion and a timer. */
function tasksWithBoth(history: temporal.api.history.v1.IHistory): number {
  let tasks = 0;
  let given = { activity: false, timer: false };
  for (const event of history.events ?? []) {
    if (event.activityTaskCompletedEventAttributes) given.activity = true;
    if (event.timerFiredEventAttributes) given.timer = true;
    if (!event.workflowTaskStartedEventAttributes) continue;
    if (given.activity && given.timer) tasks += 1;
    given = { activity: false, timer: false };
  }
  return tasks;
}

function keep(workflowType: string, mode: 'bare' | 'with', history: temporal.api.history.v1.IHistory): void {
  const path = historyPath(workflowType, keepAs!, mode);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, temporal.api.history.v1.History.encode(history).finish());
}
