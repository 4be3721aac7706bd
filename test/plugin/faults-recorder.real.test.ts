/** Recorder, redactor and value recorder made to throw, method by method: activities and workflows end as without the plugin. */
import { test } from 'vitest';
import { expectNoDifference, faultyMethod } from './faults-kit';

const RECORDER = ['src/record/recorder.js', 'createRecorder'] as const;

test.each([
  'ready',
  'open',
  'stop',
  'execution',
  'executionClose',
  'context',
  'session',
  'environment',
  'record',
  'skip',
  'lookup.execution',
  'lookup.context',
  'close',
])('recorder.%s throws', async (method) => {
  await expectNoDifference(faultyMethod(...RECORDER, method));
});

test.each(['open', 'record', 'session'])(
  'recorder.%s throws, and so does counting the loss',
  async (method) => {
    await expectNoDifference(faultyMethod(...RECORDER, method), faultyMethod(...RECORDER, 'lose'));
  },
);

test.each([
  ['src/redaction/redactor.js', 'createRedactor', 'text'],
  ['src/redaction/redactor.js', 'createRedactor', 'jsonText'],
  ['src/values/policy.js', 'plainValues', 'text'],
  ['src/values/policy.js', 'plainValues', 'value'],
  ['src/values/policy.js', 'plainValues', 'values'],
  ['src/values/policy.js', 'plainValues', 'error'],
  ['src/values/policy.js', 'plainValues', 'recorded'],
])('%s: %s().%s throws', async (file, maker, method) => {
  await expectNoDifference(faultyMethod(file, maker, method));
});
