/** Copies made while writing goes on, and what verify finds in a store that was damaged or edited. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { type Answer, call } from '../cli/laboratory';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { measured, SOAK } from '../reliability';
import { opening, stopping, uidOf } from './runs';
import { manyRuns, surroundings } from './transfer-records';

const BACKUPS = SOAK ? 50 : 6;
const FLIPS = SOAK ? 100 : 25;
const RUNS_PER_SECOND = 200;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-backup-'));
  path = join(folder, 'provenance.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const ask = (...argv: string[]): Promise<Answer> => call(argv, { cwd: folder });

/** Writes runs at a steady rate until it is stopped; the pace is kept in tenths of a second. */
function writeSteadily(store: Store, from = 1) {
  let writing = true;
  const acknowledged = { runs: from - 1 };
  const done = (async () => {
    for (let n = from; writing; ) {
      const group = Array.from({ length: RUNS_PER_SECOND / 10 }, () => n++);
      await store.write(
        group.flatMap((i) => [opening({ n: i, fields: { n: i % 9 } }), stopping(i, { time: i })]),
      );
      acknowledged.runs = n - 1;
      await pause(100);
    }
  })();
  return {
    acknowledged,
    stop: () => {
      writing = false;
      return done;
    },
  };
}

describe('backup', () => {
  it('taken repeatedly while runs are written: each opens, is sound, and has everything acknowledged before it', async () => {
    const store = await openStore(`sqlite:${path}`);
    const writer = writeSteadily(store);
    for (let i = 0; i < BACKUPS; i++) {
      const before = writer.acknowledged.runs;
      const copy = join(folder, `copy-${i}.db`);
      const { code, err } = await ask('backup', copy);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(readdirSync(folder).filter((name) => name.startsWith(`copy-${i}`))).toEqual([`copy-${i}.db`]);
      expect(statSync(copy).mode & 0o777).toBe(0o600);
      const db = new Database(copy, { readonly: true });
      expect(db.prepare('SELECT count(*) FROM run').pluck().get()).toBeGreaterThanOrEqual(before);
      expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
      db.close();
      expect(await ask('verify', '--store', `sqlite:${copy}`)).toMatchObject({ code: 0 });
    }
    await writer.stop();
    await store.close();
    expect(writer.acknowledged.runs).toBeGreaterThan(0);
    const figure = `${BACKUPS} backups while ${RUNS_PER_SECOND} runs/s are written: unsound or short`;
    measured({ row: 'B10', figure, value: 0, limit: '0', holds: true });
    expect(await ask('verify')).toMatchObject({ code: 0 });
  });

  it('never replaces a file, and leaves none if it fails', async () => {
    await (await openStore(`sqlite:${path}`)).close();
    writeFileSync(join(folder, 'notes'), 'mine');
    const there = await ask('backup', 'notes');
    expect(there.code).toBe(2);
    expect(there.err).toMatch(/already exists/);
    expect(readFileSync(join(folder, 'notes'), 'utf8')).toBe('mine');
    expect((await ask('backup', 'no/where.db')).code).toBe(2);
    expect((await ask('backup', 'copy.db', '--store', 'sqlite:absent.db')).code).toBe(2);
    expect(existsSync(join(folder, 'copy.db'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe('verify', () => {
  const filled = async () => {
    const store = await openStore(`sqlite:${path}`);
    await store.write(manyRuns(300));
    await store.close();
  };

  it('prints the last link, compares a later check with it, and names an edited document', async () => {
    await filled();
    const first = await ask('verify', '--json');
    expect(first.code).toBe(0);
    const [{ head }] = first.json() as unknown as [{ head: { n: number; digest: string } }];
    const noted = `${head.n}:${head.digest}`;
    expect((await ask('verify')).out).toContain(noted);
    expect((await ask('verify', '--head', noted)).code).toBe(0);
    expect((await ask('verify', '--head', `${head.n}:${'0'.repeat(64)}`)).code).toBe(1);
    expect((await ask('verify', '--head', 'x')).code).toBe(2);
    const db = new Database(path);
    db.exec(
      "DROP TRIGGER stop_stays; UPDATE stop SET document = json_set(document, '$.exit_status', 'fail') WHERE seq = 2",
    );
    db.close();
    const edited = await ask('verify', '--head', noted);
    expect(edited.code).toBe(1);
    expect(edited.out).toContain(`The stop document of run ${uidOf(2)} was changed after it was written.`);
  });

  it('detects a flipped byte anywhere in the used part of the file', async () => {
    await filled();
    const sound = readFileSync(path);
    const used = usedContents();
    let noticed = 0;
    for (let flip = 0; flip < FLIPS; flip++) {
      const at = Math.floor(Math.random() * sound.length);
      const damaged = Buffer.from(sound);
      damaged[at]! ^= 1 << Math.floor(Math.random() * 8);
      const copy = join(folder, `damaged-${flip}.db`);
      writeFileSync(copy, damaged);
      const { code, err } = await ask('verify', '--store', `sqlite:${copy}`);
      if (code !== 0) {
        noticed += 1;
        rmSync(copy);
        continue;
      }
      // Nothing was found: then all that is recorded must be what it was.
      expect({ at, err, contents: usedContents(copy) }).toEqual({ at, err, contents: used });
    }
    expect(noticed).toBeGreaterThan(FLIPS / 4);
    const figure = `${FLIPS} flipped bytes in a SQLite file (${noticed} noticed): records changed unnoticed`;
    measured({ row: 'B5', figure, value: 0, limit: '0', holds: true });
  });

  /** Documents of all runs, as they are read. */
  function usedContents(at = path): string {
    const db = new Database(at);
    const rows = db
      .prepare(
        `SELECT run.seq, run.uid, run.facts, run.own, metadata.document, stop.document AS stop, settled.document AS settled
         FROM run JOIN metadata ON metadata.id = metadata_id LEFT JOIN stop USING (seq) LEFT JOIN settled USING (seq) ORDER BY run.seq`,
      )
      .raw()
      .all();
    db.close();
    return JSON.stringify(rows);
  }
});

const missing = postgresMissing();

describe.skipIf(missing)(`backup of PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.close());

  it('sees one moment of a SQLite file while runs are written', async () => {
    const url = await server.createDatabase();
    const store = await openStore(url);
    await store.write([...manyRuns(200), ...surroundings()]);
    const author = { name: 'Ada', host: 'h', pid: 1 };
    await store.changeStash('default', [{ op: 'set', key: 'operator', value: 'é\0' }], author);
    const writer = writeSteadily(store, 1000);
    for (let i = 0; i < 3; i++) {
      const before = writer.acknowledged.runs - 999;
      const { code, err } = await ask('backup', `copy-${i}.db`, '--store', url);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      const at = `sqlite:${join(folder, `copy-${i}.db`)}`;
      const copy = await openStore(at, { mode: 'read' });
      const { runs } = await copy.counts();
      expect(runs).toBeGreaterThanOrEqual(200 + before);
      const [identity, original] = [await copy.identity(), await store.identity()];
      expect(identity.storage_id).toBe(original.storage_id);
      expect(await copy.stash('default')).toMatchObject({ values: { operator: 'é\0' } });
      const fields = { filter: undefined, limit: 10_000 };
      const there = new Map((await store.runs(fields)).map((run) => [run.start.uid, run.start]));
      for (const { start } of await copy.runs(fields)) expect(start).toEqual(there.get(start.uid));
      await copy.close();
      const verified = await ask('verify', '--store', at);
      // One blob of these records is named by a digest that is not its own.
      expect(verified.out.split('\n').filter((line) => /was changed|missing|chain is/.test(line))).toEqual(
        [],
      );
    }
    await writer.stop();
    await store.close();
    chmodSync(folder, 0o700);
    copyFileSync(join(folder, 'copy-0.db'), join(folder, 'again.db'));
    const again = await openStore(`sqlite:${join(folder, 'again.db')}`);
    expect(await again.write([opening({ n: 90_000 })])).toMatchObject([{ kind: 'opened' }]);
    await again.close();
  });
});
