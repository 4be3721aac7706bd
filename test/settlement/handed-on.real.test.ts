/** Histories of executions in which results are handed on in every way: what is read of them is what the worker recorded. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultPayloadConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { afterAll, describe, expect, test } from 'vitest';
import type { DataDocument } from '../../src/model/data';
import type { Predecessor } from '../../src/model/documents';
import { type ActivityHistory, type HistoryEvent, readActivities } from '../../src/temporal/activity-history';
import { makeClient, nativeConnection, reading, runsOf, unique } from '../plugin/harness';
import * as activities from '../replay/fixtures/activities';
import { perform } from '../replay/scenarios';
import {
  type History,
  historyPath,
  keepHistory,
  keptAs,
  keptHistories,
  MODES,
  type Mode,
  makeStage,
  type Stage,
} from '../replay/stage';
import { exported } from './exported';
import { linksOf } from './linked';
import { reconcileAll } from './operations';

/** Set to a version to write the histories that are kept for it. */
const keepAs = process.env.KEEP_HISTORIES_AS;
const folder = mkdtempSync(join(tmpdir(), 'handed-on-'));
const workflowsPath = join(__dirname, '..', 'replay', 'fixtures', 'workflows.ts');
const cli = join(__dirname, '..', '..', 'dist', 'src', 'cli', 'main.js');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Histories by workflow type, of children too; the chain's runs in their order. */
async function performed(stage: Stage): Promise<[type: string, history: History][]> {
  const { histories } = await (await stage.worker()).runUntil(() => perform('handedOn', stage));
  const children = histories.flatMap(({ events }) => (events ?? []).flatMap(childOf));
  const fetched = children.map(
    async ({ type, workflowId, runId }): Promise<[string, History]> => [
      type,
      await stage.client.workflow.getHandle(workflowId, runId).fetchHistory(),
    ],
  );
  return [
    ...histories.map((history): [string, History] => ['handedOn', history]),
    ...(await Promise.all(fetched)),
  ];
}

function childOf(event: HistoryEvent) {
  const started = event.childWorkflowExecutionStartedEventAttributes;
  const { workflowId, runId } = started?.workflowExecution ?? {};
  return workflowId && runId ? [{ type: started?.workflowType?.name ?? '', workflowId, runId }] : [];
}

/** Records histories in a new store, as files that were exported. */
async function backfilled(name: string, histories: readonly History[]): Promise<string> {
  const files = mkdtempSync(join(folder, name));
  writeFileSync(join(files, 'export.binpb'), exported(...histories.map(({ events }) => events ?? [])));
  const store = `sqlite:${join(folder, `${name}.db`)}`;
  await promisify(execFile)(process.execPath, [cli, 'backfill', '--from-export', files, '--store', store]);
  return store;
}

/** What each activity was handed, by its execution and id. */
async function passedIn(store: string): Promise<Map<string, Predecessor[] | undefined>> {
  const runs = await runsOf(store);
  return new Map(
    runs.map(({ start: { temporal, provenance } }) => [
      `${temporal.run_id} ${temporal.activity_id}`,
      provenance.predecessors,
    ]),
  );
}

/** The same in words that are the same for each performance. */
function inWords(
  passed: ReadonlyMap<string, Predecessor[] | undefined>,
  histories: readonly History[],
): string[] {
  const names = namesIn(histories);
  return [...passed]
    .flatMap(([key, predecessors = []]) =>
      predecessors.flatMap(({ run_id, activity_id = '', evidence, paths = [] }) => {
        const producer = names.get(`${run_id} ${activity_id}`) ?? 'unknown';
        const link = `${names.get(key)} ← ${producer} (${evidence})`;
        return paths.length === 0 ? [link] : paths.map(([from, to]) => `${link}: ${from} → ${to}`);
      }),
    )
    .sort();
}

/** Activities by their types and first arguments, and executions by what they return. */
function namesIn(histories: readonly History[]): Map<string, string> {
  return new Map(
    histories.flatMap(({ events }) => {
      const started = events?.[0]?.workflowExecutionStartedEventAttributes;
      const run_id = started?.originalExecutionRunId ?? '';
      const activities = readActivities(events ?? [], run_id).map((activity): [string, string] => [
        `${run_id} ${activity.activity_id}`,
        [activity.activity_type, ...firstArgument(activity)].join(' '),
      ]);
      return [
        ...activities,
        [`${run_id} `, `what ${started?.workflowType?.name} returned`] as [string, string],
      ];
    }),
  );
}

function firstArgument({ input }: ActivityHistory): string[] {
  const [first] = input?.payloads ?? [];
  return first ? [defaultPayloadConverter.fromPayload<string>(first)] : [];
}

/** All that `handedOn` hands on, but for what a local activity gets, which no history tells. */
const HANDED_ON = [
  'use carried ← make first (identity): result.parts[4] → args[1]',
  'use in a child ← make first (identity): result.parts[2] → args[1]',
  'use of a child ← what handedToChild returned (identity): result → args[1]',
  'use of a signal ← make first (identity): result.parts[3] → args[1]',
  'use over Nexus ← make first (value): result.parts[0].file → args[1].file',
  'use weighed, and a part ← make first (identity): result.parts[1] → args[1].beside',
  'use weighed, and a part ← weigh (identity): result.rows → args[1].rows',
];
const TO_LOCAL = 'weigh ← make first (identity): result.parts[0] → args[1]';

function withoutPaths(link: string): string {
  return link.replace(/: .*/, '');
}

test('a history gives the same origins of its activities as the worker recorded', async () => {
  const stage = await makeStage('uncoded');
  const histories = (await performed(stage)).map(([, history]) => history);
  const live = await passedIn(stage.store);
  const told = await passedIn(await backfilled('live', histories));
  expect(inWords(live, histories)).toEqual([...HANDED_ON, TO_LOCAL].sort());
  expect(inWords(told, histories)).toEqual(HANDED_ON);
  expect([...told.keys()].sort()).toEqual([...live.keys()].sort());
});

test('activities of workers without the plugin get the same links, once reconcile has read the history', async () => {
  const url = `sqlite:${join(folder, 'asked.db')}`;
  const plugin = new ProvenancePlugin({ store: url, environment: false });
  const shared = { connection: await nativeConnection(), taskQueue: unique('asked'), activities };
  const workflowId = unique('asked');
  const own = { ...shared, plugins: [plugin], workflowsPath, enableNonLocalActivities: false };
  const workers = [await Worker.create(own), await Worker.create(shared)] as const;
  const client = await makeClient();
  await workers[0].runUntil(
    workers[1].runUntil(async () => {
      const handle = await client.workflow.start('handedOn', {
        taskQueue: shared.taskQueue,
        workflowId,
        args: [{}],
      });
      await client.workflow.getHandle(handle.workflowId).result();
    }),
  );
  expect((await runsOf(url)).map(({ start }) => start.temporal.activity_type)).toEqual(['weigh']);
  await reconcileAll(url);
  const name = `${workflowId}: `;
  expect((await linksOf(url.slice('sqlite:'.length))).map((link) => link.replaceAll(name, ''))).toEqual([
    'make first → use carried (1)',
    'make first → use in a child (1)',
    'make first → use of a child (1)',
    'make first → use of a signal (1)',
    'make first → use weighed, and a part (1)',
    'make first → weigh local (1)',
    'make in a child → use of a child (1)',
    'weigh local → use weighed, and a part (1)',
  ]);
});

/** Kept from one performance, children included. */
function keptFrom(mode: Mode): History[] {
  const types = ['handedOn', 'handedToChild', 'receiving'];
  const names = [...keptHistories()].filter(([name]) => {
    const { workflowType, mode: recorded } = keptAs(name);
    return recorded === mode && types.includes(workflowType);
  });
  return names.map(([, history]) => history);
}

if (keepAs !== undefined)
  test.each(MODES)('histories to keep, recorded %s', async (mode) => {
    const counts = new Map<string, number>();
    for (const [type, history] of await performed(await makeStage(mode))) {
      counts.set(type, (counts.get(type) ?? 0) + 1);
      keepHistory(historyPath(type, counts.get(type)!, keepAs, mode), history);
    }
  });

describe('histories of released versions', () => {
  test('give the parts of results that each activity was given', async () => {
    const kept = keptFrom('uncoded');
    expect(kept).toHaveLength(4);
    expect(inWords(await passedIn(await backfilled('uncoded', kept)), kept)).toEqual(HANDED_ON);
  });

  test('give producers alone if a codec may have been used', async () => {
    const kept = keptFrom('with');
    const told = inWords(await passedIn(await backfilled('with', kept)), kept);
    expect([...new Set(told.map(withoutPaths))]).toEqual([...new Set(HANDED_ON.map(withoutPaths))]);
    expect(told.join()).not.toMatch(/parts|rows|file|beside/);
  });

  test('give equal strings if our module was not loaded', async () => {
    const kept = keptFrom('bare');
    const store = await backfilled('bare', kept);
    expect(inWords(await passedIn(store), kept)).toEqual([]);
    const names = namesIn(kept);
    const runs = new Map(
      (await runsOf(store)).map(({ start: { uid, temporal } }) => [
        uid,
        names.get(`${temporal.run_id} ${temporal.activity_id}`),
      ]),
    );
    const documents = await reading(store, (reader) => reader.documents({ of: 'data', limit: 100 }));
    const told = documents.map(({ run_start, values }) => [runs.get(String(run_start)), values] as const);
    const { 'make first': first, 'use weighed, and a part': use } = Object.fromEntries(told) as {
      [name: string]: NonNullable<DataDocument['values']>;
    };
    const [digest] = first!.result.find(([, path]) => path === 'result.parts[1].file')!;
    expect(use!.args).toContainEqual([digest, 'args[1].beside.file']);
  });
});
