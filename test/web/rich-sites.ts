/**
 * Sites on stores that hold something of everything, and addresses that ask each question of the API: for tests of answers.
 * @module
 */
import { join } from 'node:path';
import type { WriteRecord } from '../../src/store/interface/written';
import { openStore } from '../built';
import { CHILD, FAILED, failedExecutionRecords } from '../cli/failed-execution';
import { newFolder } from '../record/spool-kit';
import { linkAll } from '../store/links-kit';
import { Chance, shuffled, world } from '../store/links-world';
import { uidOf } from '../store/runs';
import { startSite, type TestSite } from './site-kit';

/** A refusal that waits, and a stash with a history. */
const REFUSAL: WriteRecord = {
  kind: 'refusal',
  refusal_id: '019a0000-0000-7000-9000-000000000001',
  time: 1_790_000_500,
  lab: 'default',
  issues: [{ path: ['operator'], message: 'is required' }],
  document: JSON.stringify({
    fields: { sample: '=1+1' },
    sources: { sample: 'plan' },
    temporal: {
      namespace: 'default',
      workflow_id: 'w',
      run_id: 'r',
      activity_id: '9',
      activity_type: 'acquire',
    },
    next_time: 1_790_000_530,
  }),
};

/** A site on a store with these records, linked. */
async function siteWith(records: readonly WriteRecord[]): Promise<TestSite> {
  const url = `sqlite:${join(await newFolder(), 'provenance.db')}`;
  const store = await openStore(url, { mode: 'write', create: true });
  await store.write(records);
  const author = { name: 'ada', host: 'beamline-7', pid: 1 };
  for (const value of ['Ada', 'Grace', 'Emmy'])
    await store.changeStash('default', [{ op: 'set', key: 'operator', value }], author);
  await linkAll(store);
  await store.close();
  return startSite({ store: url });
}

/** A pipeline that failed, with a lab around it; and runs with data that are linked in every way. */
export async function richSites(): Promise<TestSite[]> {
  return Promise.all([
    siteWith([...failedExecutionRecords(), REFUSAL]),
    siteWith(shuffled(world(11), new Chance(3))),
  ]);
}

const UIDS = [1, 2, 3, 4, 5, 103, 105].map(uidOf);

/** Values for the parameters of paths, by their names: of what is there in one of the sites. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  runs: UIDS,
  executions: [FAILED.run_id, CHILD.run_id, 'e1'],
  environments: [UIDS[0]!, `sha256:${'ab'.repeat(32)}`],
  artifacts: ['file://h/a', 's3://b/o'],
  content: [`sha256:${'77'.repeat(32)}`],
};

/** Queries beside those without any, by the name of the question; a question that needs one has only these. */
export const QUERIES: Readonly<Record<string, readonly string[]>> = {
  runs: ['attempts=true', 'limit=2'],
  diff: [`a=${UIDS[0]}&b=${UIDS[1]}`, `a=${FAILED.run_id}&b=${CHILD.run_id}`],
};

/** Questions that have no answer without a query. */
const NEED_A_QUERY = new Set(['diff']);

/** Addresses that ask a question. */
export function addressesOf({ name, path }: { name: string; path: string }): string[] {
  const [, room = ''] = path.split('/');
  const names = /\{/.test(path) ? (NAMES[room] ?? []) : [''];
  const paths = names.map((value) => path.replace(/\{[^}]+\}/, encodeURIComponent(value)));
  const queries = QUERIES[name] ?? [];
  return paths.flatMap((one) => [
    ...(NEED_A_QUERY.has(name) ? [] : [one]),
    ...queries.map((query) => `${one}?${query}`),
  ]);
}
