/** The store's file is deleted under a worker: the next store gets whatever is told once, and the stash as it is there. */
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/model/environment';
import { AMPLE_MS, AUTHOR, draft, reading, recorderOn, stopOf, storeUrl } from './recorder-kit';

const ID = `sha256:${'ab'.repeat(32)}`;
const environment: Environment = {
  id: ID,
  code_id: ID,
  identity: { 'git.commit': 'c0ffee' },
  detail: {},
  reasons: {},
  restorable: { level: 'full', missing: [] },
  captured_time: 1,
  duration_ms: 1,
};
const session = {
  session_id: 's-1',
  start_time: 1,
  namespace: 'default',
  task_queue: 'q',
  identity: 'w@h',
  host: 'h',
  pid: 1,
  cwd: '/srv',
  detail: {},
};

describe('a store that replaces a deleted one', () => {
  it('has the session, the environment and the stash that its runs name', async () => {
    const url = storeUrl();
    const recorder = recorderOn(url, { initialStash: { proposal: 'P-7' } });
    recorder.session(session);
    recorder.environment({ environment, blobs: [] });
    const known = { environment_id: ID, session_id: 's-1' };
    const first = draft(known);
    expect(await recorder.open(first, AMPLE_MS)).toMatchObject({ state: 'committed', scan_id: 1 });
    recorder.stop(stopOf(first));
    await recorder.flush(AMPLE_MS);
    const before = await reading(url);
    // Versions in the new store begin below the one that the recorder knows.
    for (const operator of ['a', 'b', 'c'])
      await before.changeStash('default', [{ op: 'set', key: 'operator', value: operator }], AUTHOR);
    await before.close();
    await recorder.open(draft(known), AMPLE_MS);
    await recorder.flush(AMPLE_MS);

    rmSync(url.slice('sqlite:'.length));
    for (let run = 0; run < 2; run++)
      expect(await recorder.open(draft(known), AMPLE_MS)).toMatchObject({ state: 'committed' });
    await recorder.flush(AMPLE_MS);
    const store = await reading(url);
    const runs = await store.runs({ limit: 10 });
    expect(runs.map(({ start }) => start.proposal)).toEqual(['P-7', 'P-7']);
    expect(runs.map(({ start }) => start.scan_id)).toEqual([2, 1]);
    expect(await store.environment(ID)).toEqual(environment);
    expect(await store.session('s-1')).toEqual(session);
    expect(recorder.statistics.losses).toEqual({});
  });
});
