/**
 * Environments, worker sessions with their rules, and captures that failed, of the world.
 * @module
 */
import { createHash } from 'node:crypto';
import type { Blob, Environment, WorkerSession } from '../../../src/model/environment';
import type { WriteRecord } from '../../../src/store/interface/written';
import { MORNING } from '../../questions/lineage-kit';

const id = (letter: string) => `sha256:${letter.repeat(64)}`;

/** By what they are: one of a clean work tree, one with uncommitted changes, one of another lab. */
export const ENVIRONMENTS = { clean: id('c'), changed: id('d'), north: id('e') } as const;
/** Worker sessions. */
export const SESSIONS = { ended: 'world-ended', alive: 'world-alive', north: 'world-north' } as const;

const PATCH = `diff --git a/src/fit.ts b/src/fit.ts
index 1c2d3e4..5f6a7b8 100644
--- a/src/fit.ts
+++ b/src/fit.ts
@@ -10,7 +10,8 @@ export function fit(points: Point[]): Model {
   const sums = sumsOf(points);
-  return solve(sums);
+  // <script>alert('patch')</script> & a tab:\there
+  return solve(sums, { damping: 0.1 });
 }
diff --git a/notes.md b/notes.md
new file mode 100644
--- /dev/null
+++ b/notes.md
@@ -0,0 +1,2 @@
+# Night shift
+שלום 🙂
`;

function blob(media_type: string, text: string): Blob {
  const bytes = new TextEncoder().encode(text);
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, media_type, bytes };
}

const PACKAGES = (version: string) => [
  ['npm', '@temporalio/worker', '1.24.0', 'sha512-worker'],
  ['npm', 'ms', version, `sha512-${version}`],
  ...Array.from({ length: 40 }, (_, i) => ['npm', `package-${i}`, `1.${i}.0`, `sha512-${i}`]),
];

const patch = blob('text/x-diff', PATCH);
const packages = ['2.1.2', '2.1.3'].map((version) =>
  blob('application/json', JSON.stringify(PACKAGES(version))),
);

function environment(letter: string, changed: boolean): Environment {
  return {
    id: id(letter),
    code_id: `sha256:${`${letter}0`.repeat(32)}`,
    identity: {
      'git.commit': `${letter}f2a1bc9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8`,
      'git.worktree_tree': letter.repeat(40),
      'packages.npm.set': packages[changed ? 1 : 0]!.digest,
      'code.entry': { path: 'src/worker.js', sha256: letter.repeat(64) },
      'runtime.name': 'node',
      'runtime.version': changed ? '20.20.2' : '20.19.0',
      'os.id': 'debian',
      'os.version_id': '12',
      'os.arch': 'x64',
    },
    detail: {
      'git.branch': changed ? 'night-shift' : 'main',
      'git.repository': 'https://example.org/lab/pipeline.git',
      'git.dirty': changed,
      ...(changed && { 'git.patch': patch.digest }),
      'packages.npm.count': 42,
      'packages.npm.manager': 'npm',
      'image.name': 'lab/pipeline:1.4',
    },
    reasons: { 'git.tag': 'no_tag', 'image.repo_digests': 'engine_permission' },
    restorable: changed ? { level: 'partial', missing: ['untracked code'] } : { level: 'full', missing: [] },
    captured_time: MORNING - 60,
    duration_ms: 57,
  };
}

const RULES = {
  required: ['operator', 'sample.name'],
  fields: {
    'sample.name': { type: 'string', pattern: '^(Au|Ni)', description: 'as on the label' },
    dose_mGy: { type: 'number', maximum: 5 },
  },
  validators: [
    {
      kind: 'schema',
      name: 'zod',
      json_schema: { type: 'object', properties: { beam: { enum: ['A', 'B'] } }, required: ['beam'] },
    },
    { kind: 'function', name: 'approvedByTheBoard' },
  ],
  normalizers: ['trimSpaces'],
  on_refusal: 'wait',
};
const rules = blob('application/json', JSON.stringify(RULES));

function session(session_id: string, lab: string, more: Partial<WorkerSession>): WriteRecord {
  return {
    kind: 'session',
    blobs: [rules],
    session: {
      session_id,
      start_time: MORNING - 60,
      namespace: 'default',
      task_queue: 'measurements',
      identity: `${more.pid ?? 4711}@beamline-7`,
      build_id: '1.4.2',
      host: 'beamline-7',
      pid: 4711,
      user: 'ada',
      cwd: '/srv/pipeline',
      capture: { lab, registered: 1, lookup: 'on', environment: true, workflow_module: true },
      rules: rules.digest,
      detail: {
        versions: { sdk: '1.24.0', plugin: '0.1.0', node: '20.20.2' },
        cpu_model: 'AMD EPYC <img src=x onerror=alert(1)>',
        cpu_count: 16,
        memory_bytes: 68_719_476_736,
      },
      ...more,
    },
  };
}

/** All of it. */
export function captureRecords(): WriteRecord[] {
  return [
    { kind: 'environment', environment: environment('c', false), blobs: packages },
    { kind: 'environment', environment: environment('d', true), blobs: [patch, ...packages] },
    { kind: 'environment', environment: environment('e', false), blobs: packages },
    session(SESSIONS.ended, 'default', {
      stop_time: MORNING + 40,
      environment: ENVIRONMENTS.clean,
      pid: 4710,
    }),
    session(SESSIONS.alive, 'default', { start_time: MORNING + 45, environment: ENVIRONMENTS.changed }),
    session(SESSIONS.north, 'north', {
      environment: ENVIRONMENTS.north,
      host: 'north-1',
      task_queue: 'north',
      pid: 99,
      rules: undefined,
    }),
    {
      kind: 'loss',
      time: MORNING + 10,
      session_id: SESSIONS.ended,
      loss: 'start',
      count: 2,
      detail: 'the spool has no room <b>left</b>',
    },
  ];
}
