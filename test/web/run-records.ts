/**
 * Runs whose pages are hard: a long one with checkpoints and a log, an encrypted one, one of hostile text in every field, one with very
 * many fields, one with a document of 2 MiB, one that was taken out.
 * @module
 */
import type { Environment } from '../../src/model/environment';
import type { Json, JsonObject } from '../../src/model/json';
import type { WriteRecord } from '../../src/store/interface/written';
import { MORNING } from '../cli/laboratory';
import { opening, stopping, uidOf } from '../store/runs';

/** Numbers of the runs, for `uidOf`. */
export const HARD = { long: 20, encrypted: 21, hostile: 22, wide: 23, large: 24, foreign: 25 } as const;

const KEYED = `hmac-sha256:${'5e'.repeat(32)}`;
const T = MORNING + 1_000;

/** What a browser must show as text: markup, addresses with code, ends of attributes and of comments, odd encodings. */
export const PAYLOADS: readonly string[] = [
  '<script>window.__xss=1</script>',
  '<img src=x onerror=window.__xss=1>',
  '"><svg onload=window.__xss=1>',
  "'><body onload=window.__xss=1>",
  'javascript:window.__xss=1',
  'JaVaScRiPt:window.__xss=1//https://example.org',
  'data:text/html,<script>window.__xss=1</script>',
  '</title><script>window.__xss=1</script>',
  '</textarea><script>window.__xss=1</script>',
  '</style><script>window.__xss=1</script>',
  '</script><script>window.__xss=1</script>',
  '</pre><script>window.__xss=1</script>',
  '--><script>window.__xss=1</script>',
  ']]><script>window.__xss=1</script>',
  '<iframe srcdoc="<script>parent.__xss=1</script>">',
  '<iframe src="javascript:parent.__xss=1">',
  '<object data="javascript:window.__xss=1">',
  '<embed src="javascript:window.__xss=1">',
  '<a href="javascript:window.__xss=1" autofocus onfocus=window.__xss=1>x</a>',
  '<details open ontoggle=window.__xss=1>',
  '<input autofocus onfocus=window.__xss=1>',
  '<select autofocus onfocus=window.__xss=1>',
  '<video><source onerror=window.__xss=1>',
  '<audio src onerror=window.__xss=1>',
  '<marquee onstart=window.__xss=1>',
  '<math><mi xlink:href="javascript:window.__xss=1">x</mi></math>',
  '<svg><script>window.__xss=1</script></svg>',
  '<svg><animate onbegin=window.__xss=1 attributeName=x>',
  '<svg><a xlink:href="javascript:window.__xss=1"><text>x</text></a></svg>',
  '<style>@import "javascript:window.__xss=1";</style>',
  '<link rel=stylesheet href="javascript:window.__xss=1">',
  '<meta http-equiv=refresh content="0;url=javascript:window.__xss=1">',
  '<base href="https://evil.example/">',
  '<form action="javascript:window.__xss=1"><button autofocus>',
  '" onmouseover="window.__xss=1',
  "' onmouseover='window.__xss=1",
  '` onmouseover=window.__xss=1 `',
  '" autofocus onfocus="window.__xss=1" x="',
  '" style="position:fixed;inset:0" onclick="window.__xss=1',
  '&lt;script&gt;window.__xss=1&lt;/script&gt;',
  '&#60;script&#62;window.__xss=1&#60;/script&#62;',
  '&#x3c;img src=x onerror=window.__xss=1&#x3e;',
  '\\u003cscript\\u003ewindow.__xss=1\\u003c/script\\u003e',
  '%3Cscript%3Ewindow.__xss=1%3C/script%3E',
  '+ADw-script+AD4-window.__xss=1+ADw-/script+AD4-',
  '<scr\0ipt>window.__xss=1</script>',
  '<<script>window.__xss=1//<</script>',
  '<script\n>window.__xss=1</script\n>',
  '<script/src=data:,window.__xss=1>',
  '<img src="x`><script>window.__xss=1</script>">',
  '{{constructor.constructor("window.__xss=1")()}}',
  ['$', '{window.__xss=1}'].join(''),
  '<%= window.__xss=1 %>',
  '\u202e<script>window.__xss=1</script>',
  '\ufeff<script>window.__xss=1</script>',
  '\u2028<script>window.__xss=1</script>',
  '🙂<img src=x onerror=window.__xss=1>',
  'https://example.org/"><script>window.__xss=1</script>',
  'vbscript:msgbox(1)',
  '//evil.example/x.js',
];

const all = PAYLOADS.join(' ');
const asFields = (name: string): JsonObject =>
  Object.fromEntries(PAYLOADS.map((payload, at) => [`${name} ${at} ${payload}`, payload]));
const hostileKeys: JsonObject = Object.fromEntries(
  PAYLOADS.map((payload, at) => [`k${at} ${payload}`.replace(/[./]/g, '_'), payload]),
);

const environment: Environment = {
  id: `sha256:${'e5'.repeat(32)}`,
  code_id: `sha256:${'e6'.repeat(32)}`,
  identity: {
    git: {
      commit: all.slice(0, 200),
      untracked_code: PAYLOADS.map((path) => ({ path, sha256: `sha256:${'00'.repeat(32)}` })),
    },
    runtime: { name: all, version: all },
    packages: { npm: { set: `sha256:${'e7'.repeat(32)}` } },
  },
  detail: {
    git: {
      branch: all,
      repository: 'javascript:window.__xss=1',
      dirty: true,
      patch: `sha256:${'e8'.repeat(32)}`,
    },
    code: { package: { name: all, version: all } },
    image: { name: all, repo_digests: [...PAYLOADS] },
    ...asFields('detail'),
  },
  reasons: Object.fromEntries(PAYLOADS.map((payload) => [payload, payload])),
  restorable: { level: 'partial', missing: [...PAYLOADS] },
  captured_time: T,
  duration_ms: 1,
};

const hostile: WriteRecord[] = [
  {
    kind: 'environment',
    environment,
    blobs: [
      {
        digest: `sha256:${'e7'.repeat(32)}`,
        media_type: 'application/json',
        bytes: new TextEncoder().encode(JSON.stringify(PAYLOADS.map((name) => ['npm', name, name, name]))),
      },
      {
        digest: `sha256:${'e8'.repeat(32)}`,
        media_type: 'text/x-diff',
        bytes: new TextEncoder().encode(
          PAYLOADS.map(
            (payload) =>
              `diff --git a/${payload} b/${payload}\n@@ -1,1 +1,2 @@ ${payload}\n ${payload}\n+${payload}`,
          ).join('\n'),
        ),
      },
    ],
  },
  {
    kind: 'session',
    session: {
      session_id: all,
      start_time: T,
      namespace: all,
      task_queue: all,
      identity: all,
      build_id: all,
      host: all,
      pid: 1,
      user: all,
      cwd: all,
      environment: environment.id,
      detail: asFields('session'),
    },
  },
  opening({
    n: HARD.hostile,
    time: T + 20,
    environment: environment.id,
    session: all,
    fields: {
      plan_name: all,
      operator: all,
      purpose: all,
      sample: { name: all },
      tags: [...PAYLOADS],
      ...hostileKeys,
    },
    shadowed: { operator: { stash: all, plan: all } },
    temporal: {
      namespace: all,
      workflow_id: all,
      run_id: all,
      workflow_type: all,
      activity_id: all,
      activity_type: all,
      task_queue: all,
      args: [...PAYLOADS, asFields('arg')] as Json[],
      worker: { host: all, identity: all, build_id: all, deployment: all },
      parent: { workflow_id: all, run_id: all },
      caller: { namespace: all, workflow_id: all, run_id: all },
      schedule_id: all,
      trace_id: all,
    },
    provenance: {
      issues: PAYLOADS.map((payload) => ({ path: [payload], message: payload })),
      unvalidated: all,
    },
  }),
  {
    kind: 'log',
    run_start: uidOf(HARD.hostile),
    run_id: all,
    first: 0,
    keep_from: 0,
    lines: PAYLOADS.map((payload, at) => ({
      time: T + 20 + at,
      level: at % 5 === 0 ? payload.slice(0, 20) : 'INFO',
      message: payload,
      attributes: { [payload]: payload },
    })),
  },
  ...PAYLOADS.slice(0, 20).map(
    (payload, index): WriteRecord => ({
      kind: 'checkpoint',
      checkpoint: {
        schema_version: 1,
        checkpoint_id: uidOf(50_000 + index),
        run_start: uidOf(HARD.hostile),
        index,
        start_time: T + 20 + index,
        stop_time: T + 21 + index,
        details: [{ [payload]: index, text: payload }],
      },
    }),
  ),
  stopping(HARD.hostile, {
    time: T + 90,
    exit_status: 'fail',
    reason: all,
    temporal: {
      error: {
        type: all,
        message: all,
        stack: `Error\n    at ${all} (${all})`,
        cause: { type: all, message: all, stack: all },
      },
      cancellation: all,
    },
  }),
];

const long: WriteRecord[] = [
  opening({
    n: HARD.long,
    time: T,
    fields: { operator: 'Ada', plan_name: 'simulate' },
    temporal: { activity_type: 'simulate', activity_id: 'long', workflow_id: 'night-run' },
  }),
  ...Array.from(
    { length: 240 },
    (_, index): WriteRecord => ({
      kind: 'checkpoint',
      checkpoint: {
        schema_version: 1,
        checkpoint_id: uidOf(60_000 + index),
        run_start: uidOf(HARD.long),
        index,
        start_time: T + index * 5,
        stop_time: T + index * 5 + 5,
        details: [
          {
            residual: Math.exp(-index / 40),
            energy: { kinetic_j: 3 + Math.sin(index / 9), total_j: 8 },
            step: index * 100,
          },
        ],
        t_stop_ms: index * 10,
      },
    }),
  ),
  {
    kind: 'log',
    run_start: uidOf(HARD.long),
    run_id: 'x',
    first: 0,
    keep_from: 0,
    lines: Array.from({ length: 250 }, (_, at) => ({
      time: T + at * 4,
      level: at % 50 === 7 ? 'WARN' : at === 201 ? 'ERROR' : 'INFO',
      message: at === 201 ? 'beam lost' : `step ${at * 100} of 24000`,
      ...(at % 50 === 7 && { attributes: { residual: at, detector: 'pilatus-2' } }),
    })),
  },
];

const encrypted: WriteRecord[] = [
  opening({
    n: HARD.encrypted,
    time: T + 5,
    fields: { operator: 'Ada' },
    temporal: {
      activity_type: 'measure',
      activity_id: 'sealed',
      args: [{ digest: KEYED, size_bytes: 812, type: 'object' }],
    },
  }),
  stopping(HARD.encrypted, {
    time: T + 6,
    exit_status: 'fail',
    temporal: { error: { type: 'ModelError', message: KEYED } },
  }),
];

const wide = opening({
  n: HARD.wide,
  time: T + 7,
  fields: Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`motor_${n}`, n])),
  sources: {},
  temporal: { activity_type: 'wide', activity_id: 'wide' },
});

const large = opening({
  n: HARD.large,
  time: T + 8,
  fields: { note: 'x'.repeat(2 * 1024 * 1024), operator: 'Ada' },
  temporal: {
    activity_type: 'large',
    activity_id: 'large',
    args: [Array.from({ length: 5_000 }, (_, n) => ({ n }))],
  },
});

const foreign = opening({
  n: HARD.foreign,
  time: T + 9,
  fields: { operator: 'عمر خیام', sample: '𝕲𝖔𝖑𝖉 🧪', purpose: 'שלום (עולם) 42' },
  temporal: { activity_type: 'قیاس', activity_id: 'rtl' },
});

/** The runs. */
export function hardRuns(): WriteRecord[] {
  return [...long, ...encrypted, ...hostile, foreign];
}

/** A run with 100,000 metadata fields, and one with a document of 2 MiB. */
export function hugeRuns(): WriteRecord[] {
  return [wide, large];
}
