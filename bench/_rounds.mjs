/**
 * What all benchmarks share: arguments, the name of the machine, paired rounds in alternating order, medians
 * with their spread, and one output format. Figures are ratios taken in one run, because machines differ and
 * are shared.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, type as osType, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RESULTS = join(dirname(fileURLToPath(import.meta.url)), 'results');

/**
 * Parses `--quick` (3 rounds, smaller data), `--rounds N`, `--json` and `--keep` (writes results/NAME.json).
 */
export function parseBenchArguments(argv = process.argv.slice(2)) {
  const has = (flag) => argv.includes(flag);
  const at = argv.indexOf('--rounds');
  const quick = has('--quick');
  const rounds = at >= 0 ? Number(argv[at + 1]) : quick ? 3 : 9;
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1');
  return { quick, rounds, json: has('--json'), keep: has('--keep') };
}

/** The machine that the benchmark ran on. */
export function machine() {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_gib: Math.round(totalmem() / 2 ** 30),
    os: `${osType()} ${release()}`,
    node: process.version,
  };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/** The median with the quartiles around it: `{median, low, high}`. */
export function spread(values) {
  return { median: median(values), low: quantile(values, 0.25), high: quantile(values, 0.75) };
}

/**
 * The names of the variants in an order that alternates from round to round, so that drift affects all equally.
 */
export function roundOrder(names, round) {
  const turn = round % names.length;
  const rotated = [...names.slice(turn), ...names.slice(0, turn)];
  return round % 2 ? rotated.reverse() : rotated;
}

/**
 * Prints figures (`{figure, unit, median, low, high, target?, holds?}`) as a table or as JSON lines. Keeps them
 * under results/ if `keep` is set.
 */
export function report(name, figures, { json, keep, rounds }) {
  const result = { bench: name, time: new Date().toISOString(), machine: machine(), rounds, figures };
  if (json) console.log(JSON.stringify(result));
  else {
    const { cpu, cores, node } = result.machine;
    console.log(`\n${name} — ${rounds} rounds on ${cores} × ${cpu}, Node.js ${node}`);
    for (const row of figures) console.log(`  ${line(row)}`);
  }
  if (keep) {
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  }
  return result;
}

function line({ figure, unit = '', median: middle, low, high, target, holds }) {
  const range = low === undefined ? '' : ` [${show(low)} … ${show(high)}]`;
  const goal =
    target === undefined
      ? ''
      : `   target ${target}${holds === undefined ? '' : holds ? ' ✓' : ' ✗ FALLS SHORT'}`;
  return `${figure.padEnd(58)} ${show(middle)}${unit ? ` ${unit}` : ''}${range}${goal}`;
}

function show(value) {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 3);
}
