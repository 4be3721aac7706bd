import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../built';
import { laboratoryRecords } from '../cli/laboratory';
import { ROOT } from '../imports';
import { newFolder } from '../record/spool-kit';

let folder: string;
let store: string;
beforeAll(async () => {
  folder = await newFolder();
  store = `sqlite:${join(folder, 'provenance.db')}`;
  const made = await openStore(store, { mode: 'write', create: true });
  await made.write(laboratoryRecords());
  await made.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...words: string[]) {
  const cli = join(ROOT, 'dist/src/cli/main.js');
  const child = spawn(process.execPath, [cli, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said.err += text;
  });
  return { child, said, ended: once(child, 'close').then(([code]) => ({ code: code as number, ...said })) };
}

describe('serve', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('prints its address, answers, and ends with %s', async (signal) => {
    const { child, said, ended } = run('serve', '--store', store, '--port', '0');
    await expect.poll(() => said.out, { timeout: 60_000 }).toMatch(/Press Ctrl-C to stop\.\n$/);
    expect(said.out).toContain(`Serving ${store} at http://127.0.0.1:`);
    expect(said.out).toContain('(read-only)');
    const [address] = /http:\/\/[\d.:]+/.exec(said.out) ?? [''];
    expect((await fetch(`${address}/api/v1/runs`)).status).toBe(200);
    child.kill(signal);
    expect(await ended).toMatchObject({ code: 0, err: '' });
  });

  it('gives its address to programs', async () => {
    const { child, said, ended } = run('serve', '--store', store, '--port', '0', '--json');
    await expect.poll(() => said.out, { timeout: 60_000 }).toMatch(/\n$/);
    expect(JSON.parse(said.out)).toEqual({ address: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('says in one line why it does not start, and what to do', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const missing = `sqlite:${join(folder, 'none.db')}`;
    const cases: [words: string[], why: RegExp][] = [
      [['--host', '0.0.0.0'], /other machines.*temporal-provenance token.*--insecure/],
      [['--port', port], /is in use\. Choose another port with --port/],
      [['--host', '203.0.113.7', '--insecure'], /not an address of this machine/],
      [['--port', '99999'], /up to 65535/],
      [['--store', missing], /none\.db does not exist/],
    ];
    const ends = await Promise.all(cases.map(([words]) => run('serve', '--store', store, ...words).ended));
    taken.close();
    for (const [i, { code, err, out }] of ends.entries()) {
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(cases[i]![1]);
      expect(err.trim().split('\n')).toHaveLength(1);
    }
  }, 120_000);
});

describe('token', () => {
  it('prints a token once, with an entry for the config file', async () => {
    const { out, code } = await run('token', '--lab', 'alpha', '--name', 'Ada', '--json').ended;
    const { token, entry } = JSON.parse(out) as { token: string; entry: object };
    expect(code).toBe(0);
    expect(entry).toEqual({ name: 'Ada', lab: 'alpha', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(JSON.stringify(entry)).not.toContain(token);
    const words = (await run('token').ended).out;
    expect(words).toMatch(/^tpv_[\w-]{43}\n/);
    expect(words).toContain('"tokens"');
  });
});
