/** Links over a reset: what came before it is in the run that was reset, what comes after it in another. */
import { join } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { expect, test } from 'vitest';
import { recording, runsOf, unique } from '../plugin/harness';
import * as activities from '../replay/fixtures/activities';
import { linksOf } from './linked';

const workflowsPath = join(__dirname, '..', 'replay', 'fixtures', 'workflows.ts');

/** To the workflow task that waited for the signal. @returns the run that goes on from there */
async function reset(client: Client, handle: WorkflowHandle, runId: string): Promise<string> {
  const { events } = await client.workflow.getHandle(handle.workflowId, runId).fetchHistory();
  const completed = (event: temporal.api.history.v1.IHistoryEvent) =>
    event.workflowTaskCompletedEventAttributes;
  const made = events!.findIndex((event) => event.activityTaskCompletedEventAttributes);
  const { runId: next } = await client.workflowService.resetWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: handle.workflowId, runId },
    reason: 'once more',
    requestId: unique('reset'),
    workflowTaskFinishEventId: events!.slice(made).find(completed)!.eventId!,
  });
  return next;
}

test('a run after a reset is linked to what was made before it, after several resets', async () => {
  const workflowId = unique('reset');
  const { store } = await recording(
    {},
    async ({ client, taskQueue }) => {
      const handle = await client.workflow.start('handedLate', { taskQueue, workflowId });
      await handle.signal('go');
      await handle.result();
      let runId = handle.firstExecutionRunId;
      for (let times = 0; times < 2; times += 1) {
        runId = await reset(client, handle, runId);
        await client.workflow.getHandle(workflowId, runId).result();
      }
    },
    { activities, workflowBundle: undefined, workflowsPath },
  );
  const uses = (await runsOf(store)).filter(({ start }) => start.temporal.activity_type === 'use');
  expect(uses).toHaveLength(3);
  const name = `${workflowId}: `;
  const links = await linksOf(store.slice('sqlite:'.length));
  expect(links).toEqual([`${name}make before the reset → ${name}use after the reset (1)`]);
  expect(await laterEnds(store)).toBe(3);
});

/** Runs that are linked to what they were given. */
async function laterEnds(store: string): Promise<number> {
  const { default: Database } = await import('better-sqlite3');
  const db = new Database(store.slice('sqlite:'.length), { readonly: true });
  try {
    const count = db.prepare('SELECT count(DISTINCT later) FROM link WHERE kind = 3').pluck().get();
    return Number(count);
  } finally {
    db.close();
  }
}
