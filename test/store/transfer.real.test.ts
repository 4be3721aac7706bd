import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { DIST } from './built';
import { opening, stopping } from './runs';

const built = createRequire(join(DIST, 'x'));
const { openStore } = built('./src/store/open.js') as typeof import('../../src/store/open');
const { transferStore } = built('./src/store/transfer.js') as typeof import('../../src/store/transfer');

const missing = postgresMissing();

describe.skipIf(missing)(`move to PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-transfer-'));
  const from = `sqlite:${join(folder, 'lab.db')}`;
  let server: PostgresServer;
  let source: Store;

  beforeAll(async () => {
    server = await startPostgres();
    source = await openStore(from);
    const odd = 'NUL \0, lone \ud800, pair 😀';
    for (let n = 1; n <= 900; n += 50) {
      const ns = Array.from({ length: 50 }, (_, i) => n + i);
      const opens = ns.map((i) =>
        opening({ n: i, fields: { dose: i / 7, odd, sample: { name: `S${i % 5}` } } }),
      );
      await source.write([...opens, ...ns.slice(10).map((i) => stopping(i, { time: i, reason: odd }))]);
    }
    const author = { name: 'Ada', host: 'machine', pid: 1 };
    await source.changeStash('default', [{ op: 'set', key: 'operator', value: odd }], author);
  });
  afterAll(async () => {
    await source?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('copies everything, goes on after an interruption, and keeps the identity', async () => {
    const to = await server.createDatabase();
    let pieces = 0;
    const interrupted = transferStore(from, to, {
      onProgress: (table) => {
        if (table === 'run' && ++pieces === 2) throw new Error('the plug was pulled');
      },
    });
    await expect(interrupted).rejects.toThrow('the plug was pulled');
    const result = await transferStore(from, to);
    expect(result.rows).toMatchObject({ run: 900, stop: 720, open_run: 180, lab: 1 });
    expect(await transferStore(from, to)).toEqual(result);

    const target = await openStore(to);
    try {
      expect({ ...(await target.identity()) }).toEqual({ ...(await source.identity()) });
      expect(await target.runs({ limit: 1000 })).toEqual(await source.runs({ limit: 1000 }));
      expect(await target.stash('default')).toEqual(await source.stash('default'));
      const [answer] = await target.write([opening({ n: 5000 })]);
      expect(answer).toMatchObject({ kind: 'opened', scan_id: 901 });
      await expect(transferStore(from, to)).rejects.toMatchObject({ code: 'STORE_URL_INVALID' });
    } finally {
      await target.close();
    }
  });
});
