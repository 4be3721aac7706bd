/**
 * What the plugin costs a worker, beside a bare worker and beside the OpenTelemetry plugin, on a real dev server: CPU per
 * activity (remote and local), throughput, and latency at concurrency 1. Rounds alternate; ratios are of paired rounds.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { findTemporal } from '../scripts/temporal.mjs';
import { median, parseBenchArguments, report, roundOrder, spread } from './_rounds.mjs';

const VARIANTS = ['bare', 'otel', 'ours'];
const options = parseBenchArguments();
const activities = options.quick ? 500 : 2000;

const SHAPES = {
  remote: { workflows: 10, count: activities / 10, parallel: 20, kind: 'remote' },
  local: { workflows: 10, count: activities / 10, parallel: 20, kind: 'local' },
  single: { workflows: 1, count: options.quick ? 40 : 150, parallel: 1, kind: 'remote' },
};

async function startVariant(variant, address, folder) {
  const path = fileURLToPath(new URL('./activity/worker.mjs', import.meta.url));
  const child = fork(path, [variant, address, folder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`the ${variant} worker ended with code ${code}`)),
    ),
  ]);
  if (!message.ready) throw new Error(`the ${variant} worker did not start`);
  return child;
}

async function runRound(child, shape) {
  child.send(shape);
  const [answer] = await once(child, 'message');
  return answer;
}

function cpuFigures(kind, samples) {
  const perActivity = (variant) => samples.map((round) => (round[variant].cpu_ms * 1000) / activities);
  const ratios = samples.map((r) => (r.ours.cpu_ms - r.bare.cpu_ms) / (r.otel.cpu_ms - r.bare.cpu_ms));
  const throughput = samples.map((r) => r.bare.wall_ms / r.ours.wall_ms);
  return [
    ...VARIANTS.map((variant) => ({
      figure: `${kind}: CPU per activity, ${variant}`,
      unit: 'µs',
      ...spread(perActivity(variant)),
    })),
    {
      figure: `${kind}: CPU (ours − bare) / (OpenTelemetry − bare)`,
      ...spread(ratios),
      target: '≤ 0.333',
      holds: median(ratios) <= 1 / 3,
    },
    {
      figure: `${kind}: throughput, ours / bare (cores shared with the server)`,
      ...spread(throughput),
      target: '≥ 0.90',
      holds: median(throughput) >= 0.9,
    },
  ];
}

function latencyFigures(samples) {
  const count = SHAPES.single.count;
  const added = samples.map((r) => (r.ours.wall_ms - r.bare.wall_ms) / count);
  return [
    { figure: 'one at a time: latency added per activity (one fsync + 1 ms)', unit: 'ms', ...spread(added) },
  ];
}

async function main() {
  const path = findTemporal();
  if (!path) throw new Error('no `temporal` executable: run `npm start` once, which gets it');
  const folder = mkdtempSync(join(tmpdir(), 'provenance-bench-'));
  const server = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path }, log: { format: 'pretty', level: 'error' } },
  });
  const children = {};
  const samples = { remote: [], local: [], single: [] };
  try {
    for (const variant of VARIANTS) children[variant] = await startVariant(variant, server.address, folder);
    for (let round = -1; round < options.rounds; round += 1) {
      for (const [name, shape] of Object.entries(SHAPES)) {
        const taken = {};
        for (const variant of roundOrder(VARIANTS, round + 1))
          taken[variant] = await runRound(children[variant], shape);
        if (round >= 0) samples[name].push(taken); // the first round warms up
      }
      process.stderr.write(`activity: round ${round + 1} of ${options.rounds}\r`);
    }
  } finally {
    for (const child of Object.values(children)) {
      if (child.connected) child.send({ stop: true });
      await Promise.race([once(child, 'exit'), new Promise((r) => setTimeout(r, 10_000).unref())]);
      child.kill('SIGKILL');
    }
    await server.teardown();
    rmSync(folder, { recursive: true, force: true });
  }
  report(
    'activity',
    [
      ...cpuFigures('remote', samples.remote),
      ...cpuFigures('local', samples.local),
      ...latencyFigures(samples.single),
    ],
    options,
  );
}

await main();
