/**
 * `fields [PATH]`: the metadata fields of runs. Node only.
 * @module
 */
import type { Command } from 'commander';
import { fieldsOf, isMixed } from '../../questions/lists/fields';
import { locationOf } from '../../questions/scope';
import { jsonLine, safe, valueText } from '../../questions/shown/safe-text';
import { counted, instant } from '../../questions/words';
import type { Context } from '../context';
import { type Column, table } from '../terminal/table';
import type { ExitCode, Verb } from '../verb';

type Field = Awaited<ReturnType<typeof fieldsOf>>[number];

/** The verb `fields`. */
export const fields: Verb = {
  describe: (command: Command) =>
    command
      .description(
        'list metadata fields, and indexed paths in results and arguments, with their types and numbers of runs',
      )
      .argument('[path]', 'show only this field, its most frequent values and the fields below it: sample'),
  example: 'fields sample.name',
  run: (context, [path]) =>
    context.ask<ExitCode>(async (scope) => {
      const found = await fieldsOf(scope, path);
      if (context.options.json) context.print(found.map(jsonLine));
      else if (found.length > 0) context.print(lines(context, found, path));
      else context.note(`No run in ${locationOf(scope)} has metadata.`);
      return 0;
    }),
};

function lines(context: Context, found: readonly Field[], path: string | undefined): string[] {
  const { colors } = context.style;
  const columns: Column<Field>[] = [
    {
      title: 'FIELD',
      text: (field) => safe(field.path),
      paint: (text) => colors.bold(text),
      least: 12,
      most: 64,
    },
    { title: 'RUNS', align: 'right', text: ({ runs }) => runs.toLocaleString('en-US') },
    {
      title: 'TYPES',
      text: typesText,
      paint: (text, field) => (isMixed(field) ? colors.yellow(text) : text),
    },
    { title: 'INDEXED', text: indexedText, drop: 1 },
  ];
  const values = found.find((field) => field.path === path)?.values ?? [];
  const valueColumns: Column<(typeof values)[number]>[] = [
    { title: 'VALUE', text: ({ value }) => valueText(value), least: 16, most: 80 },
    { title: 'RUNS', align: 'right', text: ({ runs }) => runs.toLocaleString('en-US') },
  ];
  const all = table(columns, found, context.style);
  return values.length === 0 ? all : [...all, '', ...table(valueColumns, values, context.style)];
}

/** Returns since when an indexed path is covered, and how many runs its index lacks. */
function indexedText({ indexed }: Field): string {
  if (!indexed) return '';
  const { since, complete, unseen } = indexed;
  const missing = unseen > 0 ? `, not in ${counted(unseen, 'run')}` : '';
  return `from ${instant(since)}${complete ? '' : ', still being built'}${missing}`;
}

/** Returns `text`, or `text 120, number 3 (mixed)` if runs have different types. */
function typesText(field: Field): string {
  const { types } = field;
  if (types.length === 1) return types[0]!.type;
  const named = types.map(({ type, runs }) => `${type} ${runs.toLocaleString('en-US')}`).join(', ');
  return isMixed(field) ? `${named} (mixed)` : named;
}
