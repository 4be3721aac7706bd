/**
 * A small pipeline as its workers leave it: forty frames are reduced to one curve each, a model is fitted to all of them, a report is
 * made of model and calibration, and a copy of the model lies under another name. The stage waits for a signal.
 * @module
 */
import type { Environment } from '../../src/model/environment';
import type { WriteRecord } from '../../src/store/interface/written';
import { type GraphSketch, type LinkSketch, MORNING, type VersionSketch } from '../questions/lineage-kit';
import { type RunSketch, uidOf } from '../store/runs';

const CODE = `sha256:${'ab'.repeat(32)}`;
export const FRAMES = 40;
/** Runs by their numbers. */
export const FIT = FRAMES + 1;
export const REPORT = FRAMES + 2;
export const CALIBRATE = FRAMES + 3;
export const PREDICT = FRAMES + 4;
export const REPEAT = FRAMES + 5;

const environment: Environment = {
  id: CODE,
  code_id: `sha256:${'cd'.repeat(32)}`,
  identity: { 'git.commit': '3f2a1bc9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8' },
  detail: { 'git.repository': 'https://example.org/lab/pipeline.git', 'git.dirty': true },
  reasons: {},
  restorable: { level: 'source', missing: [] },
  captured_time: MORNING - 60,
  duration_ms: 57,
};

const run = (n: number, activity_type: string, at: number, workflow = 'night-42'): RunSketch => ({
  n,
  time: MORNING + at,
  environment: CODE,
  fields: { plan_name: 'nightly', operator: 'Ada' },
  temporal: { activity_type, workflow_id: workflow, run_id: `run-of-${workflow}`, workflow_type: 'nightly' },
});

const file = (path: string, content: string | undefined, at: number): VersionSketch => ({
  uri: `file://beam/data/${path}`,
  content,
  time: MORNING + at,
});

const frames = Array.from({ length: FRAMES }, (_, i) => i + 1);
const [RAW, CURVE] = [0, FRAMES];
const [MODEL, CALIBRATION, WEB, SUMMARY, COPY] = [1, 2, 3, 4, 5].map((n) => 2 * FRAMES + n);

const links: LinkSketch[] = [
  ...frames.flatMap((n): LinkSketch[] => [
    [`v${RAW + n}`, `r${n}`, 'used', 'uri'],
    [`r${n}`, `v${CURVE + n}`, 'generated', 'uri'],
    [`v${CURVE + n}`, `r${FIT}`, 'used', 'uri'],
    [`r${n}`, `r${FIT}`, 'informed', 'identity'],
  ]),
  [`r${FIT}`, `v${MODEL}`, 'generated', 'uri'],
  [`v${MODEL}`, `r${REPORT}`, 'used', 'uri'],
  [`v${WEB}`, `r${CALIBRATE}`, 'used', 'uri'],
  [`r${CALIBRATE}`, `v${CALIBRATION}`, 'generated', 'uri'],
  [`v${CALIBRATION}`, `r${REPORT}`, 'used', 'uri'],
  [`r${CALIBRATE}`, `r${FIT}`, 'informed', 'value'],
  [`r${REPEAT}`, `r${REPORT}`, 'informed', 'value', 'value-ambiguous'],
  [`r${REPORT}`, `v${SUMMARY}`, 'generated', 'uri'],
  // Another workflow read the copy; its content says which run had made it.
  [`v${COPY}`, `r${PREDICT}`, 'used', 'uri'],
  [`v${MODEL}`, `r${PREDICT}`, 'used', 'content'],
];

/** The environment, the execution and what was decided about it. */
const records: WriteRecord[] = [
  { kind: 'environment', environment, blobs: [] },
  {
    kind: 'decision',
    decision: {
      namespace: 'default',
      workflow_id: 'night-42',
      run_id: 'run-of-night-42',
      kind: 'signal',
      ordinal: 1,
      name: 'approve',
      time: MORNING + 55,
      identity: 'ada@control-room',
      origin: 'history',
    },
  },
];

/** What the worker saw of the report's data, as far as `show` tells it. */
const facts: WriteRecord[] = [
  {
    kind: 'document',
    of: 'data',
    document: {
      schema_version: 1,
      run_start: uidOf(PREDICT),
      time: MORNING + 205,
      inputs: 'unknown',
      reasons: ['args_cut'],
      items: [],
    },
  },
];

export const PIPELINE: GraphSketch = {
  records,
  facts,
  paths: [
    [`v${MODEL}`, `r${REPORT}`, 'used', '', 'args[0].model'],
    [`r${REPORT}`, `v${SUMMARY}`, 'generated', 'result', ''],
    [`r${CALIBRATE}`, `r${FIT}`, 'informed', 'result.id', 'args[1]'],
  ],
  runs: [
    ...frames.map((n) => run(n, 'reduce', n)),
    run(FIT, 'fit', 60),
    run(REPORT, 'makeReport', 70),
    run(CALIBRATE, 'calibrate', 50),
    run(PREDICT, 'predict', 200, 'forecast-7'),
    run(REPEAT, 'calibrate', 51),
  ],
  versions: [
    ...frames.map((n) => file(`raw/frame_${n}.h5`, `raw ${n}`, n)),
    ...frames.map((n) => file(`curves/frame_${n}.csv`, `curve ${n}`, n + 5)),
    { ...file('model.json', 'model', 65), site_name: 'data/model.json' },
    file('calibration.json', 'calibration', 55),
    {
      uri: 'https://example.org/standards/si.json',
      type: 'remote',
      signature: '',
      missing: 'remote',
      time: MORNING + 50,
    },
    file('report.html', 'report', 75),
    file('copies/best.json', 'model', 200),
    file('DONE', '', 75),
  ],
  links,
};
