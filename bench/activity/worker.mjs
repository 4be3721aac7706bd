/**
 * Runs one variant of the activity benchmark in its own process: a bare worker, one with the OpenTelemetry
 * plugin, or one with ours. An IPC message starts a round; the process answers with its CPU time and the wall
 * time.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { memoryLeft } from './memory.mjs';

const require = createRequire(import.meta.url);
const [variant, address, folder] = process.argv.slice(2);
Runtime.install({ logger: new DefaultLogger('ERROR') });

const METADATA = {
  operator: 'Ada',
  sample: { name: 'A1', material: 'LaB6' },
  purpose: 'calibration',
  temperature_k: 293.4,
};

/**
 * All that a lab could switch on: user metadata, stash, required fields, a zod validator, redaction, sandbox
 * module, sinks.
 */
function ours() {
  const { ProvenancePlugin, withMetadata } = require('temporal-provenance');
  const { z } = require('zod');
  const plugin = new ProvenancePlugin({
    store: `sqlite:${join(folder, 'provenance.db')}`,
    stash: { beamline: 'ID11', proposal_id: 123456, cycle: '2026-3' },
    required: ['operator', 'sample'],
    validators: [z.looseObject({ operator: z.string(), temperature_k: z.number().max(400).optional() })],
  });
  return { plugins: [plugin], start: (fn) => withMetadata(METADATA, fn) };
}

/** Checks that the rules apply: a run without a required field must not open. */
async function assertRefused() {
  const args = [{ count: 1, parallel: 1, kind: 'remote' }];
  const refused = client.workflow.execute('batch', { taskQueue, workflowId: `refused-${process.pid}`, args });
  const error = await refused.then(
    () => undefined,
    (failure) => failure.cause?.cause,
  );
  if (error?.type !== 'MetadataValidationError') throw new Error('a run without operator and sample opened');
}

function openTelemetry() {
  const { OpenTelemetryPlugin } = require('@temporalio/interceptors-opentelemetry');
  const { BatchSpanProcessor } = require('@opentelemetry/sdk-trace-base');
  const { resourceFromAttributes, Resource } = require('@opentelemetry/resources');
  const resource =
    resourceFromAttributes?.({ 'service.name': 'bench' }) ?? new Resource({ 'service.name': 'bench' });
  const exporter = { export: (_spans, done) => done({ code: 0 }), shutdown: async () => {} };
  const plugin = new OpenTelemetryPlugin({ resource, spanProcessor: new BatchSpanProcessor(exporter) });
  return { plugins: [plugin], start: (fn) => fn() };
}

/** The workflow gives this metadata, but only if the plugin is there to record it. */
const plan = variant === 'ours' ? { phase: 'measuring' } : undefined;
const setup = { bare: () => ({ plugins: [], start: (fn) => fn() }), otel: openTelemetry, ours }[variant]();
const taskQueue = `bench-${variant}`;
const connection = await NativeConnection.connect({ address });
const worker = await Worker.create({
  connection,
  taskQueue,
  workflowsPath: require.resolve('./workflows.cjs'),
  activities: { noop: async () => 'done' },
  plugins: setup.plugins,
  maxConcurrentActivityTaskExecutions: 100,
});
const running = worker.run();
const clientPlugins = setup.plugins;
const client = new Client({ connection: await Connection.connect({ address }), plugins: clientPlugins });

let round = 0;
process.on('message', async (message) => {
  if (message.stop) {
    worker.shutdown();
    await running;
    process.exit(0);
  }
  const { workflows, count, parallel, kind } = message;
  round += 1;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const runs = Array.from({ length: workflows }, (_, i) =>
    setup.start(() =>
      client.workflow.execute('batch', {
        taskQueue,
        workflowId: `${variant}-${process.pid}-${round}-${i}`,
        args: [{ count, parallel, kind, plan }],
      }),
    ),
  );
  await Promise.all(runs);
  const wall_ms = performance.now() - began;
  // A round includes the work that capture has queued in it.
  if (variant === 'ours') await setup.plugins[0].flush();
  const { user, system } = process.cpuUsage(cpu);
  const left = message.memory ? await memoryLeft() : {};
  process.send({ cpu_ms: (user + system) / 1000, wall_ms, ...left });
});
if (variant === 'ours') await assertRefused();
process.send({ ready: true });
