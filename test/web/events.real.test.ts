/** Events come as documents are committed, each once, over kills of the server and purges, on both databases. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store';
import { DIST, openStore } from '../built';
import { call } from '../cli/laboratory';
import { opening, stopping, uidOf } from '../store/runs';
import { postgresPlace, sqlitePlace } from '../upkeep/stores';
import { type Heard, type Listener, listen } from './event-source';
import { startSite } from './site-kit';

const folder = mkdtempSync(join(tmpdir(), 'provenance-events-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([sqlitePlace(), postgresPlace()])('events of $name', (place) => {
  let url: string;
  let store: Store;
  let server: ChildProcess | undefined;
  let listener: Listener | undefined;
  beforeAll(async () => {
    if (place.missing) return;
    await place.start();
    url = await place.url();
    store = await openStore(url);
  });
  afterEach(async () => {
    await listener?.close();
    server?.kill('SIGKILL');
  });
  afterAll(async () => {
    await store?.close();
    await place.stop();
  });

  /** Starts `serve`. @returns the address of its events */
  async function start(): Promise<string> {
    const words = [join(DIST, 'src/cli/main.js'), 'serve', '--store', url, '--port', '0'];
    server = spawn(process.execPath, words, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(server.stdout!, 'data')) as [Buffer];
    return `${/http:\S+/.exec(String(line))![0]}/api/v1/events`;
  }

  async function write(from: number, to: number): Promise<void> {
    for (let n = from; n <= to; n++) {
      // Longer than between two looks of the server, so that it is killed between two transactions.
      await new Promise((resolve) => setTimeout(resolve, 150));
      await store.write([opening({ n, lab: n % 2 === 0 ? 'even' : 'default' }), stopping(n, { time: n })]);
    }
  }
  const named = ({ event, data: { document } }: Heard) => `${event} ${document.run_start ?? document.uid}`;
  const both = (n: number) => [`start ${uidOf(n)}`, `stop ${uidOf(n)}`];

  it.skipIf(place.missing)(
    'arrive once each, in order, while the server is killed and restarted',
    async () => {
      const heard: Heard[] = [];
      const last = 12;
      listener = await listen(await start());
      const writing = write(1, last);
      for (;;) {
        await listener.until(Math.min(3, 2 * last - heard.length));
        server!.kill('SIGKILL');
        await listener.close();
        heard.push(...listener.heard);
        if (heard.length >= 2 * last) break;
        listener = await listen(await start(), listener.lastId);
      }
      await writing;
      expect(heard.map(named)).toEqual(Array.from({ length: last }, (_, i) => both(i + 1)).flat());
    },
  );

  it.skipIf(place.missing)('continue over a purge, and report it', async () => {
    const events = await start();
    listener = await listen(`${events}?after=0`);
    await listener.until(4);
    await listener.close();
    const { lastId } = listener;
    const { code, err } = await call(['purge', '--run', uidOf(2), '--yes', '--store', url], { cwd: folder });
    expect(code, err).toBe(0);
    await write(13, 13);
    listener = await listen(events, lastId);
    await expect.poll(() => listener!.heard.map(named)).toContain(`stop ${uidOf(13)}`);
    const later = listener.heard.filter(({ event }) => event !== 'removed');
    expect(new Set(later.map(({ id }) => id)).size).toBe(later.length);
    expect(later.map(named)).not.toContain(`start ${uidOf(2)}`);
    expect(
      listener.heard.some(({ event, data }) => event === 'removed' && data.document.name === uidOf(2)),
    ).toBe(true);
  });

  it.skipIf(place.missing)(
    'are those of a lab and of some kinds, and move the position over others',
    async () => {
      const events = await start();
      listener = await listen(`${events}?after=0&lab=even&kinds=stop`);
      await listener.until(5);
      await write(15, 15);
      const { storage } = { storage: await store.lastState() };
      await expect.poll(() => listener!.lastId).toBe(String(storage));
      expect(new Set(listener.heard.map(({ event, data }) => `${event} ${data.lab}`))).toEqual(
        new Set(['stop even']),
      );
    },
  );
});

describe('a listener', () => {
  it('gets an error for an invalid position', async () => {
    const site = await startSite({ records: [opening({ n: 1 })] });
    const wrong = await site.get('/api/v1/events?after=x');
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { parameter: 'after' }]);
    const beyond = await site.get('/api/v1/events', { headers: { 'Last-Event-ID': '99' } });
    expect([beyond.status, await beyond.json()]).toMatchObject([410, { code: 'CURSOR_GONE' }]);
    const kinds = await site.get('/api/v1/events?kinds=start,stops');
    expect([kinds.status, await kinds.json()]).toMatchObject([400, { parameter: 'kinds' }]);
    await site.close();
  });

  it('is one of a bounded number, and frees its place when it ends', async () => {
    const site = await startSite({ records: [opening({ n: 1 })] });
    const head = await site.get('/api/v1/events', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const listeners = await Promise.all(
      Array.from({ length: 32 }, () => listen(`${site.address}/api/v1/events?after=0`)),
    );
    for (const one of listeners) await one.until(1);
    expect((await site.get('/api/v1/events')).status).toBe(429);
    await Promise.all(listeners.map((one) => one.close()));
    await expect.poll(async () => (await site.get('/api/v1/runs')).status).toBe(200);
    await site.close();
  });
});
