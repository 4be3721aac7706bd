/**
 * The verbs of the command line with their words, options and examples. Node only.
 * @module
 */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { type CommonOptions, Context } from './context';
import { moreOn, printHelp } from './help';
import type { Io } from './io';
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

type Verbs = Readonly<Record<string, Verb>>;

/** Verbs by the heading under which `help` lists them. */
const VERBS: Readonly<Record<string, Verbs>> = {
  'Runs and executions': { list, show, log, explain, count, fields, env },
  'Data and lineage': { lineage, which, artifacts, artifact },
  'Lab and workers': { rules, doctor },
  'Web pages and API': { serve, token },
  'Outcomes from Temporal': { reconcile, backfill, operations },
  Store: { migrate, verify, rebuild, backup, 'scan-secrets': scanSecrets, prune, purge },
};
const STASH_VERBS: Verbs = {
  get: stashGet,
  set: stashSet,
  unset: stashUnset,
  clear: stashClear,
  history: stashHistory,
};

/** The heading of `stash`. */
const STASH_HEADING = 'Lab and workers';

/** Name of the command. */
export const NAME = 'temporal-provenance';

/** Builds the Commander program. A verb writes its exit code to `answer`. */
export function program(io: Io, answer: { code: ExitCode }): Command {
  const root = withCommon(new Command(NAME))
    .description(
      'Shows what produced a result: the recorded runs of Temporal activities, with their data, code and metadata.',
    )
    .option('--version', 'print the version')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => Math.min(io.stdout.columns ?? 100, 120),
      // report() prints each error once.
      outputError: () => undefined,
    });
  root.addHelpText('after', `\nExample:\n  ${NAME} list --where "operator = 'Ada'" --limit 5\n`);
  root.on('option:version', () => {
    io.stdout.write(`${createRequire(__filename)(`${NAME}/package.json`).version}\n`);
    throw new CommanderError(0, 'commander.version', '');
  });
  for (const [heading, verbs] of Object.entries(VERBS)) {
    for (const [name, verb] of Object.entries(verbs)) {
      add(root, name, verb, io, answer).helpGroup(`${heading}:`);
    }
    if (heading === STASH_HEADING) addStash(root, io, answer);
  }
  root
    .command('help')
    .helpGroup('Help:')
    .description('show help for a verb, or a page of the documentation')
    .argument('[topic...]', "a verb ('stash set') or a page ('filters')")
    .action((topic: string[]) => printHelp(root, topic.join(' '), io.stdout));
  return root;
}

function addStash(root: Command, io: Io, answer: { code: ExitCode }): void {
  const stash = withCommon(root.command('stash'))
    .helpGroup(`${STASH_HEADING}:`)
    .description("read and change the lab's persistent metadata, which is added to every run")
    .helpCommand(false);
  stash.addHelpText('after', `\nExample:\n  ${NAME} stash set project "flying cars"\n${moreOn('stash')}`);
  for (const [name, verb] of Object.entries(STASH_VERBS)) add(stash, name, verb, io, answer);
}

function withCommon(command: Command): Command {
  return command
    .option(
      '--store <url>',
      'URL of the store, e.g. sqlite:provenance.db (default: PROVENANCE_STORE, then temporal-provenance.json)',
    )
    .option('--lab <name>', 'name of the lab')
    .option('--json', 'print one JSON object per line');
}

function add(parent: Command, name: string, verb: Verb, io: Io, answer: { code: ExitCode }): Command {
  const command = verb.describe(withCommon(parent.command(name)));
  command.addHelpText('after', `\nExample:\n  ${NAME} ${verb.example}\n${moreOn(name)}`);
  return command.action(async () => {
    const options = optionsOf(command);
    const words = command.processedArgs as (string | undefined)[];
    answer.code = await verb.run(new Context(io, options), words, options);
  });
}

/** Returns the options of a verb. They override the same options before the verb. */
function optionsOf(command: Command): CommonOptions & Record<string, unknown> {
  const above = command.parent ? optionsOf(command.parent) : {};
  const own = Object.entries(command.opts()).filter(([, value]) => value !== undefined);
  return { ...above, ...Object.fromEntries(own) };
}
