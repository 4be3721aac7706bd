/**
 * Two runs, executions or environments side by side: what differs, and what is equal. Node only.
 * @module
 */
import { z } from 'zod';
import type { Diff } from '../../../questions/diff/answer';
import type { RunView } from '../../../questions/lists/runs';
import { type Problem, problemOf } from '../../http/problem';
import { PAGE } from '../../limits';
import { to } from '../../links';
import { Notice, Remarks } from '../../parts/blocks';
import { diff } from '../../questions/diff';
import { run } from '../../questions/run';
import { runs } from '../../questions/runs';
import { page, type Shown, type Visit } from '../page';
import { Choice } from './choice';
import { Parts } from './parts';
import { Summary } from './summary';

const word = z.string().max(PAGE.reference_characters).default('');
/** The number of listed runs. */
const OTHERS = 20;

/** The typed words. */
interface Words {
  a: string;
  b: string;
}

/** `/diff`. */
export const diffPage = page({
  path: '/diff',
  input: z.object({ a: word, b: word }),
  async show({ a, b }, visit) {
    const words = { a: a.trim(), b: b.trim() };
    if (words.a === '' || words.b === '') return chooser(words, visit);
    try {
      const answer = await visit.ask(diff, words);
      return compared(words, answer, answer.remarks);
    } catch (error) {
      return refused(words, problemOf(error));
    }
  },
});

function compared(words: Words, answer: Diff, remarks: readonly string[]): Shown {
  return {
    title: titleOf(answer),
    section: 'runs',
    json: to.api('/diff', { ...words }),
    body: (
      <>
        <Summary of={answer} />
        <Remarks lines={remarks} />
        <Parts of={answer} />
        <Choice words={words} title="Compare others" />
      </>
    ),
  };
}

function titleOf({ a, b }: Diff): string {
  const one = a.scan_id === undefined ? a.label : `${a.label} ${a.scan_id}`;
  const two = b.scan_id === undefined ? b.label : `${b.label} ${b.scan_id}`;
  return `${one} and ${two}`;
}

/** Shows the typed words again, so that they can be corrected. */
function refused(words: Words, { status, detail }: Problem): Shown {
  return {
    title: 'Side by side',
    section: 'runs',
    status: status === 404 || status === 503 ? status : 400,
    body: (
      <>
        <Notice tone="bad" title={detail} />
        <Choice words={words} title="Compare" />
      </>
    ),
  };
}

/** Shows the choice if a side is missing: the last runs, of the same activity if one side is known. */
async function chooser(words: Words, visit: Visit): Promise<Shown> {
  const chosen = words.a || words.b;
  const type = chosen === '' ? undefined : await activityOf(chosen, visit);
  const where = type === undefined ? '' : `activity_type = '${type.replaceAll("'", "''")}'`;
  const { items } = await visit.ask(runs, { where, limit: OTHERS, after: undefined, attempts: false });
  const others = items.filter((item): item is RunView => 'start' in item && item.start.uid !== chosen);
  return {
    title: 'Side by side',
    section: 'runs',
    body: <Choice words={words} title="Compare" others={others} type={type} />,
  };
}

/** Returns undefined if the word does not name a run. */
async function activityOf(word: string, visit: Visit): Promise<string | undefined> {
  try {
    return (await visit.ask(run, { ref: word })).start.temporal.activity_type;
  } catch (error) {
    if (problemOf(error).status === 503) throw error;
    return undefined;
  }
}
