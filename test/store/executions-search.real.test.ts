import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXECUTION_FIELDS } from '../../src/filter/execution-fields';
import { equals } from '../../src/filter/filter';
import { parseFilter } from '../../src/filter/parser';
import type { ExecutionAddress } from '../../src/model/documents';
import type { ExecutionRecord, ExecutionStatus } from '../../src/model/execution';
import type { JsonObject } from '../../src/model/json';
import type { WriteRecord } from '../../src/store/interface/written';
import type { Store } from '../../src/store/store';
import { openStore } from '../built';
import { type PostgresServer, postgresMissing, startPostgres } from '../real/postgres';
import { opening } from './runs';

const COUNT = 1200;
const STATUSES: ExecutionStatus[] = ['completed', 'failed', 'canceled', 'timed_out'];
const TYPES = ['scan', 'reduce', 'naïve🙂'];

function addressOf(n: number): ExecutionAddress {
  return { namespace: 'default', workflow_id: `w-${n % 50}`, run_id: `run-${String(n).padStart(5, '0')}` };
}

/** The n-th execution: every field differs in its own rhythm, so that filters have something to choose. */
function recordsOf(n: number): WriteRecord[] {
  const address = addressOf(n);
  const start: WriteRecord = {
    kind: 'execution',
    start: {
      schema_version: 1,
      ...address,
      workflow_type: TYPES[n % 3]!,
      start_time: 1000 + ((n * 37) % COUNT),
      task_queue: n % 4 === 0 ? 'gpu' : 'cpu',
      first_execution_run_id: address.run_id,
      attempt: 1 + (n % 2),
      ...(n % 5 === 0 && { parent: { workflow_id: 'root', run_id: `run-${n % 10}`, namespace: 'default' } }),
      ...((n % 5 === 1 || n % 5 === 2) && { parent: addressOf(n - 1) }),
      ...(n % 7 === 0 && { schedule_id: 'nightly' }),
      ...(n % 2 === 0 && { memo: { tags: ['night', n % 3], note: 'a\0b', depth: { mm: n % 11 } } }),
      ...(n % 3 === 0 && { search_attributes: { CustomerId: [`c${n % 4}`] } }),
      origin: 'sandbox',
    },
  };
  if (n % 6 === 0) return [start];
  const status = STATUSES[n % 4]!;
  const error = status === 'failed' ? { error: { type: 'Error', message: `m${n % 5}` } } : {};
  const close = {
    schema_version: 1,
    ...address,
    close_time: 5000 + n,
    status,
    ...error,
    origin: n % 4 === 3 ? 'sandbox' : 'server',
  } as const;
  return [start, { kind: 'execution-close', close }];
}

type Holds = (record: ExecutionRecord) => unknown;
const end = ({ settled, observed }: ExecutionRecord) => settled ?? observed;
const memo = ({ start }: ExecutionRecord) =>
  start.memo as { tags: unknown[]; depth: { mm: number } } | undefined;

/** Filters, each with what it means. */
const FILTERS: [string, Holds][] = [
  ['', () => true],
  ["workflow_id = 'w-7'", ({ start }) => start.workflow_id === 'w-7'],
  [
    "workflow_type IN ('scan', 'naïve🙂') AND start_time >= 1100",
    ({ start }) => start.workflow_type !== 'reduce' && start.start_time >= 1100,
  ],
  ["workflow_type STARTS_WITH 'naïve🙂'", ({ start }) => start.workflow_type === 'naïve🙂'],
  ["run_id STARTS_WITH 'run-000'", ({ start }) => start.run_id.startsWith('run-000')],
  ["status = 'failed'", (record) => end(record)?.status === 'failed'],
  ["status != 'failed'", (record) => end(record) && end(record)?.status !== 'failed'],
  ['status IS NULL', (record) => !end(record)],
  [
    "NOT (status = 'failed' OR task_queue = 'gpu')",
    (record) => end(record) && end(record)!.status !== 'failed' && record.start.task_queue !== 'gpu',
  ],
  [
    "parent.workflow_id = 'root' AND parent.run_id = 'run-5'",
    ({ start }) => start.parent?.run_id === 'run-5',
  ],
  ['parent.run_id IS NULL', ({ start }) => !start.parent],
  ["schedule_id = 'nightly'", ({ start }) => start.schedule_id === 'nightly'],
  [
    "memo.tags = 'night' AND memo.depth.mm BETWEEN 3 AND 5",
    (record) => memo(record) && memo(record)!.depth.mm >= 3 && memo(record)!.depth.mm <= 5,
  ],
  ['memo.tags = 2', (record) => memo(record)?.tags[1] === 2],
  ["memo.tags != 'night'", () => false],
  [
    "search_attributes.CustomerId = 'c1'",
    ({ start }) => (start.search_attributes?.CustomerId as string[] | undefined)?.[0] === 'c1',
  ],
  [
    "memo.tags = 2 OR (status = 'failed' AND NOT memo.depth.mm > 3)",
    (record) =>
      memo(record)?.tags[1] === 2 ||
      (end(record)?.status === 'failed' && memo(record) && memo(record)!.depth.mm <= 3),
  ],
  ["family = 'w-5'", ({ start }) => [5, 6, 7].includes(numberOf(start) % 50)],
  ["family = 'w-5' AND workflow_id != 'w-5'", ({ start }) => [6, 7].includes(numberOf(start) % 50)],
  [
    "family NOT IN ('w-6', 'w-10') AND start_time < 1300",
    ({ start }) => ![6, 7, 10, 11, 12].includes(numberOf(start) % 50) && start.start_time < 1300,
  ],
  ["operator = 'Ada'", ({ start }) => hasRun(start, 0)],
  ["operator != 'Ada'", ({ start }) => hasRun(start, 1)],
  ['operator IS NULL AND dose IS NULL', ({ start }) => !hasRun(start, 0) && !hasRun(start, 1)],
  [
    "dose >= 100 AND status = 'failed'",
    (record) => hasRun(record.start, 0) && numberOf(record.start) >= 100 && end(record)?.status === 'failed',
  ],
  [
    "operator = 'Ada' AND memo.tags = 'night'",
    (record) => hasRun(record.start, 0) && memo(record)?.tags[0] === 'night',
  ],
  ["error.message = 'm1'", (record) => end(record)?.error?.message === 'm1'],
  ["settled.status = 'completed'", ({ settled }) => settled?.status === 'completed'],
  [
    'observed.status IS NOT NULL AND start.attempt = 2',
    ({ observed, start }) => observed && start.attempt === 2,
  ],
  [
    "close_time BETWEEN '1970-01-01T01:24:00Z' AND 5100",
    (record) => end(record) && end(record)!.close_time >= 5040 && end(record)!.close_time <= 5100,
  ],
];

function numberOf({ run_id }: ExecutionRecord['start']): number {
  return Number(run_id.slice(4));
}

/** Every tenth has a run of Ada, with a dose of its own; each one after that, one of Grace. */
function hasRun(start: ExecutionRecord['start'], remainder: number): boolean {
  return numberOf(start) % 10 === remainder;
}

function runsOf(n: number): WriteRecord[] {
  if (n % 10 > 1) return [];
  const fields: JsonObject = n % 10 === 0 ? { operator: 'Ada', dose: n } : { operator: 'Grace' };
  const temporal = { workflow_id: `w-${n % 50}`, run_id: `run-${String(n).padStart(5, '0')}` };
  return [opening({ n, fields, temporal })];
}

const missing = postgresMissing();
const KINDS = [
  ['SQLite', undefined],
  [`PostgreSQL${missing ? `: ${missing}` : ''}`, missing ?? 'postgres'],
] as const;

describe.each(KINDS)('executions in %s', (_name, kind) => {
  let store: Store;
  let all: ExecutionRecord[];
  let server: PostgresServer | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'provenance-executions-'));

  beforeAll(async () => {
    if (kind && missing) return;
    if (kind) server = await startPostgres();
    const url = server ? await server.createDatabase() : `sqlite:${join(folder, 'executions.db')}`;
    store = await openStore(url, { mode: 'write', create: true });
    for (let n = 1; n <= COUNT; n += 100)
      await store.write(
        Array.from({ length: 100 }, (_, i) => [...recordsOf(n + i), ...runsOf(n + i)]).flat(),
      );
    all = await store.executions({ limit: 2 * COUNT });
  });
  afterAll(async () => {
    await store?.close();
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const find = async (text: string, limit = 2 * COUNT) =>
    (await store.executions({ filter: parseFilter(text, EXECUTION_FIELDS), limit })).map(
      ({ start }) => start.run_id,
    );

  it('are complete, newest first', (ctx) => {
    ctx.skip(Boolean(kind && missing), missing);
    expect(all.map(({ start }) => start.run_id)).toEqual(
      Array.from({ length: COUNT }, (_, i) => `run-${String(COUNT - i).padStart(5, '0')}`),
    );
  });

  it.each(FILTERS)('pass %s', async (text, holds) => {
    if (kind && missing) return; // told by the first test
    const expected = all.filter((record) => holds(record)).map(({ start }) => start.run_id);
    expect(await find(text)).toEqual(expected);
    expect(await find(text, 3)).toEqual(expected.slice(0, 3));
  });

  it('are in the requested order, by a column or by a document', async (ctx) => {
    ctx.skip(Boolean(kind && missing), missing);
    const byStart = [...all].sort((a, b) => a.start.start_time - b.start.start_time);
    const ids = (records: ExecutionRecord[]) => records.map(({ start }) => start.run_id);
    expect(await find('ORDER BY start_time')).toEqual(ids(byStart));
    expect(await find("task_queue = 'gpu' ORDER BY start_time", 20)).toEqual(
      ids(byStart.filter(({ start }) => start.task_queue === 'gpu')).slice(0, 20),
    );
    const depth = (record: ExecutionRecord) => memo(record)?.depth.mm ?? -1;
    const oldest = [...all].reverse();
    expect(await find('ORDER BY memo.depth.mm')).toEqual(ids(oldest.sort((a, b) => depth(a) - depth(b))));
    expect(await find('ORDER BY close_time DESC', 5)).toEqual(
      ids(all.filter((record) => end(record)).slice(0, 5)),
    );
  });

  it('continue after any of them, in any order', async (ctx) => {
    ctx.skip(Boolean(kind && missing), missing);
    const orders = [
      '',
      'ORDER BY start_time',
      'ORDER BY close_time DESC',
      'ORDER BY status, workflow_id DESC',
    ];
    for (const text of [...orders, "memo.tags = 'night' ORDER BY start_time DESC"]) {
      const every = await find(text);
      for (const at of [0, 7, 150, every.length - 1]) {
        const filter = parseFilter(text, EXECUTION_FIELDS);
        const found = await store.executions({ filter, limit: 20, after: every[at] });
        expect(found.map(({ start }) => start.run_id)).toEqual(every.slice(at + 1, at + 21));
      }
    }
    await expect(store.executions({ limit: 1, after: 'gone' })).rejects.toMatchObject({
      code: 'CURSOR_GONE',
    });
  });

  it('accept any text as text', async (ctx) => {
    ctx.skip(Boolean(kind && missing), missing);
    for (const value of ['a\0b', '\ud800', "'; DROP TABLE execution; --", '%', '_'.repeat(5000)]) {
      const where = equals(EXECUTION_FIELDS, 'workflow_id', value);
      expect(await store.executions({ filter: { where }, limit: 5 })).toEqual([]);
    }
    const field = { kind: 'document', path: ['memo', 'note'] } as const;
    const where = { op: 'compare', field, operator: '=', value: 'a\0b' } as const;
    expect(await store.executions({ filter: { where }, limit: 5 })).toHaveLength(5);
  });

  it('accept as many conditions as the language does', async (ctx) => {
    ctx.skip(Boolean(kind && missing), missing);
    const ors = Array.from({ length: 1900 }, (_, i) => `workflow_id = 'x${i}'`).join(' OR ');
    expect(await find(`${ors} OR run_id = 'run-00009'`)).toEqual(['run-00009']);
  });
});

it("report what can't be searched", () => {
  expect(() => parseFilter("memo = 'Ada'", EXECUTION_FIELDS)).toThrow(/can't be searched/);
  expect(() => parseFilter("start.WorkflowType = 'x'", EXECUTION_FIELDS)).toThrow(
    /did you mean start.workflow_type/,
  );
  expect(() => parseFilter('ORDER BY operator', EXECUTION_FIELDS)).toThrow(/ORDER BY start_time/);
  expect(() => parseFilter("status = 'running'", EXECUTION_FIELDS)).toThrow(/one of completed, failed/);
});
