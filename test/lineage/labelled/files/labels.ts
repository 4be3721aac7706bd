/** Labels of the cases about files. */
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelledCase, Stage } from '../case';
import { remember, unlike, write } from '../place';

async function execute(
  { client, taskQueue, id }: Stage,
  workflow: string,
  args: unknown[],
  child?: string,
): Promise<unknown> {
  const workflowId = child === undefined ? id : `${id}/${child}`;
  return client.workflow.execute(workflow, { taskQueue, workflowId, args });
}

const given = (name: string) => async (folder: string) => void (await write(join(folder, name), unlike()));

export const FILES: readonly LabelledCase[] = [
  {
    name: 'pipeline-of-files',
    about: 'acquire, reduce, train, infer, report, through files named in results',
    workflow: 'pipelineOfFiles',
    links: [
      'acquire -> [raw.csv] -> reduce',
      'reduce -> [reduced.json] -> train',
      'train -> [model.json] -> infer',
      'acquire -> infer',
      '[raw.csv] -> infer',
      'infer -> [predictions.json] -> report',
      'train -> report',
      '[model.json] -> report',
      'report -> [report.txt]',
    ],
    never: ['acquire -> train', 'reduce -> infer', 'acquire -> report', 'reduce -> report'],
  },
  {
    name: 'given-from-outside',
    about: 'A file that was there before',
    workflow: 'givenFromOutside',
    prepare: given('outside.csv'),
    args: (folder) => [join(folder, 'outside.csv')],
    links: ['[outside.csv] -> reduce', 'reduce -> [reduced.json] -> inspect'],
    never: ['reduce -> [outside.csv]', '[outside.csv] -> inspect'],
  },
  {
    name: 'two-readers',
    about: 'Two activities read one file',
    workflow: 'twoReaders',
    prepare: given('shared.csv'),
    args: (folder) => [join(folder, 'shared.csv')],
    links: ['[shared.csv] -> inspect', '[shared.csv] -> describeFile'],
    never: ['inspect -> describeFile'],
  },
  {
    name: 'checkpointed',
    about: 'The first attempt writes a checkpoint and dies; the second one reads it',
    workflow: 'checkpointed',
    args: (folder) => [join(folder, 'last.ckpt')],
    links: [
      'trainWithCheckpoint!1 -> [last.ckpt] -> trainWithCheckpoint!2',
      'trainWithCheckpoint!2 -> [model.json] -> inspect',
    ],
    never: ['trainWithCheckpoint!1 -> inspect', 'trainWithCheckpoint!1 -> [model.json]'],
  },
  {
    name: 'heartbeat-names-a-checkpoint',
    about: 'The same, where only the heartbeat’s details name the checkpoint',
    workflow: 'heartbeatNamesACheckpoint',
    links: [
      'trainWithHeartbeat!1 -> [step-3.ckpt] -> trainWithHeartbeat!2',
      'trainWithHeartbeat!2 -> [model.json] -> inspect',
    ],
    never: ['trainWithHeartbeat!1 -> inspect'],
  },
  {
    name: 'half-a-file',
    about: 'A failed attempt leaves half a file under the name that the next one writes',
    workflow: 'halfAFile',
    links: ['writeHalfFirst!2 -> [table.csv] -> inspect'],
    never: ['writeHalfFirst!1 -> inspect'],
  },
  {
    name: 'name-from-a-date',
    about: 'The workflow builds the file’s name from a date',
    workflow: 'nameFromADate',
    args: (folder) => [folder],
    links: ['acquireTo -> [scan-*.csv] -> inspect'],
  },
  {
    name: 'reused-temporary-file',
    about: 'Written, read, written again by another activity, read again',
    workflow: 'reusedTemporaryFile',
    args: (folder) => [join(folder, 'scratch.dat')],
    links: ['acquireTo -> [scratch.dat] -> inspect', 'writeTo -> [scratch.dat] -> describeFile'],
    never: ['acquireTo -> describeFile', 'writeTo -> inspect'],
    // It overwrote the file without reading it, but was given the path of a file that was there.
    open: ['acquireTo -> writeTo', '[scratch.dat] -> writeTo'],
  },
  {
    name: 'symlinked-latest',
    about: 'The next activity reads through a symbolic link named latest',
    workflow: 'symlinkedLatest',
    links: ['linkLatest -> [latest.csv] -> inspect'],
    open: ['linkLatest -> [run-001.csv]', '[run-001.csv] -> inspect'],
  },
  {
    name: 'appended-log',
    about: 'Three activities append to one file',
    workflow: 'appendedLog',
    args: (folder) => [join(folder, 'log.txt')],
    links: [
      'append#1 -> [log.txt] -> append#2',
      'append#2 -> [log.txt] -> append#3',
      'append#3 -> [log.txt] -> inspect',
    ],
    never: ['append#1 -> append#3', 'append#1 -> inspect', 'append#2 -> inspect'],
  },
  {
    name: 'updated-in-place',
    about: 'A file is normalised in place before it is read',
    workflow: 'updatedInPlace',
    args: (folder) => [join(folder, 'counts.csv')],
    links: ['acquireTo -> [counts.csv] -> normaliseInPlace', 'normaliseInPlace -> [counts.csv] -> inspect'],
    never: ['acquireTo -> inspect'],
  },
  {
    name: 'directory-of-tiles',
    about: 'A directory of a hundred files is written, and read as a whole',
    workflow: 'directoryOfTiles',
    args: (folder) => [join(folder, 'tiles')],
    links: ['makeTiles -> [tiles] -> stitch', 'stitch -> [mosaic.raw] -> inspect'],
    never: ['makeTiles -> inspect'],
    open: ['makeTiles -> [tile-*.raw]', '[tile-*.raw] -> stitch'],
  },
  {
    name: 'part-of-a-directory',
    about: 'An activity returns a directory; the next one is given one file of it',
    workflow: 'partOfADirectory',
    links: ['writeParts -> [parts]', '[part-1.csv] -> inspect', 'writeParts -> inspect'],
    open: ['[parts] -> inspect', 'writeParts -> [part-*.csv]'],
  },
  {
    name: 'listed',
    about: 'A folder is listed, each file is read',
    workflow: 'listed',
    args: (folder) => [join(folder, 'scans')],
    links: [
      'acquireTo#1 -> [a.csv] -> inspect#1',
      'acquireTo#2 -> [b.csv] -> inspect#2',
      '[scans] -> listFiles',
    ],
    never: ['acquireTo#1 -> inspect#2', 'acquireTo#2 -> inspect#1', 'inspect#1 -> inspect#2'],
    // The listing chose the names, and looked at the folder that the acquisitions had filled.
    open: [
      'listFiles -> inspect#1',
      'listFiles -> inspect#2',
      'acquireTo#1 -> listFiles',
      'acquireTo#2 -> listFiles',
      '[*.csv] -> listFiles',
    ],
  },
  {
    name: 'newest-of-a-folder',
    about: 'An activity finds the newest file; the next one reads it',
    workflow: 'newestOfAFolder',
    args: (folder) => [join(folder, 'scans')],
    links: ['acquireTo#1 -> [scan-1.csv]', 'acquireTo#2 -> [scan-2.csv] -> inspect', '[scans] -> newest'],
    never: ['acquireTo#1 -> inspect', 'newest -> [scan-2.csv]'],
    open: ['newest -> inspect', 'acquireTo#1 -> newest', 'acquireTo#2 -> newest', '[scan-*.csv] -> newest'],
  },
  {
    name: 'copied-and-renamed-model',
    about: 'A person copies the model elsewhere, under another name, for the next workflow',
    workflow: 'trainOne',
    prepare: given('training.csv'),
    play: async (stage) => {
      const model = String(await execute(stage, 'trainOne', [join(stage.folder, 'training.csv')]));
      const copy = join(stage.folder, 'production', 'model-v2.json');
      await mkdir(join(stage.folder, 'production'));
      await copyFile(model, copy);
      remember(copy, await readFile(model, 'utf8'));
      await given('new.csv')(stage.folder);
      await execute(stage, 'inferOne', [copy, join(stage.folder, 'new.csv')], 'production');
    },
    links: [
      '[training.csv] -> train',
      'train -> [model.json]',
      '[model-v2.json] -> production/infer',
      'train -> production/infer',
      '[new.csv] -> production/infer',
      'production/infer -> [predictions.json]',
    ],
    open: ['[model.json] -> production/infer', 'train -> [model-v2.json]'],
    never: ['[training.csv] -> production/infer'],
  },
  {
    name: 'renamed-by-an-activity',
    about: 'Written under a temporary name, renamed by the next activity, read by a third',
    workflow: 'renamed',
    args: (folder) => [join(folder, 'part.tmp'), join(folder, 'final.csv')],
    links: ['acquireTo -> [part.tmp] -> promote', 'promote -> [final.csv] -> inspect'],
    open: [
      'acquireTo -> inspect',
      'acquireTo -> [final.csv]',
      '[part.tmp] -> inspect',
      'promote -> [part.tmp]',
    ],
  },
  {
    name: 'copied-by-an-activity',
    about: 'An activity copies a file; the copy is read',
    workflow: 'copied',
    args: (folder) => [join(folder, 'original.csv'), join(folder, 'copy.csv')],
    links: ['acquireTo -> [original.csv] -> copyTo', 'copyTo -> [copy.csv] -> inspect'],
    open: [
      'acquireTo -> inspect',
      'acquireTo -> [copy.csv]',
      '[original.csv] -> inspect',
      'copyTo -> [original.csv]',
    ],
  },
  {
    name: 'compressed',
    about: 'Compressed by one activity, expanded by the next',
    workflow: 'compressed',
    args: (folder) => [join(folder, 'frames.csv'), join(folder, 'expanded.csv')],
    links: [
      'acquireTo -> [frames.csv] -> compress',
      'compress -> [frames.csv.gz] -> expand',
      'expand -> [expanded.csv] -> inspect',
    ],
    never: ['acquireTo -> expand', 'compress -> inspect'],
  },
  {
    name: 'empty-markers',
    about: 'Two activities write an empty file each; one of them is read',
    workflow: 'emptyMarkers',
    links: ['markDone#1 -> [first.done] -> inspect', 'markDone#2 -> [second.done]'],
    never: ['markDone#2 -> inspect'],
  },
  {
    name: 'sidecar',
    about: 'Data and description in two files, read by two activities',
    workflow: 'sidecar',
    links: ['withSidecar -> [scan.raw] -> inspect', 'withSidecar -> [scan.json] -> describeFile'],
    never: ['[scan.json] -> inspect', '[scan.raw] -> describeFile', 'inspect -> describeFile'],
  },
  {
    name: 'twin-of-a-repeat',
    about:
      'A computation is repeated and writes the same bytes under another name; the first one’s file is read',
    workflow: 'computed',
    play: async (stage) => {
      const first = await execute(stage, 'computed', ['result-1.txt']);
      await execute(stage, 'computed', ['result-2.txt'], 'repeat');
      await execute(stage, 'inspectOne', [first], 'reading');
    },
    links: ['computeSame -> [result-1.txt] -> reading/inspect', 'repeat/computeSame -> [result-2.txt]'],
    never: ['repeat/computeSame -> reading/inspect'],
    // Two names of one content are one node.
    open: [
      'computeSame -> [result-2.txt]',
      'repeat/computeSame -> [result-1.txt]',
      '[result-2.txt] -> reading/inspect',
    ],
  },
  {
    name: 'overlapping-writers',
    about: 'Two activities that overlap in time write one path; a third one reads it',
    workflow: 'overlappingWriters',
    args: (folder) => [join(folder, 'contested.csv')],
    links: ['[contested.csv] -> inspect'],
    never: ['slowWriteA -> slowWriteB', 'slowWriteB -> slowWriteA'],
    open: [
      'slowWriteA -> inspect',
      'slowWriteB -> inspect',
      'slowWriteA -> [contested.csv]',
      'slowWriteB -> [contested.csv]',
    ],
  },
  {
    name: 'path-returned',
    about: 'An activity reads a file and returns its path, which the next is given',
    workflow: 'pathReturned',
    args: (folder) => [join(folder, 'events.csv')],
    links: ['acquireTo -> [events.csv] -> count', 'acquireTo -> inspect', '[events.csv] -> inspect'],
    never: ['count -> [events.csv]', 'count -> inspect'],
  },
  {
    name: 'removed-between',
    about: 'A file is removed and written again by another activity',
    workflow: 'removedBetween',
    args: (folder) => [join(folder, 'again.csv')],
    links: ['acquireTo -> [again.csv]', 'writeTo -> [again.csv] -> inspect'],
    never: ['acquireTo -> inspect', 'remove -> [again.csv]', 'remove -> inspect', 'acquireTo -> writeTo'],
    open: ['acquireTo -> remove', '[again.csv] -> remove'],
  },
  {
    name: 'fan-out',
    about: 'One activity writes 5,000 files, fifty others are given a hundred each',
    workflow: 'fanOut',
    // `#*`: each of the fifty; together they count as one link.
    links: ['split -> processTiles#*', 'processTiles#* -> mergeSums'],
    never: ['split -> mergeSums', 'processTiles#1 -> processTiles#2'],
    open: ['split -> [*]', '[*] -> processTiles#*'],
  },
  {
    name: 'many-inputs',
    about: 'Three of four files are given to one activity',
    workflow: 'manyInputs',
    links: [
      'acquireAs#1 -> [a.csv] -> inspectAll',
      'acquireAs#2 -> [b.csv] -> inspectAll',
      'acquireAs#3 -> [c.csv] -> inspectAll',
      'acquireAs#4 -> [d.csv]',
    ],
    never: ['acquireAs#4 -> inspectAll'],
  },
  {
    name: 'configuration',
    about: 'One configuration file for three activities',
    workflow: 'configuration',
    prepare: given('beamline.json'),
    args: (folder) => [join(folder, 'beamline.json')],
    links: [
      '[beamline.json] -> inspect',
      '[beamline.json] -> describeFile',
      '[beamline.json] -> reduce',
      'reduce -> [reduced.json]',
    ],
    never: ['inspect -> describeFile', 'describeFile -> reduce', 'inspect -> reduce'],
  },
  {
    name: 'described-and-written',
    about: 'What one activity found in a file goes into the file that the next one writes',
    workflow: 'describedAndWritten',
    prepare: given('source.csv'),
    args: (folder) => [join(folder, 'source.csv'), join(folder, 'target.csv')],
    links: ['[source.csv] -> describeFile', 'describeFile -> writeTo', 'writeTo -> [target.csv] -> inspect'],
    never: ['[source.csv] -> writeTo', 'describeFile -> inspect'],
  },
  {
    name: 'hard-linked',
    about: 'An activity gives a file a second name; it is read under that',
    workflow: 'hardLinked',
    args: (folder) => [join(folder, 'one.csv'), join(folder, 'other.csv')],
    // As with a copy: the run that made the name made what lies under it.
    links: ['acquireTo -> [one.csv] -> hardLink', 'hardLink -> [other.csv] -> inspect'],
    open: [
      'hardLink -> [one.csv]',
      'acquireTo -> inspect',
      '[one.csv] -> inspect',
      'acquireTo -> [other.csv]',
    ],
  },
  {
    name: 'tomography',
    about: 'Dark and flat field, projections, reconstruction, segmentation, a number',
    workflow: 'tomography',
    links: [
      'exposeDark -> [dark.raw] -> reconstruct',
      'exposeFlat -> [flat.raw] -> reconstruct',
      'project -> [projections.raw] -> reconstruct',
      'reconstruct -> [volume.raw] -> segment',
      'segment -> [mask.raw] -> measurePorosity',
      '[volume.raw] -> measurePorosity',
      'reconstruct -> measurePorosity',
    ],
    never: ['exposeDark -> exposeFlat', 'project -> segment', 'exposeDark -> segment'],
  },
  {
    name: 'copied-from-an-archive',
    about:
      'Two executions copy the same file of an archive, each into a folder of its own, and read the copy',
    workflow: 'copiedFromAnArchive',
    prepare: given('archive.csv'),
    play: async (stage) => {
      for (const child of ['first', 'second'])
        await execute(stage, 'copiedFromAnArchive', [join(stage.folder, 'archive.csv'), child], child);
    },
    links: [
      '[archive.csv] -> first/acquireCopy',
      'first/acquireCopy -> [first.csv] -> first/inspect',
      '[archive.csv] -> second/acquireCopy',
      'second/acquireCopy -> [second.csv] -> second/inspect',
    ],
    never: [
      'first/acquireCopy -> second/acquireCopy',
      'first/acquireCopy -> second/inspect',
      'second/acquireCopy -> first/inspect',
    ],
    // Names of one content are one node.
    open: [
      'first/acquireCopy -> [archive.csv]',
      'second/acquireCopy -> [archive.csv]',
      'first/acquireCopy -> [second.csv]',
      'second/acquireCopy -> [first.csv]',
      '[second.csv] -> first/acquireCopy',
      '[first.csv] -> first/acquireCopy',
      '[first.csv] -> second/acquireCopy',
      '[second.csv] -> second/acquireCopy',
      '[archive.csv] -> first/inspect',
      '[second.csv] -> first/inspect',
      '[archive.csv] -> second/inspect',
      '[first.csv] -> second/inspect',
    ],
  },
];
