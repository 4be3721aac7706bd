/**
 * What capturing the environment costs: once per process, on generated repositories of 200 and of 100,000 files, clean
 * and with six changed files. Each sample is a process of its own that has loaded nothing yet; both states are taken in
 * turn.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, parseBenchArguments, report, roundOrder, spread } from './_rounds.mjs';

const SELF = fileURLToPath(import.meta.url);
const DIST = process.env.PROVENANCE_DIST ?? '../dist';
/** Files of the repository, and the figure to hold, in ms. */
const SIZES = [
  [200, 100],
  [100_000, 400],
];

export async function main() {
  const options = parseBenchArguments();
  const figures = SIZES.flatMap(([files, target]) => measureSize(files, target, options.rounds));
  report('environment', figures, options);
}

function measureSize(files, target, rounds) {
  const folders = { clean: generate(files), dirty: generate(files) };
  change(folders.dirty);
  const samples = { clean: [], dirty: [] };
  try {
    for (let round = 0; round < rounds; round += 1)
      for (const state of roundOrder(Object.keys(samples), round))
        samples[state].push(measure(folders[state]));
  } finally {
    for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
  }
  return Object.entries(samples).flatMap(([state, times]) => {
    const capture = spread(times.map((time) => time.capture_ms));
    const name = `${files.toLocaleString('en')} files, ${state}`;
    const holds = capture.median <= target;
    return [
      { figure: `${name}: capture`, unit: 'ms', ...capture, target: `≤ ${target}`, holds },
      {
        figure: `${name}: own CPU (git not counted)`,
        unit: 'ms',
        median: median(times.map((t) => t.cpu_ms)),
      },
    ];
  });
}

/** A repository of code files in folders of 100, with an npm package set of this project's size. */
function generate(files) {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-bench-'));
  for (let i = 0; i < files; i++) {
    const place = join(folder, 'src', String(Math.floor(i / 100)));
    if (i % 100 === 0) mkdirSync(place, { recursive: true });
    writeFileSync(join(place, `file-${i}.ts`), `export const value${i} = ${i};\n`);
  }
  const git = (...command) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...command], {
      cwd: folder,
      stdio: 'pipe',
    });
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n');
  installPackages(folder, 350);
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Generated');
  git('remote', 'add', 'origin', 'https://example.org/lab/bench.git');
  git('status'); // refreshes the index, as any status does
  return folder;
}

function installPackages(folder, count) {
  const packages = {};
  for (let i = 0; i < count; i++) {
    const name = `package-${i}`;
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(
      join(folder, 'node_modules', name, 'package.json'),
      JSON.stringify({ name, version: '1.0.0' }),
    );
    const integrity = `sha512-${Buffer.from(name.repeat(8)).toString('base64').slice(0, 86)}==`;
    packages[`node_modules/${name}`] = { version: '1.0.0', integrity };
  }
  const lock = JSON.stringify({ name: 'bench', lockfileVersion: 3, packages });
  writeFileSync(join(folder, 'package-lock.json'), lock);
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), lock);
}

function change(folder) {
  for (let i = 0; i < 5; i++)
    writeFileSync(join(folder, 'src/0', `file-${i}.ts`), `export const value = ${i};\n`);
  writeFileSync(join(folder, 'src/0/untracked.ts'), 'export {};\n');
}

function measure(folder) {
  return JSON.parse(execFileSync(process.execPath, [SELF, '--child'], { cwd: folder, encoding: 'utf8' }));
}

async function child() {
  const require = createRequire(import.meta.url);
  const { captureEnvironment } = require(`${DIST}/src/environment/capture.js`);
  const started = performance.now();
  const cpu = process.cpuUsage();
  const { environment } = await captureEnvironment(
    { plugins: [] },
    { value: (value) => value, holds: () => false },
  );
  const capture_ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  if (!environment.identity.git.worktree_tree) throw new Error(JSON.stringify(environment.reasons));
  console.log(JSON.stringify({ capture_ms, cpu_ms: (user + system) / 1000 }));
}

if (process.argv[2] === '--child') await child();
else if (process.argv[1] === SELF) await main();
