/** Every seam of the capture made to throw: what activities give, throw and how often they are tried stays the same. */
import { expect, test } from 'vitest';
import { bareOutcomes, expectNoDifference, faultyFunction } from './faults-kit';

test('without the plugin: results, errors and attempts to compare with', async () => {
  const bare = await bareOutcomes();
  const [[doubled, said], retried, failing, ...others] = bare.results as [unknown[], ...unknown[]];
  expect([doubled, said]).toEqual([42, ['now', 'boolean', 'boolean', 7, 'hello long', 'hello child']]);
  expect([retried, ...others]).toEqual(['done at 2', 'hello y', 2, undefined]);
  expect(failing).toMatchObject({ cause: { cause: { message: 'for good', type: 'Broken' } } });
  expect(bare.attempts).toEqual(expect.arrayContaining(['failTimes 1', 'failTimes 2', 'failForGood 1']));
  expect(bare.attempts).toHaveLength(13);
  expect(bare.events).toHaveLength(6);
  for (const types of bare.events) expect(types).toContain('EVENT_TYPE_WORKFLOW_EXECUTION_STARTED');
});

test('with the plugin and no fault', () => expectNoDifference());

test.each([
  ['src/record/recorder.js', 'createRecorder'],
  ['src/values/fit.js', 'recordValue'],
  ['src/values/fit.js', 'recordValues'],
  ['src/values/errors.js', 'recordError'],
  ['src/metadata/fields.js', 'checkMetadata'],
  ['src/record/uid.js', 'newUid'],
  ['src/metadata/merge.js', 'mergeSources'],
  ['interceptors/activity/run-start.js', 'runDraft'],
  ['interceptors/activity/run-start.js', 'executionConstants'],
  ['interceptors/activity/run-end.js', 'stopDraft'],
  ['interceptors/activity/process-load.js', 'markLoad'],
  ['interceptors/activity/process-load.js', 'readLoad'],
  ['interceptors/activity/process-load.js', 'loadSince'],
  ['interceptors/activity/current-run.js', 'setRunOf'],
  ['interceptors/activity/current-run.js', 'runOf'],
  ['interceptors/activity/heartbeats.js', 'watchHeartbeats'],
  ['interceptors/activity/activity-log.js', 'listenToLog'],
  ['src/temporal/header.js', 'decodeHeader'],
  ['interceptors/activity/executions.js', 'knownExecution'],
  ['interceptors/sinks/worker-sink.js', 'workerSinks'],
  ['src/options/capture-rules.js', 'compileCaptureRules'],
  ['src/environment/platform/process.js', 'processFacts'],
  ['src/environment/capture.js', 'captureEnvironment'],
  ['src/worker/manifest.js', 'manifestOf'],
  ['src/worker/manifest.js', 'watchBundle'],
])('%s: %s throws', async (file, name) => {
  await expectNoDifference(faultyFunction(file, name));
});
