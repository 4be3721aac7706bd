/**
 * Stores and spools of earlier revisions are read as they were: each is kept in test/fixtures/stores with a digest of what it holds.
 * `STORES=write` adds those of the newest revision; those that are there are never written again.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogLine } from '../../src/model/progress';
import type { Store, WriteRecord } from '../../src/store/store';
import { DIST, openStore } from '../built';
import { LATEST_REVISION } from './revisions';
import { manyRuns, surroundings } from './transfer-records';

const { openSpool } = createRequire(join(DIST, 'x'))(
  './src/record/spool/spool.js',
) as typeof import('../../src/record/spool/spool');

const KEPT = join(__dirname, '..', 'fixtures', 'stores');
const RUNS = 40;
const folder = mkdtempSync(join(tmpdir(), 'provenance-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Kept {
  /** Of the database, as {@link contentOf} tells it. */
  store: string;
  /** Of a store that took in the spool. */
  spool: string;
  runs: number;
}

const records = (): WriteRecord[] => [...surroundings(), ...manyRuns(RUNS)];

/** All that the store gives back, apart from which store it is. */
async function contentOf(store: Store): Promise<string> {
  const runs = await store.runs({ limit: 10_000 });
  const strip = ({ start, stop, settled }: (typeof runs)[number]) => {
    const { storage: _storage, ...provenance } = start.provenance;
    return { start: { ...start, provenance }, stop, settled };
  };
  const uids = runs.map(({ start }) => start.uid).sort();
  const run_id = '00000000-0000-4000-8000-000000000001';
  const content = {
    runs: runs.map(strip).sort((a, b) => (a.start.uid < b.start.uid ? -1 : 1)),
    executions: await store.executions({ limit: 100 }),
    decisions: await store.decisions(run_id),
    context: await store.context(run_id, 7),
    environments: (await store.environments(100)).map(({ environment }) => environment),
    environment: await store.environment(`sha256:${'ab'.repeat(32)}`),
    session: await store.session('s-1'),
    refusals: await store.refusals(100),
    losses: await store.losses(),
    stash: (await store.stash('default')).values,
    history: (await store.stashHistory('default')).map(({ time: _time, ...change }) => change),
    checkpoints: await Promise.all(uids.slice(0, 5).map((uid) => store.checkpoints(uid))),
    logs: await Promise.all(uids.slice(0, 5).map((run_start) => linesOf(store, run_start))),
    fields: await store.fields(),
    counts: await store.counts(),
  };
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** Lines as the releases that made the digests gave them back: they kept no half of a surrogate pair in a message. */
async function linesOf(store: Store, run_start: string): Promise<LogLine[]> {
  const lines = await store.log({ run_start });
  return lines.map((line) => ({
    ...line,
    message: line.message.replace(/\p{Surrogate}/gu, '\ufffd\ufffd\ufffd'),
  }));
}

/** What verify finds in its documents; one of the blobs is named by a digest that is not its own. */
async function faultsOf(store: Store): Promise<unknown[]> {
  let page = await store.verify();
  const faults = [...page.faults];
  while (page.next) {
    page = await store.verify({ after: page.next });
    faults.push(...page.faults);
  }
  return faults.filter(({ what }) => what !== 'blob');
}

async function makeStore(path: string): Promise<string> {
  const store = await openStore(`sqlite:${path}`);
  const author = { name: 'Ada', host: 'machine', pid: 1 };
  await store.changeStash('default', [{ op: 'set', key: 'operator', value: 'Ada' }], author);
  const all = records();
  for (let from = 0; from < all.length; from += 7) await store.write(all.slice(from, from + 7));
  const content = await contentOf(store);
  await store.close();
  return content;
}

async function takeIn(spoolFolder: string, path: string): Promise<string> {
  const store = await openStore(`sqlite:${path}`);
  const spool = await openSpool({ folder: spoolFolder });
  try {
    while (!(await spool.empty())) {
      const report = await spool.drain(store);
      expect(report.quarantined).toBe(0);
    }
    return await contentOf(store);
  } finally {
    await spool.close();
    await store.close();
  }
}

async function write(name: string): Promise<void> {
  const own = join(KEPT, name);
  mkdirSync(own, { recursive: true });
  const path = join(folder, 'made.db');
  const store = await makeStore(path);
  writeFileSync(join(own, 'provenance.db.gz'), gzipSync(readFileSync(path), { level: 9 }));
  const spool = await openSpool({ folder: join(own, 'spool') });
  await spool.append(records());
  await spool.close();
  cpSync(join(own, 'spool'), join(folder, 'copied'), { recursive: true });
  const taken = await takeIn(join(folder, 'copied'), join(folder, 'taken.db'));
  const kept: Kept = { store, spool: taken, runs: RUNS };
  writeFileSync(join(own, 'content.json'), `${JSON.stringify(kept, null, 2)}\n`);
}

const newest = `revision-${LATEST_REVISION}`;

describe('stores and spools that are kept', () => {
  beforeAll(async () => {
    if (process.env.STORES === 'write' && !existsSync(join(KEPT, newest))) await write(newest);
  });

  it('include those of this revision', () => {
    expect(readdirSync(KEPT), 'write it with STORES=write').toContain(newest);
  });

  it.each(existsSync(KEPT) ? readdirSync(KEPT) : [])('%s holds what it held', async (name) => {
    const kept: Kept = JSON.parse(readFileSync(join(KEPT, name, 'content.json'), 'utf8'));
    const path = join(folder, `${name}.db`);
    writeFileSync(path, gunzipSync(readFileSync(join(KEPT, name, 'provenance.db.gz'))));
    // Brought up to this release, as a worker would.
    const store = await openStore(`sqlite:${path}`);
    expect((await store.counts()).runs).toBe(kept.runs);
    expect(await contentOf(store)).toBe(kept.store);
    expect(await faultsOf(store)).toEqual([]);
    await store.close();
    cpSync(join(KEPT, name, 'spool'), join(folder, `${name}-spool`), { recursive: true });
    expect(await takeIn(join(folder, `${name}-spool`), join(folder, `${name}-spool.db`))).toBe(kept.spool);
  });
});
