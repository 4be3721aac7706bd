/**
 * Digests files as a worker does, in its data thread, compared with `openssl dgst -sha256` on the same files.
 * Also measures the delay of the worker's event loop.
 */
import { execFileSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, utimesSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const MIB = 2 ** 20;
/** Resolution in ms with which the delay of a 1 ms timer is measured. */
const RESOLUTION_MS = 1;
const REST_MS = 200;

/** Writes files of random bytes and returns their paths. */
export function makeFiles(folder, { count, size_mib }) {
  const block = randomFillSync(Buffer.alloc(MIB));
  return Array.from({ length: count }, (_, n) => {
    const path = join(folder, `frames-${n}.raw`);
    const file = openSync(path, 'w');
    for (let i = 0; i < size_mib; i += 1) {
      block.writeUInt32LE(n * size_mib + i);
      writeSync(file, block);
    }
    closeSync(file);
    return path;
  });
}

/**
 * Returns `{openssl(), ours(), close()}`. `openssl` and `ours` digest all files; `ours` returns the digests,
 * the time and the delay of the event loop.
 */
export function digesters(paths) {
  const { DataThreadClient } = createRequire(import.meta.url)('../../dist/src/data/thread/client.js');
  const client = new DataThreadClient(hostname());
  const targets = paths.map((path) => {
    const url = pathToFileURL(path);
    url.host = hostname();
    return { uri: url.href };
  });
  return {
    openssl: async () => timed(() => opensslDigests(paths)),
    ours: async () => {
      await touch(paths);
      return withDelay(() => ourDigests(client, targets));
    },
    close: () => client.close(),
  };
}

/**
 * Changes the files' times, since a digest is cached by them. A digest counts only if its file was unchanged
 * for a while.
 */
async function touch(paths) {
  for (const path of paths) utimesSync(path, new Date(), new Date());
  await pause(REST_MS);
}

function opensslDigests(paths) {
  const said = execFileSync('openssl', ['dgst', '-sha256', '-r', ...paths], { encoding: 'utf8' });
  return said
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]);
}

async function ourDigests(client, targets) {
  const looks = await client.look(targets);
  const asked = targets.map((target, n) =>
    client.digest({ ...target, signature: looks[n].signature, max_bytes: 2 ** 40 }),
  );
  return (await Promise.all(asked)).map(({ sha256, missing }) => sha256 ?? missing);
}

async function timed(work) {
  const began = performance.now();
  return { digests: await work(), ms: performance.now() - began };
}

/** The p99 of the event loop's delay during `work`, minus that of an equally long time without it. */
async function withDelay(work) {
  const busy = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  busy.enable();
  const taken = await timed(work);
  busy.disable();
  const quiet = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  quiet.enable();
  await pause(taken.ms);
  quiet.disable();
  const [with_it, without] = [busy, quiet].map((delay) => delay.percentile(99) / 1e6);
  return { ...taken, added_p99_ms: with_it - without };
}
