/** A worker that has every way an activity can run, and what its store holds once the server was asked how all of it ended. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bundleWorkflowCode, type WorkerOptions } from '@temporalio/worker';
import { ProvenancePlugin, type ProvenancePluginOptions } from 'temporal-provenance';
import type { RunRecord } from '../../../src/model/documents';
import type { ExecutionRecord } from '../../../src/model/execution';
import { fromBuild } from '../../built';
import { PATIENCE_MS } from '../../patience';
import { makeClient, quietLogger, type Recorded, recording } from '../harness';
import { surfaceActivities } from './activities';

const built = createRequire(import.meta.url);
const { openStore } = fromBuild<typeof import('../../../src/store/open')>('src/store/open');
const { ServerHistories } = fromBuild<typeof import('../../../src/settlement/histories/history-source')>(
  'src/settlement/histories/history-source',
);
const { Pace } = fromBuild<typeof import('../../../src/settlement/pace')>('src/settlement/pace');
const { reconcilePage } =
  fromBuild<typeof import('../../../src/settlement/reconcile')>('src/settlement/reconcile');

const { historyValues } = fromBuild<typeof import('../../../src/settlement/histories/history-policy')>(
  'src/settlement/histories/history-policy',
);

const PACE = { requests_per_second: Number.POSITIVE_INFINITY, concurrency: 10 };

const bundles = new Map<boolean, Promise<{ code: string }>>();

/** As a worker makes it for itself: without a payload codec, what is born in its sandbox may stand in headers in clear. */
export function surfaceBundle(encrypted = false): Promise<{ code: string }> {
  const modules = encrypted ? ['workflow'] : ['workflow', 'no-codec'];
  const made = bundles.get(encrypted) ?? makeBundle(modules);
  bundles.set(encrypted, made);
  return made;
}

function makeBundle(modules: readonly string[]): Promise<{ code: string }> {
  return bundleWorkflowCode({
    workflowsPath: join(__dirname, 'workflows.ts'),
    plugins: [new ProvenancePlugin()],
    workflowInterceptorModules: modules.map((name) =>
      built.resolve(`../../../dist/interceptors/workflow/${name}.js`),
    ),
    logger: quietLogger(),
  });
}

/** What a store holds after `work`, with everything settled that the server can tell. */
export interface Told<T> {
  value: T;
  /** Oldest first. */
  runs: RunRecord[];
  /** Oldest first. */
  executions: ExecutionRecord[];
  store: string;
}

/** Does `work` beside a worker with the plugin, then asks the server how it ended. */
export async function surface<T>(
  work: (recorded: Recorded) => Promise<T>,
  more: Partial<WorkerOptions> = {},
  options: ProvenancePluginOptions = {},
): Promise<Told<T>> {
  const { store, value } = await recording(options, work, {
    workflowBundle: await surfaceBundle(),
    activities: surfaceActivities,
    maxHeartbeatThrottleInterval: '50 ms',
    ...more,
  });
  return { store, value, ...(await reconciled(store)) };
}

/** Asks the server about all that is unsettled; what the store holds then. */
export async function reconciled(url: string): Promise<{ runs: RunRecord[]; executions: ExecutionRecord[] }> {
  const store = await openStore(url);
  try {
    const source = new ServerHistories(await makeClient(), new Pace(PACE));
    let after: Parameters<typeof reconcilePage>[1];
    do {
      const opened_before = Date.now() / 1000 + 60;
      const page = await reconcilePage(
        { store, source, values: historyValues(), concurrency: 10, page_size: 100, opened_before },
        after,
      );
      after = page.next;
    } while (after !== undefined);
    const runs = (await store.runs({ limit: 1000 })).reverse();
    const executions = await store.executions({ limit: 1000 });
    return { runs, executions: executions.sort((a, b) => a.start.start_time - b.start.start_time) };
  } finally {
    await store.close();
  }
}

/** Resolves with the first answer of `ask` that is there. */
export async function until<T>(what: string, ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  const limit = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > limit) throw new Error(`${what} did not come about in ${PATIENCE_MS} ms`);
    await sleep(25);
  }
}

export function outcomes(runs: readonly RunRecord[]): (string | undefined)[] {
  return runs.map(({ settled }) => settled?.outcome);
}
