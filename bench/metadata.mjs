/**
 * Measures the cost of a run's metadata and values, each as a ratio to `JSON.stringify` of the same data. Also
 * measures how long a giant value blocks the worker. `npm run build && node bench/metadata.mjs`
 */
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseBenchArguments, report, roundOrder, spread } from './_rounds.mjs';

const dist = resolve(process.env.DIST ?? join(import.meta.dirname, '../dist'));
const require = createRequire(import.meta.url);
const { mergeSources } = require(join(dist, 'src/metadata/merge.js'));
const { checkMetadata } = require(join(dist, 'src/metadata/fields.js'));
const { createRedactor } = require(join(dist, 'src/redaction/redactor.js'));
const { recordValue, recordValues } = require(join(dist, 'src/values/values.js'));

const options = parseBenchArguments();
const calls = options.quick ? 2000 : 20_000;
const redactor = createRedactor();

const layers = {
  user: { operator: 'Ada Lovelace', purpose: 'calibration of the detector before the night shift' },
  plan: { purpose: 'calibration', hints: { dimensions: [[['motor', 'x'], 'primary']] } },
  inferred: {
    plan_name: 'acquire',
    plan_type: 'workflow',
    plan_args: [{ exposure_s: 0.5, frames: 30 }, 'fast'],
  },
  stash: {
    operator: 'Grace',
    sample: { name: 'LaB6', holder: 'capillary 0.3 mm' },
    data_session: 'pass-123456',
  },
};
const args = [
  {
    frames: ['s3://raw/2026/11/23/frame-0001.h5', 's3://raw/2026/11/23/frame-0002.h5'],
    dark: true,
    mask: [1, 2, 3],
  },
  'fast',
];
const { fields } = mergeSources(layers);
const digest = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const documents = Array.from({ length: 50 }, (_, n) => ({
  ...fields,
  temporal: {
    args,
    workflow_id: `acquire-${n}`,
    task_queue: 'reduction',
    attempt: 1,
    worker: { host: 'beamline-7' },
  },
  provenance: {
    lab: 'default',
    environment: `sha256:${digest}`,
    session: '0194f3a8-7c3e-7b1d-8f0f-2f0f7d2a4c12',
  },
  log: Array.from(
    { length: 12 },
    (_, line) => `frame ${n}-${line} aligned, residual 0.0${line}, mean 1${line}2.5`,
  ),
}));
const texts = documents.map((document) => JSON.stringify(document));

const variants = {
  'stringify document': (n) => JSON.stringify(documents[n % 50]),
  'stringify arguments': () => JSON.stringify(args),
  'merge four sources': () => mergeSources(layers),
  'check merged metadata': () => checkMetadata(fields),
  'redact document text, nothing found': (n) => redactor.jsonText(texts[n % 50]),
  'record arguments': () => recordValues(args),
  'record arguments, masked': () => recordValues(args, undefined, redactor),
};

function cpuOf(call) {
  const before = process.cpuUsage();
  for (let n = 0; n < calls; n++) call(n);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

const taken = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
for (const call of Object.values(variants)) cpuOf(call); // Lets the code be compiled before it is measured.
for (let round = 0; round < options.rounds; round++) {
  for (const name of roundOrder(Object.keys(variants), round)) taken[name].push(cpuOf(variants[name]));
}

function nest(levels, wrap) {
  let value = 'bottom';
  for (let level = 0; level < levels; level++) value = wrap(value);
  return value;
}
const giants = {
  'depth 100,000': nest(100_000, (inner) => [inner]),
  'shared parts, 2^22': nest(22, (inner) => [inner, inner]),
  'string of 50 MB': Buffer.alloc(50_000_000, 'word ').toString('latin1'),
  'buffer of 600 MB': Buffer.alloc(600_000_000),
  '1 MB of bait': '-eyJ'.repeat(250_000),
  'array of 10^6': new Array(1_000_000).fill(1.5),
  'map of 10^6': new Map(Array.from({ length: 1_000_000 }, (_, n) => [n, n])),
  'object of 10^5 keys': Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`key${n}`, n])),
  'object of 10^6 keys': Object.fromEntries(Array.from({ length: 1_000_000 }, (_, n) => [`key${n}`, n])),
};
function longest(value) {
  const times = Array.from({ length: options.rounds }, () => {
    const start = performance.now();
    recordValue(value, undefined, redactor);
    return performance.now() - start;
  });
  return spread(times);
}

const figures = Object.entries(taken).map(([figure, values]) => ({ figure, unit: 'µs', ...spread(values) }));
for (const [name, value] of Object.entries(giants))
  figures.push({ figure: `record ${name}`, unit: 'ms', ...longest(value) });
report('metadata', figures, options);
