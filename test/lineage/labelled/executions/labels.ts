/** Labels of the cases about several executions. */
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import type { LabelledCase, Stage } from '../case';
import { unlike, write } from '../place';

async function start(
  { client, taskQueue, id }: Stage,
  workflow: string,
  args: unknown[] = [],
  child?: string,
): Promise<WorkflowHandle> {
  return client.workflow.start(workflow, {
    taskQueue,
    workflowId: child === undefined ? id : `${id}/${child}`,
    args,
  });
}

export const EXECUTIONS: readonly LabelledCase[] = [
  {
    name: 'through-a-signal',
    about: 'A result is sent to another workflow by signal',
    workflow: 'sender',
    play: async (stage) => {
      const receiving = await start(stage, 'receiver', [], 'receiver');
      await (await start(stage, 'sender', [receiving.workflowId])).result();
      await receiving.result();
    },
    links: ['measure -> receiver/normalise'],
  },
  {
    name: 'through-a-child',
    about: 'Into a child, and its result into an activity of the parent',
    workflow: 'throughAChild',
    links: ['measure -> fit/normalise', 'fit/normalise -> summarise'],
    never: ['measure -> summarise'],
  },
  {
    name: 'given-back-by-a-child',
    about: 'A child gives back what it was given',
    workflow: 'givenBackByAChild',
    links: ['measure -> summarise'],
    never: ['pass/takeNote -> summarise', 'measure -> pass/takeNote'],
  },
  {
    name: 'gathered',
    about: 'Five children measure, the parent sums up',
    workflow: 'gathered',
    links: [
      'a/measure -> summarise',
      'b/measure -> summarise',
      'c/measure -> summarise',
      'd/measure -> summarise',
      'e/measure -> summarise',
    ],
  },
  {
    name: 'grandchildren',
    about: 'A child of a child measures, the child normalises, the parent sums up',
    workflow: 'grandchildren',
    links: ['middle/inner/measure -> middle/normalise', 'middle/normalise -> summarise'],
    never: ['middle/inner/measure -> summarise'],
  },
  {
    name: 'inherited',
    about: 'One result goes to two children; what else they do does not come from it',
    workflow: 'inherited',
    links: ['settings -> left/takeNote', 'settings -> right/takeNote'],
    never: ['settings -> left/measure', 'left/takeNote -> right/takeNote', 'left/measure -> right/takeNote'],
  },
  {
    name: 'continued-as-new',
    about: 'A result goes to the next execution of the chain',
    workflow: 'continued',
    links: ['measure -> normalise@2'],
  },
  {
    name: 'collected',
    about: 'Results of three executions of a chain are summed up in the last',
    workflow: 'collected',
    links: ['measure -> summarise@3', 'measure@2 -> summarise@3', 'measure@3 -> summarise@3'],
    never: ['measure -> measure@2'],
  },
  {
    name: 'entity',
    about: 'An entity workflow works on two signals, each from another producer',
    workflow: 'entity',
    play: async (stage) => {
      const keeping = await start(stage, 'entity');
      await (await start(stage, 'sender', [keeping.workflowId], 'first')).result();
      await (await start(stage, 'sender', [keeping.workflowId], 'second')).result();
      await keeping.signal('close');
      await keeping.result();
    },
    links: ['first/measure -> normalise#1', 'second/measure -> normalise#2'],
    never: ['first/measure -> normalise#2', 'second/measure -> normalise#1', 'normalise#1 -> normalise#2'],
  },
  {
    name: 'decided',
    about: 'A person approves by signal; the threshold is theirs, the data an activity’s',
    workflow: 'decided',
    play: async (stage) => {
      const deciding = await start(stage, 'decided');
      await deciding.signal('approve', { approved: true, threshold: { chi2: 1.5 } });
      await deciding.result();
    },
    links: ['measure -> summarise'],
    never: ['measure -> takeNote', 'summarise -> takeNote'],
  },
  {
    name: 'update-with-a-file',
    about: 'An update returns a path to its caller, who starts another workflow with it',
    workflow: 'service',
    play: async (stage) => {
      const serving = await start(stage, 'service');
      const found = await serving.executeUpdate<{ path: string }, [string]>('analyse', {
        args: ['update'],
      });
      await (await start(stage, 'reduceOne', [found.path], 'reduce')).result();
      await serving.signal('close');
      await serving.result();
    },
    links: ['acquireFile -> [update.csv] -> reduce/reduceFile'],
  },
  {
    name: 'two-updates',
    about: 'Two updates of one workflow, each with two activities',
    workflow: 'service',
    play: async (stage) => {
      const serving = await start(stage, 'service');
      await serving.executeUpdate('reduceNow', { args: ['Ni-7'] });
      await serving.executeUpdate('reduceNow', { args: ['Fe-2'] });
      await serving.signal('close');
      await serving.result();
    },
    links: ['measure#1 -> normalise#1', 'measure#2 -> normalise#2'],
    never: ['measure#1 -> normalise#2', 'measure#2 -> normalise#1', 'normalise#1 -> measure#2'],
  },
  {
    name: 'day-by-day',
    about: 'A nightly job reads what the night before has written',
    workflow: 'day',
    prepare: async (folder) => void (await write(join(folder, 'day-0.csv'), unlike())),
    play: async (stage) => {
      const path = (n: number) => join(stage.folder, `day-${n}.csv`);
      for (const n of [1, 2, 3])
        await (await start(stage, 'day', [path(n - 1), path(n)], `night-${n}`)).result();
    },
    links: [
      '[day-0.csv] -> night-1/daily',
      'night-1/daily -> [day-1.csv] -> night-2/daily',
      'night-2/daily -> [day-2.csv] -> night-3/daily',
      'night-3/daily -> [day-3.csv]',
    ],
    never: ['night-1/daily -> night-3/daily'],
  },
  {
    name: 's3-written-and-read',
    about: 'One workflow writes an object of a bucket, another one is started with its URI',
    workflow: 'exporting',
    play: async (stage) => {
      const uri: string = await (await start(stage, 'exporting')).result();
      await (await start(stage, 'importing', [uri], 'import')).result();
    },
    links: ['exportScan -> [s3://beamline/exports/*.parquet] -> import/importScan'],
  },
];
