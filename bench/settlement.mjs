/**
 * Measures how fast executions are settled and backfilled from a server on this machine, with 20 requests in
 * flight. Also measures by how much the plugin's module enlarges a workflow bundle. Each round uses a new
 * store.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { findTemporal } from '../scripts/temporal.mjs';
import { median, parseBenchArguments, report, spread } from './_rounds.mjs';

const require = createRequire(import.meta.url);
const { openStore } = require('../dist/src/store/open.js');
const { ServerHistories } = require('../dist/src/settlement/histories/history-source.js');
const { Pace } = require('../dist/src/settlement/pace.js');
const { reconcilePage } = require('../dist/src/settlement/reconcile.js');
const { backfillPage } = require('../dist/src/settlement/backfill-page.js');
const { historyValues } = require('../dist/src/settlement/histories/history-policy.js');
const { ProvenancePlugin } = require('temporal-provenance');

const CONCURRENCY = 20;
const PACE = { requests_per_second: Number.POSITIVE_INFINITY, concurrency: CONCURRENCY };
const options = parseBenchArguments();
const executions = options.quick ? 200 : 1000;
const logger = new DefaultLogger('ERROR');
Runtime.install({ logger });

async function runExecutions(env) {
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: 'bench',
    workflowsPath: require.resolve('./settlement/workflows.cjs'),
    activities: { noop: async () => 'done' },
  });
  const ids = Array.from({ length: executions }, (_, i) => `settled-${i}`);
  await worker.runUntil(async () => {
    for (let from = 0; from < ids.length; from += 50) {
      const some = ids.slice(from, from + 50);
      await Promise.all(
        some.map((workflowId) => env.client.workflow.execute('one', { taskQueue: 'bench', workflowId })),
      );
    }
  });
}

/** Records every execution from its history. */
async function backfill(env, store, source, pace) {
  let token;
  let count = 0;
  do {
    const page = await backfillPage(
      {
        store,
        source,
        values: historyValues(),
        client: env.client,
        pace,
        namespace: 'default',
        lab: 'default',
        concurrency: CONCURRENCY,
      },
      { query: "WorkflowType = 'one'", page_size: 200, token },
    );
    count += page.counts.executions;
    token = page.token;
  } while (token);
  return count;
}

/**
 * Copies the executions and runs as a worker leaves them if it is killed before it reports their end: nothing
 * is settled.
 */
async function leaveOpen(from, to) {
  for (const { start } of await from.executions({ limit: executions }))
    await to.write([{ kind: 'execution', start }]);
  for (const { start } of await from.runs({ limit: executions })) await to.write(runRecords(start));
}

function runRecords({ uid, time, plan_name, temporal }) {
  const { namespace, workflow_id, run_id, workflow_type, activity_id, activity_type } = temporal;
  const { attempt, is_local, task_queue, scheduled_time } = temporal;
  const provenance = { schema_version: 1, lab: 'default' };
  const open = {
    ...{ kind: 'open', uid, time, lab: 'default', numbered: true, stash_version: null, share_scan_id: false },
    ...{ environment_id: null, session_id: null, retry_of: null },
    metadata: JSON.stringify({ fields: { plan_name }, sources: { plan_name: 'inferred' } }),
    facts: JSON.stringify({ temporal, provenance }),
    ...{ namespace, workflow_id, run_id, workflow_type, activity_id, activity_type },
    ...{ attempt, is_local, task_queue, scheduled_time },
  };
  const stop = { uid: `${uid.slice(0, -1)}x`, run_start: uid, time: time + 1, exit_status: 'success' };
  return [open, { kind: 'stop', ...stop, document: JSON.stringify(stop) }];
}

async function reconcile(store, source) {
  const opened_before = Date.now() / 1000 + 60;
  let after;
  let count = 0;
  do {
    const page = await reconcilePage(
      { store, source, values: historyValues(), concurrency: CONCURRENCY, page_size: 200, opened_before },
      after,
    );
    count += page.counts.settled.completed ?? 0;
    after = page.next;
  } while (after !== undefined);
  return count;
}

async function rate(work) {
  const begin = performance.now();
  const count = await work();
  if (count !== executions) throw new Error(`${count} of ${executions} executions were concluded`);
  return count / ((performance.now() - begin) / 1000);
}

async function bundleGrowth() {
  const workflowsPath = require.resolve('./settlement/workflows.cjs');
  const bare = await bundleWorkflowCode({ workflowsPath, logger });
  const ours = await bundleWorkflowCode({ workflowsPath, logger, plugins: [new ProvenancePlugin()] });
  // Leaves out the source map, which is most of a bundle's text and never runs.
  const code = (bundle) => bundle.code.replace(/\/\/# sourceMappingURL=.*/s, '').length;
  return { code: code(ours) / code(bare) - 1, whole: ours.code.length / bare.code.length - 1 };
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-bench-'));
  const env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: findTemporal() },
      log: { format: 'pretty', level: 'error' },
    },
  });
  const rates = { backfill: [], reconcile: [] };
  try {
    await runExecutions(env);
    for (let round = 0; round < options.rounds; round += 1) {
      const pace = new Pace(PACE);
      const source = new ServerHistories(env.client, pace);
      const filled = await openStore(`sqlite:${join(folder, `filled-${round}.db`)}`);
      rates.backfill.push(await rate(() => backfill(env, filled, source, pace)));
      const open = await openStore(`sqlite:${join(folder, `open-${round}.db`)}`);
      await leaveOpen(filled, open);
      rates.reconcile.push(await rate(() => reconcile(open, source)));
      await Promise.all([filled.close(), open.close()]);
    }
  } finally {
    await env.teardown();
    rmSync(folder, { recursive: true, force: true });
  }
  const growth = await bundleGrowth();
  const figures = [
    {
      figure: 'reconcile',
      unit: 'executions/s',
      ...spread(rates.reconcile),
      target: '≥ 500',
      holds: median(rates.reconcile) >= 500,
    },
    {
      figure: 'backfill',
      unit: 'executions/s',
      ...spread(rates.backfill),
      target: '≥ 200',
      holds: median(rates.backfill) >= 200,
    },
    {
      figure: 'workflow bundle, without its source map, grows by',
      unit: '%',
      median: growth.code * 100,
    },
    {
      figure: 'workflow bundle grows by',
      unit: '%',
      median: growth.whole * 100,
      target: '≤ 3',
      holds: growth.whole <= 0.03,
    },
  ];
  report('settlement', figures, options);
}

await main();
