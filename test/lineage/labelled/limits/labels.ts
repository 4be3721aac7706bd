/** Labels of the cases at the limits: links that are there and known to be missed, each with the reason. */
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelledCase } from '../case';
import { remember } from '../place';

const NUMBERS = 'numbers are never compared: too many are equal by chance';
const NO_OBJECT = 'a copied list of numbers has nothing that identifies it';
const UNSEEN = 'no argument, result or heartbeat names the file, and opened files are not observed';

export const LIMITS: readonly LabelledCase[] = [
  {
    name: 'number-as-result',
    about: 'A bare number is passed on',
    workflow: 'numberAsResult',
    links: ['measureDose -> irradiate'],
    misses: { 'measureDose -> irradiate': NUMBERS },
  },
  {
    name: 'row-number',
    about: 'The number of a row in a database is passed on',
    workflow: 'rowNumber',
    links: ['insertRow -> loadRow'],
    misses: { 'insertRow -> loadRow': NUMBERS },
  },
  {
    name: 'spread-of-numbers',
    about: 'A spread copy of an object of numbers',
    workflow: 'spreadOfNumbers',
    links: ['fitSeries -> showFrame'],
    misses: { 'fitSeries -> showFrame': NO_OBJECT },
  },
  {
    name: 'json-copy-of-numbers',
    about: '`JSON.parse(JSON.stringify(result))` of numbers',
    workflow: 'jsonCopyOfNumbers',
    links: ['measureSeries -> fitSeries'],
    misses: { 'measureSeries -> fitSeries': NO_OBJECT },
  },
  {
    name: 'slice-of-numbers',
    about: 'A slice of an array of numbers',
    workflow: 'sliceOfNumbers',
    links: ['measureSeries -> fitSeries'],
    misses: { 'measureSeries -> fitSeries': NO_OBJECT },
  },
  {
    name: 'template-around-a-uri',
    about: 'A template string puts something behind a URI',
    workflow: 'templateAroundAUri',
    links: [
      'newObject -> [s3://beamline/volumes/*]',
      '[s3://beamline/volumes/*/slice-7] -> readSlice',
      'newObject -> readSlice',
    ],
    misses: { 'newObject -> readSlice': 'only equal strings link, and this is another URI' },
  },
  {
    name: 'date-as-result',
    about: 'A date is passed on',
    workflow: 'dateAsResult',
    links: ['nextNight -> observeNight'],
    misses: {
      'nextNight -> observeNight': 'dates are never compared: all runs of a night have the same date',
    },
  },
  {
    name: 'evicted-string',
    about: 'A UUID is passed on after forty thousand others were returned',
    workflow: 'evictedString',
    links: ['makeKey -> useKey'],
    misses: {
      'makeKey -> useKey': 'the table of strings is bounded, and a string that left it is not used again',
    },
    never: ['manyKeys#1 -> useKey', 'manyKeys#4 -> useKey'],
  },
  {
    name: 'interning-converter',
    about: 'The lab’s converter gives equal results as one object',
    workflow: 'internedObjects',
    worker: 'interning',
    links: ['spectrumOfRight -> plotSpectrum'],
    misses: {
      'spectrumOfRight -> plotSpectrum': 'one object has two producers, so it is evidence for neither',
    },
    never: ['spectrumOfLeft -> plotSpectrum'],
  },
  {
    name: 'file-that-nobody-names',
    about: 'An activity writes a file where the next knows to look',
    workflow: 'fileThatNobodyNames',
    links: ['saveGainMap -> applyGainMap'],
    misses: { 'saveGainMap -> applyGainMap': UNSEEN },
  },
  {
    name: 'path-in-a-file',
    about: 'A file names another file that is read as well',
    workflow: 'pathInAFile',
    links: ['writeManifest -> [manifest.json] -> readManifest', '[volume-of-manifest.raw] -> readManifest'],
    misses: { '[volume-of-manifest.raw] -> readManifest': UNSEEN },
    open: ['writeManifest -> [volume-of-manifest.raw]'],
  },
  {
    name: 'batcher',
    about: 'Two activities share a queue that one timer writes out; a third reads the second one’s file',
    workflow: 'batcher',
    links: ['writeBatched#2 -> readBatched'],
    misses: { 'writeBatched#2 -> readBatched': UNSEEN },
    never: ['writeBatched#1 -> readBatched'],
  },
  {
    name: 'copy-of-a-twin',
    about: 'Two runs wrote the same bytes; a person copies one of the files, and the copy is read',
    workflow: 'computedTable',
    play: async ({ client, taskQueue, id, folder }) => {
      const first: string = await client.workflow.execute('computedTable', {
        taskQueue,
        workflowId: id,
        args: ['table-1.txt'],
      });
      await client.workflow.execute('computedTable', {
        taskQueue,
        workflowId: `${id}/repeat`,
        args: ['table-2.txt'],
      });
      const copy = join(folder, 'table-copy.txt');
      await copyFile(first, copy);
      remember(copy, await readFile(copy, 'utf8'));
      await client.workflow.execute('readTableOnly', {
        taskQueue,
        workflowId: `${id}/reading`,
        args: [copy],
      });
    },
    links: [
      'computeTable -> [table-1.txt]',
      'repeat/computeTable -> [table-2.txt]',
      '[table-copy.txt] -> reading/readTable',
      'computeTable -> reading/readTable',
    ],
    misses: {
      'computeTable -> reading/readTable':
        'two runs made the same bytes: both are shown as ambiguous, and neither is followed',
    },
    never: ['repeat/computeTable -> reading/readTable'],
    // Names of one content are one node.
    open: [
      'computeTable -> [table-*.txt]',
      'repeat/computeTable -> [table-*.txt]',
      '[table-*.txt] -> reading/readTable',
    ],
  },
  {
    name: 'deeply-nested',
    about: 'A result six levels deep in an argument',
    workflow: 'deeplyNested',
    links: ['scanOf -> showFrame'],
    misses: { 'scanOf -> showFrame': 'arguments are searched to a depth of four' },
  },
  {
    name: 'deep-within-reach',
    about: 'A result three levels deep in an argument',
    workflow: 'deepWithinReach',
    links: ['scanOf -> showFrame'],
  },
];
