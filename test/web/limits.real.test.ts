import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBuild } from '../built';
import { laboratoryRecords } from '../cli/laboratory';
import { getText, openSocket, sendRaw } from './raw';
import { startSite, type TestSite } from './site-kit';

const { HTTP } = fromBuild<typeof import('../../src/web/limits')>('src/web/limits');
const MIB = 1024 * 1024;

let site: TestSite;
let host: string;
beforeAll(async () => {
  site = await startSite({ records: laboratoryRecords() });
  host = new URL(site.address).host;
});
afterAll(() => site?.close());

const statusOf = async (path: string) => (await site.get(path)).status;

describe('a request that asks for too much', () => {
  it('is refused at once: a list of 10⁹ items, an address of 1 MB, headers of 1 MB', async () => {
    expect(await statusOf('/api/v1/runs?limit=1000000000')).toBe(400);
    expect(await statusOf('/?limit=1000000000')).toBe(400);
    const long = `/api/v1/runs?where=${'a'.repeat(HTTP.address_characters)}`;
    expect((await sendRaw(site.address, getText(long, { Host: host }))).status).toBe(414);
    const longest = `/api/v1/runs?where=${'a'.repeat(MIB)}`;
    expect((await sendRaw(site.address, getText(longest, { Host: host }))).status).toBe(431);
    const flood = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`X-${i}`, 'x'.repeat(40)]));
    expect((await sendRaw(site.address, getText('/', { Host: host, ...flood }))).status).toBe(431);
  });

  it('is answered if it is as long as the longest filter', async () => {
    const where = `operator = '${'é'.repeat(4_000)}'`;
    expect(await statusOf(`/api/v1/runs?where=${encodeURIComponent(where)}`)).toBe(200);
  });

  it('is no HTTP: bytes of another protocol are refused, and the server continues', async () => {
    for (const bytes of [
      '\x16\x03\x01\x02\x00\x01\x00',
      'GET\r\n\r\n',
      '\0'.repeat(100),
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    ])
      expect([0, 400, 405, 421]).toContain((await sendRaw(site.address, bytes)).status);
    expect(await statusOf('/api/v1/labs')).toBe(200);
  });
});

describe('silent connections', () => {
  it('delay no other request, and are closed after a while', async () => {
    const before_bytes = process.memoryUsage().rss;
    const slow = await Promise.all(Array.from({ length: 200 }, () => halfRequest(site.address)));
    expect(await statusOf('/api/v1/runs')).toBe(200);
    expect(process.memoryUsage().rss - before_bytes).toBeLessThan(64 * MIB);
    // The server's own clock says when it looks; how long that takes is no matter here.
    await Promise.all(slow.map((socket) => (socket.closed ? undefined : once(socket, 'close'))));
  }, 60_000);

  it('are bounded by address', async () => {
    const many = Array.from({ length: HTTP.connections_per_address + 40 }, () => openSocket(site.address));
    await Promise.all(
      many.map((socket) => Promise.race([once(socket, 'close'), once(socket, 'ready')]).catch(() => 0)),
    );
    await expect.poll(() => many.filter((socket) => socket.closed).length).toBeGreaterThanOrEqual(30);
    for (const socket of many) socket.destroy();
    await expect.poll(async () => statusOf('/api/v1/labs').catch(() => 0)).toBe(200);
  });
});

describe('one client', () => {
  it('may ask for a hundred files at once, and gets them or is told to wait', async () => {
    const before_bytes = process.memoryUsage().rss;
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const response = await site.get('/api/v1/runs?format=csv');
        await response.text();
        return response.status;
      }),
    );
    expect(answers.filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
    expect(answers).toContain(200);
    expect(process.memoryUsage().rss - before_bytes).toBeLessThan(64 * MIB);
    expect(await statusOf('/api/v1/labs')).toBe(200);
  });
});

async function halfRequest(address: string): Promise<Socket> {
  const socket = openSocket(address);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nHost: ');
  socket.resume();
  return socket;
}
