#!/usr/bin/env node
/**
 * The command line: words in, a verb's answer out, an exit code. A thin skin over the library. Node only.
 * @module
 */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { ProvenanceError } from '../errors';
import { safe } from '../questions/shown/safe-text';
import { type CommonOptions, Context } from './context';
import { printHelp } from './help';
import { type Io, NotFound, UsageError } from './io';
import { artifact } from './lineage/artifact';
import { artifacts } from './lineage/artifacts';
import { lineage } from './lineage/lineage';
import { which } from './lineage/which';
import { serve } from './page/serve';
import { token } from './page/token';
import { count } from './questions/count';
import { doctor } from './questions/doctor';
import { env } from './questions/env';
import { explain } from './questions/explain';
import { fields } from './questions/fields';
import { list } from './questions/list';
import { log } from './questions/log';
import { rules } from './questions/rules';
import { show } from './questions/show';
import { backfill } from './upkeep/backfill';
import { backup } from './upkeep/backup';
import { migrate } from './upkeep/migrate';
import { operations } from './upkeep/operations';
import { prune } from './upkeep/prune';
import { purge } from './upkeep/purge';
import { rebuild } from './upkeep/rebuild';
import { reconcile } from './upkeep/reconcile';
import { scanSecrets } from './upkeep/scan-secrets';
import { stashClear, stashGet, stashHistory, stashSet, stashUnset } from './upkeep/stash';
import { verify } from './upkeep/verify';
import type { ExitCode, Verb } from './verb';

const VERBS: Readonly<Record<string, Verb>> = {
  list,
  show,
  log,
  explain,
  lineage,
  which,
  artifacts,
  artifact,
  count,
  fields,
  env,
  rules,
  serve,
  token,
  doctor,
  migrate,
  verify,
  rebuild,
  backup,
  reconcile,
  backfill,
  operations,
  'scan-secrets': scanSecrets,
  prune,
  purge,
};
const STASH_VERBS: Readonly<Record<string, Verb>> = {
  get: stashGet,
  set: stashSet,
  unset: stashUnset,
  clear: stashClear,
  history: stashHistory,
};

const NAME = 'temporal-provenance';
/** Codes of errors that say that something is not there: exit code 1. */
const NOT_THERE: readonly string[] = ['NOT_FOUND', 'CURSOR_GONE'];

/** Runs one command. Never throws; the exit code is 0, 1 or 2 (see docs/reference/command-line.md). */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  const answer = { code: 0 as ExitCode };
  try {
    await program(io, answer).parseAsync([...argv], { from: 'user' });
    return answer.code;
  } catch (error) {
    return report(error, io);
  }
}

function program(io: Io, answer: { code: ExitCode }): Command {
  const root = withCommon(new Command(NAME))
    .description(
      'What produced this result: the runs of Temporal activities and all that was recorded about them.',
    )
    .option('--version', 'print the version')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => Math.min(io.stdout.columns ?? 100, 120),
      // A fault is printed once, by report().
      outputError: () => undefined,
    });
  root.addHelpText('after', `\nExample:\n  ${NAME} list --where "operator = 'Ada'" --limit 5\n`);
  root.on('option:version', () => {
    io.stdout.write(`${createRequire(__filename)(`${NAME}/package.json`).version}\n`);
    throw new CommanderError(0, 'commander.version', '');
  });
  for (const [name, verb] of Object.entries(VERBS)) add(root, name, verb, io, answer);
  const stash = withCommon(root.command('stash'))
    .description("the lab's persistent metadata, which every run is given")
    .helpCommand(false);
  stash.addHelpText('after', `\nExample:\n  ${NAME} stash set project "flying cars"\n`);
  for (const [name, verb] of Object.entries(STASH_VERBS)) add(stash, name, verb, io, answer);
  root
    .command('help')
    .description('what a verb does, or a page of the documentation')
    .argument('[topic...]', "a verb ('stash set') or a page ('filters')")
    .action((topic: string[]) => printHelp(root, topic.join(' '), io.stdout));
  return root;
}

function withCommon(command: Command): Command {
  return command
    .option(
      '--store <url>',
      'store, e.g. sqlite:provenance.db (else PROVENANCE_STORE, else temporal-provenance.json)',
    )
    .option('--lab <name>', 'lab')
    .option('--json', 'one JSON object per line');
}

function add(parent: Command, name: string, verb: Verb, io: Io, answer: { code: ExitCode }): void {
  const command = verb.describe(withCommon(parent.command(name)));
  command.addHelpText('after', `\nExample:\n  ${NAME} ${verb.example}\n`);
  command.action(async () => {
    const options = optionsOf(command);
    const words = command.processedArgs as (string | undefined)[];
    answer.code = await verb.run(new Context(io, options), words, options);
  });
}

/** A verb's own options win over the same ones before the verb. */
function optionsOf(command: Command): CommonOptions & Record<string, unknown> {
  const above = command.parent ? optionsOf(command.parent) : {};
  const own = Object.entries(command.opts()).filter(([, value]) => value !== undefined);
  return { ...above, ...Object.fromEntries(own) };
}

/** One line on stderr, and the exit code. */
function report(error: unknown, io: Io): ExitCode {
  if (error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help')) {
    return error.exitCode === 0 ? 0 : 2;
  }
  const line = oneLine(error instanceof Error ? error.message : String(error)).replace(/^error: /, '');
  const known = ProvenanceError.is(error) || error instanceof CommanderError || error instanceof UsageError;
  if (error instanceof NotFound || (ProvenanceError.is(error) && NOT_THERE.includes(error.code))) {
    io.stderr.write(`${line}\n`);
    return 1;
  }
  io.stderr.write(known ? `${NAME}: ${line}\n` : `${NAME}: unexpected: ${line}\n`);
  if (!known && io.env.PROVENANCE_DEBUG) io.stderr.write(`${error instanceof Error ? error.stack : ''}\n`);
  return 2;
}

function oneLine(text: string): string {
  return safe(text.replace(/\s*\n\s*/g, ' ').trim());
}

/** Reader gone (`… | head`): nothing more to say. */
function quietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

if (require.main === module) {
  process.stdout.on('error', quietly);
  process.stderr.on('error', quietly);
  const { stdout, stderr, env: variables } = process;
  void main(process.argv.slice(2), { stdout, stderr, env: variables, cwd: process.cwd() }).then((code) => {
    process.exitCode = code;
  });
}
