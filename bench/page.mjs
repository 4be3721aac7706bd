/**
 * Measures pages and the API on both databases, over HTTP from a separate process. A store of 1,000,000 runs
 * and 3,000,000 links is compared with one of 10,000 runs. Also measures the bytes of the first page load, and
 * the delay of a worker that records meanwhile. `npm run bench -- page`. The stores are kept for the next time
 * (`page/stores.mjs`). `PROVENANCE_BENCH_ONLY=sqlite` or `postgres` selects one database.
 */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, parseBenchArguments, quantile, report, roundOrder, spread } from './_rounds.mjs';
import { ADDRESSES, addressOf, COUNTING } from './page/addresses.mjs';
import { openSite } from './page/site.mjs';
import { cacheFolder, postgresWorld, sqliteWorld } from './page/stores.mjs';
import { worldOf } from './page/world.mjs';
import { benchServer } from './postgres/server.mjs';

const options = parseBenchArguments();
const SIZES = options.quick ? { small: 10_000, large: 100_000 } : { small: 10_000, large: 1_000_000 };
const LIMITS = { growth: 2, p95_ms: 150, lineage_ms: 300, paint_bytes: 60_000, requests: 2, added_ms: 1 };
/** Times below this always pass: a ratio of such times means nothing. */
const QUICK_MS = 10;
const CALLS = 5;
/**
 * The load of the worker that records, and of the people who look meanwhile: two people who click every fifth
 * of a second.
 */
const LOAD = { openings: options.quick ? 500 : 2_000, rounds: options.quick ? 3 : 7, pause_ms: 100 };
const WORKER = join(dirname(fileURLToPath(import.meta.url)), 'page', 'load.mjs');
const only = process.env.PROVENANCE_BENCH_ONLY;

/** The times of all calls, by size of the store. Each round asks both stores, in alternating order. */
async function measure(sites, make, limit) {
  const times = { small: [], large: [] };
  for (let round = -1; round < options.rounds; round += 1)
    for (const size of roundOrder(['small', 'large'], round + 1))
      for (let call = 0; call < CALLS; call += 1) {
        const path = addressOf(make, worldOf(SIZES[size]), (round + 1) * CALLS + call);
        const { status, ms } = await sites[size].get(path);
        if (status >= 400) return { path, status };
        if (round >= 0) times[size].push(ms); // The first round warms up.
      }
  const [small, large] = [median(times.small), median(times.large)];
  const p95 = quantile(times.large, 0.95);
  return { small, large, p95, ratio: large / small, holds: p95 <= limit };
}

function figuresOf(dialect, name, measured, limit) {
  if (measured.status !== undefined) {
    console.error(`${dialect}: ${name}: ${measured.path} answers ${measured.status}; left out`);
    return [];
  }
  const { small, large, p95, ratio, holds } = measured;
  const grows = ratio > LIMITS.growth && large > QUICK_MS;
  const words = `${dialect}: ${name}`;
  return [
    { figure: `${words}: p95 of ${SIZES.large} runs`, unit: 'ms', median: p95, target: `≤ ${limit}`, holds },
    {
      figure: `${words}: ${SIZES.large} runs / ${SIZES.small}, ${show(large)} ms / ${show(small)} ms`,
      unit: '×',
      median: ratio,
      target: `≤ ${LIMITS.growth}, or ≤ ${QUICK_MS} ms`,
      holds: !grows,
    },
  ];
}

const show = (ms) => ms.toFixed(ms < 10 ? 1 : 0);

async function pages(dialect, sites) {
  const figures = [];
  for (const [name, make] of Object.entries(ADDRESSES)) {
    process.stderr.write(`page: ${dialect}: ${name}          \r`);
    figures.push(...figuresOf(dialect, name, await measure(sites, make, LIMITS.p95_ms), LIMITS.p95_ms));
  }
  const wide = ({ wideExecution }) => `/executions/${wideExecution}`;
  const many = await measure(
    { small: sites.large, large: sites.large },
    () => wide(worldOf(SIZES.large)),
    LIMITS.p95_ms,
  );
  if (many.status === undefined)
    figures.push({
      figure: `${dialect}: an execution of ${worldOf(SIZES.large).wide} activities: p95`,
      unit: 'ms',
      median: many.p95,
    });
  for (const [name, make] of Object.entries(COUNTING)) {
    const counted = await measure(sites, make, LIMITS.p95_ms);
    if (counted.status === undefined)
      figures.push({
        figure: `${dialect}: ${name}, all ${SIZES.large} runs: p95`,
        unit: 'ms',
        median: counted.p95,
      });
    else console.error(`${dialect}: ${name}: ${counted.status} of ${SIZES.large} runs`);
  }
  return figures;
}

/** The lineage after a run of the chain: a thousand runs and a thousand files. */
async function largeLineage(dialect, site) {
  const first = (SIZES.large - 1_000).toString(16).padStart(12, '0');
  const path = `/api/v1/lineage?focus=01a20ae7-350e-7632-a049-${first}&direction=down`;
  const times = [];
  for (let call = 0; call < options.rounds * CALLS; call += 1) {
    const { status, ms } = await site.get(path);
    if (status >= 400) return [];
    times.push(ms);
  }
  return [
    {
      figure: `${dialect}: a lineage of 2,000 nodes: p95`,
      unit: 'ms',
      median: quantile(times, 0.95),
      target: `≤ ${LIMITS.lineage_ms}`,
      holds: quantile(times, 0.95) <= LIMITS.lineage_ms,
    },
  ];
}

/**
 * What a browser must load before it can paint, and how many requests run one after the other or block the
 * paint.
 */
async function firstPaint(site) {
  const world = worldOf(SIZES.small);
  let [bytes, requests, worst] = [0, 0, ''];
  for (const [name, make] of Object.entries(ADDRESSES)) {
    if (!name.startsWith('/') || name.startsWith('/go')) continue;
    const page = await site.get(addressOf(make, world, 3));
    if (page.status >= 400) continue;
    // What is loaded at the end of the body does not block the paint.
    const [html] = (await decoded(page)).split('</head>');
    const styles = [...html.matchAll(/<link[^>]*rel="stylesheet"[^>]*href="([^"]+)"/g)].map(
      ([, href]) => href,
    );
    const blocking = [
      ...html.matchAll(/<script(?![^>]*(?:type="module"|defer|async))[^>]*src="([^"]+)"/g),
    ].map(([, src]) => src);
    let own = page.bytes;
    for (const href of [...styles, ...blocking]) own += (await site.get(href)).bytes;
    if (own > bytes) [bytes, worst] = [own, name];
    requests = Math.max(requests, 1 + styles.length + blocking.length);
  }
  return [
    {
      figure: `first paint of the largest page (${worst})`,
      unit: 'B',
      median: bytes,
      target: `≤ ${LIMITS.paint_bytes}`,
      holds: bytes <= LIMITS.paint_bytes,
    },
    {
      figure: 'requests before the first paint, at most',
      median: requests,
      target: `≤ ${LIMITS.requests}`,
      holds: requests <= LIMITS.requests,
    },
  ];
}

async function decoded({ headers, body }) {
  const { brotliDecompressSync, gunzipSync } = await import('node:zlib');
  const encoding = headers['content-encoding'];
  if (encoding === 'br') return brotliDecompressSync(body).toString();
  return (encoding === 'gzip' ? gunzipSync(body) : body).toString();
}

/** Times of openings of a worker alone, and while people look at lists, runs and lineage. */
async function besideWorker(dialect, url, site) {
  const rounds = [];
  for (let round = -1; round < LOAD.rounds; round += 1) {
    const taken = {};
    for (const variant of roundOrder(['alone', 'watched'], round + 1))
      taken[variant] = await openings(url, variant === 'watched' ? site : undefined);
    if (round >= 0) rounds.push(taken);
  }
  const added = spread(rounds.map(({ alone, watched }) => watched.p99_ms - alone.p99_ms));
  return [
    {
      figure: `${dialect}: openings of a worker alone: p99`,
      unit: 'ms',
      ...spread(rounds.map(({ alone }) => alone.p99_ms)),
    },
    {
      figure: `${dialect}: openings while people look: p99, added`,
      unit: 'ms',
      ...added,
      target: `≤ ${LIMITS.added_ms}`,
      holds: added.median <= LIMITS.added_ms,
    },
  ];
}

async function openings(url, site) {
  const looking = { on: site !== undefined };
  const looked = site ? look(site, looking) : Promise.resolve();
  const { stdout } = await promisify(execFile)(process.execPath, [WORKER, url, String(LOAD.openings)]);
  looking.on = false;
  await looked;
  return JSON.parse(stdout);
}

async function look(site, looking) {
  const world = worldOf(SIZES.large);
  const paths = ['/', '/ by two fields', '/runs/UID', '/executions', '/lineage?focus=UID'];
  for (let call = 0; looking.on; call += 1) {
    await site.get(addressOf(ADDRESSES[paths[call % paths.length]], world, call));
    await sleep(LOAD.pause_ms);
  }
}

async function figures(dialect, urlOf) {
  const urls = {};
  for (const [size, runs] of Object.entries(SIZES)) {
    process.stderr.write(`page: ${dialect}: a store of ${runs} runs is looked for, or filled     \r`);
    urls[size] = await urlOf(runs);
  }
  const sites = { small: await openSite(urls.small), large: await openSite(urls.large) };
  try {
    return [
      ...(await pages(dialect, sites)),
      ...(await largeLineage(dialect, sites.large)),
      ...(await besideWorker(dialect, urls.large, sites.large)),
      ...(dialect === 'SQLite' ? await firstPaint(sites.small) : []),
    ];
  } finally {
    await Promise.all([sites.small.close(), sites.large.close()]);
  }
}

const all = [];
if (only !== 'postgres') all.push(...(await figures('SQLite', sqliteWorld)));
if (only !== 'sqlite') {
  const server = await benchServer({ keep: join(cacheFolder(), 'postgres') });
  if (server)
    try {
      all.push(...(await figures('PostgreSQL', (runs) => postgresWorld(server, runs))));
    } finally {
      await server.close();
    }
}
report('page', all, options);
