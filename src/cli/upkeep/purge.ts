/**
 * `purge`: removes a field, a run or a person from the store with `--yes`; without it only shows what it would remove. Node only.
 * @module
 */
import type { Command } from 'commander';
import { ProvenanceError } from '../../errors';
import { findOneRun } from '../../questions/references/run-reference';
import { jsonLine } from '../../questions/shown/safe-text';
import { counted } from '../../questions/words';
import type { SpoolReport } from '../../record/spool/spool';
import type { PurgeResult } from '../../upkeep/purge/purge';
import type { NamedRun } from '../../upkeep/purge/runs';
import type { Context } from '../context';
import { UsageError } from '../io';
import { purgedText } from '../render/purge';
import { isDry, type Verb } from '../verb';

const ELSEWHERE =
  'Earlier backups, copies, exports, files of subscribers, Temporal’s histories and spools on other machines may still hold it. To purge a backup: purge --store sqlite:backup.db.';

/** The verb `purge`. */
export const purge: Verb = {
  describe: (command: Command) =>
    command
      .description(
        'remove a field, a run or a person from the store; without --yes only show what would be removed',
      )
      .option(
        '--field <path>',
        'a metadata field, e.g. sample.owner: removed from runs, stashes and their history',
      )
      .option('--run <run>', 'one run with everything recorded about it')
      .option('--person <name>', 'a name: masked as a whole word in every text')
      .option('--spool <folder>', 'the spool, if it is not the default folder of this store')
      .option('--reason <text>', 'reason, kept with the tombstones; do not name what is removed')
      .option('--yes', 'remove it')
      .option('--dry-run', 'only show what would be removed, as without --yes'),
  example: 'purge --field sample.owner --yes',
  async run(context, _words, options) {
    const given = ['field', 'run', 'person'].filter((name) => typeof options[name] === 'string');
    if (given.length !== 1) throw new UsageError('purge needs one of --field, --run and --person.');
    const dry = isDry(options);
    const waiting = await waitingText(context.spoolFolder(options.spool));
    // See docs/decisions/0016.
    if (waiting !== undefined && !dry)
      throw new ProvenanceError('STORE_BUSY', `Nothing was removed: ${waiting}`);
    const { openUpkeep } = await import('../../upkeep/open.js');
    const database = await openUpkeep(context.url);
    try {
      const { rows, runs, whole } = await work(context, database, options, dry);
      if (context.options.json) context.print(jsonLine({ ...rows, ...(runs.length > 0 && { runs }) }));
      else context.print(describe(rows, runs, { dry, whole }));
      if (waiting !== undefined) context.note(`--yes will be refused: ${waiting}`);
      return Object.keys(rows).length > 0 ? 0 : 1;
    } finally {
      await database.close();
    }
  },
};

type Database = Parameters<typeof import('../../upkeep/purge/purge').purge>[0];

interface Purged {
  rows: PurgeResult;
  /** The first of the changed or removed runs. */
  runs: readonly NamedRun[];
  /** True if whole runs are removed. */
  whole: boolean;
}

/** Returns why a purge must wait: records in the spool may hold what it removes. Undefined: the spool is empty. */
async function waitingText(folder: string): Promise<string | undefined> {
  const { readSpool } = await import('../../record/spool/spool.js');
  const { segments, records = 0, quarantined }: SpoolReport = await readSpool(folder, { count: true });
  if (segments > 0)
    return `the spool ${folder} holds ${counted(records, 'record')} that the store does not have yet. Run a worker with this store until \`doctor\` says that nothing waits, then purge again.`;
  if (quarantined.files > 0)
    return `${counted(quarantined.records, 'record')} that could not be imported are in ${folder}/quarantine. Read them, delete the files, then purge again.`;
  return undefined;
}

async function work(
  context: Context,
  database: Database,
  options: Readonly<Record<string, unknown>>,
  dry: boolean,
): Promise<Purged> {
  const { purge, purgeRun } = await import('../../upkeep/purge/purge.js');
  if (typeof options.run === 'string') {
    const named = options.run;
    const { start } = await context.ask((scope) => findOneRun(scope, named));
    const rows = await purgeRun(database, start.uid, reasonOf(options, 'a run'), dry);
    const { uid, scan_id = null, temporal } = start;
    return { rows, runs: [{ uid, scan_id, activity_type: temporal.activity_type }], whole: true };
  }
  const edits = await import('../../upkeep/purge/edits.js');
  const field = typeof options.field === 'string' ? options.field : undefined;
  const edit = field === undefined ? edits.personEdit(String(options.person)) : edits.fieldEdit(field);
  const reason = reasonOf(options, field === undefined ? 'a person' : `the field ${field}`);
  return { ...(await purge(database, edit, reason, dry)), whole: false };
}

function reasonOf(options: Readonly<Record<string, unknown>>, what: string): string {
  return `purged: ${typeof options.reason === 'string' ? options.reason : what}`;
}

function describe(
  rows: PurgeResult,
  runs: readonly NamedRun[],
  { dry, whole }: { dry: boolean; whole: boolean },
): string[] {
  const words = purgedText(rows, runs);
  if (words === '') return ['The store does not hold it.'];
  if (dry) {
    const what = whole ? 'Would be removed' : 'Would be changed or removed';
    return [`${what}: ${words}.`, 'Nothing was removed. Add --yes to remove it.'];
  }
  return [`${whole ? 'Removed' : 'Changed or removed'}: ${words}.`, ELSEWHERE];
}
