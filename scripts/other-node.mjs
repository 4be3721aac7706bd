/**
 * `node scripts/other-node.mjs VERSION`: runs the unit tests and a smoke test of the real ones on another
 * version of Node. It works in a copy of this folder with its own dependencies. The package registry has Node's
 * binary and headers for each platform. Needs what `npm test` needs, and takes its arguments, such as
 * `--no-skips`. Both runs end with their counts.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, runQuietly, runShown, SetupError, step } from './progress.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Real tests that would detect a difference in Node, each with the part of Node, or of what is compiled for it,
 * that it checks.
 */
const SMOKE = [
  ['test/plugin/capture.real.test.ts', 'a worker, its threads and the native SDK'],
  ['test/plugin/endings.real.test.ts', 'signals, exit codes, uncaught errors, memory'],
  ['test/plugin/processes.real.test.ts', 'several processes on one store'],
  ['test/plugin/tracing.real.test.ts', 'async context beside that of other libraries'],
  ['test/replay/replay.real.test.ts', 'the workflow sandbox'],
  ['test/store/sqlite.real.test.ts', 'the SQLite binding, in its thread'],
  ['test/store/postgres-contract.real.test.ts', 'the PostgreSQL driver'],
  ['test/record/spool-processes.real.test.ts', 'locks, renames and syncs of files'],
  ['test/environment/loaded.real.test.ts', 'what modules are loaded, CommonJS and ES'],
  ['test/environment/git.real.test.ts', 'child processes and their ends'],
  ['test/cli/cli.real.test.ts', 'the command line'],
  ['test/projects/projects.real.test.ts', 'CommonJS and ES projects that import the package'],
].map(([file]) => file);

/** Not copied: files that are rebuilt, or that belong only to this folder. */
const LEFT_OUT = new Set(['.git', '.cache', 'dist', 'node_modules'].map((name) => join(ROOT, name)));

await main(async () => {
  const [version, ...more] = process.argv.slice(2);
  if (!version) throw new SetupError('Which version? For example: node scripts/other-node.mjs 26');
  const folder = mkdtempSync(join(tmpdir(), `provenance-node-${version}-`));
  try {
    const prefix = join(folder, 'node');
    await step(`Node ${version}`, () => installNode(version, prefix));
    const copy = join(folder, 'temporal-provenance');
    copyProject(copy);
    return await runTests(prefix, copy, more);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Puts `bin/node` and the headers in `include` into a folder. @returns the exact version */
async function installNode(version, prefix) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const place = `${prefix}-package`;
  mkdirSync(place);
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', place];
  await npm([...args, `${name}@${version}`], { cwd: place });
  renameSync(join(place, 'node_modules', name), prefix);
  return execFileSync(join(prefix, 'bin', 'node'), ['--version'], { encoding: 'utf8' }).trim();
}

/** Makes the copy a git repository, because some tests ask git for the list of files. */
function copyProject(copy) {
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(path) });
  const git = (...words) =>
    execFileSync('git', ['-C', copy, '-c', 'user.name=ci', '-c', 'user.email=ci@localhost', ...words]);
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'Copy');
}

/**
 * Prepares the copy as `npm test` would, then runs the unit tests and the smoke test. Returns 0 if both passed.
 */
async function runTests(prefix, copy, more) {
  const bin = join(prefix, 'bin');
  const env = {
    ...process.env,
    PATH: [bin, process.env.PATH].join(delimiter),
    // The native part is compiled with this Node's headers, even if the environment names others.
    npm_config_nodedir: prefix,
  };
  const run = (script, ...args) =>
    runShown(join(bin, 'node'), [join('scripts', script), ...args], { cwd: copy, env });
  if ((await run('prepare.mjs')) !== 0) return 1;
  const unit = await run('test.mjs', '--project', 'unit', ...more);
  const smoke = await run('test.mjs', ...SMOKE, ...more);
  return unit === 0 && smoke === 0 ? 0 : 1;
}

function npm(args, options) {
  const script = process.env.npm_execpath;
  return script ? runQuietly(process.execPath, [script, ...args], options) : runQuietly('npm', args, options);
}
