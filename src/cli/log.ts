/**
 * `log`: what runs and workflows logged, searched over all of them or of one, newest last as in a
 * log file. Node only.
 * @module
 */
import type { Command } from 'commander';
import { shortUid } from '../model/ids';
import type { FoundLine, LogOwner, LogQuery } from '../store/log-query';
import type { Store } from '../store/store';
import { instantBefore } from './age';
import { type Context, wholeNumber } from './context';
import { findSubject, SUBJECT_ARGUMENT, type Wanted } from './execution-reference';
import { UsageError } from './io';
import { instant } from './render/instants';
import { isProblem } from './render/progress';
import { type Column, table } from './render/table';
import { jsonLine, safe } from './render/text';
import type { ExitCode, Verb } from './verb';

interface LogOptions extends Wanted {
  search?: string;
  level?: string;
  since?: string;
  limit: string;
}

/** From the least to the worst; `--level` takes one and all that are worse. */
const LEVELS = ['INFO', 'WARN', 'ERROR'] as const;

export const log: Verb = {
  describe: (command: Command) =>
    command
      .description('what runs and workflows logged, of all of them or of one')
      .argument('[which]', SUBJECT_ARGUMENT)
      .option('--search <text>', 'lines with this text in the message or its attributes')
      .option('--level <level>', 'info, warn or error, and what is worse')
      .option('--since <when>', 'not older than 30m, 12h, 7d, or than a date (ISO 8601)')
      .option('--limit <n>', 'at most so many, the newest', '200')
      .option('--run', 'the word names a run')
      .option('--execution', 'the word names an execution'),
  example: 'log --search "beam lost" --level warn --since 7d',
  run: (context, [word], options) => search(context, word, options as unknown as LogOptions),
};

async function search(context: Context, word: string | undefined, asked: LogOptions): Promise<ExitCode> {
  const query: LogQuery = {
    text: asked.search,
    levels: asked.level === undefined ? undefined : levelsFrom(asked.level),
    since: asked.since === undefined ? undefined : instantOf(asked.since, '--since'),
    limit: wholeNumber(asked.limit, '--limit', 1),
  };
  return context.withStore<ExitCode>(async (store) => {
    const owner = word === undefined ? undefined : ownerOf(await findSubject(context, store, word, asked));
    const lines = (await store.searchLog({ ...query, owner })).reverse();
    if (context.options.json) context.print(lines.map((line) => jsonLine(documentOf(line))));
    else if (lines.length > 0)
      context.print(table(await columnsOf(context, store, lines), lines, context.style));
    else context.note('No logged lines like that.');
    if (!context.options.json && lines.length === query.limit)
      context.note(`The newest ${lines.length}; --limit shows more.`);
    return 0;
  });
}

function ownerOf(subject: Awaited<ReturnType<typeof findSubject>>): LogOwner {
  return 'run' in subject ? { run_start: subject.run.start.uid } : { run_id: subject.execution.start.run_id };
}

function levelsFrom(word: string): readonly string[] {
  const index = (LEVELS as readonly string[]).indexOf(word.toUpperCase());
  if (index >= 0) return LEVELS.slice(index);
  throw new UsageError(`--level takes info, warn or error, not '${word}'.`);
}

/** An age before now, or a date, as UNIX seconds. */
function instantOf(text: string, option: string): number {
  const date = /^\d{4}-/.test(text) ? Date.parse(text) / 1000 : Number.NaN;
  return Number.isFinite(date) ? date : instantBefore(text, option);
}

function documentOf({ owner, ...line }: FoundLine): object {
  return { ...owner, ...line };
}

async function columnsOf(
  context: Context,
  store: Store,
  lines: readonly FoundLine[],
): Promise<Column<FoundLine>[]> {
  const { colors } = context.style;
  const names = await namesOf(store, lines);
  return [
    { title: 'TIME', text: ({ time }) => instant(time, 'milliseconds') },
    {
      title: 'LEVEL',
      text: ({ level }) => safe(level.toLowerCase()),
      paint: (text, { level }) => (isProblem(level) ? colors.red(text) : text),
    },
    { title: 'OF', text: ({ owner }) => safe(names.get(keyOf(owner)) ?? ''), least: 8, most: 32 },
    {
      title: 'MESSAGE',
      text: ({ message, attributes }) => safe(message) + (attributes ? ` ${jsonLine(attributes)}` : ''),
      least: 20,
    },
  ];
}

function keyOf(owner: LogOwner): string {
  return 'run_start' in owner ? owner.run_start : owner.run_id;
}

/** What people call a line's owner: a run by the end of its uid and its activity, a workflow by its id. */
async function namesOf(store: Store, lines: readonly FoundLine[]): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const { owner } of lines) {
    const key = keyOf(owner);
    if (!names.has(key)) names.set(key, await nameOf(store, owner));
  }
  return names;
}

async function nameOf(store: Store, owner: LogOwner): Promise<string> {
  if ('run_id' in owner) return (await store.execution(owner.run_id))?.start.workflow_id ?? owner.run_id;
  const [run] = await store.resolve({ by: 'uid', uid: owner.run_start });
  const short = shortUid(owner.run_start);
  return run ? `${short} ${run.start.temporal.activity_type}` : short;
}
