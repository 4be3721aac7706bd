/**
 * Measures PostgreSQL: runs per second that several writers open in one lab. Each run takes the next scan id;
 * duplicates and gaps are checked afterwards. `npm run bench postgres`.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { parseBenchArguments, quantile, report, roundOrder, spread } from './_rounds.mjs';
import { benchServer } from './postgres/server.mjs';

const PROGRAM = fileURLToPath(new URL('./postgres/writers.mjs', import.meta.url));
const PROCESSES = 2;
const VARIANTS = [
  { name: '16 writers, groups of 100', writers: 16, batch: 100, target: 5000 },
  { name: '16 writers, groups of 100, opened and stopped', writers: 16, batch: 100, stops: true },
  { name: '16 writers, groups of 10', writers: 16, batch: 10 },
  { name: '16 writers, one by one', writers: 16, batch: 1 },
  { name: '2 writers, groups of 100', writers: 2, batch: 100 },
  { name: '2 writers, one by one', writers: 2, batch: 1 },
];

const options = parseBenchArguments();
const server = await benchServer();
if (server) {
  try {
    report('postgres', await figuresOf(server.url), options);
  } finally {
    await server.close();
  }
}

async function figuresOf(url) {
  const figures = [];
  const rounds = options.quick ? 1 : Math.min(options.rounds, 3);
  const measured = new Map(VARIANTS.map((variant) => [variant, []]));
  for (let round = 0; round < rounds; round++) {
    for (const variant of roundOrder(VARIANTS, round))
      measured.get(variant).push(await measure(url, variant));
  }
  for (const [variant, results] of measured) {
    const rate = spread(results.map((result) => result.rate));
    const holds = variant.target === undefined ? undefined : rate.median >= variant.target;
    figures.push({ figure: variant.name, unit: 'runs/s', ...rate, target: variant.target, holds });
    figures.push({ figure: '  time of a group, p99', unit: 'ms', ...spread(results.map((one) => one.p99)) });
    const faults = results.reduce((sum, one) => sum + one.duplicates + one.gaps + one.missing, 0);
    figures.push({
      figure: '  scan ids twice or left out, runs missing',
      median: faults,
      target: 0,
      holds: faults === 0,
    });
  }
  return figures;
}

async function measure(url, { writers, batch, stops = false }) {
  await execute(url, 'DROP SCHEMA IF EXISTS provenance CASCADE');
  const seconds = options.quick ? 2 : 5;
  const children = Array.from({ length: PROCESSES }, () => fork(PROGRAM));
  const share = writers / PROCESSES;
  const told = (child) => new Promise((resolve) => child.once('message', resolve));
  const ready = children.map(told);
  children.forEach((child, i) => {
    child.send({ url, first: i * share, writers: share, batch, stops, seconds });
  });
  await Promise.all(ready);
  const done = children.map(told);
  const start = performance.now();
  for (const child of children) child.send('go');
  const answers = await Promise.all(done);
  const elapsed = (performance.now() - start) / 1000;
  const runs = answers.reduce((sum, answer) => sum + answer.runs, 0);
  const p99 = quantile(
    answers.flatMap((answer) => answer.times),
    0.99,
  );
  return { rate: runs / elapsed, p99, ...(await check(url, runs + writers)) };
}

async function check(url, runs) {
  const text = `SELECT count(*)::int AS runs, count(DISTINCT scan_id)::int AS ids, max(scan_id)::int AS last,
    (SELECT scan_id::int FROM provenance.lab) AS counter FROM provenance.run`;
  const { rows } = await execute(url, text);
  const { ids, last, counter } = rows[0];
  return {
    duplicates: rows[0].runs - ids,
    gaps: last - ids + Math.abs(counter - last),
    missing: Math.abs(runs - rows[0].runs),
  };
}

async function execute(url, text) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}
