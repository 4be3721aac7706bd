/** What leaves the process when a workflow says something, with a recorder that keeps it. */
import type { WorkflowInfo } from '@temporalio/workflow';
import { expect, test } from 'vitest';
import { DataFlowCapture } from '../../interceptors/activity/data-flow';
import { Executions } from '../../interceptors/activity/executions';
import { workerSinks } from '../../interceptors/sinks/worker-sink';
import { SINK_NAME } from '../../interceptors/workflow/sinks';
import { ValueEvidence } from '../../src/data/value-evidence';
import type { DataFlow } from '../../src/model/environment';
import type { Recorder } from '../../src/record/recorder';
import { createRedactor } from '../../src/redaction/redactor';
import { plainValues, withheldValues } from '../../src/values/policy';

const info = { namespace: 'default', workflowId: 'w', runId: 'run' } as WorkflowInfo;

function stage(encrypted: boolean) {
  const records: unknown[] = [];
  const keep = (record: unknown) => records.push(record);
  const recorder = { execution: keep, executionClose: keep, context: keep, record: keep, lose: keep };
  const redactor = createRedactor({ values: ['registered-secret'] });
  const executions = new Executions();
  const closed: string[] = [];
  const flows: DataFlow[] = [];
  const flow = new DataFlowCapture(new ValueEvidence({ redactor }), { dataFlow: (now) => flows.push(now) });
  const sinks = workerSinks({
    recorder: recorder as unknown as Recorder,
    executions,
    values: encrypted ? withheldValues(Buffer.alloc(32)) : plainValues(undefined, redactor),
    redactor,
    lab: 'default',
    decide: (type) => ({ record: type !== 'sendEmail' }),
    flow,
    memories: [{ forget: (run_id) => closed.push(run_id) }],
  })[SINK_NAME];
  return { records, executions, sinks, closed, flows };
}

const start = {
  namespace: 'default',
  workflow_id: 'w',
  run_id: 'run',
  first_execution_run_id: 'run',
  args: ['argument'],
  memo: { password: 'hunter2' },
  search_attributes: { Sample: ['registered-secret'], Token: ['abc'] },
};

test.each([false, true])('memo and search attributes are masked; encrypted: %s', (encrypted) => {
  const { records, sinks } = stage(encrypted);
  sinks.execution.fn(info, JSON.stringify(start));
  expect(records).toMatchObject([{ search_attributes: { Sample: ['[redacted]'], Token: '[redacted]' } }]);
  expect(records).toMatchObject([{ memo: { password: '[redacted]' } }]);
  expect(records).toMatchObject([
    { args: [encrypted ? expect.objectContaining({ digest: expect.any(String) }) : 'argument'] },
  ]);
});

test('metadata that goes through the store is stored without secrets, and is complete in the process', () => {
  const { records, executions, sinks } = stage(true);
  const context = {
    user: { operator: 'Ada', note: 'uses registered-secret' },
    plan: { password: 'hunter2' },
    issues: [{ path: ['registered-secret'], message: 'must be JSON' }],
    context: 'before/1',
  };
  sinks.context.fn(info, JSON.stringify({ run_id: 'run', n: 1, context }));
  expect(executions.context('run/1')).toEqual(context);
  const [{ document }] = records as [{ document: string }];
  expect(JSON.parse(document)).toEqual({
    user: { operator: 'Ada', note: 'uses [redacted]' },
    plan: { password: '[redacted]' },
    issues: [{ path: ['[redacted]'], message: 'must be JSON' }],
    context: 'before/1',
  });
});

test.each([
  [false, /^sha256:/],
  [true, /^hmac-sha256:/],
])('decisions carry a digest of their arguments; encrypted: %s', (encrypted, digest) => {
  const { records, sinks } = stage(encrypted);
  const seen = { kind: 'signal', ordinal: 1, name: 'go', time: 1 };
  const decisions = [
    { ...seen, args: ['"a"'] },
    { ...seen, args: ['"b"'] },
    { ...seen, args: ['"a"'] },
    { kind: 'cancel', ordinal: 1, time: 1, reason: 'because of registered-secret' },
  ];
  sinks.progress.fn(info, JSON.stringify({ resolutions: [], decisions }));
  const [a, b, again, cancel] = records as { decision: { args_digest?: string; reason?: string } }[];
  expect(a?.decision.args_digest).toMatch(digest);
  expect(b?.decision.args_digest).not.toBe(a?.decision.args_digest);
  expect(again).toEqual(a);
  expect(cancel?.decision).toMatchObject({ reason: 'because of [redacted]' });
  expect(cancel?.decision).not.toHaveProperty('args_digest');
});

test("the reason why the sandbox can't follow objects is reported once", () => {
  const { sinks, flows } = stage(false);
  const told = JSON.stringify({ resolutions: [], decisions: [], trouble: 'results are elsewhere' });
  sinks.progress.fn(info, told);
  sinks.progress.fn(info, told);
  expect(flows).toEqual([{ runs: {}, sandbox_lacks: 'results are elsewhere' }]);
});

test('scheduled activities are recorded, except those that are excluded, refused or local', () => {
  const { records, sinks } = stage(false);
  const ask = (type: string, ...failure: string[]) => [type, 'instruments', 90, ...failure];
  const resolutions = [
    ['1', 'failed', 100, 'instrument-4', ask('measure', 'RangeError', 'saw registered-secret')],
    ['2', 'completed', 100, null, ask('sendEmail')],
    ['3', 'failed', 100, 'me', ask('measure', 'MetadataValidationError', 'no operator')],
    ['4', 'completed', 100],
  ];
  sinks.progress.fn(info, JSON.stringify({ resolutions, decisions: [] }));
  const ancestry = { namespace: 'default', workflow_id: 'w', run_id: 'run', lab: 'default' };
  const told = { activity_id: '1', time: 100, outcome: 'failed' };
  const wanted = { activity_type: 'measure', task_queue: 'instruments', scheduled_time: 90 };
  const error = { type: 'RangeError', message: 'saw [redacted]' };
  expect(records[0]).toMatchObject({
    kind: 'resolution',
    worker_identity: 'instrument-4',
    asked: { ...ancestry, ...told, ...wanted, error },
  });
  expect(records).toHaveLength(4);
  for (const record of records.slice(1)) expect(record).not.toHaveProperty('asked');
});

test('a closed execution is forgotten, and a replay of it reports it again', () => {
  const { records, executions, sinks, closed } = stage(false);
  sinks.execution.fn(info, JSON.stringify(start));
  sinks.execution.fn(info, JSON.stringify(start));
  expect(records).toHaveLength(1);
  expect(executions.get('run')?.args).toEqual(['argument']);
  sinks.close.fn(info, JSON.stringify({ run_id: 'run', status: 'completed', result: ['done'] }));
  expect(closed).toEqual(['run']);
  expect(executions.get('run')).toBeUndefined();
  expect(records).toMatchObject([{}, { status: 'completed', result: ['done'] }]);
  sinks.execution.fn(info, JSON.stringify(start));
  expect(records).toHaveLength(3);
  expect(executions.get('run')?.args).toEqual(['argument']);
});
