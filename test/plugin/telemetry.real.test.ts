/** What goes out through the SDK's own runtime: log attributes that name the run, and figures on its metric meter. */
import { createServer } from 'node:net';
import { Context, log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { type LogEntry, Runtime, Worker } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterAll, expect, test, vi } from 'vitest';

const entries: LogEntry[] = [];

/** A logger that keeps what it is told. */
const keeping = (() => {
  const keep = (level: LogEntry['level']) => (message: string, meta?: object) => {
    entries.push({ level, message, meta, timestampNanos: 0n } as LogEntry);
  };
  return {
    log: (level: LogEntry['level'], message: string, meta?: object) => keep(level)(message, meta),
    trace: keep('TRACE'),
    debug: keep('DEBUG'),
    info: keep('INFO'),
    warn: keep('WARN'),
    error: keep('ERROR'),
  };
})();

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const prometheus = await freePort();
Runtime.install({
  logger: keeping,
  telemetryOptions: { metrics: { prometheus: { bindAddress: `127.0.0.1:${prometheus}` } } },
});
// After the runtime: the harness installs one where there is none.
const { makeClient, runsOf, temporaryStore, unique, workerOptions } = await import('./harness');

afterAll(async () => {
  await Runtime.instance().shutdown();
});

const activities = {
  async greet(name: string): Promise<string> {
    log.info('logged by the activity', { name });
    Context.current().log.warn('logged by its context', { name });
    return name;
  },
  async failForGood(): Promise<never> {
    throw ApplicationFailure.nonRetryable('for good');
  },
};

/** Samples of one metric, by their labels. */
async function metric(name: string): Promise<Map<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${prometheus}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))] as const),
  );
}

const sum = (samples: Map<string, number>): number => [...samples.values()].reduce((a, b) => a + b, 0);

test("an activity's log lines name its run, and the SDK counts runs, refusals, losses and commits", async () => {
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({
    store,
    environment: false,
    required: ['operator'],
    capture: { greet: true },
  });
  const lenient = new ProvenancePlugin({ store, environment: false });
  const client = await makeClient();
  const run = async (which: ProvenancePlugin, type: string, ...args: unknown[]) => {
    const taskQueue = unique('telemetry');
    const worker = await Worker.create(await workerOptions(taskQueue, which, { activities }));
    await worker.runUntil(() =>
      client.workflow.execute(type, { taskQueue, workflowId: unique(type), args }).catch(() => undefined),
    );
  };
  await run(lenient, 'one', 'Ada');
  await run(plugin, 'one', 'nobody');
  await run(lenient, 'failing');

  const [first] = await runsOf(store);
  const said = entries.filter(({ message }) => message.startsWith('logged by'));
  expect(said.map(({ message }) => message)).toEqual(['logged by the activity', 'logged by its context']);
  for (const { meta } of said) {
    expect(meta).toMatchObject({ name: 'Ada', runUid: first?.start.uid, scanId: first?.start.scan_id });
  }

  await vi.waitFor(
    async () => {
      expect(sum(await metric('temporal_provenance_runs'))).toBe(2);
      expect(sum(await metric('temporal_provenance_stops'))).toBe(2);
      expect(sum(await metric('temporal_provenance_refusals'))).toBe(1);
      expect(sum(await metric('temporal_provenance_commit_time_count'))).toBeGreaterThanOrEqual(3);
      expect((await metric('temporal_provenance_queue')).size).toBe(1);
    },
    { timeout: 30_000, interval: 200 },
  );
});
