/** Starts the page as users do, in its own process, and sends real HTTP requests to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'src', 'cli', 'main.js');
/** Each loopback address counts as one client, and a client may send 100 requests per second. */
const CLIENTS = process.platform === 'linux' ? 200 : 1;

/** Opens the page of a store: `{ address, get(path), close() }`. */
export async function openSite(store) {
  const child = spawn(process.execPath, [MAIN, 'serve', '--store', store, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await once(lines, 'line');
  const { address } = JSON.parse(line);
  const agents = Array.from(
    { length: CLIENTS },
    (_, i) => new Agent({ keepAlive: true, maxSockets: 8, ...(i > 0 && { localAddress: `127.0.1.${i}` }) }),
  );
  let asked = 0;
  return {
    address,
    get: (path) => get(address + path, agents[asked++ % CLIENTS]),
    async close() {
      for (const agent of agents) agent.destroy();
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Returns `{ status, headers, bytes, body, ms }`. `bytes` is the size of the body as sent. */
function get(url, agent) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { 'Accept-Encoding': 'br, gzip', Accept: 'text/html,application/json' };
    const asked = request(url, { agent, headers }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        const ms = performance.now() - started;
        resolve({ status: response.statusCode, headers: response.headers, bytes: body.length, body, ms });
      });
    });
    asked.on('error', reject);
    asked.end();
  });
}
