/**
 * The runs that recorder benchmarks record. Their documents are as large as those of a small pipeline's
 * activities.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = process.env.PROVENANCE_DIST ?? join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist');
const load = createRequire(join(DIST, 'x'));

export const { createRecorder } = load('./src/record/recorder.js');
export const { compileRules } = load('./src/metadata/validate.js');
export const { createRedactor } = load('./src/redaction/redactor.js');
export const { mergeSources } = load('./src/metadata/merge.js');
export const { newUid } = load('./src/record/uid.js');
export const { SqliteEngine } = load('./src/store/sqlite/engine.js');
export const { openStore } = load('./src/store/open.js');

export const STASH = { proposal_id: 123456, project: 'flying cars', owner: 'beamline 12', group: 'optics' };
const USER = {
  operator: 'Ada',
  sample: { name: 'Au-47', material: 'gold', thickness_nm: 40 },
  purpose: 'calibration',
};
const PLAN = { stage: 'reduce', detectors: ['camera', 'diode'], energy_ev: 8979.5, exposure_s: 0.25 };
const RUNS_PER_EXECUTION = 10;

/** `varying`: one metadata field differs in each run. */
export function runDraft(index, { varying = false } = {}) {
  const execution = Math.floor(index / RUNS_PER_EXECUTION)
    .toString(16)
    .padStart(12, '0');
  const time = 1795000000 + index / 1000;
  return {
    uid: newUid(),
    time,
    lab: 'default',
    numbered: true,
    share_scan_id: false,
    layers: {
      user: { ...USER },
      plan: varying ? { ...PLAN, dose_mgy: index * 0.37 } : { ...PLAN },
      inferred: { plan_name: 'reduceScan', plan_type: 'workflow', plan_args: [{ scan: 'a', bins: 200 }] },
    },
    issues: [],
    stash_at: 'run',
    temporal: {
      namespace: 'default',
      workflow_id: `reduce-${execution}`,
      run_id: `01a20ae7-350e-7632-a049-${execution}`,
      workflow_type: 'reduceScan',
      first_execution_run_id: `01a20ae7-350e-7632-a049-${execution}`,
      activity_id: String((index % RUNS_PER_EXECUTION) + 1),
      activity_type: 'integrate',
      args: [{ frame: index, path: `/data/frames/${index}.h5` }, { bins: 200 }],
      options: {
        start_to_close_timeout_ms: 60000,
        retry_policy: { maximum_attempts: 3, backoff_coefficient: 2 },
      },
      attempt: 1,
      is_local: false,
      task_queue: 'reduction',
      scheduled_time: time - 0.004,
      worker: { identity: '4711@worker-3', build_id: '2.4.1', host: 'worker-3' },
    },
    session_id: '01a20ae7-36a8-78c8-be10-61c9e93b13b0',
    environment: 'sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef',
    code: 'sha256:b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
  };
}

export function stopDraft(draft) {
  return {
    uid: draft.uid,
    time: draft.time + 0.02,
    exit_status: 'success',
    temporal: { result: [{ peaks: 12, background: 0.031 }] },
    resources: {
      duration_ms: 20.4,
      cpu_user_ms: 11.2,
      cpu_system_ms: 0.8,
      max_rss_bytes: 104857600,
      concurrent_runs: 100,
    },
  };
}

/** The two documents of a run as objects, for the bare statements. */
export function documents(draft, scan_id) {
  const { fields, sources, shadowed } = mergeSources({ ...draft.layers, stash: STASH });
  const { uid, time, temporal } = draft;
  const storage = { storage_id: '7ad10ce2-08cd-4d11-9b9b-12746f58b618', state_id: 3 };
  const provenance = {
    schema_version: 1,
    lab: draft.lab,
    environment: draft.environment,
    code: draft.code,
    session: draft.session_id,
    sources,
    ...(shadowed && { shadowed }),
    storage,
  };
  const { uid: run_start, ...stop } = stopDraft(draft);
  return {
    start: { uid, time, scan_id, ...fields, temporal, provenance },
    stop: { uid: newUid(), run_start, ...stop },
  };
}
