/**
 * A later release makes a breaking change to a store while a worker of this one is at work: nothing more is written by it, its
 * records wait in the spool, and one line says why.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../built';
import { call } from '../cli/laboratory';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { AMPLE_MS, draft, recorderOn, stopOf } from '../record/recorder-kit';
import { LATEST_REVISION } from './revisions';
import { opening } from './runs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-newer-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Place {
  url: string;
  /** A later release brings a revision, or takes it back. */
  revise(breaking: boolean): Promise<void>;
  takeBack(): Promise<void>;
  runs(): Promise<number>;
}

async function sqlitePlace(): Promise<Place> {
  const path = join(folder, 'provenance.db');
  let revision = LATEST_REVISION;
  const on = async (sql: string) => {
    const db = new Database(path);
    db.exec(sql);
    db.close();
  };
  return {
    url: `sqlite:${path}`,
    revise: (breaking) =>
      on(
        `INSERT INTO migration VALUES (${++revision}, 'later', ${breaking ? 1 : 0}, 1, '9.0.0'); PRAGMA user_version = ${revision}`,
      ),
    takeBack: () =>
      on(
        `DELETE FROM migration WHERE revision > ${LATEST_REVISION}; PRAGMA user_version = ${LATEST_REVISION}`,
      ),
    async runs() {
      const db = new Database(path, { readonly: true });
      const count = db.prepare('SELECT count(*) FROM run').pluck().get() as number;
      db.close();
      return count;
    },
  };
}

let server: PostgresServer | undefined;
const missing = postgresMissing();
beforeAll(async () => {
  if (!missing) server = await startPostgres();
});
afterAll(() => server?.close());

async function postgresPlace(): Promise<Place> {
  const url = await server!.createDatabase();
  let revision = LATEST_REVISION;
  const on = (sql: string) => server!.execute(sql, new URL(url).pathname.slice(1));
  return {
    url,
    async revise(breaking) {
      await on(`INSERT INTO provenance.migration VALUES (${++revision}, 'later', ${breaking}, 1, '9.0.0')`);
    },
    async takeBack() {
      await on(`DELETE FROM provenance.migration WHERE revision > ${LATEST_REVISION}`);
    },
    runs: async () => Number((await on('SELECT count(*) AS n FROM provenance.run')).rows[0].n),
  };
}

const PLACES: readonly [name: string, skip: boolean, make: () => Promise<Place>][] = [
  ['SQLite', false, sqlitePlace],
  [`PostgreSQL${missing ? `: ${missing}` : ''}`, Boolean(missing), postgresPlace],
];

for (const [name, skip, make] of PLACES)
  describe.skipIf(skip)(name, () => {
    it('refuses each group after a breaking revision, accepts one next to a compatible revision', async () => {
      const place = await make();
      const store = await openStore(place.url);
      await store.write([opening({ n: 1 })]);
      await place.revise(false);
      expect(await store.write([opening({ n: 2 })])).toMatchObject([{ kind: 'opened' }]);
      await place.revise(true);
      const refused = {
        code: 'STORE_SCHEMA_NEWER',
        message: expect.stringMatching(/newer schema.*[Uu]pgrade/),
      };
      await expect(store.write([opening({ n: 3 })])).rejects.toMatchObject(refused);
      const author = { name: 'a', host: 'h', pid: 1 };
      const change = { op: 'set', key: 'k', value: 1 } as const;
      await expect(store.changeStash('default', [change], author)).rejects.toMatchObject(refused);
      await store.write([]);
      expect(await place.runs()).toBe(2);
      await place.takeBack();
      expect(await store.write([opening({ n: 3 })])).toMatchObject([{ kind: 'opened' }]);
      await store.close();
    });

    it('a running worker leaves its records in the spool, says why in one line, and an upgraded one imports them', async () => {
      const place = await make();
      const warned: string[] = [];
      const log = { warn: (message: string) => warned.push(message), info() {}, error() {}, debug() {} };
      const spool = { folder: join(folder, 'spool') };
      const recorder = recorderOn(place.url, { log: log as never, spool });
      const record = async () => {
        const run = draft();
        await recorder.open(run, 50);
        recorder.stop(stopOf(run));
      };
      await record();
      await recorder.flush(AMPLE_MS);
      expect(await place.runs()).toBe(1);
      await place.revise(true);
      for (let n = 0; n < 5; n++) await record();
      await recorder.flush(AMPLE_MS);
      await recorder.close(AMPLE_MS);
      expect(await place.runs()).toBe(1);
      const told = warned.filter((line) => /newer schema/.test(line));
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(/[Uu]pgrade temporal-provenance here/);
      expect(recorder.statistics.losses).toEqual({});

      // This very release again, which then knows the revision: what the upgraded one is.
      await place.takeBack();
      const upgraded = recorderOn(place.url, { spool });
      await upgraded.open(draft(), AMPLE_MS);
      for (let left = 100; left > 0 && (await place.runs()) < 7; left--)
        await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await place.runs()).toBe(7);
    });

    it('its verbs are refused in one line', async () => {
      const place = await make();
      await (await openStore(place.url)).close();
      await place.revise(true);
      for (const argv of [['list'], ['stash', 'set', 'a', '1'], ['migrate']])
        expect(await call([...argv, '--store', place.url], { cwd: folder })).toMatchObject({
          code: 2,
          err: expect.stringMatching(
            /^temporal-provenance: The store .* by temporal-provenance 9\.0\.0; .*Upgrade.*\n$/,
          ),
        });
    });
  });

it('the page on upgrades describes this', () => {
  const page = readFileSync(join(__dirname, '..', '..', 'docs', 'guide', 'upgrade.md'), 'utf8');
  expect(page).toContain('STORE_SCHEMA_NEWER');
});
