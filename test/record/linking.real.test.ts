/** A worker's recorder derives links a moment after it wrote what they follow from, and at its end. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { AMPLE_MS, draft, reading, recorderOn, stopOf, storeUrl } from './recorder-kit';

const dataOf = (run_start: string): WriteRecord => ({
  kind: 'document',
  of: 'data',
  document: { run_start, time: 1, inputs: 'none', items: [] },
});

describe('a recorder', () => {
  it('derives links after a moment, automatically', async () => {
    const url = storeUrl();
    const recorder = recorderOn(url);
    const run = draft({ predecessors: [{ run_id: 'r', activity_id: '0', evidence: 'identity' }] });
    await recorder.open(run, AMPLE_MS);
    recorder.stop(stopOf(run));
    recorder.record(dataOf(run.uid));
    const store = await reading(url);
    await expect.poll(() => store.documents({ of: 'data', limit: 2 })).toHaveLength(1);
    await expect.poll(async () => (await store.linkState()).behind).toBe(0);
  });

  it('has derived all links of what was written when a flush or its close ends', async () => {
    const url = storeUrl();
    const recorder = recorderOn(url);
    const store = await reading(url);
    const run = draft();
    await recorder.open(run, AMPLE_MS);
    recorder.record(dataOf(run.uid));
    await recorder.flush(AMPLE_MS);
    expect(await store.linkState()).toMatchObject({ behind: 0 });
    recorder.stop(stopOf(run));
    recorder.record({
      kind: 'document',
      of: 'digest',
      document: { uri: 'file://h/a', signature: 's', time: 2 },
    });
    await recorder.close(AMPLE_MS);
    expect(await store.linkState()).toMatchObject({ behind: 0 });
  });

  it('derives what a process before it left', async () => {
    const url = storeUrl();
    const store = await reading(url);
    const first = recorderOn(url);
    const run = draft();
    await first.open(run, AMPLE_MS);
    await first.close(AMPLE_MS);
    await store.write([dataOf(run.uid)]);
    expect((await store.linkState()).behind).toBeGreaterThan(0);
    await recorderOn(url).ready();
    await expect.poll(async () => (await store.linkState()).behind).toBe(0);
  });
});

const missing = postgresMissing();
describe.skipIf(missing)(`a recorder on PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.close());

  it('records and ends while another linker hangs, and the links follow later', async () => {
    const url = await server.createDatabase();
    const store = await reading(url);
    const recorder = recorderOn(url);
    const run = draft();
    // As a linker that holds its row and does not end.
    const hanging = server.execute(
      'BEGIN; SELECT one FROM provenance.linker FOR UPDATE; SELECT pg_sleep(3); COMMIT',
      new URL(url).pathname.slice(1),
    );
    await recorder.open(run, AMPLE_MS);
    recorder.stop(stopOf(run));
    recorder.record(dataOf(run.uid));
    await expect.poll(() => store.documents({ of: 'data', limit: 2 })).toHaveLength(1);
    await recorder.flush(100);
    expect((await store.counts()).open).toBe(0);
    await hanging;
    await expect.poll(async () => (await store.linkState()).behind).toBe(0);
  });
});
