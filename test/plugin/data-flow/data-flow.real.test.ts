/** Which results are passed to which activities, as runs record it, through a real server. */
import type { WorkflowHandle } from '@temporalio/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { unique } from '../harness';
import { type Flow, flowing, flowOf } from './kit';

async function performed(type: string, ...args: unknown[]): Promise<Flow> {
  const { store } = await flowing(({ client, taskQueue }) =>
    client.workflow.execute(type, { taskQueue, workflowId: unique(type), args }),
  );
  return flowOf(store);
}

describe('in the code of one workflow, data is followed', () => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await performed('shapes');
  });

  test.each<[name: string, lines: string[]]>([
    ['whole', ['make 1: result → args[1] (identity)']],
    [
      'destructured',
      ['make 1: result.list[1] → args[2] (identity)', 'make 1: result.part → args[1] (identity)'],
    ],
    ['string', ['make 1: result.path → args[1].in (value)']],
    [
      'spread',
      ['make 1: result.list → args[1].list (identity)', 'make 1: result.part → args[1].part (identity)'],
    ],
    ['all', ['make 2: result → args[1][0] (identity)', 'make 3: result → args[1][1] (identity)']],
    ['race', ['make 5: result → args[1] (identity)']],
    [
      'settled',
      ['make 6: result → args[1][0].value (identity)', 'make 7: result → args[1][1].value (identity)'],
    ],
    ['mutated', ['make 1: result → args[1] (identity)', 'make 2: result.part → args[1].added (identity)']],
    ['retried', ['makeAtLast 8: result → args[1] (identity)']],
    ['numbers', []],
    ['local use', ['make 9: result → args[1] (identity)']],
    ['kept', ['make 2: result → args[1] (identity)']],
  ])('%s', (name, lines) => {
    expect(flow.into(name)).toEqual(lines);
  });

  test('and nothing is sent by sink, since everything is in the headers', () => {
    expect(flow.origins).toEqual([]);
  });
});

describe('a value that is equal by chance, or only repeated, is no link', () => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await performed('noLinks', '/lab/given/sample.h5');
  });

  test.each<[name: string, lines: string[]]>([
    ['enum', []],
    ['given', []],
    ['constant', []],
    ['echoed object', ['echo [object Object]: result → args[1] (identity)']],
    ['unknown', []],
    [
      'twice',
      [
        'paths 1: result[0] → args[1] (value-ambiguous)',
        'paths 1: result[0] → args[1] (value-ambiguous)',
        'paths 1: result[0] → args[2] (value-ambiguous)',
        'paths 1: result[0] → args[2] (value-ambiguous)',
      ],
    ],
  ])('%s', (name, lines) => {
    expect(flow.into(name)).toEqual(lines);
  });
});

test('a fan-out of 5,000 files is gathered with every path, in a header of a few bytes', async () => {
  const flow = await performed('gathering', 5_000);
  const { predecessors = [] } = flow.run('gathered').start.provenance;
  const numbers = predecessors.map(({ activity_id }) => Number(activity_id));
  // The name and the list are met as well, so one file is beyond what is looked at.
  expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, n) => n + 1));
  expect(numbers.length).toBeGreaterThanOrEqual(4_998);
  expect(predecessors[4_000]!.paths).toEqual([['result', 'args[1][4000]']]);
});

test('a forgotten string is no evidence, and the list is marked as incomplete', async () => {
  const flow = await performed('forgetting');
  expect(flow.into('forgotten')).toEqual(['partial']);
  expect(flow.into('remembered')).toEqual(['paths 100000: result[0] → args[1] (value)']);
});

describe('through children', () => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await performed('parent');
  });

  test('arguments keep the activity that made them, also parts and strings', () => {
    expect(flow.into('in child')).toEqual([
      'make 1: result.list → args[1] (identity)',
      'make 1: result.part → args[2] (identity)',
    ]);
    expect(flow.into('string in child')).toEqual(['make 1: result.path → args[1] (value)']);
    expect(flow.into('echo in child')).toEqual(['make 1: result.path → args[1] (value)']);
  });

  test("a result is the child's, which reports where its parts come from", () => {
    expect(flow.into('result of child')).toEqual(['child: result → args[1] (identity)']);
    expect(flow.into('own of child')).toEqual(['childOfItsOwn: result.own → args[1] (identity)']);
    const told = flow.origins.map(({ run_id, of, origins }) =>
      origins.map(
        ({ path, run_id: from_run, activity_id, from }) =>
          `${of} of ${flow.named(run_id, '')}: ${path} ← ${flow.named(from_run, activity_id)} ${from}`,
      ),
    );
    expect(told.flat().sort()).toEqual([
      'result of child: result ← make 1 result',
      'result of childOfItsOwn: result.own ← make 2 result.part',
      'result of parent: result ← make 1 result',
    ]);
  });
});

describe('through signals, updates and continue-as-new', () => {
  let flow: Flow;

  beforeAll(async () => {
    const recorded = await flowing(async ({ client, taskQueue }) => {
      const workflowId = unique('entity');
      const start = { taskQueue, workflowId, args: [1] };
      const handle: WorkflowHandle = await client.workflow.start('entity', start);
      for (const n of [1, 2])
        await client.workflow.execute('giver', {
          taskQueue,
          workflowId: unique('giver'),
          args: [workflowId, n],
        });
      await handle.signal('give', { from: 'a person', path: '/lab/by-hand.h5' });
      await handle.executeUpdate('ask', { args: [{ path: '/lab/asked.h5' }], updateId: 'question' });
      await handle.signal('finish');
      const continued = client.workflow.getHandle(workflowId);
      for (;;) {
        const { events = [] } = await continued.fetchHistory();
        if (events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await client.workflow.execute('giver', {
        taskQueue,
        workflowId: unique('giver'),
        args: [workflowId, 3],
      });
      await continued.signal('finish');
      await continued.result();
    });
    flow = await flowOf(recorded.store);
  });

  test('a value that a workflow signals to another keeps the activity that made it', () => {
    expect(flow.into('signal 1')).toEqual(['make 1: result.part → args[1].part (identity)']);
    expect(flow.into('signal 2')).toEqual(['make 2: result.part → args[1].part (identity)']);
  });

  test('a value from a person has no origin', () => {
    expect(flow.into('signal 3')).toEqual([]);
    expect(flow.into('asked')).toEqual(['make 103: result.part → args[2] (identity)']);
  });

  test('an entity workflow links what it is given only to where it is passed on', () => {
    expect(flow.into('before it goes on')).toEqual([
      'make 1: result.part → args[1][0].part (identity)',
      'make 2: result.part → args[1][1].part (identity)',
    ]);
  });

  test('a continued run knows where its arguments, and later values, come from', () => {
    expect(flow.into('signal 4')).toEqual(['make 3: result.part → args[1].part (identity)']);
    const result = flow.origins.find(
      ({ of, run_id }) => of === 'result' && flow.named(run_id, '') === 'entity',
    );
    expect(
      result?.origins.map(({ path, run_id, activity_id }) => [path, flow.named(run_id, activity_id)]),
    ).toEqual([['result.part', 'make 3']]);
  });

  test('an update reports where its result comes from', () => {
    const update = flow.origins.find(({ of }) => of === 'update');
    expect(update).toMatchObject({
      id: 'question',
      origins: [{ path: 'result.answer', from: 'result.part' }],
    });
    expect(flow.named(update!.origins[0]!.run_id, update!.origins[0]!.activity_id)).toBe('make 103');
  });
});

describe('with more origins than a header has room for', () => {
  let flow: Flow;
  beforeAll(async () => {
    flow = await performed('scatteredProducers');
  });

  test('hundreds that are scattered in one task all name their producer and path', async () => {
    // The server takes no more than 2,000 at once.
    const scattered = await performed('scattering', 1_500);
    const runs = scattered.runs.filter(({ start }) => start.temporal.activity_type === 'use');
    const places = runs.map(({ start: { provenance, temporal } }) => {
      const [first, ...more] = provenance.predecessors!;
      expect([first!.activity_id, first!.evidence, more.length]).toEqual(['1', 'value', 0]);
      const told = scattered.origins.find(({ id }) => id === temporal.activity_id)?.origins[0];
      return [...(first!.paths?.[0] ?? [told?.from, told?.path]), temporal.args[2]].join();
    });
    expect(places.sort()).toEqual(runs.map((_, n) => `result[${n}],args[1],${n}`).sort());
  });

  test("producers that a header can't name are sent by sink", () => {
    const { provenance, temporal } = flow.run('every other').start;
    const told = flow.origins.find(({ id }) => id === temporal.activity_id);
    expect(provenance.predecessors_partial).toBe(true);
    expect(provenance.predecessors!.length).toBeGreaterThan(50);
    expect(told?.origins.map(({ path, activity_id }) => [path, activity_id])).toEqual(
      Array.from({ length: 300 }, (_, n) => [`args[1][${n}]`, String(2 * n + 1)]),
    );
  });

  test('paths without room in a header are sent by sink, and the producers are all in the header', () => {
    const { provenance, temporal } = flow.run('long paths').start;
    expect(provenance.predecessors_partial).toBeUndefined();
    expect(provenance.predecessors).toHaveLength(40);
    expect(provenance.predecessors!.every(({ paths }) => paths === undefined)).toBe(true);
    const told = flow.origins.find(({ id }) => id === temporal.activity_id);
    expect(told?.origins).toHaveLength(40);
    expect(told?.origins[7]).toMatchObject({
      path: expect.stringContaining('long name 7'),
      activity_id: '8',
      from: 'result',
    });
  });
});
