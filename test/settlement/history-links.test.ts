/** What histories tell of the links between runs, event by event. */
import { createHash } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { DataDocument } from '../../src/model/data';
import type { ProvenanceStart } from '../../src/model/documents';
import { backfillExecution } from '../../src/settlement/backfill';
import { emptyBackfillCounts } from '../../src/settlement/counts';
import { historyValues } from '../../src/settlement/histories/history-policy';
import type { WriteRecord } from '../../src/store/interface/written';
import type { Store } from '../../src/store/store';
import type { HistoryEvent } from '../../src/temporal/activity-history';
import { encodeHeader, HEADER_NAME } from '../../src/temporal/header';
import { lineageOf, type PassedPart, withLineage } from '../../src/temporal/lineage-header';
import { MaskingCodec } from '../plugin/fixtures/codec';

const address = { namespace: 'default', workflow_id: 'w', run_id: 'this-run' };
const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);
const payloads = (...values: unknown[]) => ({
  payloads: values.map((value) => defaultPayloadConverter.toPayload(value)),
});
const ours = (parts: readonly PassedPart[] = []): { [name: string]: Payload } => {
  const lineage = lineageOf(parts);
  const header = encodeHeader({ execution: {} });
  return { [HEADER_NAME]: lineage ? withLineage(header, lineage) : header };
};

interface Told {
  input?: unknown[];
  result?: unknown;
  header?: { [name: string]: Payload };
}

/** A history of activities `1`, `2`, …, one after the other. */
function history(started: object, activities: readonly Told[], more: readonly HistoryEvent[] = []) {
  const events: HistoryEvent[] = [
    { workflowExecutionStartedEventAttributes: { workflowType: { name: 'plan' }, ...started } },
    ...more,
  ];
  for (const [index, { input = [], result, header }] of activities.entries()) {
    const scheduledEventId = (events.length + 1) as never;
    const activityType = { name: 'step' };
    events.push({
      activityTaskScheduledEventAttributes: {
        activityId: String(index + 1),
        activityType,
        input: payloads(...input),
        header: header && { fields: header },
      },
    });
    events.push({ activityTaskStartedEventAttributes: { scheduledEventId, attempt: 1 } });
    events.push({ activityTaskCompletedEventAttributes: { scheduledEventId, result: payloads(result) } });
  }
  return events.map((event, index) => ({
    ...event,
    eventId: (index + 1) as never,
    eventTime: { seconds: (1_000 + index) as never },
  }));
}

async function told(events: HistoryEvent[], known = new Map<string, never>()) {
  const store = { context: async () => null } as unknown as Store;
  const options = { store, lab: 'default', values: historyValues() };
  const records = await backfillExecution(options, address, events, emptyBackfillCounts(), known);
  return { starts: startsOf(records), data: dataOf(records) };
}

function startsOf(records: readonly WriteRecord[]): Map<string, ProvenanceStart> {
  return new Map(
    records.flatMap((record) =>
      record.kind === 'open' ? [[record.activity_id, JSON.parse(record.facts).provenance]] : [],
    ),
  );
}

/** By activity id. */
function dataOf(records: readonly WriteRecord[]): Map<string, DataDocument> {
  const opens = new Map(
    records.flatMap((record) => (record.kind === 'open' ? [[record.uid, record.activity_id]] : [])),
  );
  return new Map(
    records.flatMap((record) => {
      if (record.kind !== 'document' || record.of !== 'data') return [];
      const document = record.document as unknown as DataDocument;
      return [[opens.get(document.run_start)!, document]];
    }),
  );
}

describe('headers of activities in a history', () => {
  it('give the runs that are made from it their predecessors, with paths', async () => {
    const passed: PassedPart[] = [
      { activity_id: '1', evidence: 'identity', from: 'result.files[3]', to: 'args[0].path' },
      { run_id: 'parent-run', activity_id: '7', evidence: 'value', from: 'result', to: 'args[1]' },
      { run_id: 'child-run', evidence: 'identity', from: 'result', to: 'args[2]' },
    ];
    const { starts, data } = await told(history({}, [{ header: ours() }, { header: ours(passed) }]));
    expect(starts.get('1')).not.toHaveProperty('predecessors');
    const { predecessors } = starts.get('2')!;
    expect(predecessors).toHaveLength(3);
    expect(predecessors).toEqual(
      expect.arrayContaining([
        {
          run_id: 'this-run',
          activity_id: '1',
          evidence: 'identity',
          paths: [['result.files[3]', 'args[0].path']],
        },
        { run_id: 'parent-run', activity_id: '7', evidence: 'value', paths: [['result', 'args[1]']] },
        { run_id: 'child-run', evidence: 'identity', paths: [['result', 'args[2]']] },
      ]),
    );
    expect(data.size).toBe(0);
  });

  it("are marked as incomplete if they were cut, or can't be read", async () => {
    const cut = withLineage(
      encodeHeader({}),
      lineageOf([{ activity_id: '1', evidence: 'identity' }], { partial: true })!,
    );
    const torn = { ...cut, data: cut.data!.subarray(0, -3) };
    const { starts } = await told(
      history({}, [{ header: { [HEADER_NAME]: cut } }, { header: { [HEADER_NAME]: torn } }]),
    );
    expect(starts.get('1')).toMatchObject({
      predecessors: [{ run_id: 'this-run', activity_id: '1', evidence: 'identity' }],
      predecessors_partial: true,
    });
    expect(starts.get('2')).toMatchObject({ predecessors_partial: true });
  });

  it('replace the comparison of strings', async () => {
    const file = '/data/made.h5';
    const { data } = await told(
      history({}, [
        { header: ours(), result: file },
        { header: ours(), input: [file] },
      ]),
    );
    expect(data.size).toBe(0);
  });
});

describe('a history without our headers', () => {
  it('gives the strings of arguments and results, except strings from outside', async () => {
    const [made, given, signalled, sent, noted] = [1, 2, 3, 4, 5].map((n) => `/data/${n}.h5`) as string[];
    const more: HistoryEvent[] = [
      { workflowExecutionSignaledEventAttributes: { input: payloads(signalled) } },
      {
        workflowExecutionUpdateAcceptedEventAttributes: {
          acceptedRequest: { input: { args: payloads(sent) } },
        },
      },
    ];
    const started = {
      input: payloads({ file: given }),
      memo: { fields: { note: payloads(noted).payloads[0] } },
    };
    const { data } = await told(
      history(
        started,
        [
          { result: { file: made, status: 'completed' } },
          { input: [given, signalled, { at: made }, sent, noted] },
        ],
        more,
      ),
    );
    expect(data.get('1')).toMatchObject({
      time: 1_005,
      inputs: 'unknown',
      items: [],
      values: { args: [], result: [[digest(made!), 'result.file']] },
    });
    expect(data.get('2')?.values).toEqual({ args: [[digest(made!), 'args[2].at']], result: [] });
  });

  it('gives no strings if payloads are encoded', async () => {
    const [encoded] = await new MaskingCodec().encode(payloads('/data/made.h5').payloads);
    const events = history({}, [{ result: '/data/made.h5' }, { input: ['/data/made.h5'] }]);
    events.at(-1)!.activityTaskCompletedEventAttributes!.result = { payloads: [encoded!] };
    expect((await told(events)).data.size).toBe(0);
  });
});

describe('a local activity in a history', () => {
  const file = '/data/local.h5';
  const data = payloads({ activity_id: 'local', activity_type: 'step', attempt: 1 });
  const marker: HistoryEvent = {
    markerRecordedEventAttributes: {
      markerName: 'core_local_activity',
      details: { data, result: payloads(file) },
    },
  };
  const afterIt = async (header: Told['header']) => {
    const { starts, data } = await told(history({}, [{ input: [file], header }], [marker]));
    expect(starts.get('local')).not.toHaveProperty('predecessors');
    expect(data.get('local')).toMatchObject({
      inputs: 'unknown',
      reasons: ['local_activity_in_history'],
    });
    return data;
  };

  it('has no header: its origins are unknown', async () => {
    const data = await afterIt(ours());
    expect(data.get('local')).not.toHaveProperty('values');
    expect(data.has('1')).toBe(false);
  });

  it('gives the strings of its result if values are compared', async () => {
    const data = await afterIt(undefined);
    expect(data.get('local')?.values).toEqual({ args: [], result: [[digest(file), 'result']] });
    expect(data.get('1')?.values).toEqual({ args: [[digest(file), 'args[0]']], result: [] });
  });
});
