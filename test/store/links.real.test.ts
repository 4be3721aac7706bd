/** Links are derived from facts by the same rules on both databases. */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { WriteRecord } from '../../src/store/interface/written';
import type { Store } from '../../src/store/store';
import type { UpkeepDatabase } from '../../src/upkeep/database';
import { openStore } from '../built';
import { call } from '../cli/laboratory';
import { openUpkeep, postgresPlace, sqlitePlace } from '../upkeep/stores';
import {
  closed,
  data,
  digest,
  done,
  execution,
  linkAll,
  linksOf,
  made,
  origins,
  run,
  settled,
  sha,
  signature,
  T0,
  used,
  waitingOf,
} from './links-kit';
import { stopping, uidOf } from './runs';

for (const place of [sqlitePlace(), postgresPlace()])
  describe.skipIf(place.missing)(`links in ${place.name}${place.missing ? `: ${place.missing}` : ''}`, () => {
    let store: Store;
    let database: UpkeepDatabase;
    let url: string;
    beforeAll(() => place.start());
    afterAll(async () => {
      await store?.close();
      await database?.close();
      await place.stop();
    });
    beforeEach(async () => {
      await store?.close();
      await database?.close();
      url = await place.url();
      store = await openStore(url, { mode: 'write', create: true });
      database = await openUpkeep(url);
    });

    async function linked(...records: (WriteRecord | WriteRecord[])[]): Promise<string[]> {
      for (const record of records.flat()) {
        const [answer] = await store.write([record]);
        expect(['opened', 'done', 'closed']).toContain(answer!.kind);
      }
      await linkAll(store);
      return linksOf(database);
    }

    async function purge(...of: string[]): Promise<void> {
      const argv = ['purge', ...of, '--yes', '--reason', 'asked', '--store', url];
      const { code, err } = await call(argv, { cwd: tmpdir() });
      expect({ code, err }).toMatchObject({ code: 0 });
    }

    describe('between runs', () => {
      it('go from the completed attempt to the run that was given its result, when both are recorded', async () => {
        const from = [
          {
            run_id: 'e1',
            activity_id: '1',
            evidence: 'identity' as const,
            paths: [['result.x', 'args[0]']] as [string, string][],
          },
        ];
        expect(await linked(run({ n: 1 }), settled(1, 'failed'), run({ n: 3, from }))).toEqual([]);
        expect(await waitingOf(database)).toEqual(['e1/1/ identity 3']);
        expect(await linked(run({ n: 2, activity: '1', attempt: 2, scheduled: 1.5 }), settled(2))).toEqual([
          '1 -retry-of temporal-> 2',
          '2 -informed identity-> 3 result.x>args[0]',
        ]);
        expect(await waitingOf(database)).toEqual([]);
      });

      it('go from a local activity that returned, until Temporal says that it did not complete', async () => {
        const from = [{ run_id: 'e1', activity_id: '1', evidence: 'identity' as const }];
        const local = (n: number, time: number) => run({ n, activity: '1', time, local: true });
        expect(await linked(local(1, 1), run({ n: 3, from }))).toEqual([]);
        expect(await linked(stopping(1, { time: T0 + 1.4 }))).toEqual(['1 -informed identity-> 3']);
        expect(await linked(local(2, 1.5), stopping(2, { time: T0 + 1.8 }))).toEqual([
          '2 -informed identity-> 3',
        ]);
        expect(await linked(settled(2, 'superseded'))).toEqual(['1 -informed identity-> 3']);
        expect(await linked(settled(1))).toEqual(['1 -informed identity-> 3']);
      });

      it("wait for Temporal's outcome of a remote activity that returned", async () => {
        const from = [{ run_id: 'e1', activity_id: '1', evidence: 'identity' as const }];
        expect(await linked(run({ n: 1 }), stopping(1, { time: T0 + 1.4 }), run({ n: 3, from }))).toEqual([]);
        expect(await linked(settled(1))).toEqual(['1 -informed identity-> 3']);
      });

      it('go through the result of an execution, and wait until it is reported', async () => {
        const from = [
          {
            run_id: 'child',
            evidence: 'identity' as const,
            paths: [['result.a', 'args[0]']] as [string, string][],
          },
        ];
        const records = [
          ...done({ n: 1, execution: 'child' }),
          ...done({ n: 2, execution: 'child' }),
          execution('child', 'sandbox'),
        ];
        expect(await linked(...records, run({ n: 3, from }))).toEqual([]);
        const parts = [
          {
            path: 'result.a',
            run_id: 'child',
            activity_id: '1',
            from: 'result.q',
            evidence: 'identity' as const,
          },
          {
            path: 'result.b',
            run_id: 'child',
            activity_id: '2',
            from: 'result',
            evidence: 'identity' as const,
          },
        ];
        expect(await linked(origins('child', { origins: parts }))).toEqual([
          '1 -informed identity-> 3 result.q>args[0]',
        ]);
      });

      it('go through the result of the last run of a chain, which its starter knows by the first', async () => {
        const from = [{ run_id: 'child', evidence: 'identity' as const }];
        const part = {
          path: 'result',
          run_id: 'goes-on',
          activity_id: '1',
          from: 'result',
          evidence: 'identity' as const,
        };
        const goesOn = { first_execution_run_id: 'child', continued_from: 'child', workflow_id: 'w-child' };
        const records = [execution('child', 'sandbox'), execution('goes-on', 'sandbox', goesOn)];
        const start = [...records, ...done({ n: 1, execution: 'goes-on' }), run({ n: 3, from })];
        expect(await linked(...start)).toEqual([]);
        expect(await linked(origins('goes-on', { origins: [part] }))).toEqual(['1 -informed identity-> 3']);
      });

      it('go through the result of an update, each by its own id', async () => {
        const from = [{ run_id: 'other', update_id: 'u2', evidence: 'identity' as const }];
        const part = (activity_id: string) => [
          { path: 'result', run_id: 'other', activity_id, from: 'result', evidence: 'identity' as const },
        ];
        const links = await linked(
          ...done({ n: 1, execution: 'other' }),
          ...done({ n: 2, execution: 'other' }),
          origins('other', { of: 'update', id: 'u1', origins: part('1') }),
          run({ n: 3, from }),
          origins('other', { of: 'update', id: 'u2', origins: part('2') }),
        );
        expect(links).toEqual(['2 -informed identity-> 3']);
      });

      it('come from an execution itself if nothing inside was captured', async () => {
        const from = [{ run_id: 'stranger', evidence: 'identity' as const }];
        expect(await linked(execution('stranger', 'history'), run({ n: 3, from }))).toEqual([]);
        expect(await linked(closed('stranger', 'server'))).toEqual(['(stranger) -informed identity-> 3']);
      });

      it('come from an execution whose last report was lost with its worker, until it arrives', async () => {
        const from = [{ run_id: 'child', evidence: 'identity' as const }];
        const part = {
          path: 'result',
          run_id: 'child',
          activity_id: '1',
          from: 'result',
          evidence: 'identity' as const,
        };
        const records = [...done({ n: 1, execution: 'child' }), execution('child', 'sandbox')];
        expect(await linked(...records, run({ n: 3, from }), closed('child', 'server'))).toEqual([
          '(child) -informed identity-> 3',
        ]);
        expect(await linked(origins('child', { origins: [part] }))).toEqual(['1 -informed identity-> 3']);
      });

      it('go over a reset to what ran before it, if that ran once', async () => {
        const from = (run_id: string, activity_id: string) => [
          { run_id, activity_id, evidence: 'identity' as const },
        ];
        const again = { first_execution_run_id: 'base', reset_from: 'base', workflow_id: 'w-base' };
        const links = await linked(
          execution('second', 'sandbox', again),
          run({ n: 11, execution: 'second', from: from('second', 'a') }),
          run({ n: 12, execution: 'second', from: from('second', 'b') }),
          execution('base', 'sandbox'),
          ...done({ n: 1, execution: 'base', activity: 'a' }),
          ...done({ n: 2, execution: 'base', activity: 'b' }),
          ...done({ n: 3, execution: 'second', activity: 'b' }),
        );
        expect(links).toEqual(['1 -informed identity-> 11', '3 -informed identity-> 12']);
        // Of two that were reset, nobody says from which the third goes on.
        expect(
          await linked(
            execution('third', 'sandbox', again),
            run({ n: 21, execution: 'third', from: from('third', 'b') }),
            run({ n: 22, execution: 'third', from: from('third', 'a') }),
          ),
        ).toEqual(['1 -informed identity-> 11', '1 -informed identity-> 22', '3 -informed identity-> 12']);
      });

      it('get paths that had no room in a header', async () => {
        const from = [{ run_id: 'e1', activity_id: '1', evidence: 'identity' as const }];
        const part = {
          path: 'args[0]',
          run_id: 'e1',
          activity_id: '1',
          from: 'result.x',
          evidence: 'identity' as const,
        };
        expect(
          await linked(
            ...done({ n: 1 }),
            run({ n: 2, from }),
            origins('e1', { of: 'activity', id: '2', origins: [part] }),
          ),
        ).toEqual(['1 -informed identity-> 2 result.x>args[0]']);
      });

      it('include retries of standalone activities, in any order of arrival', async () => {
        expect(
          await linked(
            run({ n: 2, activity: 'a', attempt: 2, standalone: 's1', scheduled: 2 }),
            run({ n: 1, activity: 'a', standalone: 's1', scheduled: 1 }),
            run({ n: 3, activity: 'a', attempt: 2, standalone: 's2' }),
          ),
        ).toEqual(['1 -retry-of temporal-> 2']);
      });

      it('rest on equal strings without a sandbox module, but not on earlier arguments', async () => {
        const values = (args: string[], result: string[]) => ({
          values: {
            args: args.map((one, i) => [one, `args[${i}]`] as [string, string]),
            result: result.map((one, i) => [one, `result[${i}]`] as [string, string]),
          },
        });
        const links = await linked(
          ...done({ n: 1 }),
          data(1, [], values(['given'], ['made', 'given', 'twice'])),
          ...done({ n: 2 }),
          data(2, [], values([], ['twice'])),
          ...done({ n: 3 }),
          data(3, [], values(['made', 'given', 'twice'], [])),
          ...done({ n: 4, execution: 'e2' }),
          data(4, [], values(['made'], [])),
        );
        expect(links).toEqual([
          '1 -informed value-> 3 result[0]>args[0] result[2]>args[2]',
          '2 -informed value-ambiguous-> 3 result[0]>args[2]',
        ]);
      });

      it("rest on the server's clock alone, if a history says when the string was returned", async () => {
        const ahead = 5;
        const told = { values: { args: [], result: [['made', 'result'] as [string, string]] } };
        const word = settled(1) as Extract<WriteRecord, { kind: 'settled' }>;
        const evidence = { source: 'history', time: T0 + 1.5 };
        const links = await linked(
          run({ n: 1 }),
          data(1, [], { ...told, time: T0 + 1.5 + ahead }),
          { ...word, document: { ...word.document, evidence } },
          ...done({ n: 3 }),
          data(3, [], { values: { args: [['made', 'args[0]']], result: [] } }),
        );
        expect(links).toEqual(['1 -informed value-> 3 result>args[0]']);
      });
    });

    describe('of data', () => {
      const A = 'file://host/a.csv';
      const B = 'file://host/b.csv';
      const big = { size_bytes: 100 };

      it('join two runs at one version by its signature', async () => {
        const s = { signature: signature(1, 1.2) };
        expect(await linked(done({ n: 1 }, made(A, 1.3, s)), done({ n: 2 }, used(A, 2, s)))).toEqual(
          [`1 -generated uri-> ${A}@${s.signature}`, `${A}@${s.signature} -used uri-> 2`].sort(),
        );
      });

      it('find the one producer of the same bytes under another name, also with late digests', async () => {
        const [s1, s2] = [signature(1, 1.2), signature(2, 1.9)];
        const records = [
          done({ n: 1 }, made(A, 1.3, { signature: s1, missing: 'pending' })),
          done({ n: 2 }, used(B, 2, { signature: s2, missing: 'pending' })),
          digest(B, s2, { sha256: sha(7), ...big }),
        ];
        const before = await linked(...records);
        expect(before.filter((link) => link.includes('content'))).toEqual([]);
        expect(await linked(digest(A, s1, { sha256: sha(7), ...big }))).toContain(
          `${A}@${s1} -used content-> 2 >args[0]`,
        );
      });

      it('find it by a digest that another worker computed', async () => {
        const [s1, s2] = [signature(1, 1.2), signature(2, 1.9)];
        const before = await linked(
          done({ n: 1 }, made(A, 1.3, { signature: s1, missing: 'pending' })),
          digest(A, s1, { missing: 'budget' }),
          done({ n: 2 }, used(B, 2, { signature: s2, sha256: sha(7), ...big })),
        );
        expect(before.filter((link) => link.includes('content'))).toEqual([]);
        expect(await linked(digest(A, s1, { sha256: sha(7), ...big }))).toContain(
          `${A}@${s1} -used content-> 2 >args[0]`,
        );
      });

      it('do not come by content from a run that copied the bytes, in any order of arrival', async () => {
        const [s1, s2, s3] = [signature(1, 0.5), signature(2, 1.3), signature(3, 1.9)];
        const archive = 'file://beam/archive';
        const copy = [
          used(archive, 1, { signature: s1, missing: 'pending' }),
          made(A, 1.3, { signature: s2, sha256: sha(7), ...big }),
        ];
        const later = done({ n: 2 }, used(B, 2, { signature: s3, sha256: sha(7), ...big }));
        expect(await linked(done({ n: 1 }, ...copy), later)).toContain(
          `${A}@${s2} -used content-> 2 >args[0]`,
        );
        const known = await linked(digest(archive, s1, { sha256: sha(7), ...big }));
        expect(known.filter((link) => link.includes('content'))).toEqual([]);
      });

      it('ignore few bytes, later writers and attempts of the same activity, and mark several as ambiguous', async () => {
        const of = (n: number, about: object) => ({ signature: signature(n, n), ...about });
        const few = { sha256: sha(1), size_bytes: 32 };
        const many = { sha256: sha(2), ...big };
        const links = await linked(
          done({ n: 1 }, made(A, 1.3, of(1, few))),
          done({ n: 2 }, used(B, 2, of(2, few))),
          done({ n: 3 }, used(B, 3, of(3, many))),
          done({ n: 4 }, made(A, 4.3, of(4, many))),
          done({ n: 5 }, used(`${B}5`, 5, of(5, many))),
          done({ n: 6 }, made(`${A}6`, 6.3, of(6, many))),
          done({ n: 7 }, used(`${B}7`, 7, of(7, many))),
          done({ n: 8 }, used(A, 8, of(8, many))),
          done({ n: 9, activity: '4', attempt: 2 }, used(`${B}9`, 9, of(9, { sha256: sha(2), ...big }))),
        );
        expect(links.filter((link) => link.includes('content'))).toEqual(
          [
            `${A}@${signature(4, 4)} -used content-> 5 >args[0]`,
            `${A}@${signature(4, 4)} -used content-ambiguous-> 7 >args[0]`,
            `${A}6@${signature(6, 6)} -used content-ambiguous-> 7 >args[0]`,
            `${A}@${signature(4, 4)} -used content-> 8 >args[0]`,
            `${A}6@${signature(6, 6)} -used content-> 9 >args[0]`,
          ].sort(),
        );
      });

      it('use the last recorded writer if nothing is known of a version, and a late writer corrects it', async () => {
        const remote = { type: 'remote' as const };
        const S3 = 's3://bucket/x';
        const use = `${S3}@run:1 -used uri-> 3 >args[0]`;
        expect(
          await linked(done({ n: 1 }, made(S3, 1.3, remote)), done({ n: 3 }, used(S3, 3, remote))),
        ).toContain(use);
        const links = await linked(
          done({ n: 2 }, made(S3, 2.3, remote)),
          done({ n: 4 }, used('s3://bucket/y', 4, remote)),
        );
        expect(links).not.toContain(use);
        expect(links).toContain(`${S3}@run:2 -used uri-> 3 >args[0]`);
        expect(links).toContain('s3://bucket/y@ -used uri-> 4');
      });

      it('of unequal signatures have an unknown origin', async () => {
        const links = await linked(
          done({ n: 1 }, made(A, 1.3, { signature: signature(1, 1.2) })),
          done({ n: 2 }, used(A, 2, { signature: signature(1, 1.9) })),
        );
        expect(links.filter((link) => link.endsWith('-> 2'))).toEqual([
          `${A}@${signature(1, 1.9)} -used uri-> 2`,
        ]);
      });

      it('are ambiguous if two runs wrote one name at the same time', async () => {
        const links = await linked(
          done({ n: 1, time: 1 }, made(A, 9, { signature: signature(1, 8) })),
          done({ n: 2, time: 2 }, made(A, 5, { signature: signature(1, 4) })),
          done({ n: 10, time: 10 }, made(A, 11, { signature: signature(1, 10.5) })),
        );
        expect(links).toEqual(
          [
            `1 -generated uri|uri-ambiguous-> ${A}@${signature(1, 8)}`,
            `2 -generated uri|uri-ambiguous-> ${A}@${signature(1, 4)}`,
            `10 -generated uri-> ${A}@${signature(1, 10.5)}`,
          ].sort(),
        );
      });

      it('count members of a directory with it, except those older than the run', async () => {
        const D = 'file://host/out';
        const members = [
          { name: 'new.csv', signature: signature(5, 21) },
          { name: 'old.csv', signature: signature(6, 1) },
        ];
        const about = { type: 'directory' as const, signature: 'host:1:9:2:abc', members };
        const links = await linked(
          done({ n: 1 }, made(`${D}/old.csv`, 1.2, { signature: signature(6, 1) })),
          done({ n: 20 }, made(D, 21.5, about)),
          done({ n: 30 }, used(D, 30, about)),
          done({ n: 31 }, used(`${D}/new.csv`, 31, { signature: signature(5, 21) })),
        );
        expect(links.filter((link) => link.includes('new.csv') || link.includes('old.csv'))).toEqual(
          [
            `1 -generated uri-> ${D}/old.csv@${signature(6, 1)}`,
            `20 -generated uri-> ${D}/new.csv@${signature(5, 21)}`,
            `${D}/new.csv@${signature(5, 21)} -used uri-> 30`,
            `${D}/old.csv@${signature(6, 1)} -used uri-> 30`,
            `${D}/new.csv@${signature(5, 21)} -used uri-> 31`,
          ].sort(),
        );
      });

      it('give runs of a directory its members when these are digested later', async () => {
        const D = 'file://host/in';
        const about = { type: 'directory' as const, signature: 'host:1:9:1:abc' };
        const members = [{ name: 'a.csv', signature: signature(5, 1), sha256: sha(9), size_bytes: 99 }];
        const links = await linked(
          done(
            { n: 1 },
            made('file://host/elsewhere.csv', 1.5, { signature: signature(8, 1.4), sha256: sha(9), ...big }),
          ),
          done({ n: 2 }, used(D, 2, about)),
          digest(D, about.signature, { sha256: sha(10), size_bytes: 99, members }),
        );
        expect(links).toContain(`${D}/a.csv@${signature(5, 1)} -used uri-> 2`);
        const faults = [];
        for (let page = await store.verify(); ; page = await store.verify({ after: page.next })) {
          faults.push(...page.faults);
          if (!page.next) break;
        }
        expect(faults).toEqual([]);
        expect(links).toContain(`file://host/elsewhere.csv@${signature(8, 1.4)} -used content-> 2`);
      });

      it('keep the identity of a renamed file, and give a copy one of its own', async () => {
        const renamed = signature(1, 5);
        await linked(
          done({ n: 1 }, made(A, 1.3, { signature: signature(1, 1.2) })),
          done({ n: 6 }, used(B, 6, { signature: renamed })),
          done({ n: 7 }, used('file://host/copy.csv', 7, { signature: signature(2, 6) })),
          done({ n: 8 }, used('file://host/hard-link.csv', 8, { signature: renamed })),
        );
        const ids = await database.query<{ uri: string; artifact_id: string }>(
          'SELECT uri, artifact_id FROM artifact ORDER BY uri',
        );
        const id = (name: string) => ids.find(({ uri }) => uri.endsWith(name))!.artifact_id;
        expect(id('b.csv')).toBe(id('a.csv'));
        expect(new Set(ids.map(({ artifact_id }) => artifact_id)).size).toBe(3);
      });

      it('stay over the tombstones of removed runs, also when they are derived again', async () => {
        const s = { signature: signature(1, 1.2), sha256: sha(3), ...big };
        const from = [{ run_id: 'e1', activity_id: '1', evidence: 'identity' as const }];
        await linked(
          done({ n: 1 }, made(A, 1.3, s)),
          run({ n: 2, from }),
          settled(2),
          data(2, [used(A, 2, s), used(B, 2, { signature: signature(2, 1.9), sha256: sha(3), ...big })]),
        );
        const expected = (await linksOf(database)).map((link) => link.replace(/^1 /, '†1 ')).sort();
        expect(expected.length).toBe(4);
        await purge('--run', uidOf(1));
        expect(await linked(run({ n: 3, activity: '2', attempt: 2 }))).toEqual(
          [...expected, '2 -retry-of temporal-> 3'].sort(),
        );
        await store.forgetLinks();
        await linkAll(store, 1);
        expect(await linksOf(database)).toEqual([...expected, '2 -retry-of temporal-> 3'].sort());
        // Whoever uses the same bytes later still has their producer.
        const later = await linked(
          done({ n: 4 }, used('file://host/c', 4, { signature: signature(4, 3), sha256: sha(3), ...big })),
        );
        expect(later).toContain(`${A}@${s.signature} -used content-> 4 >args[0]`);
      });

      it('keep names that no database can hold unchanged', async () => {
        const odd = 'file://host/\0\ud800';
        const links = await linked(done({ n: 1 }, made(odd, 1, { site_name: odd, paths: ['result["\0"]'] })));
        expect(links).toHaveLength(1);
      });
    });
  });
