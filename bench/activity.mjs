/**
 * Measures the cost of the plugin for a worker, compared with a bare worker and with the OpenTelemetry plugin,
 * on a real dev server. It measures CPU per activity (remote and local), throughput, and the latency of
 * single activities. Rounds alternate; ratios are of paired rounds.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, parseBenchArguments, report, roundOrder, spread } from './_rounds.mjs';
import { fsyncTimes } from './activity/fsync.mjs';
import { assertFullPath } from './activity/full-path.mjs';
import { ask, endVariant, startServer, startVariant } from './activity/processes.mjs';

const VARIANTS = ['bare', 'otel', 'ours'];
const options = parseBenchArguments();
const activities = options.quick ? 500 : 2000;
/**
 * The target for throughput is lower on two cores: worker and server share them, so every µs of the plugin
 * delays the server.
 */
const shared = availableParallelism() <= 2;
const throughput_target = shared ? 0.9 : 0.97;

const SHAPES = {
  remote: { workflows: 10, count: activities / 10, parallel: 20, kind: 'remote' },
  local: { workflows: 10, count: activities / 10, parallel: 20, kind: 'local' },
  single: { workflows: 1, count: options.quick ? 20 : 40, parallel: 1, kind: 'remote' },
};

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
      figure: `${kind}: throughput, ours / bare (${shared ? 'two cores shared with the server' : 'the server has other cores'})`,
      ...spread(throughput),
      target: `≥ ${throughput_target.toFixed(2)}`,
      holds: median(throughput) >= throughput_target,
    },
  ];
}

/**
 * A run that shares its commit with no other run waits for one fsync. The fsync is timed in the same rounds, on
 * the same disk.
 */
function latencyFigures(samples) {
  const count = SHAPES.single.count;
  const added = samples.map((r) => (r.ours.wall_ms - r.bare.wall_ms) / count);
  const beyond = samples.map((r, i) => added[i] - r.fsync_ms);
  return [
    { figure: 'one at a time: latency added per activity', unit: 'ms', ...spread(added) },
    { figure: 'one fsync of a 4 KiB page', unit: 'ms', ...spread(samples.map((r) => r.fsync_ms)) },
    {
      figure: 'one at a time: latency added beyond one fsync',
      unit: 'ms',
      ...spread(beyond),
      target: '≤ 1',
      holds: median(beyond) <= 1,
    },
  ];
}

async function takeRound(children, folder, round) {
  const samples = {};
  for (const [name, shape] of Object.entries(SHAPES)) {
    const taken = {};
    for (const variant of roundOrder(VARIANTS, round)) taken[variant] = await ask(children[variant], shape);
    if (name === 'single') taken.fsync_ms = median(fsyncTimes(folder, shape.count));
    samples[name] = taken;
  }
  return samples;
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-bench-'));
  const server = await startServer();
  const children = {};
  const samples = { remote: [], local: [], single: [] };
  try {
    for (const variant of VARIANTS) children[variant] = await startVariant(variant, server.address, folder);
    for (let round = -1; round < options.rounds; round += 1) {
      const taken = await takeRound(children, folder, round + 1);
      for (const name of Object.keys(samples)) if (round >= 0) samples[name].push(taken[name]); // The first round warms up.
      process.stderr.write(`activity: round ${round + 1} of ${options.rounds}\r`);
    }
    for (const child of Object.values(children)) await endVariant(child);
    const each = Object.values(SHAPES).reduce((sum, { workflows, count }) => sum + workflows * count, 0);
    await assertFullPath(folder, each * (options.rounds + 1));
  } finally {
    for (const child of Object.values(children)) child.kill('SIGKILL');
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
