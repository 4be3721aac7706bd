/**
 * `npm run test:soak`: runs the fault tests at full length (minutes each, an hour or two together), one file at
 * a time, and writes their figures into docs/reference/reliability.md after each. File names as arguments select files,
 * and `-t` selects tests in them.
 * @module
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { main, runShown, say } from './progress.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const VITEST = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
const PAGE = join(ROOT, 'docs', 'reference', 'reliability.md');
const RESULTS = join(ROOT, 'docs', 'reference', 'reliability.json');
const [BEGIN, END] = ['<!-- figures: begin -->', '<!-- figures: end -->'];
const TEST_TIMEOUT_MS = 2_400_000;

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { testNamePattern: { type: 'string', short: 't' } },
    allowPositionals: true,
  });
  const chosen = positionals.length > 0 ? positionals : longTests();
  say(`${chosen.length} files at full length:\n  ${chosen.join('\n  ')}`);
  let failed = 0;
  for (const file of chosen) failed += (await runLong(file, values.testNamePattern)) === 0 ? 0 : 1;
  return failed === 0 ? 0 : 1;
});

/**
 * Runs one file, or those of its tests whose names contain `pattern`. What it measured before a failure is
 * kept, too.
 */
async function runLong(file, pattern) {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-soak-'));
  const figures = join(folder, 'figures.jsonl');
  try {
    const env = { ...process.env, SOAK: '1', RELIABILITY_FIGURES: figures };
    const timeouts = ['--testTimeout', String(TEST_TIMEOUT_MS), '--hookTimeout', '600000'];
    const only = pattern === undefined ? [] : ['-t', pattern];
    const args = [VITEST, 'run', ...timeouts, ...only, file];
    const code = await runShown(process.execPath, args, { env });
    keep(readFigures(figures));
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Tests that have a long version, or figures. */
function longTests() {
  return readdirSync(join(ROOT, 'test'), { recursive: true })
    .filter((name) => name.endsWith('.real.test.ts'))
    .filter((name) =>
      /\bSOAK\b|\bbyLength\(|\bmeasured\(/.test(readFileSync(join(ROOT, 'test', name), 'utf8')),
    )
    .map((name) => `test/${name}`)
    .sort();
}

function readFigures(file) {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Removes all earlier figures of the tests that ran now, and earlier figures with the name of a new one. Then
 * prints all figures into the page.
 */
function keep(figures) {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}`;
  const date = new Date().toISOString().slice(0, 10);
  const nameOf = ({ row, figure }) => `${row} ${figure}`;
  const tests = new Set(figures.map(({ test }) => test));
  const before = JSON.parse(readFileSync(RESULTS, 'utf8')).filter(({ test }) => !tests.has(test));
  const known = new Map(before.map((figure) => [nameOf(figure), figure]));
  for (const figure of figures) known.set(nameOf(figure), { ...figure, date, machine });
  const all = [...known.values()].sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true }));
  writeFileSync(RESULTS, `${JSON.stringify(all, null, 2)}\n`);
  const page = readFileSync(PAGE, 'utf8');
  const [head, rest] = [page.slice(0, page.indexOf(BEGIN)), page.slice(page.indexOf(END))];
  writeFileSync(PAGE, `${head}${BEGIN}\n${tableOf(all)}\n${rest}`);
}

function tableOf(figures) {
  const rows = figures.map(({ row, figure, value, unit, limit, holds, date }) => {
    const shown = `${Number(value.toPrecision(4)).toLocaleString('en')}${unit ? ` ${unit}` : ''}`;
    const verdict = holds === undefined ? '' : holds ? 'yes' : '**no**';
    return `| ${row} | ${figure} | ${shown} | ${limit ?? ''} | ${verdict} | ${date} |`;
  });
  return [
    '| row | what | measured | must be | holds | on |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
