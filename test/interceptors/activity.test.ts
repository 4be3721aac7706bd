/** The activity interceptor in the SDK's mock environment, with a recorder that does as it is told. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure, CompleteAsyncError } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { type ActivityCaptureParts, activityInterceptors } from '../../interceptors/activity/activity';
import { DataFlowCapture } from '../../interceptors/activity/data-flow';
import { ExecutionScopes } from '../../interceptors/activity/execution-scopes';
import { Executions } from '../../interceptors/activity/executions';
import { MetadataResolver } from '../../interceptors/activity/metadata-resolver';
import { DataNotes } from '../../interceptors/activity/run-data';
import { currentRun } from '../../src/activity';
import { ValueEvidence } from '../../src/data/value-evidence';
import { compileCaptureRules } from '../../src/options/capture-rules';
import type { Opening, RunDraft, StopDraft } from '../../src/record/opening/run-draft';
import type { Recorder } from '../../src/record/recorder';
import { createRedactor } from '../../src/redaction/redactor';
import { plainValues } from '../../src/values/policy';

interface Stage {
  environment: MockActivityEnvironment;
  drafts: RunDraft[];
  budgets: number[];
  stops: StopDraft[];
  losses: string[];
  details: string[];
  skipped: string[];
}

type Open = (draft: RunDraft, budget: number, attempt?: object) => Promise<Opening>;

const opened: Open = async ({ uid, layers }) => ({
  kind: 'open',
  uid,
  scan_id: 7,
  metadata: layers.inferred,
  state: 'committed',
});

/** An environment whose attempts are captured. */
function stage(
  open: Open = opened,
  info: object = {},
  capture = {},
  parts: Partial<ActivityCaptureParts> = {},
): Stage {
  const kept: Omit<Stage, 'environment'> = {
    drafts: [],
    budgets: [],
    stops: [],
    losses: [],
    details: [],
    skipped: [],
  };
  const recorder = {
    open: (draft: RunDraft, budget: number, attempt?: object) => {
      kept.drafts.push(draft);
      kept.budgets.push(budget);
      return open(draft, budget, attempt);
    },
    stop: (draft: StopDraft) => kept.stops.push(draft),
    skip: (type: string) => kept.skipped.push(type),
    lose: (kind: string, detail: string) => {
      kept.losses.push(kind);
      kept.details.push(detail);
    },
    lookup: { execution: async () => null, context: async () => null },
  } as unknown as Recorder;
  const values = plainValues(undefined, createRedactor());
  const executions = new Executions();
  const evidence = new ValueEvidence({ redactor: createRedactor() });
  const interceptor = activityInterceptors({
    recorder,
    values,
    scopes: new ExecutionScopes(new MetadataResolver({ recorder, executions, codecs: [] })),
    decide: compileCaptureRules(capture),
    constants: {
      lab: 'default',
      worker: { host: 'here', identity: 'me' },
      stash_at: 'run',
      share_scan_id: false,
    },
    environment: { ready: () => undefined, useEarly: () => undefined },
    data: new DataNotes({ recorder, flow: new DataFlowCapture(evidence, { dataFlow: () => undefined }) }),
    ...parts,
  });
  const environment = new MockActivityEnvironment(info, {
    interceptors: [interceptor],
    logger: new DefaultLogger('ERROR', () => {}),
  });
  return { environment, ...kept };
}

test('opens the run before the code runs, and records how it ended', async () => {
  const order: string[] = [];
  const { environment, drafts, stops, losses } = stage(async (draft, budget) => {
    order.push('open');
    return opened(draft, budget);
  });
  const result = await environment.run(async (word: string) => {
    order.push('code');
    return { word };
  }, 'x');
  expect(result).toEqual({ word: 'x' });
  expect(order).toEqual(['open', 'code']);
  expect(drafts[0]?.temporal).toMatchObject({ args: ['x'], activity_id: 'test', worker: { host: 'here' } });
  expect(stops[0]).toMatchObject({
    uid: drafts[0]?.uid,
    exit_status: 'success',
    temporal: { result: [{ word: 'x' }] },
  });
  expect(stops[0]?.resources?.concurrent_runs).toBe(1);
  expect(losses).toEqual([]);
});

test('a standalone activity is its own plan', async () => {
  const { environment, drafts } = stage(opened, {
    workflowExecution: undefined,
    workflowType: undefined,
    inWorkflow: false,
    activityRunId: 'standalone',
    activityType: 'measure',
  });
  await environment.run(async (_a: number) => 1, 5);
  expect(drafts[0]?.layers.inferred).toEqual({ plan_name: 'measure', plan_type: 'activity', plan_args: [5] });
  expect(drafts[0]?.temporal).toMatchObject({ activity_run_id: 'standalone' });
  expect(drafts[0]?.temporal).not.toHaveProperty('workflow_id');
});

test('the code knows its run, and runs the same without one', async () => {
  const { environment, drafts } = stage();
  const seen = await environment.run(async () => currentRun());
  expect(seen).toMatchObject({ recorded: true, uid: drafts[0]?.uid, scanId: 7 });
  expect(currentRun()).toMatchObject({ recorded: false, uid: undefined, metadata: {} });
  const skipping = stage(opened, { activityType: 'quiet' }, { quiet: false });
  expect(await skipping.environment.run(async () => currentRun().recorded)).toBe(false);
  expect(skipping.skipped).toEqual(['quiet']);
});

test('the error of the code is thrown unchanged', async () => {
  const { environment, stops } = stage();
  const error = ApplicationFailure.nonRetryable('no', 'Broken', 1);
  await expect(environment.run(async () => Promise.reject(error))).rejects.toBe(error);
  expect(stops[0]).toMatchObject({
    exit_status: 'fail',
    reason: 'Broken: no',
    temporal: { error: { type: 'Broken', non_retryable: true } },
  });
});

test.each([undefined, null, 0, 'text'])('a thrown %s is thrown unchanged', async (thrown) => {
  const { environment, stops } = stage();
  const outcome = environment.run(async () => {
    throw thrown;
  });
  await expect(
    outcome.then(
      () => 'returned',
      (error: unknown) => ({ error }),
    ),
  ).resolves.toEqual({ error: thrown });
  expect(stops[0]?.exit_status).toBe('fail');
});

test('an activity that completes elsewhere has not failed', async () => {
  const { environment, stops } = stage();
  await expect(
    environment.run(async () => {
      throw new CompleteAsyncError();
    }),
  ).rejects.toThrow(CompleteAsyncError);
  expect(stops[0]).toMatchObject({ exit_status: 'success', temporal: { completes_async: true } });
});

test('a cancelled activity is recorded as aborted, with the reason', async () => {
  const { environment, stops } = stage();
  const running = environment.run(async () => {
    setImmediate(() => environment.cancel('CANCELLED'));
    await Context.current().cancelled;
  });
  await expect(running).rejects.toThrow(CancelledFailure);
  expect(stops[0]).toMatchObject({ exit_status: 'abort', temporal: { cancellation: expect.any(String) } });
});

test('an attempt that is cancelled while its run opens does not run', async () => {
  let ran = false;
  const staged = stage(async (draft, budget) => {
    staged.environment.cancel('CANCELLED');
    return opened(draft, budget);
  });
  const running = staged.environment.run(async () => {
    ran = true;
  });
  await expect(running).rejects.toThrow(CancelledFailure);
  expect(ran).toBe(false);
  expect(staged.stops[0]?.exit_status).toBe('abort');
});

test('an attempt that times out while its run opens does not run', async () => {
  let ran = false;
  const staged = stage(
    async (draft, budget) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return opened(draft, budget);
    },
    { startToCloseTimeoutMs: 1 },
  );
  const running = staged.environment.run(async () => {
    ran = true;
  });
  await expect(running).rejects.toMatchObject({ type: 'OpeningTimedOut', nonRetryable: false });
  expect(ran).toBe(false);
});

test("the budget is a tenth of the activity's time, at most 250 ms", async () => {
  const short = stage(opened, { startToCloseTimeoutMs: 1000 });
  await short.environment.run(async () => 1);
  expect(short.budgets[0]).toBeLessThanOrEqual(100);
  const long = stage(opened, { startToCloseTimeoutMs: 3_600_000 });
  await long.environment.run(async () => 1);
  expect(long.budgets[0]).toBeLessThanOrEqual(250);
  expect(long.budgets[0]).toBeGreaterThan(100);
});

test.each(['fail', 'wait'] as const)("a refused run does not run its code: '%s'", async (mode) => {
  let ran = false;
  const issues = [{ path: ['sample', 'name'], message: 'must be there' }];
  const { environment, stops } = stage(async () => ({ kind: 'refused', mode, issues }));
  const running = environment.run(async () => {
    ran = true;
  });
  const failure = await running.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({
    type: 'MetadataValidationError',
    nonRetryable: mode === 'fail',
    message: expect.stringContaining('sample.name'),
    details: issues,
  });
  if (mode === 'wait') expect((failure as ApplicationFailure).nextRetryDelay).toBe('30 seconds');
  expect(ran).toBe(false);
  expect(stops).toEqual([]);
});

test('a recorder that throws is a loss, and nothing else', async () => {
  const { environment, losses, stops } = stage(() => Promise.reject(new Error('no')));
  expect(await environment.run(async () => 'result')).toBe('result');
  expect(losses).toEqual(['open']);
  expect(stops).toEqual([]);
});

test('hostile arguments and results pass unchanged', async () => {
  const { environment, drafts, stops } = stage();
  const cycle: { [key: string]: unknown } = { big: 1n };
  cycle.self = cycle;
  Object.defineProperty(cycle, 'biting', {
    enumerable: true,
    get: () => {
      throw new Error('bite');
    },
  });
  expect(await environment.run(async (given: unknown) => given, cycle)).toBe(cycle);
  expect(drafts).toHaveLength(1);
  expect(() => JSON.stringify([drafts, stops])).not.toThrow();
});

test('there is one deadline for the opening, however slow the environment and the metadata are', async () => {
  const never = new Promise<never>(() => {});
  const slow = (delay_ms: number) => new Promise<void>((resolve) => setTimeout(resolve, delay_ms));
  const resolver = new MetadataResolver({ recorder: {} as never, executions: new Executions(), codecs: [] });
  const scopes = Object.assign(new ExecutionScopes(resolver), { constantsFor: () => never });
  const { environment, budgets, losses, details } = stage(
    opened,
    {},
    {},
    { environment: { ready: () => slow(200), useEarly: () => undefined }, scopes },
  );
  expect(await environment.run(async () => 'done')).toBe('done');
  // A timer may fire a fraction of a millisecond early.
  expect(budgets).toHaveLength(1);
  expect(budgets[0]).toBeLessThan(1);
  expect(losses).toEqual(['late-metadata']);
  // Of 250 ms the environment took 200.
  expect(Number(/within (\d+) ms/.exec(details[0]!)?.[1])).toBeLessThanOrEqual(51);
});

test('rules get no more time than the attempt has, and are told of its cancellation', async () => {
  const given: { rules_ms?: number; signal?: AbortSignal }[] = [];
  const open = async (draft: RunDraft, budget: number, attempt?: object) => {
    given.push(attempt ?? {});
    return opened(draft, budget);
  };
  await stage(open, { startToCloseTimeoutMs: 1_000 }).environment.run(async () => 1);
  expect(given[0]?.rules_ms).toBeGreaterThan(0);
  expect(given[0]?.rules_ms).toBeLessThanOrEqual(800);
  expect(given[0]?.signal).toBeInstanceOf(AbortSignal);
});
