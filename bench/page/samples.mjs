/**
 * Runs as workers write them; all other runs of a large store are copies. There are ten operators, twenty
 * samples, forty environments, two hundred sessions, two labs and some failures. Values that differ between
 * copies are marked by a word in `@`.
 */
import { createHash } from 'node:crypto';

export const TIME = 1795000000;
/** The first samples make the store notice that `label` differs from run to run. The last ones are copied. */
export const SAMPLES = 1_600;
export const TEMPLATES = 400;
export const ENVIRONMENTS = 40;
const SESSIONS = 200;
const ACTIVITIES = ['acquire', 'reduce', 'integrate', 'fit', 'infer', 'report', 'moveMotor', 'calibrate'];
const PLANS = ['dayScan', 'nightScan', 'alignment'];
const digest = (text) => createHash('sha256').update(text).digest('hex');

export const environmentOf = (n) => `sha256:${digest(`environment ${n}`)}`;
export const sessionOf = (n) => `bench-session-${n}`;

function packages(n) {
  const list = Array.from({ length: 300 }, (_, i) => [
    'npm',
    `package-${i}`,
    `1.${i}.${i === n ? 1 : 0}`,
    `sha512-${i}`,
  ]);
  const bytes = new TextEncoder().encode(JSON.stringify(list));
  return { digest: `sha256:${digest(bytes)}`, media_type: 'application/json', bytes };
}

function environment(n) {
  const set = packages(n);
  const id = environmentOf(n);
  return {
    kind: 'environment',
    blobs: [set],
    environment: {
      id,
      code_id: `sha256:${digest(`code ${n}`)}`,
      identity: {
        'git.commit': digest(`commit ${n}`).slice(0, 40),
        'packages.npm.set': set.digest,
        'runtime.version': '20.20.2',
      },
      detail: { 'git.branch': 'main', 'git.dirty': false, 'packages.npm.count': 300 },
      reasons: {},
      restorable: { level: 'full', missing: [] },
      captured_time: TIME + n,
      duration_ms: 57,
    },
  };
}

function session(n) {
  const detail = { versions: { sdk: '1.24.0', plugin: '0.1.0', node: '20.20.2' }, cpu_count: 16 };
  return {
    kind: 'session',
    blobs: [],
    session: {
      session_id: sessionOf(n),
      start_time: TIME + n,
      ...(n < SESSIONS - 5 && { stop_time: TIME + n + 3_600 }),
      namespace: 'default',
      task_queue: 'measurements',
      identity: `${4_000 + n}@beamline-7`,
      host: 'beamline-7',
      pid: 4_000 + n,
      cwd: '/srv/pipeline',
      environment: environmentOf(n % ENVIRONMENTS),
      detail,
    },
  };
}

const failed = (n) => n % 50 === 0;

function opening(n) {
  const time = TIME - SAMPLES + n;
  const fields = {
    plan_name: PLANS[n % 3],
    operator: `operator-${n % 10}`,
    sample: { name: `Au-${n % 20}`, thickness_nm: 40 },
    purpose: 'calibration',
    proposal_id: 123_456,
    label: n < SAMPLES - TEMPLATES ? `first-${n}` : '@label@',
  };
  const lab = n % 50 === 7 ? 'north' : 'default';
  const sources = {
    plan_name: 'inferred',
    operator: 'user',
    sample: 'stash',
    purpose: 'plan',
    proposal_id: 'stash',
    label: 'plan',
  };
  const temporal = {
    namespace: 'default',
    workflow_id: '@workflow@',
    run_id: '@run@',
    workflow_type: PLANS[n % 3],
    first_execution_run_id: '@run@',
    activity_id: `${n}`,
    activity_type: ACTIVITIES[n % 8],
    args: [{ path: '/data/@used@.h5', bins: 200, energy_ev: 8_979.5 }, { note: 'x'.repeat(300) }],
    options: { start_to_close_timeout_ms: 60_000, retry_policy: { maximum_attempts: 3 } },
    attempt: 1,
    is_local: false,
    task_queue: 'measurements',
    scheduled_time: time,
    worker: { host: 'beamline-7', identity: `${4_000 + (n % SESSIONS)}@beamline-7`, build_id: '1.4.2' },
  };
  const environment_id = environmentOf(n % ENVIRONMENTS);
  const session_id = sessionOf(n % SESSIONS);
  const provenance = {
    schema_version: 1,
    lab,
    environment: environment_id,
    code: `sha256:${digest(`code ${n % ENVIRONMENTS}`)}`,
    session: session_id,
  };
  return {
    kind: 'open',
    uid: `01a10ae7-350e-7632-a049-${n.toString(16).padStart(12, '0')}`,
    time,
    lab,
    numbered: true,
    share_scan_id: false,
    stash_version: null,
    metadata: JSON.stringify({ fields, sources }),
    facts: JSON.stringify({ temporal, provenance }),
    ...temporal,
    environment_id,
    session_id,
    retry_of: null,
  };
}

function stopping(open, n) {
  const uid = open.uid.replace('-a049-', '-b049-');
  const time = open.time + 1;
  const error = {
    type: 'DetectorError',
    message: 'no frames',
    stack: 'DetectorError: no frames\n    at read (/srv/pipeline/read.ts:7:1)',
  };
  const exit_status = failed(n) ? 'fail' : 'success';
  const resources = {
    duration_ms: 1_000 + n,
    cpu_user_ms: 200,
    max_rss_bytes: 96_000_000,
    concurrent_runs: 2,
  };
  const temporal = failed(n) ? { error } : { result: [{ path: '/data/@made@.h5', peaks: 12 }] };
  const document = {
    schema_version: 1,
    uid: '@stop@',
    run_start: '@uid@',
    time,
    exit_status,
    temporal,
    resources,
  };
  return { kind: 'stop', uid, run_start: open.uid, time, exit_status, document: JSON.stringify(document) };
}

const REFUSAL = {
  kind: 'refusal',
  refusal_id: '01a10ae7-350e-7632-c049-000000000000',
  time: TIME,
  lab: 'default',
  issues: [{ path: ['operator'], message: 'is required' }],
  document: JSON.stringify({
    fields: { sample: { name: 'Au-1' } },
    sources: { sample: 'plan' },
    temporal: {
      namespace: 'default',
      workflow_id: '@workflow@',
      run_id: '@run@',
      activity_id: '9',
      activity_type: 'acquire',
    },
  }),
};

/** All samples, in the order in which they are written. */
export function samples() {
  const environments = Array.from({ length: ENVIRONMENTS }, (_, n) => environment(n));
  const sessions = Array.from({ length: SESSIONS }, (_, n) => session(n));
  const runs = Array.from({ length: SAMPLES }, (_, n) => {
    const open = opening(n);
    return [open, stopping(open, n)];
  });
  return [...environments, ...sessions, ...runs.flat(), REFUSAL];
}
