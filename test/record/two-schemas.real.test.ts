/** Two schemas of one database are two stores: for a process, for its queue and for the spool on its disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { AMPLE_MS, draft, reading, recorderOn } from './recorder-kit';

const missing = postgresMissing();

describe.skipIf(missing)(`two schemas of one database${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  const state = mkdtempSync(join(tmpdir(), 'provenance-schemas-'));

  beforeAll(async () => {
    vi.stubEnv('XDG_STATE_HOME', state);
    server = await startPostgres();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server?.close();
    rmSync(state, { recursive: true, force: true });
  });

  async function operators(url: string): Promise<unknown[]> {
    const store = await reading(url);
    const runs = await store.runs({ limit: 10 });
    await store.close();
    return runs.map(({ start }) => start.operator);
  }

  const operated = (operator: string) => draft({ layers: { user: { operator }, inferred: {} } });

  it('each get the runs of their own recorder, in one process at the same time', async () => {
    const url = await server.createDatabase();
    const [a, b] = [recorderOn(`${url}?schema=a`), recorderOn(`${url}?schema=b`)];
    await a.open(operated('Ada'), AMPLE_MS);
    await b.open(operated('Grace'), AMPLE_MS);
    expect(await operators(`${url}?schema=a`)).toEqual(['Ada']);
    expect(await operators(`${url}?schema=b`)).toEqual(['Grace']);
  });

  it('have a spool each: a worker of one does not import what waits for the other', async () => {
    const url = await server.createDatabase();
    await Promise.all(['a', 'b'].map(async (name) => (await reading(`${url}?schema=${name}`)).close()));
    const a = recorderOn(`${url}?schema=a`);
    await a.ready();
    await server.stop('immediate');
    await a.open(operated('Ada'), 50);
    await a.close(5_000);
    await server.start();
    const b = recorderOn(`${url}?schema=b`);
    await b.ready();
    await b.open(operated('Grace'), AMPLE_MS);
    await b.close(AMPLE_MS);
    expect(await operators(`${url}?schema=b`)).toEqual(['Grace']);
    const again = recorderOn(`${url}?schema=a`);
    await again.ready();
    await vi.waitFor(async () => expect(await operators(`${url}?schema=a`)).toEqual(['Ada']), AMPLE_MS);
  });

  it('with one folder for their spools: it belongs to the first, and the other reports that and imports nothing from it', async () => {
    const url = await server.createDatabase();
    await Promise.all(['a', 'b'].map(async (name) => (await reading(`${url}?schema=${name}`)).close()));
    const spool = { folder: join(state, 'named') };
    const a = recorderOn(`${url}?schema=a`, { spool });
    await a.ready();
    await server.stop('immediate');
    await a.open(operated('Ada'), 50);
    await a.close(5_000);
    await server.start();
    const said: string[] = [];
    const b = recorderOn(`${url}?schema=b`, { spool, log: { warn: (line) => said.push(line) } });
    await b.ready();
    await b.open(operated('Grace'), AMPLE_MS);
    await b.close(AMPLE_MS);
    expect(await operators(`${url}?schema=b`)).toEqual(['Grace']);
    expect(said).toEqual([
      expect.stringMatching(
        /named cannot be used \(it is the spool of postgres:.*schema=a, and each store needs a folder of its own;/,
      ),
    ]);
    const again = recorderOn(`${url}?schema=a`, { spool });
    await again.ready();
    await vi.waitFor(async () => expect(await operators(`${url}?schema=a`)).toEqual(['Ada']), AMPLE_MS);
  });
});
