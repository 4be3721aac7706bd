/**
 * Runs of the world, in every state, with every kind of value.
 * @module
 */
import type { SettledDocument, StopDocument } from '../../../src/model/documents';
import type { JsonObject } from '../../../src/model/json';
import type { LogLine } from '../../../src/model/progress';
import type { WriteRecord } from '../../../src/store/interface/written';
import { MORNING } from '../../questions/lineage-kit';
import { opening, type RunSketch, stopping, uidOf } from '../../store/runs';
import { ENVIRONMENTS, SESSIONS } from './capture';
import { EXECUTIONS } from './executions';

const NUMBERS = {
  acquire: 200,
  reduce: 201,
  fit: 202,
  report: 203,
  lost: 204,
  timed_out: 205,
  canceled: 206,
  async: 207,
  retried: 208,
  retry: 209,
  open: 210,
  encrypted: 211,
  large: 212,
  hostile: 213,
  north: 214,
  bare: 215,
} as const;

/** uids by what the runs are. */
export const RUNS = Object.fromEntries(
  Object.entries(NUMBERS).map(([name, n]) => [name, uidOf(n)]),
) as Readonly<Record<keyof typeof NUMBERS, string>>;

/** Texts that try to break a page. */
export const HOSTILE = '</script><script>alert(1)</script>"\'><img src=x onerror=alert(2)>';
const RIGHT_TO_LEFT = 'מדידה \u202Eeligible\u202C عينة';
const EMOJI = '🧪👩🏽‍🔬𝔘𝔫𝔦𝔠𝔬𝔡𝔢';

type Name = keyof typeof NUMBERS;

function run(name: Name, at: number, type: string, more: Omit<Partial<RunSketch>, 'n'> = {}): WriteRecord {
  const { temporal, ...rest } = more;
  return opening({
    n: NUMBERS[name],
    time: MORNING + at,
    environment: ENVIRONMENTS.clean,
    session: SESSIONS.ended,
    fields: {
      plan_name: 'dayScan',
      plan_type: 'workflow',
      operator: 'Ada',
      purpose: type,
      sample: { name: 'Au foil', mass_mg: 12.5 },
    },
    sources: {
      plan_name: 'inferred',
      plan_type: 'inferred',
      operator: 'user',
      purpose: 'plan',
      sample: 'stash',
    },
    shadowed: { operator: { stash: 'Grace' } },
    temporal: {
      ...EXECUTIONS.completed,
      workflow_type: 'dayScan',
      activity_id: String(NUMBERS[name]),
      activity_type: type,
      args: [{ detector: 'detector-2', frames: 12 }],
      options: { start_to_close_timeout_ms: 60_000, retry_policy: { maximum_attempts: 3 } } as never,
      worker: { host: 'beamline-7', identity: '4710@beamline-7', build_id: '1.4.2' },
      ...temporal,
    },
    ...rest,
  });
}

function stop(name: Name, at: number, document: Partial<StopDocument> = {}): WriteRecord {
  return stopping(NUMBERS[name], {
    time: MORNING + at,
    resources: {
      duration_ms: 2_500,
      cpu_user_ms: 700,
      cpu_system_ms: 20,
      max_rss_bytes: 96_000_000,
      concurrent_runs: 2,
    },
    ...document,
  });
}

function settle(
  name: Name,
  at: number,
  outcome: SettledDocument['outcome'],
  evidence: JsonObject = {},
): WriteRecord {
  return {
    kind: 'settled',
    document: { schema_version: 1, run_start: uidOf(NUMBERS[name]), time: MORNING + at, outcome, evidence },
  };
}

const LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'];

function progress(): WriteRecord[] {
  const run_start = uidOf(NUMBERS.fit);
  const lines = Array.from(
    { length: 60 },
    (_, i): LogLine => ({
      time: MORNING + 32 + i / 10,
      level: LEVELS[i % 4]!,
      message: i === 30 ? `${HOSTILE} ${RIGHT_TO_LEFT}` : `epoch ${i}: loss ${(1 / (i + 1)).toFixed(4)}`,
      ...(i % 10 === 0 && { attributes: { epoch: i, rate: 0.01 } }),
    }),
  );
  return [
    { kind: 'log', run_start, run_id: EXECUTIONS.child.run_id, first: 0, keep_from: 0, lines },
    ...Array.from(
      { length: 40 },
      (_, i): WriteRecord => ({
        kind: 'checkpoint',
        checkpoint: {
          schema_version: 1,
          checkpoint_id: uidOf(7_000 + i),
          run_start,
          index: i,
          start_time: MORNING + 32 + i / 8,
          stop_time: MORNING + 32 + (i + 1) / 8,
          details: [{ epoch: i, loss: 1 / (i + 1), rmse_ppm: 2 - i / 40 }],
        },
      }),
    ),
  ];
}

const withheld = { digest: `hmac-sha256:${'7a'.repeat(32)}`, size_bytes: 4_096, type: 'object' };

function many(): JsonObject {
  const keys = Array.from({ length: 400 }, (_, i) => [`reading_${i}`, i / 7]);
  let deep: JsonObject = { bottom: true };
  for (let level = 0; level < 30; level++) deep = { level, inner: deep };
  return {
    ...Object.fromEntries(keys),
    deep,
    notes: `${EMOJI} long `.repeat(3_000),
    empty: {},
    none: null,
    list: [[], [1, [2, [3]]]],
  };
}

/** All of it. */
export function runRecords(): WriteRecord[] {
  const child = { ...EXECUTIONS.child, workflow_type: 'model' };
  const error = {
    type: 'DetectorError',
    message: `no frames ${HOSTILE}`,
    stack: 'DetectorError: no frames\n    at read (/srv/pipeline/read.ts:7:1)',
    cause: { type: 'RangeError', message: RIGHT_TO_LEFT },
  };
  const hostile = {
    operator: HOSTILE,
    sample: { name: RIGHT_TO_LEFT },
    emoji: EMOJI,
    control: 'a\u0000b\u001b[31mc\u0007',
    [HOSTILE]: 'key',
    ключ: ['значение', true, null, 3.5],
  };
  return [
    run('acquire', 2, 'acquire'),
    stop('acquire', 5, { temporal: { result: [{ frames: '/data/day-7/frames.h5' }] } }),
    settle('acquire', 5, 'completed'),
    run('reduce', 10, 'reduce', { temporal: { args: [{ frames: '/data/day-7/frames.h5' }] } }),
    stop('reduce', 20, { temporal: { result: [{ curve: '/data/day-7/curve.csv' }] } }),
    settle('reduce', 20, 'completed'),
    run('fit', 32, 'fit', {
      temporal: { ...child, args: [{ curve: '/data/day-7/curve.csv' }] },
      environment: ENVIRONMENTS.changed,
      session: SESSIONS.alive,
    }),
    ...progress(),
    stop('fit', 40, { temporal: { result: [{ model: '/data/day-7/model.json', rmse: 0.684 }] } }),
    settle('fit', 40, 'completed'),
    run('report', 70, 'report', { environment: ENVIRONMENTS.changed, session: SESSIONS.alive }),
    stop('report', 72),
    settle('report', 72, 'completed'),
    run('lost', 73, 'acquire'),
    settle('lost', 80, 'lost', { reason: 'history_gone' }),
    run('timed_out', 74, 'moveMotor'),
    settle('timed_out', 80, 'timed_out', { failure: 'activity StartToClose timeout' }),
    run('canceled', 75, 'moveMotor'),
    stop('canceled', 77, { exit_status: 'abort', reason: 'cancelled' }),
    settle('canceled', 80, 'canceled'),
    run('async', 76, 'askPerson'),
    stop('async', 76.5, { temporal: { completes_async: true } }),
    run('retried', 78, 'read', { temporal: { activity_id: 'read-1' } }),
    stop('retried', 79, { exit_status: 'fail', reason: error.message, temporal: { error } }),
    settle('retried', 80, 'superseded'),
    run('retry', 82, 'read', { temporal: { activity_id: 'read-1', attempt: 2 }, retry_of: RUNS.retried }),
    stop('retry', 83),
    settle('retry', 83, 'completed'),
    run('open', 101, 'acquire', {
      temporal: { ...EXECUTIONS.running, workflow_type: 'dayScan' },
      environment: ENVIRONMENTS.changed,
      session: SESSIONS.alive,
    }),
    run('encrypted', 131, 'acquire', {
      temporal: { ...EXECUTIONS.encrypted, workflow_type: 'dayScan', args: [withheld] as never },
    }),
    stop('encrypted', 133, {
      exit_status: 'fail',
      reason: 'withheld',
      temporal: { error: { type: 'Error', message: withheld.digest }, result: [withheld] as never },
    }),
    settle('encrypted', 134, 'failed'),
    run('large', 84, 'calibrate', {
      fields: many(),
      sources: {},
      shadowed: undefined,
      temporal: {
        args: [
          { digest: ENVIRONMENTS.clean, size_bytes: 48_213, type: 'array', head: '[0.12,0.15,0.17' },
        ] as never,
      },
    }),
    stop('large', 85, { temporal: { result: [{ $js: 'bigint', value: '12345678901234567890' }] as never } }),
    run('hostile', 86, HOSTILE, {
      fields: hostile,
      sources: {},
      shadowed: undefined,
      temporal: { args: [hostile] },
    }),
    stop('hostile', 87, { exit_status: 'fail', reason: error.message, temporal: { error } }),
    settle('hostile', 88, 'failed'),
    run('north', 151, 'acquire', {
      lab: 'north',
      environment: ENVIRONMENTS.north,
      session: SESSIONS.north,
      temporal: { ...EXECUTIONS.north, workflow_type: 'dayScan', task_queue: 'north' },
    }),
    stop('north', 152),
    settle('north', 152, 'completed'),
    run('bare', 89, 'acquire', {
      environment: undefined,
      session: undefined,
      fields: {},
      sources: {},
      shadowed: undefined,
      numbered: false,
    }),
    stop('bare', 90),
  ];
}
