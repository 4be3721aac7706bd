/** Views for reading from outside say what the store says, in the same words in every dialect. */
import { describe, expect, it } from 'vitest';
import type { StopDocument } from '../../../src/model/documents';
import type { WriteRecord } from '../../../src/store/interface/written';
import type { Under } from '../contract';
import { opening, stopping, uidOf } from '../runs';

const T = 1_790_000_000;

/** A run that ended as told, and the word for it. */
const ENDS: readonly [word: string, stop?: Partial<StopDocument>, outcome?: string][] = [
  ['open'],
  ['completed', {}],
  ['failed', { exit_status: 'fail' }],
  ['aborted', { exit_status: 'abort' }],
  ['async', { temporal: { completes_async: true } }],
  ['timed_out', { exit_status: 'fail' }, 'timed_out'],
  ['lost', undefined, 'lost'],
  ['retried', {}, 'superseded'],
  ['failed, retried', { exit_status: 'fail' }, 'superseded'],
];

function ended(i: number): WriteRecord[] {
  const [, stop, outcome] = ENDS[i]!;
  const n = i + 1;
  const records: WriteRecord[] = [opening({ n, time: T + n, fields: { operator: 'Ada' } })];
  if (stop) records.push(stopping(n, { time: T + 2 * n, resources: { duration_ms: 10 * n }, ...stop }));
  if (outcome) {
    const document = { run_start: uidOf(n), time: T + 3 * n, outcome, evidence: { source: 'history' } };
    records.push({ kind: 'settled', document } as unknown as WriteRecord);
  }
  return records;
}

const LONG = 'long '.repeat(100);

/** Fields of the set, which the runs share. */
const SHARED = {
  operator: 'Ada "the first" Lovelace',
  note: LONG,
  beam: 12.5,
  offset: -0.001,
  huge: -1.5e300,
  count: 40,
  ok: true,
  nothing: null,
  sample: { name: 'Ni-7', lattice: { a_nm: 0.352 } },
  motors: ['x', 'y'],
};

export function viewsContract(under: Under): void {
  describe('views', () => {
    it('runs: the status, times, and what the worker measured', async () => {
      await under.store.write(ENDS.flatMap((_, i) => ended(i)));
      const words = await under.query('SELECT status FROM runs ORDER BY scan_id');
      expect(words).toEqual(ENDS.map(([word]) => word));
      expect(await under.query(`SELECT duration_ms FROM runs WHERE status = 'failed'`)).toEqual([30]);
      expect(await under.query(`SELECT stop_time FROM runs WHERE uid = '${uidOf(2)}'`)).toEqual([T + 4]);
      expect(await under.query(`SELECT activity_type FROM runs WHERE lab = 'default' AND seq = 1`)).toEqual([
        'acquire',
      ]);
    });

    it('run_values: a row per run and field, typed, long texts complete', async () => {
      const dose = (n: number) => (n === 3 ? `${LONG}${n}` : n / 4);
      const sketches = Array.from({ length: 100 }, (_, i) => ({
        n: i + 1,
        fields: { ...SHARED, dose: dose(i + 1) },
      }));
      for (const sketch of sketches) await under.store.write([opening(sketch)]);
      const of = (n: number, column: string) =>
        under.query(`SELECT ${column} FROM run_values WHERE uid = '${uidOf(n)}' ORDER BY field, value`);
      expect(await of(3, `field || ' ' || type`)).toEqual([
        'beam number',
        'count number',
        'dose text',
        'huge number',
        'motors text',
        'motors text',
        'note text',
        'nothing null',
        'offset number',
        'ok boolean',
        'operator text',
        'sample.lattice.a_nm number',
        'sample.name text',
      ]);
      const values = [
        '12.5',
        '40',
        `${LONG}3`,
        'x',
        'y',
        LONG,
        null,
        '-0.001',
        'true',
        SHARED.operator,
        '0.352',
        'Ni-7',
      ];
      expect((await of(3, 'value')).filter((value) => !/e\+?300/.test(String(value)))).toEqual(values);
      expect(await of(3, 'number')).toEqual([
        12.5,
        40,
        null,
        -1.5e300,
        null,
        null,
        null,
        null,
        -0.001,
        null,
        null,
        0.352,
        null,
      ]);
      // Some stand with the set, some with the run.
      const doses = await under.query(`SELECT number FROM run_values WHERE field = 'dose' ORDER BY seq`);
      expect(doses).toEqual(sketches.map(({ n }) => (n === 3 ? null : n / 4)));
      const mean = await under.query(
        `SELECT avg(v.number) FROM run_values o JOIN run_values v ON v.uid = o.uid AND v.field = 'dose'
         WHERE o.field = 'sample.name' AND o.value = 'Ni-7' GROUP BY o.value`,
      );
      expect(Number(mean[0])).toBeCloseTo((5050 - 3) / 4 / 99, 9);
    });

    it('executions and sessions', async () => {
      const run_id = '00000000-0000-4000-8000-000000000001';
      await under.store.write([opening({ n: 1 }), opening({ n: 8, session: 's-1' })]);
      const [runs] = await under.query(`SELECT runs FROM executions WHERE run_id = '${run_id}'`);
      expect(Number(runs)).toBe(2);
      const [first] = await under.query('SELECT first_scan_id FROM executions');
      expect(Number(first)).toBe(1);
      expect(await under.query('SELECT status FROM executions')).toEqual(['open']);
      expect(await under.query('SELECT session FROM sessions')).toEqual(['s-1']);
    });
  });
}
