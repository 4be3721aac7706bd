import type { WorkflowInfo } from '@temporalio/workflow';
import { beforeEach, expect, test } from 'vitest';
import {
  activityHeader,
  type HeaderInputs,
  localActivityHeader,
  nexusHeader,
  ofContinuedRun,
  startHeader,
} from '../../interceptors/workflow/headers';
import type { ContextMessage } from '../../interceptors/workflow/sinks';
import {
  type PlanScope,
  receiveContext,
  setBaseMetadata,
  type WorkflowState,
} from '../../interceptors/workflow/state';
import {
  contextNumber,
  decodeHeader,
  HEADERS_MISSING,
  MAX_ACTIVITY_HEADER_BYTES,
  MAX_START_HEADER_BYTES,
  MAX_TASK_HEADER_BYTES,
  readHeaderText,
} from '../../src/temporal/header';

const caller = { namespace: 'default', workflow_id: 'scan', run_id: 'run' };
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
    inherited: NO_SCOPE,
    base: NO_SCOPE,
    clear: false,
    plain: false,
    headers: new WeakMap(),
    sent: new Set(),
    task_header_bytes: 0,
    readOnly: false,
    warnedReadOnly: false,
  };
  const info = { namespace: 'default', workflowId: 'scan', runId: 'run' } as WorkflowInfo;
  inputs = { state, info, ancestry: undefined, send: (message) => sent.push(message) };
});

function nexus() {
  const text = nexusHeader(inputs, NO_SCOPE);
  return text && JSON.parse(text);
}

function activity(scope = NO_SCOPE) {
  const payload = activityHeader(inputs, scope);
  return payload && decodeHeader(payload);
}

test("metadata that arrived in clear is passed on in clear; without a codec the plan's metadata is added", () => {
  state.plain = true;
  receiveContext(state, { v: 1, user: { operator: 'Ada' } }, true);
  setBaseMetadata(state, { phase: 'one' });
  expect(activity()).toEqual({ v: 1, user: { operator: 'Ada' }, plan: { phase: 'one' } });
  expect(decodeHeader(startHeader(inputs, NO_SCOPE)!)).toEqual(activity());
  expect(sent).toEqual([]);
});

test("a client without a codec says nothing about the worker: its clear metadata is passed on, the plan's is not added", () => {
  receiveContext(state, { v: 1, user: { operator: 'Ada' }, plan: { phase: 'one' } }, true);
  expect(activity()).toEqual({ v: 1, user: { operator: 'Ada' }, plan: { phase: 'one' } });
  expect(sent).toEqual([]);
  setBaseMetadata(state, { phase: 'two' });
  expect(activity()).toEqual({ v: 1, context: expect.stringMatching(/^run\//) });
  expect(sent[0]?.context).toEqual({ user: { operator: 'Ada' }, plan: { phase: 'two' } });
  expect(nexus()).toEqual({ v: 1, user: { operator: 'Ada' }, plan: { phase: 'one' }, caller });
});

test("if a codec is possible, the plan's metadata goes by sink", () => {
  setBaseMetadata(state, { phase: 'one' });
  const n = contextNumber('{"plan":{"phase":"one"}}');
  expect(activity()).toEqual({ v: 1, context: `run/${n}` });
  expect(activity()).toEqual({ v: 1, context: `run/${n}` });
  expect(decodeHeader(startHeader(inputs, NO_SCOPE)!)).toEqual({ v: 1, context: `run/${n}` });
  expect(sent).toEqual([{ run_id: 'run', n, context: { plan: { phase: 'one' } } }]);
  expect(nexus()).toEqual({ v: 1, caller });
});

test("a memo is handled like the plan's metadata", () => {
  receiveContext(state, { v: 1, user: { operator: 'Ada' } }, false);
  expect(activity()?.user).toBeUndefined();
  expect(sent[0]?.context).toEqual({ user: { operator: 'Ada' } });
});

test('sealed metadata is passed on, with no clear text next to it', () => {
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
  expect(decodeHeader(startHeader(inputs, NO_SCOPE)!)).toEqual({ v: 1, context: 'before/7' });
  expect(sent).toEqual([]);
});

test('headers keep their limits', () => {
  state.plain = true;
  setBaseMetadata(state, { long: 'x'.repeat(MAX_ACTIVITY_HEADER_BYTES) });
  expect(activityHeader(inputs, NO_SCOPE)!.data!.length).toBeLessThanOrEqual(MAX_ACTIVITY_HEADER_BYTES);
  expect(sent).toHaveLength(1);
  expect(decodeHeader(startHeader(inputs, NO_SCOPE)!).plan).toBeDefined();
  setBaseMetadata(state, { long: 'x'.repeat(MAX_START_HEADER_BYTES) });
  const header = startHeader(inputs, NO_SCOPE)!;
  expect(header.data!.length).toBeLessThanOrEqual(MAX_START_HEADER_BYTES);
  expect(decodeHeader(header).context).toMatch(/^run\//);
});

test("the metadata's key is dropped before the limit is exceeded", () => {
  const workflow_id = 'w'.repeat(MAX_ACTIVITY_HEADER_BYTES);
  inputs.ancestry = { parent: { workflow_id, run_id: 'p' } };
  expect(activity()).toEqual({ v: 1 });
});

/** Headers of `count` activities in one workflow task. */
function headersOfTask(count: number) {
  const headers = Array.from({ length: count }, () => activityHeader(inputs, NO_SCOPE));
  return headers.map((header) => header && decodeHeader(header));
}

test.each([300, 500, 850, 900, 1_100, 200_000])(
  'thousands of activities in one task keep their metadata: %s characters',
  (characters) => {
    state.plain = true;
    inputs.ancestry = { root: { workflow_id: 'w'.repeat(200), run_id: 'r'.repeat(36) } };
    inputs.info = { runId: 'r'.repeat(36) } as WorkflowInfo;
    setBaseMetadata(state, { long: 'x'.repeat(characters) });
    for (const header of headersOfTask(3_500)) expect(header?.plan ?? header?.context).toBeDefined();
    expect(state.task_header_bytes).toBeLessThanOrEqual(MAX_TASK_HEADER_BYTES);
    expect(sent).toHaveLength(1);
  },
);

test('headers that are as short as a key are not changed', () => {
  state.plain = true;
  setBaseMetadata(state, { phase: 'one' });
  for (const header of headersOfTask(10_000)) expect(header?.plan).toEqual({ phase: 'one' });
  expect(sent).toEqual([]);
});

test('metadata without any room gets no header, and that is reported once', () => {
  setBaseMetadata(state, { long: 'x'.repeat(900) });
  const headers = headersOfTask(20_000);
  expect(state.task_header_bytes).toBeLessThanOrEqual(MAX_TASK_HEADER_BYTES);
  expect(headers.at(-1)).toBeUndefined();
  expect(sent.map(({ n }) => n === HEADERS_MISSING)).toEqual([false, true]);
});

test('many children of one task keep the same limit', () => {
  receiveContext(state, { v: 1, user: { long: 'x'.repeat(15_000) } }, true);
  const headers = Array.from({ length: 2_000 }, () => decodeHeader(startHeader(inputs, NO_SCOPE)!));
  expect(state.task_header_bytes).toBeLessThanOrEqual(MAX_TASK_HEADER_BYTES);
  expect(headers[0]?.user).toBeDefined();
  expect(headers.at(-1)?.context).toMatch(/^run\//);
});

test('local activities use no room of the task', () => {
  state.plain = true;
  setBaseMetadata(state, { long: 'x'.repeat(900) });
  state.task_header_bytes = MAX_TASK_HEADER_BYTES;
  expect(decodeHeader(localActivityHeader(inputs, NO_SCOPE)).plan).toBeDefined();
  expect(state.task_header_bytes).toBe(MAX_TASK_HEADER_BYTES);
});

test('issues travel with the metadata', () => {
  state.plain = true;
  setBaseMetadata(state, { f: () => 1 } as never);
  expect(activity()).toEqual({ v: 1, issues: [{ path: ['f'], message: 'must be JSON' }] });
});

test('the text for a Nexus operation is ASCII, and names the caller', () => {
  state.plain = true;
  setBaseMetadata(state, { name: 'Ångström' });
  const text = nexusHeader(inputs, NO_SCOPE)!;
  expect(text).toMatch(/^[\x20-\x7e]*$/);
  expect(JSON.parse(text)).toEqual({ v: 1, plan: { name: 'Ångström' }, caller });
  expect(readHeaderText(text)).toEqual({ v: 1, plan: { name: 'Ångström' }, caller });
});

test('if metadata does not fit a Nexus header, or may not be there, the caller is kept', () => {
  state.plain = true;
  setBaseMetadata(state, { long: 'x'.repeat(5_000) });
  expect(nexus()).toEqual({ v: 1, caller });
  const sealed = { metadata: { encoding: 'eA==' }, data: 'eQ==' };
  receiveContext(state, { v: 1, sealed }, true);
  setBaseMetadata(state, { phase: 'one' });
  expect(nexus()).toEqual({ v: 1, sealed, caller });
});

test('Nexus operations keep the limit of their task', () => {
  state.plain = true;
  setBaseMetadata(state, { long: 'x'.repeat(3_000) });
  const headers = Array.from({ length: 10_000 }, nexus);
  expect(state.task_header_bytes).toBeLessThanOrEqual(MAX_TASK_HEADER_BYTES);
  expect(headers[0]?.plan).toBeDefined();
  expect(headers.at(-1)).toBeUndefined();
});

test('a continued run has the caller of the first run of its chain', () => {
  receiveContext(state, { v: 1, user: { operator: 'Ada' }, caller }, true);
  expect(decodeHeader(ofContinuedRun(inputs, startHeader(inputs, NO_SCOPE)!)).caller).toEqual(caller);
  expect(decodeHeader(startHeader(inputs, NO_SCOPE)!)).not.toHaveProperty('caller');
});
