/** With OpenTelemetry's plugin: runs bear the span that their attempt was traced by. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';
import { bundleWorkflowCode, Worker } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterEach, expect, test } from 'vitest';
import {
  makeClient,
  quietLogger,
  runsOf,
  temporaryStore,
  unique,
  workerOptions,
  workflowsPath,
} from './harness';

const require = createRequire(import.meta.url);
/** The copies that Temporal's plugin uses. */
const beside = createRequire(require.resolve('@temporalio/interceptors-opentelemetry'));

interface Span {
  name: string;
  spanContext(): { traceId: string; spanId: string };
}

const api = beside('@opentelemetry/api') as {
  ROOT_CONTEXT: object;
  context: { setGlobalContextManager(manager: object): boolean; disable(): void };
  trace: { setGlobalTracerProvider(provider: object): boolean; disable(): void };
};
const { BasicTracerProvider } = beside('@opentelemetry/sdk-trace-base') as {
  BasicTracerProvider: new () => { addSpanProcessor(processor: object): void };
};
const { Resource } = beside('@opentelemetry/resources') as { Resource: new (attributes: object) => object };

/** Context that follows the code, as OpenTelemetry's Node SDK sets it up. */
function followingContext(): object {
  const storage = new AsyncLocalStorage<object>();
  return {
    active: () => storage.getStore() ?? api.ROOT_CONTEXT,
    with: (context: object, fn: (...args: unknown[]) => unknown, self: unknown, ...args: unknown[]) =>
      storage.run(context, () => fn.apply(self, args)),
    bind: (_context: object, target: unknown) => target,
    enable() {
      return this;
    },
    disable() {
      return this;
    },
  };
}

afterEach(() => {
  api.context.disable();
  api.trace.disable();
});

/** Runs one traced activity; its run's trace and span, and the spans that ended. */
async function traced(order: (ours: ProvenancePlugin, theirs: OpenTelemetryPlugin) => object[]) {
  const spans: Span[] = [];
  const processor = {
    onStart: () => {},
    onEnd: (span: Span) => spans.push(span),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = new BasicTracerProvider();
  provider.addSpanProcessor(processor);
  expect(api.context.setGlobalContextManager(followingContext())).toBe(true);
  expect(api.trace.setGlobalTracerProvider(provider)).toBe(true);
  const store = temporaryStore();
  const plugin = new ProvenancePlugin({ store, environment: false });
  const resource = new Resource({});
  const telemetry = new OpenTelemetryPlugin({ resource, spanProcessor: processor } as never);
  const plugins = order(plugin, telemetry) as never[];
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, plugins, logger: quietLogger() });
  const taskQueue = unique('traced');
  const worker = await Worker.create(await workerOptions(taskQueue, undefined, { plugins, workflowBundle }));
  const client = await makeClient({ plugins });
  await worker.runUntil(() =>
    client.workflow.execute('one', { taskQueue, workflowId: unique('traced'), args: ['x'] }),
  );
  const [run] = await runsOf(store);
  const span = spans.find(({ name }) => name.startsWith('RunActivity'))?.spanContext();
  return { temporal: run!.start.temporal, span };
}

test('its interceptor around ours: trace and span of the attempt', async () => {
  const { temporal, span } = await traced((ours, theirs) => [theirs, ours]);
  expect(span?.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect(temporal).toMatchObject({ trace_id: span?.traceId, span_id: span?.spanId });
});

test('ours around its own: no span is active yet when the run opens, and none is invented', async () => {
  const { temporal, span } = await traced((ours, theirs) => [ours, theirs]);
  expect(span?.spanId).toMatch(/^[0-9a-f]{16}$/);
  expect(temporal).not.toHaveProperty('trace_id');
  expect(temporal).not.toHaveProperty('span_id');
});
