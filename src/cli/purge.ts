/**
 * `purge`: takes a field, a run or a person out of the store. Says what it would do; does it with `--yes`. Node only.
 * @module
 */
import type { Command } from 'commander';
import type { PurgeResult } from '../upkeep/purge';
import type { Context } from './context';
import { UsageError } from './io';
import { findRun } from './reference';
import { jsonLine } from './render/text';
import type { Verb } from './verb';

const ELSEWHERE =
  'Backups, copies, exports, files of subscribers and Temporal’s own histories that were made before may still hold it; so may a spool that is not taken in yet.';

export const purge: Verb = {
  describe: (command: Command) =>
    command
      .description('take a field, a run or a person out of the store; without --yes only says what would go')
      .option('--field <path>', 'a metadata field, e.g. sample.owner: out of runs, stashes and their history')
      .option('--run <run>', 'one run with all that hangs on it')
      .option('--person <name>', 'a name, as a whole word, wherever it stands')
      .option('--reason <text>', 'kept with the tombstones; do not name what you take out')
      .option('--yes', 'do it'),
  example: 'purge --field sample.owner --yes',
  async run(context, _words, options) {
    const given = ['field', 'run', 'person'].filter((name) => typeof options[name] === 'string');
    if (given.length !== 1) throw new UsageError('purge takes one of --field, --run and --person.');
    const { openUpkeep } = await import('../upkeep/database.js');
    const database = await openUpkeep(context.url);
    try {
      const dry = options.yes !== true;
      const result = await work(context, database, options, dry);
      if (context.options.json) context.print(jsonLine(result));
      else context.print(describe(result, dry));
      return Object.keys(result).length > 0 ? 0 : 1;
    } finally {
      await database.close();
    }
  },
};

async function work(
  context: Context,
  database: Parameters<typeof import('../upkeep/purge').purge>[0],
  options: Readonly<Record<string, unknown>>,
  dry: boolean,
): Promise<PurgeResult> {
  const { fieldEdit, personEdit } = await import('../upkeep/purge-edits.js');
  const steps = await import('../upkeep/purge.js');
  const reasonOf = (what: string) => `purged: ${typeof options.reason === 'string' ? options.reason : what}`;
  if (typeof options.run === 'string') {
    const named = options.run;
    const run = await context.withStore((store) => findRun(context, store, named));
    if (!dry) await steps.purgeRun(database, run.start.uid, reasonOf('a run'));
    return { run: 1 };
  }
  if (typeof options.field === 'string')
    return steps.purge(database, fieldEdit(options.field), reasonOf(`the field ${options.field}`), dry);
  return steps.purge(database, personEdit(String(options.person)), reasonOf('a person'), dry);
}

function describe(result: PurgeResult, dry: boolean): string[] {
  const rows = Object.entries(result).map(([table, count]) => `${table} ${count}`);
  if (rows.length === 0) return ['The store does not hold it.'];
  if (dry)
    return [`Would be changed or removed: ${rows.join(', ')}.`, 'Nothing was done; give --yes to do it.'];
  return [`Changed or removed: ${rows.join(', ')}.`, ELSEWHERE];
}
