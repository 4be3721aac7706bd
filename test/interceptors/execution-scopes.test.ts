/** What runs of an execution share, with a resolver that never answers. */
import type { Context } from '@temporalio/activity';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ExecutionScopes, LOOKUP_LIMIT_MS } from '../../interceptors/execution-scopes';
import type { MetadataResolver, ResolvedMetadata } from '../../interceptors/metadata-resolver';

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

test('a look-up that never ends is given up, and later runs of the execution have their metadata', async () => {
  const answers: (ResolvedMetadata | Promise<ResolvedMetadata>)[] = [
    new Promise<never>(() => {}),
    Promise.resolve({ user: { operator: 'Ada' }, issues: [], place: {} }),
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
