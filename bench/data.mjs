/**
 * Measures the cost of capturing data. Digests are compared with `openssl dgst -sha256` of the same files; the
 * delay of the event loop is measured meanwhile. The CPU of an activity that names no data is compared with a
 * worker with `data: false`. Rounds alternate. `npm run bench -- data`.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median, parseBenchArguments, report, roundOrder, spread } from './_rounds.mjs';
import { ask, endVariant, startServer } from './activity/processes.mjs';
import { digesters, makeFiles } from './data/digesting.mjs';

const options = parseBenchArguments();
const FILES = options.quick ? { count: 4, size_mib: 64 } : { count: 8, size_mib: 128 };
const SHAPE = { workflows: 10, count: options.quick ? 100 : 300, parallel: 20 };
const VARIANTS = ['with', 'without'];
const WORKER = fileURLToPath(new URL('./data/worker.mjs', import.meta.url));

function progress(part, round) {
  process.stderr.write(`data: ${part}, round ${round + 1} of ${options.rounds}\r`);
}

async function digesting(folder) {
  const digest = digesters(makeFiles(folder, FILES));
  const samples = [];
  try {
    for (let round = -1; round < options.rounds; round += 1) {
      const taken = {};
      for (const variant of roundOrder(['openssl', 'ours'], round + 1))
        taken[variant] = await digest[variant]();
      if (String(taken.ours.digests) !== String(taken.openssl.digests)) throw new Error('the digests differ');
      if (round >= 0) samples.push(taken); // The first round warms up.
      progress('digests', round);
    }
  } finally {
    digest.close();
  }
  const speed = samples.map(({ openssl, ours }) => openssl.ms / ours.ms);
  const added = samples.map(({ ours }) => ours.added_p99_ms);
  const mib = FILES.count * FILES.size_mib;
  return [
    {
      figure: `digesting ${mib} MiB`,
      unit: 'MiB/s',
      ...spread(samples.map(({ ours }) => (1000 * mib) / ours.ms)),
    },
    {
      figure: 'digesting: speed / that of openssl dgst -sha256',
      ...spread(speed),
      target: '≥ 0.8',
      holds: median(speed) >= 0.8,
    },
    {
      figure: 'event-loop delay p99, added while digesting',
      unit: 'ms',
      ...spread(added),
      target: '≤ 2',
      holds: median(added) <= 2,
    },
  ];
}

async function startWorker(variant, address, folder) {
  const child = fork(WORKER, [variant, address, folder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the worker ${variant} data ended with code ${code}`)));
  });
  return child;
}

async function activities(folder) {
  const server = await startServer();
  const children = {};
  const samples = [];
  try {
    for (const variant of VARIANTS) children[variant] = await startWorker(variant, server.address, folder);
    for (let round = -1; round < options.rounds; round += 1) {
      const taken = {};
      for (const variant of roundOrder(VARIANTS, round + 1))
        taken[variant] = await ask(children[variant], SHAPE);
      if (round >= 0) samples.push(taken); // The first round warms up.
      progress('activities', round);
    }
    for (const child of Object.values(children)) await endVariant(child);
  } finally {
    for (const child of Object.values(children)) child.kill('SIGKILL');
    await server.teardown();
  }
  const each = SHAPE.workflows * SHAPE.count;
  const ratio = samples.map((taken) => taken.with.cpu_ms / taken.without.cpu_ms);
  return [
    {
      figure: 'local activity without data: CPU',
      unit: 'µs',
      ...spread(samples.map((taken) => (taken.with.cpu_ms * 1000) / each)),
    },
    {
      figure: 'local activity without data: CPU / with data: false',
      ...spread(ratio),
      target: '≤ 1.05',
      holds: median(ratio) <= 1.05,
    },
  ];
}

const folder = mkdtempSync(join(tmpdir(), 'provenance-data-'));
try {
  report('data', [...(await digesting(folder)), ...(await activities(folder))], options);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
