/**
 * `log`: what runs and workflows logged, searched over all of them or of one, newest last as in a
 * log file. Node only.
 * @module
 */
import type { Command } from 'commander';
import { parseInstant } from '../filter/values';
import { shortUid } from '../model/ids';
import type { FoundLine, LogOwner, LogQuery } from '../store/log-query';
import type { Store } from '../store/store';
import { instantBefore } from './age';
import { type Context, wholeNumber } from './context';
import { findSubject, SUBJECT_ARGUMENT, type Wanted } from './execution-reference';
import { equals } from './execution-story';
import { UsageError } from './io';
import { labsWith } from './other-labs';
import { instant } from './render/instants';
import { shownValue } from './render/marked-values';
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
      .description("what runs and workflows logged; of a workflow, its activities' lines as well")
      .argument('[which]', SUBJECT_ARGUMENT)
      .option('--search <text>', 'lines with this text in the message or its attributes')
      .option('--level <level>', 'info, warn or error, and what is worse')
      .option('--since <when>', 'not older than 30m, 12h, 7d, or than a date or time (ISO 8601, UTC)')
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
    const of = await placeOf(context, store, word, asked);
    const lines = (await store.searchLog({ ...query, ...of })).reverse();
    if (context.options.json) context.print(lines.map((line) => jsonLine(documentOf(line))));
    else if (lines.length > 0)
      context.print(table(await columnsOf(context, store, lines), lines, context.style));
    if (lines.length === 0) context.note(await nothing(store, query, of));
    if (!context.options.json && lines.length === query.limit)
      context.note(`The newest ${lines.length}; --limit shows more.`);
    return 0;
  });
}

/** Whose lines: of a run; of an execution with its activities; of a lab; else of all. */
async function placeOf(
  context: Context,
  store: Store,
  word: string | undefined,
  asked: LogOptions,
): Promise<Pick<LogQuery, 'owner' | 'execution' | 'lab'>> {
  if (word === undefined) return { lab: context.onlyLab };
  const subject = await findSubject(context, store, word, asked);
  if ('run' in subject) return { owner: { run_start: subject.run.start.uid } };
  return { execution: subject.execution.start.run_id };
}

/** Whether lines were left out by what was asked for, or by the lab. */
async function nothing(store: Store, query: LogQuery, { lab }: Pick<LogQuery, 'lab'>): Promise<string> {
  const asks = Boolean(query.text) || query.levels !== undefined || query.since !== undefined;
  const none = asks ? 'No logged lines like that' : 'Nothing was logged';
  if (lab === undefined) return `${none}.`;
  const [line] = await store.searchLog({ ...query, limit: 1 });
  const other = line && (await labOf(store, line.owner));
  return `${none} in lab ${lab}${other === undefined ? '' : `; ${labsWith([other], 'such lines')}`}.`;
}

async function labOf(store: Store, owner: LogOwner): Promise<string | undefined> {
  const [run] =
    'run_start' in owner
      ? await store.resolve({ by: 'uid', uid: owner.run_start })
      : await store.runs({ filter: { where: equals('run_id', owner.run_id) }, limit: 1 });
  return run?.start.provenance.lab;
}

function levelsFrom(word: string): readonly string[] {
  const index = (LEVELS as readonly string[]).indexOf(word.toUpperCase());
  if (index >= 0) return LEVELS.slice(index);
  throw new UsageError(`--level takes info, warn or error, not '${word}'.`);
}

/** An age before now, or a date or time (UTC where no zone is written), as UNIX seconds. */
function instantOf(text: string, option: string): number {
  const date = parseInstant(text);
  if (date === undefined && /^\d{4}-/.test(text))
    throw new UsageError(
      `${option} takes an age like 7d, or a date or time like 2026-11-01 or 2026-11-01T08:30, not '${text}'.`,
    );
  return date ?? instantBefore(text, option);
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
      text: ({ message, attributes }) => safe(message) + (attributes ? ` ${shownValue(attributes)}` : ''),
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
