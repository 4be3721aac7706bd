/**
 * Measures the cost of capturing the environment, which happens once per process. The repositories are
 * generated: 200 and 100,000 tracked files, with 200 and 2,000 built files that git ignores and the program
 * loads. The program is loaded as CommonJS (clean, and with six changed files) and as ES modules. Each sample
 * is its own process; the states take turns.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, parseBenchArguments, report, roundOrder, spread } from './_rounds.mjs';

const CHILD = fileURLToPath(new URL('./_environment-child.cjs', import.meta.url));
/** Tracked files of the repository, built files, and the target in ms. */
const SIZES = [
  { files: 200, built: 200, target: 120 },
  { files: 100_000, built: 2_000, target: 500 },
];
/** Size of one built file: the output of a compiler for about 150 lines. */
const BUILT_BYTES = 5_000;
/** The program's entry file for each state of the repository. */
const ENTRIES = { clean: 'dist/worker.cjs', dirty: 'dist/worker.cjs', 'ES modules': 'dist/worker.mjs' };

export async function main() {
  const options = parseBenchArguments();
  const figures = SIZES.flatMap((size) => measureSize(size, options.rounds));
  report('environment', figures, options);
}

function measureSize({ files, built, target }, rounds) {
  const clean = generate(files, built);
  const folders = { clean, dirty: generate(files, built), 'ES modules': clean };
  change(folders.dirty);
  const samples = { clean: [], dirty: [], 'ES modules': [] };
  try {
    for (let round = 0; round < rounds; round += 1)
      for (const state of roundOrder(Object.keys(samples), round))
        samples[state].push(measure(join(folders[state], ENTRIES[state]), built));
  } finally {
    for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
  }
  return Object.entries(samples).flatMap(([state, times]) => {
    const capture = spread(times.map((time) => time.capture_ms));
    const name = `${files.toLocaleString('en')} files, ${built.toLocaleString('en')} built, ${state}`;
    const complete = times.filter((time) => time.complete).length;
    const holds = capture.median <= target && complete === times.length;
    return [
      {
        figure: `${name}: capture`,
        unit: 'ms',
        ...capture,
        target: `≤ ${target}, all ${times.length} complete (${complete})`,
        holds,
      },
      {
        figure: `${name}: own CPU (git not counted)`,
        unit: 'ms',
        median: median(times.map((t) => t.cpu_ms)),
      },
    ];
  });
}

/** Creates a repository of code files in folders of 100, with as many npm packages as this project has. */
function generate(files, built) {
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
  writeFileSync(join(folder, '.gitignore'), 'node_modules\ndist\n');
  writeFileSync(join(folder, 'package.json'), '{"name": "bench"}');
  build(folder, built);
  installPackages(folder, 350);
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Generated');
  git('remote', 'add', 'origin', 'https://example.org/lab/bench.git');
  git('status'); // Refreshes the index, as any status does.
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

/** Writes built code in two forms. Each file imports a few others. */
function build(folder, count) {
  const dist = join(folder, 'dist');
  mkdirSync(dist);
  const filler = (i) =>
    Array.from(
      { length: Math.ceil(BUILT_BYTES / 62) },
      (_, line) => `const step_${i}_${line} = (x) => ({ ...x, n: ${i} + ${line} });`,
    )
      .join('\n')
      .slice(0, BUILT_BYTES)
      .replace(/\n[^\n]*$/, '\n');
  for (let i = 0; i < count; i++) {
    const others = [2 * i + 1, 2 * i + 2, 3 * i + 3].filter((other) => other < count);
    const required = others.map((other) => `const other_${other} = require('./file-${other}.cjs');\n`);
    const imported = others.map((other) => `import * as other_${other} from './file-${other}.mjs';\n`);
    writeFileSync(join(dist, `file-${i}.cjs`), `${required.join('')}${filler(i)}exports.n = ${i};\n`);
    writeFileSync(join(dist, `file-${i}.mjs`), `${imported.join('')}${filler(i)}export const n = ${i};\n`);
  }
  writeFileSync(
    join(dist, 'worker.cjs'),
    `require('./file-0.cjs');\nprocess.env.BENCH_RUN && require(process.env.BENCH_RUN);\n`,
  );
  writeFileSync(
    join(dist, 'worker.mjs'),
    `import { createRequire } from 'node:module';\nimport './file-0.mjs';\ncreateRequire(import.meta.url)(process.env.BENCH_RUN);\n`,
  );
}

/** Starts a process that runs the program and captures its environment once the program is loaded. */
function measure(entry, built) {
  const env = { ...process.env, BENCH_RUN: CHILD, BENCH_BUILT: String(built) };
  return JSON.parse(execFileSync(process.execPath, [entry], { cwd: '/', env, encoding: 'utf8' }));
}

await main();
