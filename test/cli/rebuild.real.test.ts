/** `rebuild` derives links anew while the store is in use. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openStore } from '../built';
import { opening, stopping } from '../store/runs';
import { call } from './laboratory';

const folder = mkdtempSync(join(tmpdir(), 'provenance-rebuild-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('reports what it did, also as JSON, and does not change what was recorded', async () => {
  const url = `sqlite:${join(folder, 'lab.db')}`;
  const store = await openStore(url);
  await store.write([opening({ n: 1 }), stopping(1, { time: 2 })]);
  const before = await store.identity();
  const ask = (...argv: string[]) => call([...argv, '--store', url], { cwd: folder });
  const { code, out, err } = await ask('rebuild');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^The links of sqlite:.* were derived again in \d+\.\d s\.$/m);
  expect((await ask('rebuild', '--json')).json()).toEqual([
    { location: url, seconds: expect.any(Number), behind: 0, waiting: 0 },
  ]);
  expect(await store.identity()).toEqual(before);
  expect((await ask('verify')).code).toBe(0);
  await store.close();
  expect(
    (await call(['rebuild', '--store', `sqlite:${join(folder, 'none.db')}`], { cwd: folder })).code,
  ).toBe(2);
});
