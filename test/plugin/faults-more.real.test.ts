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
  ['interceptors/activity/metadata-resolver.js', 'MetadataResolver', 'resolve'],
  ['interceptors/activity/executions.js', 'Executions', 'get'],
  ['interceptors/activity/executions.js', 'Executions', 'remember'],
  ['interceptors/activity/executions.js', 'Executions', 'context'],
  ['interceptors/activity/executions.js', 'Executions', 'rememberContext'],
  ['interceptors/activity/execution-scopes.js', 'ExecutionScopes', 'constantsFor'],
  ['src/store/recent-map.js', 'RecentMap', 'get'],
  ['src/store/recent-map.js', 'RecentMap', 'set'],
  ['src/store/recent-map.js', 'RecentMap', 'delete'],
])('%s: %s.%s throws', async (file, className, method) => {
  await expectNoDifference(faultyMethodOf(file, className, method));
});

test.each([
  ['interceptors/activity/active-span.js', 'activeSpan'],
  ['src/temporal/header.js', 'encodeHeader'],
  ['src/temporal/header.js', 'parseContextKey'],
  ['src/temporal/header.js', 'contextKey'],
  ['src/values/policy.js', 'maskedFields'],
  ['interceptors/client/client.js', 'clientInterceptors'],
  ['interceptors/client/client.js', 'hasClientMark'],
  ['interceptors/activity/activity.js', 'activityInterceptors'],
  ['interceptors/nexus.js', 'nexusInterceptors'],
  ['interceptors/nexus.js', 'hasNexusMark'],
  ['interceptors/sinks/workflow-log.js', 'listeningLogger'],
  ['interceptors/sinks/deferred.js', 'deferredSinks'],
])('%s: %s throws', async (file, name) => {
  await expectNoDifference(faultyFunction(file, name));
});

test('what workflows log goes to the same logger, also if recording it fails', async () => {
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
  const fault = faultyMethodOf('src/store/recent-map.js', 'RecentMap', 'get');
  await outcomes(faultPlugin(), await faultBundle(), loggerSinks);
  expect(fault.calls).toBeGreaterThan(0);
  expect(lines).toEqual(expect.arrayContaining(['waiting', 'done']));
});
