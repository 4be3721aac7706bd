/**
 * Changes of a lab's stash, page by page. Node only.
 * @module
 */
import { z } from 'zod';
import { type StashHistoryPart, stashHistoryPart } from '../../questions/stash-at';
import { instant } from '../../questions/words';
import { type CsvColumn, csvOfItems } from '../csv/form';
import { limit } from './inputs';
import { type Part, question } from './question';
import { stashChange } from './shapes/labs';
import { part } from './shapes/shape';

const input = z.strictObject({
  key: z
    .string()
    .max(1_000)
    .optional()
    .describe('Only changes of this key, and changes that clear all keys.'),
  limit,
  after: z.coerce.number().int().min(0).optional().describe('`next` of the previous page: a version.'),
});

/** A change of a stash. */
export type StashEntry = StashHistoryPart['entries'][number];

const COLUMNS: readonly CsvColumn<StashEntry>[] = [
  ['version', ({ version }) => version],
  ['time', ({ time }) => instant(time, 'milliseconds')],
  ['op', ({ op }) => op],
  ['key', ({ key }) => key],
  ['value', ({ value }) => value],
  ['author', ({ author }) => author.name],
  ['host', ({ author }) => author.host],
];

/** `/stash/history`. */
export const stashHistory = question<z.infer<typeof input>, Part<StashEntry>>({
  name: 'stashHistory',
  path: '/stash/history',
  summary: "Changes of a lab's stash, the newest first; the changes of one call are always on one page.",
  input,
  csv: csvOfItems(COLUMNS),
  answer: part(stashChange),
  async ask(scope, { key, limit, after }) {
    const { entries, next } = await stashHistoryPart(scope, { key, limit, before_version: after });
    return { items: entries, ...(next !== undefined && { next: String(next) }), remarks: [] };
  },
});
