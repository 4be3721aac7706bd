/**
 * The page as users start it, in a process of its own, and requests to it through real HTTP.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'src', 'cli', 'main.js');
/** Each address of this machine is a client of its own: one may ask 100 times in a second. */
const CLIENTS = process.platform === 'linux' ? 200 : 1;

/** `{ address, get(path), close() }` of a store. */
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

/** `{ status, headers, bytes, body, ms }`; `bytes`: of the body as it was sent. */
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
