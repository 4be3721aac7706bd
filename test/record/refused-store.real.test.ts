/** A PostgreSQL server that refuses a worker's role: said once, nothing lost, and asked again seldom. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readSpool } from '../../src/record/spool/report';
import { unique, workerOptions } from '../plugin/harness';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { letIn } from '../real/postgres-access';
import { AMPLE_MS, draft, reading, recorderOn, stopOf } from './recorder-kit';

const missing = postgresMissing();

describe.skipIf(missing)(`a store that refuses${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let url: string;
  const folder = mkdtempSync(join(tmpdir(), 'provenance-refused-'));

  beforeAll(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
    await server.execute(`CREATE ROLE ada SUPERUSER LOGIN PASSWORD 'right'`);
    await letIn(server, 'host all ada 127.0.0.1/32 scram-sha-256');
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const as = (password: string) => server.urlOf(new URL(url).pathname.slice(1), 'ada', password);

  it('prevents the worker, with one line that says what to do', async () => {
    const plugin = new ProvenancePlugin({ store: as('wrong'), environment: false, spool: { folder } });
    const made = Worker.create(await workerOptions(unique('refused'), plugin));
    await expect(made).rejects.toMatchObject({
      code: 'STORE_REFUSED',
      message: expect.stringMatching(/refuses role ada: password authentication failed for user "ada"\.$/),
    });
  });

  it('that accepted records before is reported once; records wait in the spool, and are imported when it accepts them again', async () => {
    const spool = { folder: join(folder, 'spool') };
    const said: string[] = [];
    const recorder = recorderOn(as('right'), { spool, log: { warn: (line) => said.push(line) } });
    const first = draft();
    await recorder.open(first, AMPLE_MS);
    await server.execute(`ALTER ROLE ada PASSWORD 'other'`);
    await server.execute(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ada'`);
    const runs = [first];
    const refusals = () => said.filter((line) => line.includes('refuses role ada'));
    while (refusals().length === 0 || !(await readSpool(spool.folder, { count: true })).records) {
      runs.push(draft());
      await recorder.open(runs.at(-1)!, 50);
      await pause(20);
    }
    await pause(3_000);
    expect(refusals()).toHaveLength(1);
    expect(said.join()).not.toContain('right');
    for (const run of runs) recorder.stop(stopOf(run));
    await recorder.close(5_000);
    await server.execute(`ALTER ROLE ada PASSWORD 'right'`);
    const next = recorderOn(as('right'), { spool });
    await next.ready();
    const store = await reading(as('right'));
    await vi.waitFor(
      async () => expect(await store.counts()).toMatchObject({ runs: runs.length, open: 0 }),
      AMPLE_MS,
    );
  });
});
