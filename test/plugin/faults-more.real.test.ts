/**
 * Seams around the recording of one activity made to throw: what is looked up, carried in headers, and set up once for a worker.
 * `lose`, `LogTail.write` and `LogTail.flush` are themselves what catches: what they call is made to throw elsewhere.
 */
import { expect, test } from 'vitest';
import {
  expectNoDifference,
  faultBundle,
  faultPlugin,
  faultyFunction,
  faultyMethodOf,
  type LoggerSinksOption,
  outcomes,
} from './faults-kit';

test.each([
  ['interceptors/metadata-resolver.js', 'MetadataResolver', 'resolve'],
  ['interceptors/executions.js', 'Executions', 'get'],
  ['interceptors/executions.js', 'Executions', 'remember'],
  ['interceptors/executions.js', 'Executions', 'context'],
  ['interceptors/executions.js', 'Executions', 'rememberContext'],
  ['interceptors/execution-scopes.js', 'ExecutionScopes', 'constantsFor'],
  ['interceptors/bounded-cache.js', 'BoundedCache', 'get'],
  ['interceptors/bounded-cache.js', 'BoundedCache', 'set'],
  ['interceptors/bounded-cache.js', 'BoundedCache', 'delete'],
])('%s: %s.%s throws', async (file, className, method) => {
  await expectNoDifference(faultyMethodOf(file, className, method));
});

test.each([
  ['interceptors/active-span.js', 'activeSpan'],
  ['interceptors/propagation.js', 'encodeHeader'],
  ['interceptors/propagation.js', 'parseContextKey'],
  ['interceptors/propagation.js', 'contextKey'],
  ['interceptors/values.js', 'maskedFields'],
  ['interceptors/client.js', 'clientInterceptors'],
  ['interceptors/client.js', 'hasClientMark'],
  ['interceptors/activity.js', 'activityInterceptors'],
  ['interceptors/nexus.js', 'nexusInterceptors'],
  ['interceptors/nexus.js', 'hasNexusMark'],
  ['interceptors/workflow-log.js', 'listeningLogger'],
  ['interceptors/worker-sink.js', 'deferredSinks'],
])('%s: %s throws', async (file, name) => {
  await expectNoDifference(faultyFunction(file, name));
});

test('what workflows log goes where it went, also when listening to it fails', async () => {
  const lines: string[] = [];
  const sink = {
    fn: (_info: unknown, message: string) => {
      lines.push(message);
    },
    callDuringReplay: false,
  };
  const loggerSinks: LoggerSinksOption = {
    defaultWorkerLogger: { trace: sink, debug: sink, info: sink, warn: sink, error: sink },
  };
  const fault = faultyMethodOf('interceptors/bounded-cache.js', 'BoundedCache', 'get');
  await outcomes(faultPlugin(), await faultBundle(), loggerSinks);
  expect(fault.calls).toBeGreaterThan(0);
  expect(lines).toEqual(expect.arrayContaining(['waiting', 'done']));
});
