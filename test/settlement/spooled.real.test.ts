/** `reconcile` while an outage's records wait in a spool: what it makes of history gives way to them once they are taken in. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import Database from 'better-sqlite3';
import { ProvenancePlugin } from 'temporal-provenance';
import { expect, it } from 'vitest';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { makeClient, nativeConnection, temporaryStore, unique } from '../plugin/harness';
import { AMPLE_MS, draft, recorderOn } from '../record/recorder-kit';
import { historyValues, PACE, Pace, reconcilePage, ServerHistories } from './operations';

const ACTIVITIES = 15;

async function reconcile(store: Store) {
  const source = new ServerHistories(await makeClient(), new Pace(PACE));
  const opened_before = Date.now() / 1000 + 60;
  const options = { store, source, values: historyValues(), concurrency: 2, page_size: 10, opened_before };
  return (await reconcilePage(options)).counts;
}

it('fifteen attempts that waited in the spool have fifteen runs: those of their workers', async () => {
  const url = temporaryStore();
  const path = url.slice('sqlite:'.length);
  const plugin = new ProvenancePlugin({ store: url, environment: false });
  const taskQueue = unique('spooled');
  const client = await makeClient({ plugins: [plugin] });
  let second = 0;
  const worker = await Worker.create({
    connection: await nativeConnection(),
    taskQueue,
    workflowsPath: join(__dirname, 'spooled-workflows.ts'),
    plugins: [plugin],
    activities: {
      flaky: async (n: number) => {
        if (Context.current().info.attempt === 1) throw new Error('not yet');
        second += 1;
        return n;
      },
    },
  });
  let lock: InstanceType<typeof Database> | undefined;
  await worker.runUntil(async () => {
    const handle = await client.workflow.start('twoAttempts', {
      taskQueue,
      workflowId: unique('spooled'),
      args: [ACTIVITIES],
    });
    // The outage begins when all first attempts are stored, before the second ones begin.
    const db = new Database(path);
    while ((db.prepare('SELECT count(*) FROM stop').pluck().get() as number) < ACTIVITIES) await pause(20);
    expect(second).toBe(0);
    db.exec('BEGIN IMMEDIATE');
    lock = db;
    await handle.result();
  });
  lock!.exec('ROLLBACK');
  lock!.close();
  expect(existsSync(`${path}.spool`)).toBe(true);

  const store = await openStore(url);
  expect((await store.runs({ limit: 100 })).length).toBe(ACTIVITIES);
  expect(await reconcile(store)).toMatchObject({ recorded: ACTIVITIES });
  const between = await store.runs({ limit: 100 });
  expect(between.filter(({ start }) => start.provenance.origin === 'history')).toHaveLength(ACTIVITIES);

  // Any worker with this store takes the spool in.
  const next = recorderOn(url);
  await next.open(
    draft({ temporal: { ...draft().temporal, workflow_id: 'other', run_id: 'other' } }),
    AMPLE_MS,
  );
  const ofWorkflow = async () =>
    (await store.runs({ limit: 100 })).filter(({ start }) => start.temporal.workflow_type === 'twoAttempts');
  const taken = async () =>
    (await ofWorkflow()).filter(({ start, stop }) => start.temporal.attempt === 2 && stop);
  for (let left = 300; left > 0 && (await taken()).length < ACTIVITIES; left--) await pause(100);

  const runs = await ofWorkflow();
  expect(runs).toHaveLength(2 * ACTIVITIES);
  expect(runs.filter(({ start }) => start.provenance.origin !== undefined)).toEqual([]);
  const seconds = runs.filter(({ start }) => start.temporal.attempt === 2);
  expect(seconds).toHaveLength(ACTIVITIES);
  for (const { start, stop, settled } of seconds) {
    expect(start.provenance.retry_of).toBeDefined();
    expect(stop?.exit_status).toBe('success');
    expect(settled).toMatchObject({
      run_start: start.uid,
      outcome: 'completed',
      evidence: { source: 'history' },
    });
  }
  expect(new Set(runs.map(({ start }) => start.scan_id)).size).toBe(2 * ACTIVITIES);
  // Nothing is made again, and nothing was changed unseen.
  expect(await reconcile(store)).toMatchObject({ recorded: 0 });
  let page = await store.verify();
  const faults = [...page.faults];
  while (page.next) {
    page = await store.verify({ after: page.next });
    faults.push(...page.faults);
  }
  expect(faults).toEqual([]);
  await store.close();
});
