/**
 * Measures rates of the spool. Appends are made one by one, in groups, and at 200 runs/s. Records are imported
 * into a store that answers at once, and into SQLite if it is built. `npm run build && node bench/spool.mjs
 * [folder]`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

const dist = resolve(process.env.DIST ?? join(import.meta.dirname, '../dist'));
const require = createRequire(import.meta.url);
const { openSpool, readSpool } = require(join(dist, 'src/record/spool/spool.js'));
const given = process.argv.slice(2).find((argument) => !argument.startsWith('-'));
const base = mkdtempSync(join(given ?? tmpdir(), 'spool-bench-'));

const quantile = (values, share) => values.sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];
const rounded = (value) => Math.round(value * 100) / 100;
let made = 0;

function run() {
  made += 1;
  const uid = `019ab000-0000-7000-8000-${String(made).padStart(12, '0')}`;
  const metadata = JSON.stringify({
    fields: { operator: 'Ada', sample: { name: 'Au' }, dose: made },
    sources: {},
  });
  const facts = JSON.stringify({
    temporal: { args: ['x'.repeat(1200)], options: {} },
    provenance: { lab: 'default' },
  });
  const ids = { namespace: 'default', workflow_id: 'w', run_id: 'r', workflow_type: 'scan' };
  const activity = {
    activity_id: '1',
    activity_type: 'measure',
    attempt: 1,
    is_local: false,
    task_queue: 'q',
  };
  const rest = {
    environment_id: null,
    session_id: null,
    retry_of: null,
    share_scan_id: false,
    scheduled_time: 1,
  };
  const open = {
    kind: 'open',
    uid,
    time: made,
    lab: 'default',
    numbered: true,
    stash_version: null,
    metadata,
    facts,
  };
  const document = JSON.stringify({ uid: `s${uid}`, run_start: uid, time: made, exit_status: 'success' });
  const stop = { kind: 'stop', uid: `s${uid}`, run_start: uid, time: made, exit_status: 'success', document };
  return [{ ...open, ...ids, ...activity, ...rest }, stop];
}

async function oneByOne() {
  const spool = await openSpool({ folder: join(base, 'one') });
  const times = [];
  for (let n = 0; n < 500; n += 1) {
    const began = performance.now();
    await spool.append(run());
    times.push(performance.now() - began);
  }
  await spool.close();
  console.log(
    `append, one at a time: p50 ${rounded(quantile(times, 0.5))} ms, p99 ${rounded(quantile(times, 0.99))} ms`,
  );
}

async function grouped() {
  const spool = await openSpool({ folder: join(base, 'many') });
  const began = performance.now();
  for (let n = 0; n < 40; n += 1) await Promise.all(Array.from({ length: 500 }, () => spool.append(run())));
  const seconds = (performance.now() - began) / 1000;
  console.log(`append, 500 at a time: ${Math.round(40_000 / seconds)} records/s`);
  await spool.close();
}

/** Microseconds of CPU per run, all threads, at 200 runs/s. */
async function paced(seconds, each) {
  const cpu = process.cpuUsage();
  const began = performance.now();
  for (let n = 0; n < 200 * seconds; n += 1) {
    await pause(Math.max(0, began + n * 5 - performance.now()));
    each(run());
  }
  await pause(200);
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / (200 * seconds);
}

/** Simulates an outage: 200 runs/s arrive evenly. Each adds to its activity the wait for its start. */
async function outage(seconds) {
  const idle = await paced(seconds, () => undefined);
  const spool = await openSpool({ folder: join(base, 'outage') });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const rss = process.memoryUsage().rss;
  const waits = [];
  delay.enable();
  const busy = await paced(seconds, ([open, stop]) => {
    const asked = performance.now();
    void spool.append([open]).then(() => {
      waits.push(performance.now() - asked);
      return spool.append([stop]);
    });
  });
  delay.disable();
  console.log(
    `outage of ${seconds} s at 200 runs/s: start p50 ${rounded(quantile(waits, 0.5))} ms, p99 ${rounded(quantile(waits, 0.99))} ms, ` +
      `${Math.round(busy - idle)} µs CPU per run (all threads), loop p99 ${rounded(delay.percentile(99) / 1e6)} ms, ` +
      `RSS ${rounded((process.memoryUsage().rss - rss) / 2 ** 20)} MiB more, dropped ${JSON.stringify(spool.statistics.dropped.by_kind)}`,
  );
  await spool.close();
}

async function intake(name, hooks, folder) {
  const spool = await openSpool({ folder });
  const { records } = await readSpool(folder, { count: true });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  const report = await spool.drain(hooks);
  const seconds = (performance.now() - began) / 1000;
  delay.disable();
  const loop = rounded(delay.percentile(99) / 1e6);
  console.log(
    `intake into ${name}: ${report.taken} of ${records} records, ${Math.round(report.taken / seconds)} records/s, loop p99 ${loop} ms`,
    report.stopped ?? '',
  );
  await spool.close();
}

async function sqlite() {
  let store;
  try {
    const { openStore } = require(join(dist, 'src/store/open.js'));
    store = await openStore(`sqlite:${join(base, 'bench.db')}`, { create: true });
  } catch (error) {
    console.log(`intake into SQLite: not built (${error.code ?? error.message})`);
    return;
  }
  await intake('SQLite', { write: (records) => store.write(records) }, join(base, 'outage'));
  await store.close();
}

await oneByOne();
await grouped();
await outage(Number(process.env.SECONDS ?? 10));
await intake(
  'nothing',
  { write: async (records) => records.map(() => ({ kind: 'done' })) },
  join(base, 'many'),
);
await sqlite();
rmSync(base, { recursive: true });
