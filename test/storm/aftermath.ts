/** After the storm: what lies in spools is taken in, and what is open is settled. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { expect } from 'vitest';
import type { Store } from '../../src/store/store';
import { fromBuild } from '../built';
import { historyValues, PACE, Pace, reconcilePage, ServerHistories } from '../settlement/operations';

const { openSpool, readSpool } =
  fromBuild<typeof import('../../src/record/spool/spool')>('src/record/spool/spool');
const { spoolFolder } = fromBuild<typeof import('../../src/record/delivery/spool-place')>(
  'src/record/delivery/spool-place',
);

/** What killed workers left on their disk comes in as the next worker would take it. Nothing was dropped or set aside. */
export async function takeIn(store: Store, url: string): Promise<void> {
  const spool = await openSpool({ folder: spoolFolder(url) });
  try {
    while (!(await spool.empty())) {
      await spool.drain({ write: (records) => store.write(records) });
      await sleep(100);
    }
    const { dropped, quarantined } = await readSpool(spool.folder);
    expect(dropped.last_time).toBe(0);
    expect(quarantined).toMatchObject({ records: 0, files: 0 });
  } finally {
    await spool.close();
  }
}

export async function reconcileAll(store: Store, client: Client): Promise<void> {
  const source = new ServerHistories(client, new Pace(PACE));
  const opened_before = Date.now() / 1000 + 1;
  let after: Parameters<typeof reconcilePage>[1];
  do {
    const page = await reconcilePage(
      { store, source, values: historyValues(), concurrency: 20, page_size: 100, opened_before },
      after,
    );
    expect(page.counts.unavailable).toEqual({});
    after = page.next;
  } while (after !== undefined);
}
