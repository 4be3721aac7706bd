/** What runs of an execution share, with resolvers that answer, or never do. */
import type { Context } from '@temporalio/activity';
import type { Payload } from '@temporalio/common';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ExecutionScopes, LOOKUP_LIMIT_MS } from '../../interceptors/activity/execution-scopes';
import type { MetadataResolver, ResolvedMetadata } from '../../interceptors/activity/metadata-resolver';
import { encodeHeader, HEADER_NAME } from '../../src/temporal/header';
import { lineageOf, withLineage } from '../../src/temporal/lineage-header';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const context = {
  info: {
    namespace: 'default',
    workflowType: 'scan',
    activityType: 'expose',
    inWorkflow: true,
    workflowExecution: { workflowId: 'w', runId: 'run' },
  },
} as unknown as Context;

test('a look-up that hangs is given up, and later runs of the execution have their metadata', async () => {
  const answers: (ResolvedMetadata | Promise<ResolvedMetadata>)[] = [
    new Promise<never>(() => {}),
    Promise.resolve({ user: { operator: 'Ada' }, issues: [], ancestry: {} }),
  ];
  const asked = vi.fn(() => answers[asked.mock.calls.length - 1]!);
  const scopes = new ExecutionScopes({ resolve: asked } as unknown as MetadataResolver);
  const first = scopes.constantsFor(context, {});
  vi.advanceTimersByTime(LOOKUP_LIMIT_MS - 1);
  expect(scopes.constantsFor(context, {})).toBe(first);
  expect(asked).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2);
  const later = await scopes.constantsFor(context, {});
  expect(later.resolved.user).toEqual({ operator: 'Ada' });
  expect(await scopes.constantsFor(context, {})).toBe(later);
  expect(asked).toHaveBeenCalledTimes(2);
});

/** Answers each time anew. */
function knowing() {
  const asked = vi.fn((): ResolvedMetadata => ({ user: { operator: 'Ada' }, issues: [], ancestry: {} }));
  return { asked, scopes: new ExecutionScopes({ resolve: asked } as unknown as MetadataResolver) };
}

/** A header as the SDK gives it: a view of the bytes of the whole task. */
const headersIn = (task: Uint8Array): { [HEADER_NAME]: Payload } => ({
  [HEADER_NAME]: { metadata: {}, data: task.subarray(1000, 1020) },
});

test('a remembered header is a copy, not the task that it came with', () => {
  const { asked, scopes } = knowing();
  const task = new Uint8Array(1_000_000).fill(7);
  const first = scopes.constantsFor(context, headersIn(task));
  task.fill(0);
  expect(scopes.constantsFor(context, headersIn(new Uint8Array(1_000_000).fill(7)))).toBe(first);
  expect(asked).toHaveBeenCalledTimes(1);
  void scopes.constantsFor(context, headersIn(task));
  expect(asked).toHaveBeenCalledTimes(2);
});

test('a closed execution is forgotten', () => {
  const { asked, scopes } = knowing();
  void scopes.constantsFor(context, {});
  scopes.forget('another');
  void scopes.constantsFor(context, {});
  expect(asked).toHaveBeenCalledTimes(1);
  scopes.forget('run');
  void scopes.constantsFor(context, {});
  expect(asked).toHaveBeenCalledTimes(2);
});

test('long arguments leave room for fewer executions', () => {
  const args = ['x'.repeat(1_000_000)];
  const asked = vi.fn((): ResolvedMetadata => ({ args, issues: [], ancestry: {} }));
  const scopes = new ExecutionScopes({ resolve: asked } as unknown as MetadataResolver);
  const inExecution = (runId: string) =>
    ({ info: { ...context.info, workflowExecution: { workflowId: 'w', runId } } }) as Context;
  for (let i = 0; i < 30; i += 1) void scopes.constantsFor(inExecution(`run-${i}`), {});
  void scopes.constantsFor(inExecution('run-29'), {});
  expect(asked).toHaveBeenCalledTimes(30);
  void scopes.constantsFor(inExecution('run-0'), {});
  expect(asked).toHaveBeenCalledTimes(31);
});

test('activities of one scope share what they have, whatever was passed to each', () => {
  const { asked, scopes } = knowing();
  const header = encodeHeader({ user: { operator: 'Ada' } });
  const passed = (id: string) => withLineage(header, lineageOf([{ activity_id: id, evidence: 'identity' }])!);
  const all = [passed('1'), header, passed('27')].map((payload) =>
    scopes.constantsFor(context, { [HEADER_NAME]: payload }),
  );
  expect(new Set(all).size).toBe(1);
  expect(asked).toHaveBeenCalledTimes(1);
  void scopes.constantsFor(context, { [HEADER_NAME]: encodeHeader({ user: { operator: 'Bob' } }) });
  expect(asked).toHaveBeenCalledTimes(2);
});
