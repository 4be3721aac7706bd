/**
 * A store with many runs, for tests of lists: made once for a file, in groups.
 * @module
 */
import { join } from 'node:path';
import type { WriteRecord } from '../../src/store/interface/written';
import { openStore } from '../built';
import { newFolder } from '../record/spool-kit';
import { opening, stopping } from '../store/runs';

/** Runs in one write. */
const GROUP = 5_000;
const TIME = 1_790_000_000;

/** Runs of 300 operators and 1,000 samples; every tenth has ended, every hundredth failed. */
function runOf(n: number): WriteRecord[] {
  const opened = opening({
    n,
    time: TIME + n,
    fields: { plan_name: `plan-${n % 5}`, operator: `op-${n % 300}`, sample: { name: `s-${n % 1_000}` } },
    temporal: { activity_type: `act-${n % 7}` },
  });
  if (n % 10 !== 0) return [opened];
  return [opened, stopping(n, { time: TIME + n + 3, exit_status: n % 100 === 0 ? 'fail' : 'success' })];
}

/** Makes it. @returns its URL; its folder is the test's */
export async function manyRuns(runs: number): Promise<string> {
  const url = `sqlite:${join(await newFolder(), 'provenance.db')}`;
  const store = await openStore(url, { mode: 'write', create: true });
  for (let from = 0; from < runs; from += GROUP)
    await store.write(Array.from({ length: GROUP }, (_, n) => runOf(from + n)).flat());
  await store.close();
  return url;
}
