/**
 * A kind of record that exists in this test alone is described in one file, with its migration (`kinds/remark.cjs`). The product writes,
 * spools, takes in, reads, moves, purges and verifies it on both stores without another line.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { call } from '../cli/laboratory';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { type LaterRelease, laterRelease } from './later-release';
import { opening, stopping, uidOf } from './runs';

const folder = mkdtempSync(join(tmpdir(), 'provenance-kinds-'));
const missing = postgresMissing();
const ODD = 'NUL \0, lone \ud800';
let release: LaterRelease;
let server: PostgresServer | undefined;
beforeAll(async () => {
  release = laterRelease(join(folder, 'release'), join(__dirname, 'kinds', 'remark.cjs'));
  if (!missing) server = await startPostgres();
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The n-th remark, on a run. */
function remark(n: number, run: number, author = 'Ada'): WriteRecord {
  const document = { remark_id: `r-${n}`, run_start: uidOf(run), time: n, author, text: `${author}: ${ODD}` };
  return { kind: 'document', of: 'remark', document };
}

const run = (n: number): WriteRecord[] => [opening({ n }), stopping(n, { time: n })];

async function remarks(store: Store, n?: number): Promise<unknown[]> {
  const by = n === undefined ? {} : { by: { column: 'run_start', value: uidOf(n) } };
  return (await store.documents({ of: 'remark', limit: 100, ...by })).map(({ remark_id }) => remark_id);
}

async function verified(store: Store): Promise<{ faults: unknown[]; uncovered?: number }> {
  let page = await store.verify();
  const faults = [...page.faults];
  while (page.next) {
    page = await store.verify({ after: page.next });
    faults.push(...page.faults);
  }
  return { faults, uncovered: page.uncovered };
}

/** Somebody with rights on the database, past the product. */
async function edit(url: string, statement: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const db = new Database(url.slice('sqlite:'.length));
    db.exec(`DROP TRIGGER IF EXISTS remark_stays; ${statement}`);
    db.close();
    return;
  }
  const database = new URL(url).pathname.slice(1);
  await server!.execute(
    `SET search_path = provenance; ALTER TABLE remark DISABLE TRIGGER USER; ${statement}`,
    database,
  );
}

async function cli(...argv: string[]): Promise<void> {
  const { main } = release.load<typeof import('../../src/cli/main')>('src/cli/main');
  const { code, err } = await call(argv, { cwd: folder, main });
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
}

const PLACES: readonly [name: string, skip: boolean, url: () => Promise<string>][] = [
  ['SQLite', false, async () => `sqlite:${join(folder, 'lab.db')}`],
  [`PostgreSQL${missing ? `: ${missing}` : ''}`, Boolean(missing), () => server!.createDatabase()],
];

for (const [name, skip, makeUrl] of PLACES)
  describe.skipIf(skip)(`a new kind of record in ${name}`, () => {
    let url: string;
    let store: Store;
    beforeAll(async () => {
      url = await makeUrl();
      store = await release.openStore(url);
    });
    afterAll(() => store?.close());

    it("is written once, has its version, and is read by its table's columns", async () => {
      await store.write([...run(1), ...run(2), ...run(3)]);
      const answers = await store.write([remark(1, 1), remark(2, 2), remark(1, 1, 'somebody else')]);
      expect(answers).toEqual([{ kind: 'done' }, { kind: 'done' }, { kind: 'done' }]);
      expect(await remarks(store)).toEqual(['r-2', 'r-1']);
      const by = { column: 'run_start', value: uidOf(1) };
      expect(await store.documents({ of: 'remark', by, limit: 5 })).toEqual([
        {
          schema_version: 3,
          remark_id: 'r-1',
          run_start: uidOf(1),
          time: 1,
          author: 'Ada',
          text: `Ada: ${ODD}`,
        },
      ]);
    });

    it('waits in a spool, and is imported', async () => {
      const { openSpool } =
        release.load<typeof import('../../src/record/spool/spool')>('src/record/spool/spool');
      const spool = await openSpool({ folder: join(folder, `spool-${skip}-${name}`) });
      await spool.append([remark(3, 3), remark(4, 3, 'Mallory')]);
      expect(await spool.drain(store)).toMatchObject({ taken: 2, quarantined: 0 });
      await spool.close();
      expect(await remarks(store, 3)).toEqual(['r-4', 'r-3']);
    });

    it('is refused by a release that does not know it, alone', async () => {
      const older = await openStore(url);
      const answers = await older.write([remark(9, 1), ...run(4)]);
      expect(answers).toMatchObject([
        { kind: 'rejected', reason: "records of kind 'remark' are not known to this release" },
        { kind: 'opened' },
        { kind: 'done' },
      ]);
      await older.close();
    });

    it('loses a person to a purge, and is removed with its run; the chain is valid', async () => {
      await cli('purge', '--person', 'Mallory', '--yes', '--reason', 'asked', '--store', url);
      const [purged] = await store.documents({ of: 'remark', limit: 1 });
      expect(purged).toMatchObject({ remark_id: 'r-4', author: '[purged]', text: `[purged]: ${ODD}` });
      await cli('purge', '--run', uidOf(2), '--yes', '--reason', 'asked', '--store', url);
      expect(await remarks(store)).toEqual(['r-4', 'r-3', 'r-1']);
      expect(await verified(store)).toEqual({ faults: [], uncovered: 0 });
    });

    it('is in the chain: verify names a changed one, and a removed one', async () => {
      await edit(url, `UPDATE remark SET document = '{}' WHERE remark_id = 'r-1'`);
      await edit(url, `DELETE FROM remark WHERE remark_id = 'r-3'`);
      const { faults } = await verified(store);
      expect(faults).toMatchObject([
        { kind: 'document', what: 'remark', message: 'The remark r-1 was changed after it was written.' },
        { kind: 'missing', what: 'remark' },
      ]);
    });
  });

describe.skipIf(missing)('a new kind of record', () => {
  it('moves from SQLite to PostgreSQL and back into a backup', async () => {
    const [from, to] = [`sqlite:${join(folder, 'moving.db')}`, await server!.createDatabase()];
    const source = await release.openStore(from);
    await source.write([...run(1), remark(1, 1), remark(2, 1)]);
    const before = await source.documents({ of: 'remark', limit: 5 });
    await source.close();
    await cli('migrate', '--store', from, '--to', to);
    const moved = await release.openStore(to);
    expect(await moved.documents({ of: 'remark', limit: 5 })).toEqual(before);
    await moved.write([remark(3, 1)]);
    expect(await remarks(moved, 1)).toEqual(['r-3', 'r-2', 'r-1']);
    expect(await verified(moved)).toEqual({ faults: [], uncovered: 0 });
    await moved.close();
    const copy = join(folder, 'copy.db');
    await cli('backup', copy, '--store', to);
    const backup = await release.openStore(`sqlite:${copy}`, { mode: 'read' });
    expect(await remarks(backup)).toEqual(['r-3', 'r-2', 'r-1']);
    await backup.close();
  });
});
