/**
 * One record of every kind, with text that PostgreSQL can't hold as it is, for a store that is to be moved.
 * @module
 */
import type { Environment } from '../../src/model/environment';
import type { WriteRecord } from '../../src/store/interface/written';
import { opening, stopping, uidOf } from './runs';

/** Text that only survives in another form. */
export const ODD = 'NUL \0, lone \ud800, pair 😀';

const ADDRESS = { namespace: 'default', workflow_id: 'w-1', run_id: '00000000-0000-4000-8000-000000000001' };
const DIGEST = `sha256:${'ab'.repeat(32)}`;

const environment: Environment = {
  id: DIGEST,
  code_id: `sha256:${'cd'.repeat(32)}`,
  identity: { 'git.commit': ODD },
  detail: {},
  reasons: {},
  restorable: { level: 'source', missing: [] },
  captured_time: 3,
  duration_ms: 1.5,
};

/** `n` runs, of which most ended and some are settled. */
export function manyRuns(n: number): WriteRecord[] {
  const ns = Array.from({ length: n }, (_, i) => i + 1);
  const fields = (i: number) => ({ dose: i / 7, odd: ODD, sample: { name: `S${i % 5}` } });
  return [
    ...ns.map((i) =>
      opening({ n: i, fields: fields(i), temporal: { attempt: 1 + (i % 2), activity_id: String(i >> 1) } }),
    ),
    ...ns.filter((i) => i % 5 > 0).map((i) => stopping(i, { time: i, reason: ODD })),
    ...ns
      .filter((i) => i % 10 === 1)
      .map((i): WriteRecord => {
        const document = {
          schema_version: 1,
          run_start: uidOf(i),
          time: i,
          outcome: 'completed' as const,
          evidence: { odd: ODD },
        };
        return { kind: 'settled', document };
      }),
  ];
}

/** What surrounds runs: one of each. */
export function surroundings(): WriteRecord[] {
  return [
    {
      kind: 'execution',
      start: {
        schema_version: 1,
        ...ADDRESS,
        workflow_type: 'pipeline',
        start_time: 1,
        task_queue: 'q',
        first_execution_run_id: ADDRESS.run_id,
        attempt: 1,
        args: [ODD],
        origin: 'sandbox',
      },
    },
    {
      kind: 'execution-close',
      close: { schema_version: 1, ...ADDRESS, close_time: 5, status: 'completed', origin: 'server' },
    },
    // Contradicts what is final: a late report.
    {
      kind: 'execution-close',
      close: {
        schema_version: 1,
        ...ADDRESS,
        close_time: 6,
        status: 'failed',
        reason: ODD,
        origin: 'server',
      },
    },
    { kind: 'context', run_id: ADDRESS.run_id, n: 7, document: JSON.stringify({ odd: ODD }) },
    {
      kind: 'environment',
      environment,
      blobs: [
        { digest: DIGEST, media_type: 'text/x-diff', bytes: Uint8Array.from({ length: 256 }, (_, i) => i) },
      ],
    },
    {
      kind: 'session',
      session: {
        session_id: 's-1',
        start_time: 1,
        namespace: 'default',
        task_queue: 'q',
        identity: 'w@h',
        host: 'h',
        pid: 1,
        cwd: ODD,
        detail: {},
      },
    },
    {
      kind: 'refusal',
      refusal_id: uidOf(9_000),
      time: 2,
      lab: 'default',
      issues: [],
      document: '{"fields":{}}',
    },
    { kind: 'loss', time: 3, session_id: 's-1', loss: 'start', count: 2, detail: ODD },
    {
      kind: 'decision',
      decision: { ...ADDRESS, kind: 'signal', ordinal: 1, name: ODD, time: 2, origin: 'sandbox' },
    },
    {
      kind: 'checkpoint',
      checkpoint: {
        schema_version: 1,
        checkpoint_id: uidOf(9_001),
        run_start: uidOf(1),
        index: 0,
        start_time: 1,
        stop_time: 2,
        details: [ODD],
      },
    },
    {
      kind: 'log',
      run_start: uidOf(1),
      run_id: ADDRESS.run_id,
      first: 0,
      lines: [{ time: 1, level: 'INFO', message: ODD, attributes: { odd: ODD } }],
      keep_from: 0,
    },
    ...facts(),
  ];
}

/** A document of each kind. */
function facts(): WriteRecord[] {
  const time = 4;
  const uri = `file://host/${ODD}`;
  const { run_id } = ADDRESS;
  const origin = { path: 'result', run_id, activity_id: ODD, from: 'result', evidence: 'identity' };
  return [
    {
      kind: 'document',
      of: 'data',
      document: { run_start: uidOf(1), time, inputs: 'known', items: [{ uri }] },
    },
    { kind: 'document', of: 'digest', document: { uri, signature: ODD, time, sha256: 'ab'.repeat(32) } },
    { kind: 'document', of: 'origins', document: { run_id, of: 'update', id: ODD, time, origins: [origin] } },
  ];
}
