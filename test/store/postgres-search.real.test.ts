import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFilter } from '../../src/filter/parser';
import type { RunRecord } from '../../src/model/documents';
import type { Json, JsonObject } from '../../src/model/json';
import { Connections } from '../../src/store/postgres/connection';
import { findRuns } from '../../src/store/postgres/search';
import { openPostgresStore } from '../../src/store/postgres/store';
import type { Store, WriteRecord } from '../../src/store/store';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { filters, VALUES } from './filter-arbitraries';
import { search } from './filter-reference';
import { opening, stopping, uidOf } from './runs';

const missing = postgresMissing();
const RUNS = 400;

/** A small generator, so that every run of the tests sees the same data. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return (state >> 8) % sides;
  };
}

function recordsOf(n: number, roll: (sides: number) => number): WriteRecord[] {
  const any = (): Json => VALUES[roll(VALUES.length)]!;
  const fields: JsonObject = { plan_name: 'scan', dose: n + roll(7) / 8 };
  if (roll(3) > 0) fields.operator = any();
  if (roll(2) > 0) fields.sample = roll(2) > 0 ? { name: any(), mass: any(), none: null } : any();
  if (roll(3) > 0) fields.tags = [any(), any(), { name: any() }];
  if (roll(6) === 0) fields['first name'] = any();
  if (roll(6) === 0) fields["quo'te`"] = any();
  if (n % 97 === 0) fields.huge = Object.fromEntries(Array.from({ length: 700 }, (_, i) => [`key${i}`, i]));
  const temporal = {
    activity_id: String(roll(40)),
    activity_type: ['acquire', 'reduce', 'train'][roll(3)]!,
    attempt: 1 + roll(3),
    is_local: roll(3) === 0,
    scheduled_time: roll(12),
  };
  const lab = roll(3) > 0 ? 'default' : 'hall-2';
  const records: WriteRecord[] = [
    opening({ n, time: roll(12) + roll(4) / 4, lab, numbered: roll(5) > 0, fields, temporal }),
  ];
  const exit_status = (['success', 'success', 'fail', 'abort'] as const)[roll(4)]!;
  if (roll(4) > 0) records.push(stopping(n, { time: roll(12), exit_status }));
  if (roll(3) > 0) {
    const outcome = (['completed', 'failed', 'lost'] as const)[roll(3)]!;
    records.push({ kind: 'settled', document: { run_start: uidOf(n), time: 5, outcome, evidence: {} } });
  }
  return records;
}

const WAYS = [
  ['the newest runs looked through', undefined],
  ['sets one by one', { window: 3, sets: 100_000 }],
  ['as the planner likes', { window: 3, sets: -1 }],
] as const;

describe.skipIf(missing)(`search in PostgreSQL${missing ? `: ${missing}` : ''}`, () => {
  let server: PostgresServer;
  let store: Store;
  let connections: Connections;
  let all: RunRecord[];

  beforeAll(async () => {
    server = await startPostgres();
    const place = { url: await server.createDatabase(), location: 'postgres://test' };
    store = await openPostgresStore(place);
    connections = new Connections({ ...place, mode: 'read' });
    const roll = dice(42);
    for (let n = 1; n <= RUNS; n += 40) {
      await store.write(Array.from({ length: 40 }, (_, i) => recordsOf(n + i, roll)).flat());
    }
    all = (await store.runs({ limit: RUNS * 2 })).reverse();
  });
  afterAll(async () => {
    await connections?.close();
    await store?.close();
    await server?.close();
  });

  const uids = (runs: readonly RunRecord[]): string[] => runs.map(({ start }) => start.uid);
  const found = async (...query: Parameters<typeof findRuns>): Promise<string[]> =>
    (await findRuns(...query)).map((seq) => all[seq - 1]!.start.uid);

  it.each(WAYS)('answers any filter as the documents do: %s', async (_way, tuning) => {
    await fc.assert(
      fc.asyncProperty(filters(), fc.constantFrom(3, 50, RUNS), async (filter, limit) => {
        const expected = uids(search(filter, all)).slice(0, limit);
        expect(await found(connections, { filter, limit }, tuning)).toEqual(expected);
      }),
      { numRuns: 80 },
    );
  });

  it.each(WAYS)('finds what the index holds in part only: %s', async (_way, tuning) => {
    const filter = parseFilter('huge.key650 = 650 OR huge.key699 BETWEEN 698 AND 700');
    const expected = uids(search(filter, all));
    expect(expected.length).toBeGreaterThan(2);
    expect(await found(connections, { filter, limit: RUNS }, tuning)).toEqual(expected);
  });

  it('takes any text as text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom('operator', 'workflow_id', 'activity_type', 'host', 'stop.reason', 'lab'),
        async (value, field) => {
          const filter = { where: { op: 'compare', field: [field], operator: '=', value } } as const;
          expect(Array.isArray(await store.runs({ filter, limit: 3 }))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes as many conditions as the language does', async () => {
    const ors = Array.from({ length: 1900 }, (_, i) => `operator = 'o${i}'`).join(' OR ');
    expect(await store.runs({ filter: parseFilter(ors), limit: 5 })).toEqual([]);
  });
});
