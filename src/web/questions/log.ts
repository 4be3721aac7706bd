/**
 * What runs and workflows logged, the newest first, page by page. Node only.
 * @module
 */
import { z } from 'zod';
import { type LogPlace, logPart } from '../../questions/lists/logged';
import { levelsFrom } from '../../questions/lists/run-log';
import { findSubject } from '../../questions/references/subject';
import { instant } from '../../questions/words';
import { type CsvColumn, csvOfItems } from '../csv/form';
import { limit, logFilter, ref } from './inputs';
import { type Part, question } from './question';
import { foundLine } from './shapes/progress';
import { part } from './shapes/shape';

type Line = Awaited<ReturnType<typeof logPart>>['lines'][number];

const CURSOR = /^(\d{1,12}(?:\.\d{1,9})?)~(\d{1,6})$/;

const input = z.strictObject({
  ref: ref.optional().describe('A run, or an execution with its activities. Default: all.'),
  ...logFilter,
  since: z.coerce.number().min(0).optional().describe('Only lines from this time on: UNIX seconds.'),
  limit,
  after: z
    .string()
    .max(40)
    .regex(CURSOR, 'This is not a `next` of this list.')
    .optional()
    .describe('`next` of the previous page.'),
});

const COLUMNS: readonly CsvColumn<Line>[] = [
  ['time', ({ time }) => instant(time, 'milliseconds')],
  ['level', ({ level }) => level],
  ['message', ({ message }) => message],
  ['run', ({ owner }) => ('run_start' in owner ? owner.run_start : undefined)],
  ['execution', ({ owner }) => ('run_id' in owner ? owner.run_id : undefined)],
  ['attributes', ({ attributes }) => attributes],
];

/** `/log`. */
export const log = question<z.infer<typeof input>, Part<Line>>({
  name: 'log',
  path: '/log',
  summary: 'What runs and workflows logged, the newest first.',
  input,
  answer: part(foundLine),
  csv: csvOfItems(COLUMNS),
  async ask(scope, { ref, text, level, since, limit, after }) {
    const subject = ref === undefined ? undefined : await findSubject(scope, ref);
    const wanted = { text, levels: levelsFrom(level), since, limit, after: placeOf(after) };
    const { lines, next } = await logPart(scope, wanted, subject?.value);
    const remarks = subject?.remarks ?? [];
    return { items: lines, ...(next && { next: `${next.time}~${next.seen}` }), remarks };
  },
});

function placeOf(after: string | undefined): LogPlace | undefined {
  const [, time, seen] = CURSOR.exec(after ?? '') ?? [];
  return time === undefined ? undefined : { time: Number(time), seen: Number(seen) };
}
