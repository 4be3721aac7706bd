/**
 * The laboratory of the labelled set: a worker with the plugin on a real server, on which all cases run, and the command line that
 * is asked afterwards.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode, Worker, type WorkerOptions } from '@temporalio/worker';
import { ProvenancePlugin } from 'temporal-provenance';
import { call } from '../../cli/laboratory';
import { makeClient, nativeConnection, quietLogger, runsOf, unique } from '../../plugin/harness';
import * as activities from './activities';
import type { LabelledCase } from './case';
import { type Asked, type FoundLink, type LabRun, type LineageLine, labRuns, linksOfRun } from './found';
import { folderOf, setRoot } from './place';

/** Cases that run at a time. */
const AT_A_TIME = 4;

/** All runs of the cases, and the links that the store tells of each case. */
export interface Observed {
  runs: LabRun[];
  links: Map<string, FoundLink[]>;
}

/** Runs the cases and asks for the lineage of each of their runs. */
export async function observe(cases: readonly LabelledCase[]): Promise<Observed> {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-labelled-'));
  const store = `sqlite:${join(folder, 'provenance.db')}`;
  setRoot(join(folder, 'data'));
  try {
    await runAll(cases, store);
    const runs = labRuns(await runsOf(store));
    return { runs: [...runs.values()], links: await linksByCase(runs, asking(store)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runAll(cases: readonly LabelledCase[], store: string): Promise<void> {
  const plugin = new ProvenancePlugin({ store, environment: false });
  const queues = { plain: unique('labelled'), interning: unique('interning') };
  const plain = await Worker.create(await workerOptions(plugin, queues.plain));
  const interning = await Worker.create(
    await workerOptions(plugin, queues.interning, require.resolve('./interning-converter.cjs')),
  );
  const waiting = [...cases];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      await play(next, queues[next.worker ?? 'plain']);
  };
  await interning.runUntil(plain.runUntil(Promise.all(Array.from({ length: AT_A_TIME }, lane))));
}

async function workerOptions(
  plugin: ProvenancePlugin,
  taskQueue: string,
  payloadConverterPath?: string,
): Promise<WorkerOptions> {
  return {
    connection: await nativeConnection(),
    taskQueue,
    activities,
    plugins: [plugin],
    dataConverter: { payloadConverterPath },
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: join(__dirname, 'workflows.ts'),
      payloadConverterPath,
      plugins: [plugin],
      logger: quietLogger(),
    }),
  };
}

async function play(of: LabelledCase, taskQueue: string): Promise<void> {
  const folder = folderOf(of.name);
  mkdirSync(folder, { recursive: true });
  await of.prepare?.(folder);
  const client = await makeClient();
  const id = `${unique('case')}.${of.name}`;
  try {
    if (of.play) await of.play({ client, taskQueue, folder, id });
    else
      await client.workflow.execute(of.workflow, {
        taskQueue,
        workflowId: id,
        args: of.args?.(folder) ?? [],
      });
  } catch (error) {
    throw new Error(`The case ${of.name} failed`, { cause: error });
  }
}

/** The command line, asked in this process: what its `--json` prints is a contract. */
function asking(store: string): Asked {
  const ask = async (uid: string, ...words: string[]): Promise<LineageLine[]> => {
    const answer = await call(['--store', store, 'lineage', uid, '--json', ...words], { cwd: tmpdir() });
    if (answer.code !== 0) throw new Error(`lineage ${uid} ended with ${answer.code}: ${answer.err}`);
    return answer.json();
  };
  return { up: (uid) => ask(uid, '--depth', '2'), down: (uid) => ask(uid, '--down', '--depth', '1') };
}

async function linksByCase(
  runs: ReadonlyMap<string, LabRun>,
  asked: Asked,
): Promise<Map<string, FoundLink[]>> {
  const links = new Map<string, FoundLink[]>();
  for (const run of runs.values()) {
    const known = links.get(run.case) ?? [];
    links.set(run.case, [...known, ...(await linksOfRun(run, runs, asked))]);
  }
  return links;
}
