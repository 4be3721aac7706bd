/**
 * Measures what the sandbox module adds to a workflow task. One long history, recorded on a real dev server, is
 * replayed many times with and without the module. Measures process CPU per workflow task in short alternating
 * turns; ratios are of paired rounds. The bare variant runs twice: the difference between its two results is
 * the noise of the machine. `npm run bench activity` measures what sinks send while a workflow is not
 * replaying.
 */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, Runtime, Worker } from '@temporalio/worker';
import { findTemporal } from '../scripts/temporal.mjs';
import { median, parseBenchArguments, report, roundOrder, spread } from './_rounds.mjs';
import { lineageFigures, resultOf } from './sandbox/lineage.mjs';

const require = createRequire(import.meta.url);
const { ProvenancePlugin } = require('../dist/src/index.js');
const VARIANTS = ['bare', 'again', 'ours'];
const SHAPES = {
  'without plan metadata': { type: 'long', size: 100 },
  'metadata in each round': { type: 'described', size: 100 },
  '1,000 activities of 20 objects a value': { type: 'flowing', size: 1_000 },
};
const options = parseBenchArguments();
const share = options.quick ? 0.4 : 1;
const turns = options.quick ? 2 : 4;

const silent = () => {};
const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: silent };

async function bundles() {
  const workflowsPath = fileURLToPath(new URL('./sandbox/workflows.cjs', import.meta.url));
  const modules = ['workflow', 'no-codec'].map((name) =>
    require.resolve(`../dist/interceptors/workflow/${name}.js`),
  );
  const bundle = (workflowInterceptorModules) =>
    bundleWorkflowCode({ workflowsPath, workflowInterceptorModules, logger });
  const bare = await bundle([]);
  return { bare, again: bare, ours: await bundle(modules) };
}

/** Histories of completed workflows, by shape. */
async function performed(workflowBundle) {
  const path = findTemporal();
  if (!path) throw new Error('no `temporal` executable: run `npm start` once, which gets it');
  const server = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path }, log: { format: 'pretty', level: 'error' } },
  });
  try {
    const taskQueue = 'sandbox';
    const activities = { step: async (text) => text.length, make: async (n) => resultOf(n, 20, true) };
    const worker = await Worker.create({
      connection: server.nativeConnection,
      taskQueue,
      activities,
      workflowBundle,
    });
    return await worker.runUntil(async () => {
      const histories = {};
      for (const [shape, { type, size }] of Object.entries(SHAPES)) {
        const start = { taskQueue, workflowId: type, args: [size * share] };
        const handle = await server.client.workflow.start(type, start);
        await handle.result();
        histories[shape] = await handle.fetchHistory();
      }
      return histories;
    });
  } finally {
    await server.teardown();
  }
}

function tasksOf(history) {
  return history.events.filter((event) => event.workflowTaskCompletedEventAttributes).length;
}

/** The CPU time of one replay of the history, in microseconds per workflow task. */
async function replayed(variant, workflowBundle, history) {
  const plugins = variant === 'ours' ? [new ProvenancePlugin({ environment: false })] : [];
  const given = [{ workflowId: 'once', history }];
  globalThis.gc?.();
  const before = process.cpuUsage();
  for await (const { error } of Worker.runReplayHistories({ workflowBundle, plugins }, given)) {
    if (error) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / tasksOf(history);
}

async function main() {
  Runtime.install({ logger });
  const made = await bundles();
  const histories = await performed(made.bare);
  const samples = Object.fromEntries(Object.keys(SHAPES).map((shape) => [shape, []]));
  for (let round = -1; round < options.rounds; round += 1) {
    for (const shape of Object.keys(SHAPES)) {
      const taken = { bare: 0, again: 0, ours: 0 };
      for (let turn = 0; turn < turns; turn += 1) {
        for (const variant of roundOrder(VARIANTS, round + 1 + turn))
          taken[variant] += (await replayed(variant, made[variant], histories[shape])) / turns;
      }
      if (round >= 0) samples[shape].push(taken); // The first round warms up.
    }
    process.stderr.write(`sandbox: round ${round + 1} of ${options.rounds}\r`);
  }
  const figures = Object.entries(samples).flatMap(([shape, rounds]) => {
    const ratios = rounds.map(({ ours, bare, again }) => (2 * ours) / (bare + again));
    return [
      ...['bare', 'ours'].map((variant) => ({
        figure: `${shape}: CPU per workflow task, ${variant}`,
        unit: 'µs',
        ...spread(rounds.map((round) => round[variant])),
      })),
      {
        figure: `${shape}: CPU, bare / bare (the machine)`,
        ...spread(rounds.map(({ bare, again }) => again / bare)),
      },
      {
        figure: `${shape}: CPU, ours / bare`,
        ...spread(ratios),
        target: '≤ 1.05',
        holds: median(ratios) <= 1.05,
      },
    ];
  });
  report('sandbox', [...figures, ...lineageFigures(options)], options);
}

await main();
