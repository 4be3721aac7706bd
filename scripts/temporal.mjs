/**
 * Finds the executable of Temporal's dev server, installs it once if it is missing, starts and ends it. The
 * tests look for it in the same places (`test/real/temporal-server.ts`).
 * @module
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { end, startProcess } from './processes.mjs';
import { runQuietly, SetupError, step } from './progress.mjs';

/** The newest version that `go install` accepts: later ones contain replace directives. */
const GO_PACKAGE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
/** Time limits in ms for a download to begin, and to end. */
const DOWNLOAD_BEGIN_MS = 15_000;
const DOWNLOAD_END_MS = 300_000;
const SERVER_START_MS = 60_000;

export function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'temporal-provenance');
}

export function findTemporal() {
  const folders = [...(process.env.PATH ?? '').split(delimiter), join(cacheFolder(), 'bin')];
  return folders.map((folder) => join(folder, 'temporal')).find((path) => existsSync(path));
}

/** Path of the executable. It is installed into the cache folder if the machine has none. */
export async function prepareTemporal() {
  const found = findTemporal();
  if (found) return found;
  const failures = [];
  for (const [title, expectation, install] of [
    ['Temporal dev server, download', 'once, about 60 MB', download],
    [
      'Temporal dev server, built with Go',
      'once, about three minutes',
      (folder) => goInstall(GO_PACKAGE, folder),
    ],
  ]) {
    try {
      return await step(title, () => installInto('temporal', install), expectation);
    } catch (error) {
      failures.push(`${title}: ${error.message.trim()}`);
    }
  }
  throw new SetupError(
    `${failures.join('\n\n')}\n\nTemporal's dev server could not be had. Install the Temporal CLI from your package manager or from\nhttps://docs.temporal.io/cli so that \`temporal\` is on PATH, and run this command again.`,
  );
}

/** Moves the one file that `install` leaves in its own folder to its final place, whole or not at all. */
export async function installInto(name, install) {
  const bin = join(cacheFolder(), 'bin');
  mkdirSync(bin, { recursive: true });
  const folder = mkdtempSync(join(bin, 'new-'));
  try {
    await install(folder);
    const [file] = readdirSync(folder);
    renameSync(join(folder, file), join(bin, name));
    return join(bin, name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The SDK's own download, in a separate process that is ended if nothing arrives. */
async function download(folder) {
  const script = fileURLToPath(new URL('download-temporal.mjs', import.meta.url));
  const giveUp = new AbortController();
  const noneYet = setTimeout(() => {
    if (readdirSync(folder).length === 0) giveUp.abort();
  }, DOWNLOAD_BEGIN_MS);
  try {
    const options = { signal: giveUp.signal, timeout_ms: DOWNLOAD_END_MS };
    await runQuietly(process.execPath, [script, folder], options);
  } catch (error) {
    throw giveUp.signal.aborted ? new SetupError('Nothing came; the network may be closed.') : error;
  } finally {
    clearTimeout(noneYet);
  }
}

/** Lets Go build one program into a folder. */
export async function goInstall(goPackage, folder) {
  try {
    await runQuietly('go', ['install', goPackage], { env: { ...process.env, GOBIN: folder } });
  } catch (error) {
    throw error.code === 'ENOENT' ? new SetupError('There is no `go` on PATH.') : error;
  }
}

/** Starts a server on loopback. It is ready when this returns. The caller ends it with `end`. */
export async function startServer(executable) {
  const address = `127.0.0.1:${await freePort()}`;
  const port = address.split(':')[1];
  const flags = ['--ip', '127.0.0.1', '--port', port, '--headless', '--log-level', 'error'];
  const child = startProcess(executable, ['server', 'start-dev', ...flags]);
  const limit = Date.now() + SERVER_START_MS;
  const health = ['operator', 'namespace', 'describe', '--namespace', 'default', '--address', address];
  for (;;) {
    try {
      await runQuietly(executable, health, { timeout_ms: 5_000 });
      return { address, child };
    } catch (error) {
      if (child.exitCode !== null || Date.now() > limit) {
        await end(child);
        throw new SetupError(`The Temporal dev server did not start:\n${child.said()}\n${error.message}`);
      }
      await sleep(100);
    }
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
