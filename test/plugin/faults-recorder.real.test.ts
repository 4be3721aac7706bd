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
  ['src/metadata/redact.js', 'createRedactor', 'text'],
  ['src/metadata/redact.js', 'createRedactor', 'jsonText'],
  ['interceptors/values.js', 'plainValues', 'text'],
  ['interceptors/values.js', 'plainValues', 'value'],
  ['interceptors/values.js', 'plainValues', 'values'],
  ['interceptors/values.js', 'plainValues', 'error'],
  ['interceptors/values.js', 'plainValues', 'recorded'],
])('%s: %s().%s throws', async (file, maker, method) => {
  await expectNoDifference(faultyMethod(file, maker, method));
});
