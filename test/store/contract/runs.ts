/** Runs: opened once, closed once, numbered without gaps, read back as they were written. */
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../../src/filter/parser';
import { MAX_SCAN_ID } from '../../../src/model/ids';
import type { JsonObject } from '../../../src/model/json';
import type { OpenRecord, WriteAnswer } from '../../../src/store/interface/written';
import type { Under } from '../contract';
import { opening, type RunSketch, stopping, uidOf } from '../runs';

const opened = (answer: WriteAnswer | undefined) => {
  if (answer?.kind !== 'opened') throw new Error(`not opened: ${JSON.stringify(answer)}`);
  return answer;
};

export function runContract(under: Under): void {
  const open = async (...sketches: (RunSketch & { record?: Partial<OpenRecord> })[]) =>
    under.store.write(sketches.map(({ record, ...sketch }) => ({ ...opening(sketch), ...record })));
  const scanIds = (answers: WriteAnswer[]) => answers.map((answer) => opened(answer).scan_id);
  const one = async (n: number) => (await under.store.resolve({ by: 'uid', uid: uidOf(n) }))[0]!;

  describe('runs', () => {
    it('returns the documents that were written, fields in their order', async () => {
      const fields = { operator: 'Ada', sample: { name: 'Au', z: [1, { a: null }] }, ключ: '∞', 10: true };
      const [answer] = await open({ n: 1, fields, shadowed: { operator: { stash: 'Bob' } } });
      const { start, stop, settled } = await one(1);
      const { facts, ...record } = opening({ n: 1, fields });
      const { temporal } = JSON.parse(facts);
      expect(JSON.stringify(start)).toBe(
        JSON.stringify({
          uid: record.uid,
          time: record.time,
          scan_id: 1,
          ...fields,
          temporal,
          provenance: {
            schema_version: 1,
            lab: 'default',
            sources: Object.fromEntries(Object.keys(fields).map((key) => [key, 'user'])),
            shadowed: { operator: { stash: 'Bob' } },
            storage: { storage_id: opened(answer).storage_id, state_id: opened(answer).state_id },
          },
        }),
      );
      expect([stop, settled]).toEqual([null, null]);
    });

    it('finds an object by its name, and text by itself', async () => {
      const samples = [
        'Ni-7',
        { name: 'Ni-7', batch: 3 },
        { name: 'Ni-8' },
        'Ni-8',
        [{ name: 'Ni-7' }],
        null,
      ];
      await open(
        ...samples.map((sample, i) => ({
          n: i + 1,
          fields: sample === null ? {} : ({ sample } as JsonObject),
        })),
      );
      const found = async (where: string) => {
        const runs = await under.store.runs({ filter: parseFilter(where), limit: 50 });
        return runs.map(({ start }) => start.scan_id);
      };
      expect(await found("sample = 'Ni-7'")).toEqual([5, 2, 1]);
      expect(await found("sample != 'Ni-7'")).toEqual([4, 3]);
      expect(await found("sample IN ('Ni-8', 'Ni-9')")).toEqual([4, 3]);
      expect(await found("sample STARTS_WITH 'Ni-' ORDER BY sample ASC")).toEqual([1, 2, 5, 3, 4]);
      expect(await found("sample.name = 'Ni-7'")).toEqual([5, 2]);
      expect(await found('sample IS NULL')).toEqual([6]);
    });

    it('keeps hostile text: NUL, lone surrogates, __proto__, SQL look-alikes', async () => {
      const nasty = 'a\0b\ud800c\udc00"\'); DROP TABLE run; --\u2028';
      const fields: JsonObject = JSON.parse(
        `{"__proto__": {"polluted": true}, "constructor": 1, ${JSON.stringify(nasty)}: ${JSON.stringify(nasty)}}`,
      );
      await open({
        n: 1,
        fields,
        temporal: { activity_type: nasty, workflow_id: nasty, activity_id: nasty },
      });
      const { start } = await one(1);
      expect(start[nasty]).toBe(nasty);
      expect(Object.hasOwn(start, '__proto__')).toBe(true);
      expect(({} as JsonObject).polluted).toBeUndefined();
      expect(start.temporal).toMatchObject({ activity_type: nasty, workflow_id: nasty, activity_id: nasty });
      expect((await under.store.runs({ limit: 5 })).map((run) => run.start.uid)).toEqual([uidOf(1)]);
    });

    it('numbers runs of a lab without gaps, in the order of the group', async () => {
      expect(scanIds(await open({ n: 1 }, { n: 2 }, { n: 3, lab: 'other' }))).toEqual([1, 2, 1]);
      expect(scanIds(await open({ n: 4 }, { n: 5, numbered: false }, { n: 6 }))).toEqual([3, null, 4]);
    });

    it('records a given scan id and does not change the counter', async () => {
      expect(scanIds(await open({ n: 1 }, { n: 2, scan_id: 4711 }, { n: 3 }))).toEqual([1, 4711, 2]);
      expect(scanIds(await open({ n: 4, scan_id: MAX_SCAN_ID }, { n: 5 }))).toEqual([MAX_SCAN_ID, 3]);
      expect((await one(4)).start.scan_id).toBe(MAX_SCAN_ID);
    });

    it('gives no scan id above the largest', async () => {
      const author = { name: 'test', host: 'test', pid: 1 };
      await under.store.changeStash('default', [{ op: 'set', key: 'scan_id', value: MAX_SCAN_ID }], author);
      expect(scanIds(await open({ n: 1 }))).toEqual([null]);
    });

    it('answers a run that is written again with the same ids, and uses no new one', async () => {
      const [first] = await open({ n: 1 });
      const [again, next] = await open({ n: 1 }, { n: 2 });
      expect(again).toEqual(first);
      expect(opened(next).scan_id).toBe(2);
      expect((await under.store.counts()).runs).toBe(2);
    });

    it('shares the scan id of the attempt before on request', async () => {
      const temporal = { activity_id: 'a' };
      const record = { share_scan_id: true };
      await open({ n: 1, temporal, record }, { n: 2 });
      const again = { temporal: { ...temporal, attempt: 2, run_id: runOf(1), workflow_id: 'w-1' }, record };
      expect(scanIds(await open({ n: 3, ...again }, { n: 4 }))).toEqual([1, 3]);
    });

    it('links a retry to the attempt before it', async () => {
      const temporal = { activity_id: 'a', run_id: runOf(1), workflow_id: 'w-1' };
      await open({ n: 1, temporal });
      const answers = await open({ n: 2, temporal: { ...temporal, attempt: 2 } });
      expect(opened(answers[0]).retry_of).toBe(uidOf(1));
      expect((await one(2)).start.provenance.retry_of).toBe(uidOf(1));
      const attempts = await under.store.attempts(uidOf(1));
      expect(attempts.map((run) => run.start.uid)).toEqual([uidOf(1), uidOf(2)]);
    });

    it('distinguishes attempts of standalone activities with one id by the run of the activity', async () => {
      const standalone = (n: number, activity_run_id: string, attempt: number): RunSketch => ({
        n,
        temporal: { activity_id: 'scan', activity_run_id, attempt, ...NO_WORKFLOW },
      });
      await open(standalone(1, 'first', 1), standalone(2, 'second', 1), standalone(3, 'third', 2));
      const answers = await open(standalone(4, 'first', 2));
      expect(opened(answers[0]).retry_of).toBe(uidOf(1));
      expect((await one(3)).start.provenance.retry_of).toBeUndefined();
      const uids = async (n: number) => (await under.store.attempts(uidOf(n))).map(({ start }) => start.uid);
      expect(await uids(1)).toEqual([uidOf(1), uidOf(4)]);
      expect(await uids(2)).toEqual([uidOf(2)]);
      const folded = await under.store.runs({ limit: 10, fold_attempts: true });
      expect(folded.map(({ start }) => start.uid)).toEqual([uidOf(4), uidOf(3), uidOf(2)]);
    });

    it('raises state_id by one in each transaction, and never rewrites storage_id', async () => {
      const before = await under.store.identity();
      const answers = await open({ n: 1 }, { n: 2 });
      expect(answers.map((answer) => opened(answer).state_id)).toEqual(Array(2).fill(before.state_id + 1));
      await open({ n: 3 });
      expect(await under.store.identity()).toEqual({ ...before, state_id: before.state_id + 2 });
    });

    it('keeps metadata with varying keys unchanged', async () => {
      const sketch = (n: number): RunSketch => ({
        n,
        fields: { operator: 'Ada', dose: n * 0.37, purpose: 'x', point: { x: n, y: [n] } },
      });
      for (let from = 0; from < 1200; from += 100) {
        await open(...Array.from({ length: 100 }, (_, i) => sketch(from + i)));
      }
      for (const n of [0, 31, 32, 33, 100, 555, 1199]) {
        const { start } = await one(n);
        expect(Object.keys(start)).toEqual([
          'uid',
          'time',
          'scan_id',
          'operator',
          'dose',
          'purpose',
          'point',
          'temporal',
          'provenance',
        ]);
        expect(start).toMatchObject(sketch(n).fields!);
      }
      const fields = new Map((await under.store.fields()).map(({ path, runs }) => [path, runs]));
      expect(fields.get('dose')).toBe(1200);
      expect(fields.get('point.x')).toBe(1200);
    });
  });

  describe('stop and outcome', () => {
    it('are written once; the first of each is kept', async () => {
      await open({ n: 1 });
      const stop = stopping(1, { time: 5, temporal: { result: [{ a: '\0\ud800' }] } });
      expect(await under.store.write([stop, stop])).toEqual([{ kind: 'done' }, { kind: 'done' }]);
      const other = { ...stop, uid: uidOf(99), document: JSON.stringify({ uid: uidOf(99) }) };
      expect(await under.store.write([other])).toEqual([{ kind: 'closed' }]);
      expect(JSON.stringify((await one(1)).stop)).toBe(stop.document);
    });

    it('a settled outcome is final, and a late stop is kept next to it', async () => {
      await open({ n: 1 });
      const settled = {
        schema_version: 1,
        run_start: uidOf(1),
        time: 9,
        outcome: 'timed_out' as const,
        evidence: { event: 7 },
      };
      const write = (outcome: 'timed_out' | 'completed') =>
        under.store.write([{ kind: 'settled', document: { ...settled, outcome } }]);
      expect(await write('timed_out')).toEqual([{ kind: 'done' }]);
      expect(await write('timed_out')).toEqual([{ kind: 'done' }]);
      expect(await write('completed')).toEqual([{ kind: 'closed' }]);
      expect(await under.store.write([stopping(1, { time: 10 })])).toEqual([{ kind: 'done' }]);
      expect((await one(1)).settled).toEqual(settled);
      expect((await under.store.counts()).open).toBe(0);
      await write('completed');
      expect(await under.store.lateReports({ run_start: uidOf(1) })).toEqual([
        { kind: 'settled', document: { ...settled, outcome: 'completed' } },
      ]);
    });

    it('a run that completes elsewhere stays open after its stop, until it is settled', async () => {
      const temporal = { completes_async: true };
      await under.store.write([opening({ n: 1 }), opening({ n: 2 }), stopping(1, { time: 5, temporal })]);
      // A result that only looks like it ends the run as any other does.
      const result = [{ completes_async: true }];
      await under.store.write([stopping(2, { time: 5, temporal: { result } })]);
      expect((await under.store.counts()).open).toBe(1);
      const document = {
        schema_version: 1,
        run_start: uidOf(1),
        time: 9,
        outcome: 'completed' as const,
        evidence: {},
      };
      await under.store.write([{ kind: 'settled', document }]);
      expect((await under.store.counts()).open).toBe(0);
    });

    it('of a missing run are rejected, alone', async () => {
      const answers = await under.store.write([
        stopping(7, { time: 1 }),
        opening({ n: 1 }),
        stopping(1, { time: 2 }),
        {
          kind: 'settled',
          document: { schema_version: 1, run_start: uidOf(8), time: 1, outcome: 'lost', evidence: {} },
        },
      ]);
      expect(answers.map((answer) => answer.kind)).toEqual(['rejected', 'opened', 'done', 'rejected']);
      const codes = answers.map((answer) => answer.kind === 'rejected' && answer.code);
      expect(codes).toEqual(['run-missing', false, false, 'run-missing']);
    });

    it('a record that no store can keep costs only itself', async () => {
      const broken = { ...opening({ n: 2 }), metadata: '{"fields":' };
      const answers = await under.store.write([opening({ n: 1 }), broken, opening({ n: 3 })]);
      expect(answers.map((answer) => answer.kind)).toEqual(['opened', 'rejected', 'opened']);
      expect(answers[1]).not.toHaveProperty('code');
      expect(answers.flatMap((answer) => (answer.kind === 'opened' ? answer.scan_id : []))).toEqual([1, 2]);
    });
  });

  describe('runs by name', () => {
    it('are found by uid, by its parts, by scan id, and counting back', async () => {
      await open({ n: 1 }, { n: 2 }, { n: 3, numbered: false }, { n: 4, lab: 'other' }, { n: 5, scan_id: 1 });
      const find = async (reference: Parameters<typeof under.store.resolve>[0]) =>
        (await under.store.resolve(reference)).map((run) => run.start.uid);
      expect(await find({ by: 'uid', uid: uidOf(2) })).toEqual([uidOf(2)]);
      expect(await find({ by: 'uid-part', part: uidOf(2).slice(-8) })).toEqual([uidOf(2)]);
      expect(await find({ by: 'uid-part', part: uidOf(2).slice(0, 30).toUpperCase() })).toContain(uidOf(2));
      expect(await find({ by: 'uid-part', part: '%%%%%%' })).toEqual([]);
      expect(await find({ by: 'uid-part', part: '0002' })).toEqual([]);
      expect(await find({ by: 'scan-id', lab: 'default', scan_id: 1 })).toEqual([uidOf(5), uidOf(1)]);
      expect(await find({ by: 'newest', lab: 'default', back: 1 })).toEqual([uidOf(5)]);
      expect(await find({ by: 'newest', lab: 'default', back: 2 })).toEqual([uidOf(2)]);
      expect(await find({ by: 'newest', lab: 'none', back: 1 })).toEqual([]);
    });
  });
}

const NO_WORKFLOW = { workflow_id: undefined, run_id: undefined, workflow_type: undefined };

/** Run id that `opening` gives the n-th run. */
function runOf(n: number): string {
  return opening({ n }).run_id!;
}
