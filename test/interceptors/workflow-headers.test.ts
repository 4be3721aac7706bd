import type { WorkflowInfo } from '@temporalio/workflow';
import { beforeEach, expect, test } from 'vitest';
import {
  contextNumber,
  decodeHeader,
  MAX_ACTIVITY_HEADER_BYTES,
  MAX_START_HEADER_BYTES,
  MAX_TASK_HEADER_BYTES,
} from '../../interceptors/propagation';
import type { ContextMessage } from '../../interceptors/sinks';
import {
  activityHeader,
  type HeaderInputs,
  headerText,
  startHeader,
} from '../../interceptors/workflow-headers';
import {
  type PlanScope,
  receiveContext,
  setBaseMetadata,
  type WorkflowState,
} from '../../interceptors/workflow-state';

const NO_SCOPE: PlanScope = { fields: {}, issues: [] };
let sent: ContextMessage[];
let state: WorkflowState;
let inputs: HeaderInputs;

beforeEach(() => {
  sent = [];
  state = {
    version: 1,
    madeBy: 'test',
    inbound: { v: 1 },
    base: NO_SCOPE,
    plain: false,
    headers: new WeakMap(),
    sent: new Set(),
    taskHeaderBytes: 0,
  };
  const info = { runId: 'run' } as WorkflowInfo;
  inputs = { state, info, place: undefined, send: (message) => sent.push(message) };
});

function activity(scope = NO_SCOPE) {
  const payload = activityHeader(inputs, scope);
  return payload && decodeHeader(payload);
}

test('what came in clear goes on in clear, and what is born here with it', () => {
  receiveContext(state, { v: 1, user: { operator: 'Ada' } }, true);
  setBaseMetadata(state, { phase: 'one' });
  expect(activity()).toEqual({ v: 1, user: { operator: 'Ada' }, plan: { phase: 'one' } });
  expect(decodeHeader(startHeader(inputs, NO_SCOPE))).toEqual(activity());
  expect(sent).toEqual([]);
});

test('where a codec may be, what is born here goes by sink', () => {
  setBaseMetadata(state, { phase: 'one' });
  const n = contextNumber('{"plan":{"phase":"one"}}');
  expect(activity()).toEqual({ v: 1, context: `run/${n}` });
  expect(activity()).toEqual({ v: 1, context: `run/${n}` });
  expect(decodeHeader(startHeader(inputs, NO_SCOPE))).toEqual({ v: 1, context: `run/${n}` });
  expect(sent).toEqual([{ run_id: 'run', n, context: { plan: { phase: 'one' } } }]);
  expect(headerText(inputs, NO_SCOPE)).toBeUndefined();
});

test('a memo is born here as far as clear text goes', () => {
  receiveContext(state, { v: 1, user: { operator: 'Ada' } }, false);
  expect(activity()?.user).toBeUndefined();
  expect(sent[0]?.context).toEqual({ user: { operator: 'Ada' } });
});

test('what the codec sealed is passed on, and nothing beside it in clear', () => {
  const sealed = { metadata: { encoding: 'eA==' }, data: 'eQ==' };
  state.plain = true;
  receiveContext(state, { v: 1, sealed }, true);
  expect(activity()).toEqual({ v: 1, sealed });
  setBaseMetadata(state, { phase: 'one' });
  expect(activity()?.plan).toBeUndefined();
  expect(sent[0]?.context).toEqual({ sealed, plan: { phase: 'one' } });
});

test('a continued run that adds nothing names the context it was given', () => {
  receiveContext(state, { v: 1, context: 'before/7' }, true);
  expect(decodeHeader(startHeader(inputs, NO_SCOPE))).toEqual({ v: 1, context: 'before/7' });
  expect(sent).toEqual([]);
});

test('headers keep to their limits', () => {
  state.plain = true;
  setBaseMetadata(state, { long: 'x'.repeat(MAX_ACTIVITY_HEADER_BYTES) });
  expect(activityHeader(inputs, NO_SCOPE)!.data!.length).toBeLessThanOrEqual(MAX_ACTIVITY_HEADER_BYTES);
  expect(sent).toHaveLength(1);
  expect(decodeHeader(startHeader(inputs, NO_SCOPE)).plan).toBeDefined();
  setBaseMetadata(state, { long: 'x'.repeat(MAX_START_HEADER_BYTES) });
  const header = startHeader(inputs, NO_SCOPE);
  expect(header.data!.length).toBeLessThanOrEqual(MAX_START_HEADER_BYTES);
  expect(decodeHeader(header).context).toMatch(/^run\//);
});

test('the place is given up before the limit is', () => {
  const workflow_id = 'w'.repeat(MAX_ACTIVITY_HEADER_BYTES);
  inputs.place = { parent: { workflow_id, run_id: 'p' } };
  expect(activity()).toEqual({ v: 1 });
});

test('all headers of a task keep to its limit: first short ones, then none', () => {
  state.plain = true;
  setBaseMetadata(state, { long: 'x'.repeat(900) });
  let short = 0;
  let none = 0;
  for (let index = 0; index < 20_000; index++) {
    const header = activityHeader(inputs, NO_SCOPE);
    if (!header) none += 1;
    else if (decodeHeader(header).context) short += 1;
  }
  expect(state.taskHeaderBytes).toBeLessThanOrEqual(MAX_TASK_HEADER_BYTES);
  expect(short).toBeGreaterThan(0);
  expect(none).toBeGreaterThan(0);
  expect(sent).toHaveLength(1);
});

test('marks travel with the rest', () => {
  state.plain = true;
  setBaseMetadata(state, { f: () => 1 } as never);
  expect(activity()).toEqual({ v: 1, issues: [{ path: ['f'], message: 'must be JSON' }] });
});

test('text for places that take strings is ASCII', () => {
  state.plain = true;
  setBaseMetadata(state, { name: 'Ångström' });
  const text = headerText(inputs, NO_SCOPE)!;
  expect(text).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(text)).toEqual({ v: 1, plan: { name: 'Ångström' } });
});
