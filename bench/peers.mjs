/**
 * Compares runs per CPU-second with Bluesky's RunEngine (JSON lines, synced) and MLflow (file store). Needs a
 * Python with `bluesky` and `mlflow-skinny` (`PEERS_PYTHON`, else `python3`); if it is missing, prints so.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseBenchArguments, report, spread } from './_rounds.mjs';
import { throughRecorder } from './recorder/variants.mjs';

const options = parseBenchArguments();
const python = process.env.PEERS_PYTHON ?? 'python3';
const peers = [
  {
    name: 'Bluesky RunEngine',
    module: 'bluesky',
    script: 'bluesky_runs.py',
    runs: options.quick ? 300 : 2000,
    target: 10,
  },
  { name: 'MLflow', module: 'mlflow', script: 'mlflow_runs.py', runs: options.quick ? 20 : 100, target: 100 },
];
const here = peers.filter(({ module }) => imports(module));
for (const { name, module } of peers.filter((peer) => !here.includes(peer))) {
  console.error(
    `${name}: not measured, ${python} has no module ${module} (pip install bluesky event-model mlflow-skinny)`,
  );
}

const folder = mkdtempSync(join(tmpdir(), 'provenance-peers-'));
const rows = [];
try {
  for (let round = 0; round < options.rounds && here.length > 0; round++) {
    const ours = () => throughRecorder(folder, options.quick ? 5_000 : 20_000);
    const row = { ours: await ours() };
    for (const peer of here) row[peer.module] = run(peer);
    rows.push(row);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const figures = here.flatMap(({ name, module, target }) => {
  const ratio = spread(rows.map((row) => row[module].cpu_us / row.ours.cpu_us));
  const version = rows[0][module].version;
  return [
    {
      figure: `runs per CPU-second ÷ ${name} ${version}`,
      unit: '×',
      ...ratio,
      target: `≥ ${target}`,
      holds: ratio.median >= target,
    },
    { figure: `CPU of a run, ${name}`, unit: 'µs', ...spread(rows.map((row) => row[module].cpu_us)) },
  ];
});
if (here.length > 0) {
  figures.push({
    figure: 'CPU of a run, recorder',
    unit: 'µs',
    ...spread(rows.map((row) => row.ours.cpu_us)),
  });
  report('peers', figures, options);
}

function imports(module) {
  try {
    execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function run({ script, runs }) {
  const path = join(fileURLToPath(new URL('peers/', import.meta.url)), script);
  const output = execFileSync(python, [path, String(runs)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output.trim().split('\n').at(-1));
}
