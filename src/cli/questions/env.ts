/**
 * `env [ID|RUN]`: the code environments of runs. Node only.
 * @module
 */

import type { Command } from 'commander';
import type { Environment } from '../../model/environment';
import type { Json } from '../../model/json';
import { RUN_ARGUMENT } from '../../questions/references/run-reference';
import { locationOf, type Scope } from '../../questions/scope';
import { jsonLine, safe, valueText } from '../../questions/shown/safe-text';
import {
  environmentsOf,
  fact,
  findEnvironment,
  flatFacts,
  keptText,
  shortDigest,
} from '../../questions/stories/environments';
import { packageLine, packageRows } from '../../questions/stories/packages';
import { instant } from '../../questions/words';
import { type Context, wholeNumber } from '../context';
import { UsageError } from '../io';
import { environmentLines } from '../render/environment';
import { type Column, table } from '../terminal/table';
import { pad } from '../terminal/text';
import type { ExitCode, Verb } from '../verb';

/** The verb `env`. */
export const env: Verb = {
  describe: (command: Command) =>
    command
      .description('list code environments, or show the one of a run')
      .argument('[which]', `environment id (or its first digits), or a run: ${RUN_ARGUMENT}`)
      .option('--limit <n>', 'maximum number of rows', '50')
      .option('--patch', 'print the uncommitted changes, as input for git apply')
      .option('--packages', 'print the installed packages, one per line'),
  example: 'env -1 --patch > changes.patch',
  run: (context, [which], options) =>
    context.ask<ExitCode>(async (scope) => {
      if (which === undefined) {
        if (options.patch || options.packages)
          throw new UsageError('--patch and --packages need an environment or a run: env RUN --patch.');
        await list(context, scope, wholeNumber(String(options.limit), '--limit', 1));
        return 0;
      }
      const environment = context.withRemarks(await findEnvironment(scope, which));
      if (options.patch) context.io.stdout.write(await keptText(scope, environment, 'patch'));
      else if (options.packages) printPackages(context, await keptText(scope, environment, 'packages'));
      else if (context.options.json) context.print(jsonLine(environment));
      else context.print(describe(context, environment));
      return 0;
    }),
};

async function list(context: Context, scope: Scope, limit: number): Promise<void> {
  const rows = await environmentsOf(scope, limit);
  if (context.options.json) context.print(rows.map(jsonLine));
  else if (rows.length > 0) context.print(table(columnsOf(context), rows, context.style));
  else context.note(`No environments in ${locationOf(scope)}.`);
}

type Used = Awaited<ReturnType<typeof environmentsOf>>[number];

function columnsOf(context: Context): Column<Used>[] {
  const { colors } = context.style;
  return [
    {
      title: 'ENVIRONMENT',
      text: ({ environment }) => safe(shortDigest(environment.id)),
      paint: (text) => colors.bold(text),
    },
    { title: 'CODE', text: ({ environment }) => safe(shortDigest(environment.code_id)) },
    { title: 'RUNS', align: 'right', text: ({ runs }) => String(runs) },
    { title: 'FIRST', text: ({ first_time }) => instant(first_time) },
    { title: 'LAST', text: ({ last_time }) => instant(last_time) },
    { title: 'COMMIT', text: ({ environment }) => commitOf(environment) },
    { title: 'NODE', text: ({ environment }) => valueText(fact(environment, 'runtime.version')) },
    { title: 'RESTORABLE', text: ({ environment }) => environment.restorable.level },
  ];
}

function commitOf(environment: Environment): string {
  const commit = fact(environment, 'git.commit');
  const dirty = fact(environment, 'git.dirty') === true ? '+changes' : '';
  return typeof commit === 'string' ? `${safe(commit.slice(0, 12))}${dirty}` : '';
}

/** Prints a package set, one package per line. If only a lock file was kept, prints it unchanged. */
function printPackages(context: Context, text: string): void {
  const rows = packageRows(text);
  if (!rows) context.io.stdout.write(text);
  else if (context.options.json) context.print(rows.map(jsonLine));
  else context.print(rows.map((row) => safe(packageLine(row))));
}

function describe(context: Context, environment: Environment): string[] {
  const { colors } = context.style;
  const lines = [
    `${colors.bold('environment')} ${environment.id}`,
    `${colors.bold('code')}        ${environment.code_id}`,
    `captured ${instant(environment.captured_time)} in ${Math.round(environment.duration_ms)} ms`,
    '',
    ...environmentLines(environment, colors).map(([label, text]) => `  ${colors.dim(pad(label, 11))}${text}`),
  ];
  lines.push(...section(context, 'identity: the id is a digest of these', environment.identity));
  lines.push(...section(context, 'details: not part of the id', environment.detail));
  lines.push(...section(context, 'reasons for what is not known', environment.reasons));
  return lines;
}

function section(context: Context, title: string, values: { readonly [name: string]: Json }): string[] {
  const rows = flatFacts(values);
  if (rows.length === 0) return [];
  const { colors } = context.style;
  const columns: Column<[string, Json]>[] = [
    { title: '', text: ([name]) => safe(name), paint: (text) => colors.dim(text) },
    { title: '', text: ([, value]) => valueText(value), least: 20, most: 100 },
  ];
  return [
    '',
    colors.bold(title),
    ...table(columns, rows, context.style)
      .slice(1)
      .map((line) => `  ${line}`),
  ];
}
