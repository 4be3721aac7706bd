/**
 * A small lab's store for tests of the command line, and the command line as it is built.
 * @module
 */
import type { Io } from '../../src/cli/io';
import type { Environment, WorkerSession } from '../../src/model/environment';
import type { WriteRecord } from '../../src/store/interface/written';
import { fromBuild } from '../built';
import { opening, stopping, uidOf } from '../store/runs';

export const { main } = fromBuild<typeof import('../../src/cli/main')>('src/cli/main');

/** 2096-11-23T08:00:00Z: later than the stash's changes, which have the clock's time. */
export const MORNING = Date.UTC(2096, 10, 23, 8) / 1000;
const DIGEST = `sha256:${'ab'.repeat(32)}`;
export const PATCH = 'diff --git a/scan.ts b/scan.ts\n+faster\n';

const environment: Environment = {
  id: DIGEST,
  code_id: `sha256:${'cd'.repeat(32)}`,
  identity: {
    'git.commit': '3f2a1bc9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8',
    'git.worktree_tree': '99'.repeat(20),
    'packages.npm.set': `sha256:${'ef'.repeat(32)}`,
    'runtime.name': 'node',
    'runtime.version': '20.20.2',
    'os.id': 'debian',
    'os.version_id': '12',
    'os.arch': 'x64',
  },
  detail: {
    'git.branch': 'main',
    'git.repository': 'https://example.org/lab/pipeline.git',
    'git.dirty': true,
    'git.patch': `sha256:${'77'.repeat(32)}`,
    'packages.npm.count': 310,
    'packages.npm.manager': 'npm',
    'image.name': 'lab/pipeline:1.4',
    'image.repo_digests': [`lab/pipeline@sha256:${'12'.repeat(32)}`],
  },
  reasons: { 'git.tag': 'no_tag' },
  restorable: { level: 'source', missing: [] },
  captured_time: MORNING - 60,
  duration_ms: 57,
};

const session: WorkerSession = {
  session_id: 'session-1',
  start_time: MORNING - 60,
  namespace: 'default',
  task_queue: 'measurements',
  identity: '4711@beamline-7',
  host: 'beamline-7',
  pid: 4711,
  user: 'ada',
  cwd: '/srv/pipeline',
  environment: DIGEST,
  detail: {},
};

const WORKER = { host: 'beamline-7', identity: '4711@beamline-7', build_id: '1.4.2' };
const common = { environment: DIGEST, session: 'session-1' };
const workflow = {
  workflow_id: 'seasonal-2026',
  run_id: '0b5c7f1e-0000-4000-8000-000000000001',
  worker: WORKER,
};

/** First scan, a failed train with its retry, an open run, and a run of hostile text in another era of numbers. */
export function laboratoryRecords(): WriteRecord[] {
  return [
    {
      kind: 'environment',
      environment,
      blobs: [
        {
          digest: `sha256:${'77'.repeat(32)}`,
          media_type: 'text/x-diff',
          bytes: new TextEncoder().encode(PATCH),
        },
      ],
    },
    { kind: 'session', session },
    opening({
      ...common,
      n: 1,
      time: MORNING,
      fields: {
        plan_name: 'seasonal',
        plan_type: 'workflow',
        operator: 'Ada',
        purpose: 'calibration',
        sample: { name: 'Au foil', mass_mg: 12.5 },
      },
      sources: {
        plan_name: 'inferred',
        plan_type: 'inferred',
        operator: 'user',
        purpose: 'plan',
        sample: 'stash',
      },
      shadowed: { operator: { stash: 'Bob' } },
      temporal: {
        ...workflow,
        activity_id: '1',
        activity_type: 'acquire',
        args: ['detector-2', { frames: 12 }],
      },
    }),
    stopping(1, {
      time: MORNING + 2.5,
      temporal: { result: [{ digest: DIGEST, size_bytes: 48_213, type: 'array', head: '[0.12,0.15,0.17' }] },
      resources: {
        duration_ms: 2500,
        cpu_user_ms: 700,
        cpu_system_ms: 20,
        max_rss_bytes: 96_000_000,
        concurrent_runs: 2,
      },
    }),
    {
      kind: 'settled',
      document: {
        schema_version: 1,
        run_start: uidOf(1),
        time: MORNING + 3,
        outcome: 'completed',
        evidence: {},
      },
    },
    ...training(2, 1),
    stopping(2, {
      time: MORNING + 14,
      exit_status: 'fail',
      reason: 'singular matrix',
      temporal: {
        error: {
          type: 'ModelError',
          message: 'singular matrix',
          stack: 'ModelError: singular matrix\n    at fit (/srv/pipeline/model.ts:41:7)',
          cause: { type: 'RangeError', message: 'only 3 points' },
        },
      },
    }),
    ...training(3, 2),
    stopping(3, { time: MORNING + 25 }),
    opening({
      n: 4,
      time: MORNING + 30,
      fields: { operator: 'Bob' },
      temporal: { ...workflow, activity_id: '3', activity_type: 'report' },
    }),
    opening({
      n: 5,
      time: MORNING + 40,
      scan_id: 1,
      fields: { operator: 'Eve\u001b[31m\u009b2J\u202e\n', note: 'x\u0007'.repeat(200) },
      sources: { scan_id: 'user', operator: 'user', note: 'user' },
      temporal: { ...workflow, activity_id: '4', activity_type: 'évaluer🙂' },
    }),
    stopping(5, { time: MORNING + 41, exit_status: 'abort', reason: 'stopped\u001b]0;title\u0007 by hand' }),
  ];
}

function training(n: number, attempt: number): WriteRecord[] {
  return [
    opening({
      ...common,
      n,
      time: MORNING + 10 * (n - 1),
      fields: { plan_name: 'seasonal', operator: 'Ada', purpose: 'training' },
      sources: { plan_name: 'inferred', operator: 'user', purpose: 'plan' },
      temporal: { ...workflow, activity_id: '2', activity_type: 'train', attempt },
      retry_of: attempt > 1 ? uidOf(n - 1) : undefined,
      provenance: { predecessors: [{ run_id: workflow.run_id, activity_id: '1', uid: uidOf(1) }] },
    }),
  ];
}

export interface Answer {
  code: number;
  out: string;
  err: string;
  /** Objects of `--json`. */
  json(): Record<string, unknown>[];
}

/** Runs one command in this process. */
export async function call(
  argv: readonly string[],
  place: { cwd: string; env?: Io['env']; tty?: { columns: number }; main?: typeof main },
): Promise<Answer> {
  const written = { out: '', err: '' };
  const output = (name: 'out' | 'err') => ({
    write: (text: string) => {
      written[name] += text;
    },
    isTTY: place.tty !== undefined,
    columns: place.tty?.columns,
  });
  const code = await (place.main ?? main)(argv, {
    stdout: output('out'),
    stderr: output('err'),
    env: place.env ?? {},
    cwd: place.cwd,
  });
  const lines = () => written.out.split('\n').filter(Boolean);
  return { code, ...written, json: () => lines().map((line) => JSON.parse(line)) };
}
