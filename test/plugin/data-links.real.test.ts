/** Links that come of files alone: captured by a real worker, derived by the store. No value passes from one activity to another. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore } from '../built';
import { linkAll } from '../store/links-kit';
import { openUpkeep } from '../upkeep/stores';
import * as activities from './fixtures/data-activities';
import { quietLogger, recording, runsOf, unique } from './harness';

let workflowBundle: { code: string };
const folder = mkdtempSync(join(tmpdir(), 'provenance-links-'));

beforeAll(async () => {
  const workflowsPath = join(__dirname, 'fixtures', 'data-workflows.ts');
  workflowBundle = await bundleWorkflowCode({
    workflowsPath,
    plugins: [new ProvenancePlugin()],
    logger: quietLogger(),
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Which run's data went into which: `writeParts -> readOne one`. */
async function flowsOf(type: string, path: string): Promise<string[]> {
  const { store } = await recording(
    {},
    ({ client, taskQueue }) =>
      client.workflow.execute(type, { taskQueue, workflowId: unique('links'), args: [path] }),
    { activities, workflowBundle },
  );
  const writer = await openStore(store, { mode: 'write' });
  await linkAll(writer);
  await writer.close();
  const database = await openUpkeep(store);
  const rows = await database.query<{ from: string; to: string }>(
    `SELECT DISTINCT f.uid AS "from", t.uid AS "to" FROM link g JOIN link u ON u.earlier = g.later
       JOIN run f ON g.earlier = 4 * f.seq JOIN run t ON u.later = 4 * t.seq WHERE g.kind = 2 AND u.kind = 1`,
  );
  await database.close();
  const names = new Map(
    (await runsOf(store)).map(({ start: { uid, temporal } }) => [
      uid,
      [temporal.activity_type, temporal.args[1]].join(' ').trim(),
    ]),
  );
  return rows.map(({ from, to }) => `${names.get(from)} -> ${names.get(to)}`).sort();
}

test('a file of a folder that a run wrote comes from that run, by its name, by a pattern and with the folder', async () => {
  expect(await flowsOf('folder', join(folder, 'parts'))).toEqual([
    'writeParts -> readOne folder',
    'writeParts -> readOne one',
    'writeParts -> readOne pattern',
  ]);
});

test('a file that was changed in place comes from the run that changed it, and that version from its writer', async () => {
  expect(await flowsOf('inPlace', join(folder, 'table.csv'))).toEqual([
    'amend -> readOne amended',
    'touch -> amend',
  ]);
});
