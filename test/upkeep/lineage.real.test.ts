/** Data and links under upkeep, on both databases: checked, made anew, pruned, purged, moved, backed up. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import { openStore } from '../built';
import { call } from '../cli/laboratory';
import {
  data,
  digest,
  done,
  execution,
  linkAll,
  linksOf,
  made,
  origins,
  sha,
  signature,
  used,
  waitingOf,
} from '../store/links-kit';
import { uidOf } from '../store/runs';
import { openUpkeep, postgresPlace, sqlitePlace, unexplained } from './stores';

const folder = mkdtempSync(join(tmpdir(), 'provenance-upkeep-lineage-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RAW = 'file://host/home/Ada%20Lovelace/raw.h5';
const MODEL = 'file://host/models/model.json';
const OF_ADA = 'file://host/home/Ada%20Lovelace/notes.txt';
const FIRST = signature(1, 1.5);
const SECOND = signature(2, 2.5);

/** 1 makes a raw file, of which 2 makes a model; 3 is given the result of 1 and uses the model; 4 writes notes; 5 waits; 6 is the newest. */
function records(): WriteRecord[] {
  const from = [
    {
      run_id: 'e1',
      activity_id: '1',
      evidence: 'identity' as const,
      paths: [['result.Ada Lovelace', 'args[0]']] as [string, string][],
    },
  ];
  const never = [{ run_id: 'e9', activity_id: '1', evidence: 'identity' as const }];
  return [
    execution('e1', 'sandbox'),
    ...done({ n: 1 }, made(RAW, 1.5, { signature: FIRST, size_bytes: 100 })),
    ...done(
      { n: 2 },
      used(RAW, 2, { signature: FIRST }),
      made(MODEL, 2.5, { signature: SECOND, sha256: sha(2) }),
    ),
    ...done({ n: 3, from }, used(MODEL, 3, { signature: SECOND })),
    ...done({ n: 4 }, made(OF_ADA, 4.4, { signature: signature(4, 4.4) })),
    ...done({ n: 5, from: never }),
    ...done({ n: 6 }),
    digest(RAW, FIRST, { sha256: sha(1), size_bytes: 100 }),
    digest(OF_ADA, signature(4, 4.4), { sha256: sha(4) }),
    origins('e1', {
      origins: [
        { path: 'result', run_id: 'e1', activity_id: '3', from: 'result.Ada Lovelace', evidence: 'identity' },
      ],
    }),
  ];
}

for (const place of [sqlitePlace(), postgresPlace()])
  describe.skipIf(place.missing)(
    `lineage under upkeep in ${place.name}${place.missing ? `: ${place.missing}` : ''}`,
    () => {
      beforeAll(() => place.start());
      afterAll(() => place.stop());

      async function filled(): Promise<{ url: string; links: string[] }> {
        const url = await place.url();
        const store = await openStore(url);
        for (const record of records()) await store.write([record]);
        await linkAll(store);
        await store.close();
        return { url, links: await links(url) };
      }

      async function links(url: string): Promise<string[]> {
        const database = await openUpkeep(url);
        const all = [...(await linksOf(database)), ...(await waitingOf(database))];
        await database.close();
        return all;
      }

      async function edit(url: string, ...statements: string[]): Promise<void> {
        const database = await openUpkeep(url);
        await database.transaction(async ({ query }) => {
          for (const statement of statements) await query(statement);
        });
        await database.close();
      }

      async function texts(url: string): Promise<string> {
        const database = await openUpkeep(url);
        const all: unknown[] = [];
        for (const table of [
          'artifact',
          'json_path',
          'run_data',
          'data',
          'digest',
          'origins',
          'wanted_link',
          'run',
        ])
          all.push(await database.query(`SELECT * FROM ${table}`));
        await database.close();
        return JSON.stringify(all);
      }

      const cli = (url: string, ...argv: string[]) => call([...argv, '--store', url], { cwd: folder });

      async function verified(url: string): Promise<{ code: number; out: string }> {
        const { code, out } = await cli(url, 'verify');
        return { code, out };
      }

      async function sound(url: string): Promise<void> {
        expect(await verified(url)).toEqual({ code: 0, out: expect.stringContaining('sound') });
        const database = await openUpkeep(url);
        expect(await unexplained(database)).toEqual([]);
        await database.close();
      }

      it('is sound, and the same after a rebuild', async () => {
        const { url, links: before } = await filled();
        expect(before).toEqual([
          `1 -generated uri-> ${RAW}@${FIRST}`,
          '1 -informed identity-> 3 result.Ada Lovelace>args[0]',
          `2 -generated uri-> ${MODEL}@${SECOND}`,
          `4 -generated uri-> ${OF_ADA}@${signature(4, 4.4)}`,
          `${RAW}@${FIRST} -used uri-> 2`,
          `${MODEL}@${SECOND} -used uri-> 3`,
          'e9/1/ identity 5',
        ]);
        await sound(url);
        expect((await cli(url, 'rebuild')).code).toBe(0);
        expect(await links(url)).toEqual(before);
        await sound(url);
      });

      it('is compared with the facts by verify, which names the run, and repaired by rebuild', async () => {
        const { url, links: before } = await filled();
        for (const [statement, run] of [
          ['DELETE FROM link WHERE kind = 3', 3],
          ['UPDATE link SET evidence = 2 WHERE kind = 1', 2],
          ['INSERT INTO link SELECT 4 * 6, 4 * 5, 3, 1', 5],
          ['DELETE FROM link_path', 3],
          ['DELETE FROM wanted_link', 5],
          ['DELETE FROM run_data WHERE direction = 2', 1],
          ['UPDATE version SET content_id = (SELECT max(id) FROM content)', 2],
        ] as const) {
          await edit(url, statement);
          const { code, out } = await verified(url);
          expect([statement, code, out]).toEqual([
            statement,
            1,
            expect.stringContaining(`The links of run ${uidOf(run)} differ from its facts`),
          ]);
          expect((await cli(url, 'rebuild')).code).toBe(0);
          expect(await links(url)).toEqual(before);
          await sound(url);
        }
      });

      it('is not compared if it is not derived up to now, and verify says so', async () => {
        const { url } = await filled();
        const store = await openStore(url);
        await store.write(done({ n: 7 }));
        await store.close();
        expect(await verified(url)).toEqual({ code: 0, out: expect.stringMatching(/links .*not compared/) });
      });

      it('stays complete over the tombstones of pruned runs, and keeps runs that others came from', async () => {
        const { url, links: before } = await filled();
        const prune = (where: string) =>
          cli(url, 'prune', '--older-than', '1d', '--where', where, '--yes', '--json');
        // 2 used what 1 made, 3 what 2 made, and 3 was given the result of 1.
        expect((await prune("activity_id IN ('1', '2')")).json()).toMatchObject([
          { removed: 0, ancestors: 2 },
        ]);
        expect((await prune("activity_id = '3'")).json()).toMatchObject([{ removed: 1 }]);
        expect((await prune("activity_id = '2'")).json()).toMatchObject([{ removed: 1 }]);
        const over = before
          .map((link) => link.replace('-> 3', '-> †3').replace('-> 2', '-> †2').replace(/^2 /, '†2 '))
          .map((link) => link.replace(/ result\..*$/, ''))
          .sort();
        expect((await links(url)).sort()).toEqual(over);
        await sound(url);
        expect((await cli(url, 'rebuild')).code).toBe(0);
        expect((await links(url)).sort()).toEqual(over);
        await sound(url);
        expect(await texts(url)).not.toContain(`"run_start":"${uidOf(2)}"`);
      });

      it('loses a person, in facts and in derived rows', async () => {
        const { url, links: before } = await filled();
        expect(await texts(url)).toContain('Ada%20Lovelace');
        const { code } = await cli(url, 'purge', '--person', 'Ada Lovelace', '--yes', '--reason', 'asked');
        expect(code).toBe(0);
        const left = await texts(url);
        expect(left).not.toContain('Ada%20Lovelace');
        expect(left).not.toContain('Ada Lovelace');
        const after = before.map((link) => link.replaceAll(/Ada(%20| )Lovelace/g, '[purged]')).sort();
        expect((await links(url)).sort()).toEqual(after);
        await sound(url);
        expect((await cli(url, 'rebuild')).code).toBe(0);
        expect((await links(url)).sort()).toEqual(after);
        await sound(url);
      });

      it('is rebuilt if a purge made two names equal', async () => {
        const { url } = await filled();
        const store = await openStore(url);
        const [ada, grace] = ['file://host/Ada/x', 'file://host/Grace/x'];
        await store.write(done({ n: 7 }, made(ada, 7.4, { signature: signature(7, 7.4) })));
        await store.write(done({ n: 8 }, made(grace, 8.4, { signature: signature(8, 8.4) })));
        await store.write(done({ n: 9 }, used(grace, 9, { signature: signature(8, 8.4) })));
        await linkAll(store);
        for (const person of ['Ada', 'Grace'])
          expect((await cli(url, 'purge', '--person', person, '--yes', '--reason', 'asked')).code).toBe(0);
        await linkAll(store);
        await store.close();
        const one = 'file://host/[purged]/x';
        expect((await links(url)).filter((link) => link.includes(one))).toEqual(
          [
            expect.stringMatching(/^7 -generated /),
            expect.stringMatching(/^8 -generated /),
            expect.stringMatching(/-used .*-> 9$/),
          ].sort(),
        );
        await sound(url);
      });

      it('forgets the data that only a purged run used', async () => {
        const { url, links: before } = await filled();
        expect((await cli(url, 'purge', '--run', uidOf(4), '--yes', '--reason', 'asked')).code).toBe(0);
        expect(await texts(url)).not.toContain('notes.txt');
        expect((await cli(url, 'purge', '--run', uidOf(2), '--yes', '--reason', 'asked')).code).toBe(0);
        expect((await links(url)).sort()).toEqual(
          before
            .filter((link) => !link.includes('notes.txt'))
            .map((link) => link.replace('-> 2', '-> †2').replace(/^2 /, '†2 '))
            .sort(),
        );
        await sound(url);
      });

      it('moves with a store, and is in its backup', async () => {
        const { url, links: before } = await filled();
        const copy = join(folder, `${place.name}.db`);
        expect((await cli(url, 'backup', copy)).code).toBe(0);
        const backup = `sqlite:${copy}`;
        expect(await links(backup)).toEqual(before);
        await sound(backup);
      });

      it('of facts that were recorded before the run is joined when the run arrives', async () => {
        const url = await place.url();
        const store = await openStore(url);
        const [open, end] = done({ n: 1 });
        await store.write([data(1, [made(RAW, 1.5, { signature: FIRST })])]);
        await linkAll(store);
        await store.write([open!]);
        await store.write([end!]);
        await linkAll(store);
        await store.close();
        expect(await links(url)).toEqual([expect.stringMatching(/^1 -generated .*raw\.h5/)]);
        await sound(url);
      });
    },
  );

describe.skipIf(postgresPlace().missing)('lineage of a store that moves', () => {
  const [from, to] = [sqlitePlace(), postgresPlace()];
  beforeAll(() => Promise.all([from.start(), to.start()]));
  afterAll(() => Promise.all([from.stop(), to.stop()]));

  it('arrives in PostgreSQL unchanged, and continues there', async () => {
    const [source, target] = [await from.url(), await to.url()];
    const store = await openStore(source);
    await store.write(records());
    await linkAll(store);
    await store.close();
    const before = await openUpkeep(source);
    const links = await linksOf(before);
    await before.close();
    expect((await call(['migrate', '--store', source, '--to', target], { cwd: folder })).code).toBe(0);
    const moved = await openStore(target);
    await moved.write(done({ n: 7 }, used(MODEL, 7, { signature: SECOND })));
    await linkAll(moved);
    await moved.close();
    const after = await openUpkeep(target);
    expect(await linksOf(after)).toEqual([...links, `${MODEL}@${SECOND} -used uri-> 7`].sort());
    await after.close();
    expect((await call(['verify', '--store', target], { cwd: folder })).code).toBe(0);
  });
});
