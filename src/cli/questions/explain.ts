/**
 * `explain RUN`: where the value of each metadata field came from. Node only.
 * @module
 */
import type { Command } from 'commander';
import type { RunRecord, SourceName } from '../../model/documents';
import { shortUid } from '../../model/ids';
import type { Json } from '../../model/json';
import { RUN_ARGUMENT } from '../../questions/references/run-reference';
import { jsonLine, safe, valueText } from '../../questions/shown/safe-text';
import {
  explainRun,
  type FieldExplanation,
  SOURCE_WORDS,
  type StashOrigin,
} from '../../questions/stories/explain';
import { instant } from '../../questions/words';
import type { Context } from '../context';
import type { Colors } from '../io';
import type { ExitCode, Verb } from '../verb';

/** The verb `explain`. */
export const explain: Verb = {
  describe: (command: Command) =>
    command
      .description('show where the value of each metadata field of a run came from')
      .argument('<run>', RUN_ARGUMENT)
      .argument('[field]', 'only this field'),
  example: 'explain -1 operator',
  run: (context, [word, field]) =>
    context.ask<ExitCode>(async (scope) => {
      const { run, fields } = context.withRemarks(await explainRun(scope, word!, field));
      if (context.options.json) context.print(fields.map(jsonLine));
      else print(context, run, fields);
      return 0;
    }),
};

function print(context: Context, { start }: RunRecord, fields: readonly FieldExplanation[]): void {
  const { colors } = context.style;
  const number = start.scan_id === undefined ? '' : `scan ${start.scan_id}, `;
  const lines = [
    `Where the metadata of ${number}${colors.bold(shortUid(start.uid))} (${instant(start.time)}) came from`,
  ];
  for (const one of fields) lines.push('', ...fieldLines(one, colors));
  context.print(lines);
}

function fieldLines(one: FieldExplanation, colors: Colors): string[] {
  const stash = one.stash ? ` (${changeText(one.stash)})` : '';
  const lines = [`${colors.bold(safe(one.field))} = ${valueText(one.value)}`];
  if (one.because) lines.push(`  ${safe(one.because)}`);
  else {
    const meaning = one.source ? SOURCE_WORDS[one.source] : 'source not recorded';
    lines.push(`  ${colors.cyan(one.source ?? '?')}: ${meaning}${one.source === 'stash' ? stash : ''}`);
  }
  for (const [source, value] of Object.entries(one.shadowed ?? {}) as [SourceName, Json][]) {
    lines.push(colors.dim(`  overrides ${source}: ${valueText(value)}${source === 'stash' ? stash : ''}`));
  }
  return lines;
}

/** Returns who changed the stash, and when. */
function changeText({ op, time, version, author }: StashOrigin): string {
  const how = op === 'init' ? 'initial value, set' : 'set';
  return `${how} ${instant(time)} by ${safe(author.name)}@${safe(author.host)}, version ${version}`;
}
