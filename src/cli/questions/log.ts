/**
 * `log`: what runs and workflows logged, of all of them or of one; the newest last, as in a log file. Node only.
 * @module
 */
import type { Command } from 'commander';
import { parseInstant } from '../../filter/values';
import { linesOf, noLines, ownerKey, ownerNames } from '../../questions/lists/logged';
import type { Wanted } from '../../questions/references/subject';
import { shownValue } from '../../questions/shown/marked-values';
import { jsonLine, safe } from '../../questions/shown/safe-text';
import { isProblem } from '../../questions/stories/run-words';
import { instant } from '../../questions/words';
import { type Context, wholeNumber } from '../context';
import { UsageError } from '../io';
import { type Column, table } from '../terminal/table';
import type { ExitCode, Verb } from '../verb';
import { instantBefore } from '../words/age';
import { subjectOf, withSubject } from '../words/subject';

interface LogOptions extends Wanted {
  search?: string;
  level?: string;
  since?: string;
  limit: string;
}

/** The levels from the lowest to the highest. `--level` selects one and all above it. */
const LEVELS = ['INFO', 'WARN', 'ERROR'] as const;

/** The verb `log`. */
export const log: Verb = {
  describe: (command: Command) =>
    withSubject(
      command.description(
        'show what runs and workflows logged; for a workflow, also what its activities logged',
      ),
      '[which]',
    )
      .option('--search <text>', 'only lines with this text in the message or its attributes')
      .option('--level <level>', 'only lines of this level and above: info, warn or error')
      .option(
        '--since <when>',
        'only lines from the last 30m, 12h, 7d, or since a date or time (ISO 8601, UTC)',
      )
      .option('--limit <n>', 'maximum number of lines; the newest are shown', '200'),
  example: 'log --search "beam lost" --level warn --since 7d',
  run: (context, [word], options) => search(context, word, options as unknown as LogOptions),
};

async function search(context: Context, word: string | undefined, given: LogOptions): Promise<ExitCode> {
  const wanted = {
    text: given.search,
    levels: given.level === undefined ? undefined : levelsFrom(given.level),
    since: given.since === undefined ? undefined : instantOf(given.since, '--since'),
    limit: wholeNumber(given.limit, '--limit', 1),
  };
  return context.ask<ExitCode>(async (scope) => {
    const subject = word === undefined ? undefined : await subjectOf(context, scope, word, given);
    const lines = await linesOf(scope, wanted, subject);
    if (context.options.json) context.print(lines.map((line) => jsonLine(documentOf(line))));
    else if (lines.length > 0) {
      const columns = columnsOf(context, await ownerNames(scope, lines));
      context.print(table(columns, lines, context.style));
    }
    if (lines.length === 0) context.note(await noLines(scope, wanted, subject));
    if (!context.options.json && lines.length === wanted.limit)
      context.note(`The newest ${lines.length}; --limit shows more.`);
    return 0;
  });
}

function levelsFrom(word: string): readonly string[] {
  const index = (LEVELS as readonly string[]).indexOf(word.toUpperCase());
  if (index >= 0) return LEVELS.slice(index);
  throw new UsageError(`--level takes info, warn or error, not '${word}'.`);
}

/** Parses an age, or a date or time (UTC if it has no zone). Returns UNIX seconds. */
function instantOf(text: string, option: string): number {
  const date = parseInstant(text);
  if (date === undefined && /^\d{4}-/.test(text))
    throw new UsageError(
      `${option} takes an age like 7d, or a date or time like 2026-11-01 or 2026-11-01T08:30, not '${text}'.`,
    );
  return date ?? instantBefore(text, option);
}

type Line = Awaited<ReturnType<typeof linesOf>>[number];

function documentOf({ owner, ...line }: Line): object {
  return { ...owner, ...line };
}

function columnsOf(context: Context, names: ReadonlyMap<string, string>): Column<Line>[] {
  const { colors } = context.style;
  return [
    { title: 'TIME', text: ({ time }) => instant(time, 'milliseconds') },
    {
      title: 'LEVEL',
      text: ({ level }) => safe(level.toLowerCase()),
      paint: (text, { level }) => (isProblem(level) ? colors.red(text) : text),
    },
    { title: 'OF', text: ({ owner }) => safe(names.get(ownerKey(owner)) ?? ''), least: 8, most: 32 },
    {
      title: 'MESSAGE',
      text: ({ message, attributes }) => safe(message) + (attributes ? ` ${shownValue(attributes)}` : ''),
      least: 20,
    },
  ];
}
