/**
 * What capturing the environment costs: once per process, on generated repositories of 200 and of 100,000 files, clean
 * and with changes. Each round is a process of its own that has loaded nothing yet.
 *
 *   npm run build && node bench/environment.mjs [rounds]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SELF = fileURLToPath(import.meta.url);
const DIST = process.env.PROVENANCE_DIST ?? '../dist';
/** Figures to hold, in ms. */
const LIMITS = { 200: 100, 100000: 400 };

export async function main({ rounds = 15 } = {}) {
  console.log(`Environment capture, ${rounds} rounds, ms (median, min–max)`);
  console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.versions.node}, ${gitVersion()}`);
  let held = true;
  for (const files of [200, 100_000]) {
    const folder = generate(files);
    try {
      for (const state of ['clean', 'dirty']) {
        if (state === 'dirty') change(folder);
        const times = Array.from({ length: rounds }, () => measure(folder));
        const capture = summary(times.map((time) => time.capture_ms));
        const load = summary(times.map((time) => time.load_ms));
        const cpu = summary(times.map((time) => time.cpu_ms));
        const limit = LIMITS[files];
        held &&= capture.median <= limit;
        const verdict = capture.median <= limit ? 'holds' : 'DOES NOT HOLD';
        const figures = `capture ${text(capture)} · module load ${text(load)} · own CPU ${text(cpu)}`;
        console.log(`${String(files).padStart(7)} files, ${state}: ${figures} · ≤ ${limit}: ${verdict}`);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return held;
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
  const before = performance.now();
  const { captureEnvironment } = require(`${DIST}/src/environment/capture.js`);
  const started = performance.now();
  const cpu = process.cpuUsage();
  const { environment } = await captureEnvironment({ plugins: [] });
  const capture_ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  if (!environment.identity.git.worktree_tree) throw new Error(JSON.stringify(environment.reasons));
  console.log(JSON.stringify({ capture_ms, load_ms: started - before, cpu_ms: (user + system) / 1000 }));
}

function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)], min: sorted[0], max: sorted.at(-1) };
}

function text({ median, min, max }) {
  return `${median.toFixed(0)} (${min.toFixed(0)}–${max.toFixed(0)})`;
}

function gitVersion() {
  return execFileSync('git', ['--version'], { encoding: 'utf8' }).trim();
}

if (process.argv[1] === SELF) {
  if (process.argv[2] === '--child') await child();
  else process.exitCode = (await main({ rounds: Number(process.argv[2] ?? 15) })) ? 0 : 1;
}
