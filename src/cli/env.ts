/**
 * `env [ID|RUN]`: the code environments that runs were made in. Node only.
 * @module
 */
import type { Command } from 'commander';
import type { Environment } from '../model/environment';
import { isJsonObject, type Json } from '../model/json';
import type { Store } from '../store/store';
import { type Context, wholeNumber } from './context';
import { environmentOf } from './environment-of';
import { NotFound, UsageError } from './io';
import { findRun, RUN_ARGUMENT } from './reference';
import { environmentFacts, fact, shortDigest } from './render/environment';
import { instant } from './render/instants';
import { packageLine, packageRows } from './render/packages';
import { type Column, table } from './render/table';
import { jsonLine, pad, safe, valueText } from './render/text';
import type { ExitCode, Verb } from './verb';

/** Where an environment keeps the digests of contents, likeliest first. */
const PATCH_FIELDS = ['git.patch', 'git.patch_sha256'];
const PACKAGE_FIELDS = ['packages.npm.set', 'packages.npm.installed_lock', 'packages.npm.lockfile'];

/** Environments looked through for the beginning of an id. */
const MANY = 100_000;

export const env: Verb = {
  describe: (command: Command) =>
    command
      .description('list code environments, or describe the one of a run')
      .argument('[which]', `environment id (or its beginning), or a run: ${RUN_ARGUMENT}`)
      .option('--limit <n>', 'at most so many', '50')
      .option('--patch', 'print the uncommitted changes, as git apply takes them')
      .option('--packages', 'print the installed packages, one a line'),
  example: 'env -1 --patch > changes.patch',
  run: (context, [which], options) =>
    context.withStore<ExitCode>(async (store) => {
      if (which === undefined) {
        if (options.patch || options.packages)
          throw new UsageError('--patch and --packages need an environment or a run.');
        await list(context, store, wholeNumber(String(options.limit), '--limit', 1));
        return 0;
      }
      const environment = await find(context, store, which);
      if (options.patch)
        context.io.stdout.write(await blobText(store, environment, PATCH_FIELDS, 'uncommitted changes'));
      else if (options.packages) await printPackages(context, store, environment);
      else if (context.options.json) context.print(jsonLine(environment));
      else context.print(describe(context, environment));
      return 0;
    }),
};

type Listed = Awaited<ReturnType<Store['environments']>>[number];

async function list(context: Context, store: Store, limit: number): Promise<void> {
  const rows = await store.environments(limit);
  if (context.options.json) context.print(rows.map(jsonLine));
  else if (rows.length > 0) context.print(table(columnsOf(context), rows, context.style));
  else context.note(`No environments in ${store.location}.`);
}

function columnsOf(context: Context): Column<Listed>[] {
  const { colors } = context.style;
  return [
    {
      title: 'ENVIRONMENT',
      text: ({ environment }) => shortDigest(environment.id),
      paint: (text) => colors.bold(text),
    },
    { title: 'CODE', text: ({ environment }) => shortDigest(environment.code_id) },
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

/** By id, by the beginning of an id, or of the run that the word names. */
async function find(context: Context, store: Store, word: string): Promise<Environment> {
  const id = /^(?:sha256:)?([0-9a-f]{6,64})$/i.exec(word)?.[1]?.toLowerCase();
  if (id !== undefined) {
    const exact = await store.environment(`sha256:${id}`);
    if (exact) return exact;
    const all = (await store.environments(MANY)).map(({ environment }) => environment);
    const matching = all.filter((one) => one.id.startsWith(`sha256:${id}`));
    if (matching.length === 1) return matching[0]!;
    if (matching.length > 1)
      throw new UsageError(`'${word}' begins ${matching.length} environment ids; give more of it.`);
    if (word.length > 36 || word.includes(':'))
      throw new NotFound(`No environment '${word}' in ${store.location}.`);
  }
  const run = await findRun(context, store, word);
  const environment = await environmentOf(store, run);
  if (environment) return environment;
  throw new NotFound(`The environment of run ${run.start.uid} was not captured.`);
}

/** A set of packages one a line; a lock file, where that is all that was kept, as it is. */
async function printPackages(context: Context, store: Store, environment: Environment): Promise<void> {
  const text = await blobText(store, environment, PACKAGE_FIELDS, 'package list');
  const rows = packageRows(text);
  if (!rows) context.io.stdout.write(text);
  else if (context.options.json) context.print(rows.map(jsonLine));
  else context.print(rows.map(packageLine));
}

/** The kept content of the first of these fields that has one. @throws NotFound */
async function blobText(
  store: Store,
  environment: Environment,
  names: readonly string[],
  what: string,
): Promise<string> {
  for (const name of names) {
    const digest = fact(environment, name);
    const blob = typeof digest === 'string' ? await store.blob(digest) : null;
    if (blob) return Buffer.from(blob.bytes).toString('utf8');
  }
  const reason = names.map((name) => environment.reasons[name]).find(Boolean);
  throw new NotFound(
    `Environment ${shortDigest(environment.id)} has no ${what}${reason ? ` (${reason})` : ''}.`,
  );
}

function describe(context: Context, environment: Environment): string[] {
  const { colors } = context.style;
  const lines = [
    `${colors.bold('environment')} ${environment.id}`,
    `${colors.bold('code')}        ${environment.code_id}`,
    `captured ${instant(environment.captured_time)} in ${Math.round(environment.duration_ms)} ms`,
    '',
    ...environmentFacts(environment, colors).map(([label, text]) => `  ${colors.dim(pad(label, 11))}${text}`),
  ];
  lines.push(...section(context, 'what its id is computed over', environment.identity));
  lines.push(...section(context, 'kept beside it', environment.detail));
  lines.push(...section(context, 'not captured, because', environment.reasons));
  return lines;
}

/** Nested facts by their path, as filters and reasons name them. */
function flat(values: { readonly [name: string]: Json }, prefix = ''): [string, Json][] {
  return Object.entries(values).flatMap(([name, value]): [string, Json][] =>
    isJsonObject(value) ? flat(value, `${prefix}${name}.`) : [[prefix + name, value]],
  );
}

function section(context: Context, title: string, values: { readonly [name: string]: Json }): string[] {
  const rows = flat(values).filter(([, value]) => value !== null);
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
