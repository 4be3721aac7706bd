/**
 * One rich store for tests of pages: every state of runs and executions, two labs, two environments with patch and packages, data that
 * is joined into lineage, logs, checkpoints, decisions, refusals, losses, a stash with a history, and texts that try to break a page.
 * @module
 */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromBuild, openStore } from '../built';
import { failedExecutionRecords } from '../cli/failed-execution';
import { newFolder } from '../record/spool-kit';
import { startSite, type TestSite } from './site-kit';
import { captureRecords, ENVIRONMENTS } from './world/capture';
import { DATA, dataRecords } from './world/data';
import { EXECUTIONS, executionRecords } from './world/executions';
import { refusalRecords } from './world/refusals';
import { RUNS, runRecords } from './world/runs';

const { catchUpLinks } = fromBuild<typeof import('../../src/store/catch-up')>('src/store/catch-up');
const AUTHOR = { name: 'ada', host: 'beamline-7', pid: 4711 };

/** Names of what is in it, for addresses of pages. */
export const WORLD = {
  runs: RUNS,
  executions: EXECUTIONS,
  environments: ENVIRONMENTS,
  data: DATA,
  lab: 'north',
};

/** Makes the store, and joins what was recorded into links. */
export async function putWorld(url: string): Promise<void> {
  const store = await openStore(url, { mode: 'write', create: true });
  const { lab } = WORLD;
  await store.changeStash('default', [{ op: 'set', key: 'operator', value: 'Ada' }], AUTHOR);
  await store.changeStash(
    'default',
    [{ op: 'set', key: 'sample', value: { name: 'Au foil', mass_mg: 12.5 } }],
    AUTHOR,
  );
  await store.changeStash('default', [{ op: 'set', key: 'operator', value: 'Grace' }], {
    ...AUTHOR,
    name: 'bob',
  });
  await store.changeStash('default', [{ op: 'set', key: 'shift', value: 'night' }], AUTHOR);
  await store.changeStash('default', [{ op: 'unset', key: 'shift' }], AUTHOR);
  await store.changeStash(lab, [{ op: 'init', key: 'project', value: 'ליזר <b>🙂</b>' }], AUTHOR);
  const answers = await store.write([
    ...captureRecords(),
    ...executionRecords(),
    ...runRecords(),
    ...dataRecords(),
    ...refusalRecords(),
    ...failedExecutionRecords(),
  ]);
  const refused = answers.filter(({ kind }) => kind === 'rejected');
  if (refused.length > 0) throw new Error(`The store refuses ${JSON.stringify(refused[0])}.`);
  await catchUpLinks(url, store);
  await store.close();
}

/** Serves the world. */
export async function startWorld(): Promise<TestSite> {
  const folder = await newFolder();
  const url = `sqlite:${join(folder, 'provenance.db')}`;
  await putWorld(url);
  const site = await startSite({ store: url });
  return {
    ...site,
    async close() {
      await site.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
