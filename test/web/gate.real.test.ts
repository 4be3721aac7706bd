import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { laboratoryRecords } from '../cli/laboratory';
import { ROOT } from '../imports';
import { getText, sendRaw } from './raw';
import { startSite, type TestSite } from './site-kit';
import { ABSOLUTE, TRAVERSALS } from './traversals';

let site: TestSite;
let port: string;
beforeAll(async () => {
  site = await startSite({
    records: laboratoryRecords(),
    allow_hosts: ['proxy.example', 'other.example:8443'],
  });
  port = new URL(site.address).port;
});
afterAll(() => site?.close());

const raw = (path: string, headers: Record<string, string> = {}) =>
  sendRaw(site.address, getText(path, { Host: `127.0.0.1:${port}`, ...headers }));

describe('the host name of a request', () => {
  const own = (host: string) => host.replace('PORT', port);

  it.each([
    '127.0.0.1:PORT',
    'localhost:PORT',
    'LOCALHOST:PORT',
    '[::1]:PORT',
    'proxy.example',
    'proxy.example:444',
    'other.example:8443',
  ])('may be %s', async (host) => {
    expect((await sendRaw(site.address, getText('/', { Host: own(host) }))).status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:PORT',
    '127.0.0.1.evil:PORT',
    '127.0.0.1.nip.example:PORT',
    'localhost.:PORT',
    '127.0.0.1.:PORT',
    'localhost:1',
    'localhost',
    '127.0.0.1',
    '127.1:PORT',
    '2130706433:PORT',
    '0.0.0.0:PORT',
    '[::ffff:127.0.0.1]:PORT',
    'localhost:PORT@evil.example',
    'evil.example#localhost:PORT',
    'localhost, evil.example',
    'other.example',
    'proxy.example.',
    '',
  ])('is refused: %s', async (host) => {
    const response = await sendRaw(site.address, getText('/api/v1/runs', { Host: own(host) }));
    expect(response.status).toBe(421);
    expect(response.headers['content-type']).toBe('application/problem+json');
  });

  it('is required', async () => {
    expect((await sendRaw(site.address, getText('/', {}))).status).toBe(421);
    expect((await sendRaw(site.address, 'GET / HTTP/1.0\r\n\r\n')).status).toBe(421);
  });

  it('is used, not the address in the first line', async () => {
    expect((await raw('http://evil.example/')).status).toBe(400);
    expect((await raw('//evil.example/')).status).toBe(404);
  });
});

describe('a page of another site', () => {
  it.each<Record<string, string>>([
    { Origin: 'http://evil.example' },
    { Origin: 'null' },
    { Origin: 'http://localhost:1' },
    { Origin: 'file://' },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'script' },
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' },
  ])('may not read what is here: %j', async (headers) => {
    const response = await raw('/api/v1/runs', headers);
    expect(response.status).toBe(403);
    expect(response.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('may follow a link, and own pages read what is here', async () => {
    const wanted: Record<string, string>[] = [
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' },
      { 'Sec-Fetch-Site': 'same-origin', Origin: site.address },
      { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate' },
    ];
    for (const headers of wanted) expect((await raw('/', headers)).status).toBe(200);
  });
});

describe('a method', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    'other than reading is refused: %s',
    async (method) => {
      const response = await site.get('/api/v1/runs', {
        method,
        headers: { 'Content-Type': 'text/plain' },
        ...(method === 'OPTIONS' ? {} : { body: '{"op":"set"}' }),
      });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    },
  );

  it('HEAD has the headers of GET and no body', async () => {
    for (const path of ['/', '/api/v1/runs', '/assets/page.css', '/nothing']) {
      const [head, get] = await Promise.all([site.get(path, { method: 'HEAD' }), site.get(path)]);
      expect(await head.text()).toBe('');
      expect([head.status, head.headers.get('content-type')]).toEqual([
        get.status,
        get.headers.get('content-type'),
      ]);
    }
  });
});

describe('a path', () => {
  it('never leads to a file', async () => {
    expect(new Set([...TRAVERSALS, ...ABSOLUTE]).size).toBeGreaterThanOrEqual(80);
    const own = readFileSync(join(ROOT, 'package.json'), 'utf8').slice(0, 40);
    const told: string[] = [];
    for (const path of [...TRAVERSALS, ...ABSOLUTE]) {
      const { status, text, headers } = await raw(path);
      const isAsset = /^text\/(css|javascript)|^image/.test(headers['content-type'] ?? '');
      if (isAsset || status === 500 || status < 200 || text.includes('root:') || text.includes(own))
        told.push(`${status} ${path}`);
    }
    expect(told).toEqual([]);
  });
});

describe('every response', () => {
  it.each(['/', '/nothing', '/api/v1/runs', '/api/v1/nothing', '/assets/page.js', '/runs/x'])(
    'says what a browser may do with it: %s',
    async (path) => {
      const { headers } = await site.get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('set-cookie')).toBeNull();
    },
  );

  it('that is long is smaller over the wire, where the browser can take it so', async () => {
    const sizes = await Promise.all(
      ['/', '/assets/page.css'].map(async (path) => {
        const plain = await raw(path);
        const zipped = await raw(path, { 'Accept-Encoding': 'gzip, br' });
        expect(zipped.headers['content-encoding']).toBe('gzip');
        expect(zipped.headers.vary).toMatch(/accept-encoding/i);
        return zipped.text.length / plain.text.length;
      }),
    );
    expect(Math.max(...sizes)).toBeLessThan(0.6);
  });

  it('of an asset is sent once', async () => {
    const first = await site.get('/assets/page.css');
    const etag = first.headers.get('etag') ?? '';
    const again = await site.get('/assets/page.css', { headers: { 'If-None-Match': etag } });
    expect([first.status, again.status, await again.text()]).toEqual([200, 304, '']);
  });
});

describe('recorded or given text in a header', () => {
  it('begins no other header', async () => {
    for (const text of ['%0d%0aSet-Cookie:%20a=b', '%0aX-Evil:%201', '%E2%80%A8X-Evil:1']) {
      for (const path of [`/go?ref=${text}`, `/?lab=${text}`, `/api/v1/runs?where=${text}`]) {
        const { headers } = await raw(path);
        expect(Object.keys(headers)).not.toContain('set-cookie');
        expect(Object.keys(headers)).not.toContain('x-evil');
      }
    }
  });
});
