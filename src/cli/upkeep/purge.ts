/**
 * `purge`: takes a field, a run or a person out of the store. Says what it would do; does it with `--yes`. Node only.
 * @module
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ProvenanceError } from '../../errors';
import type { RunRecord } from '../../model/documents';
import { isUid } from '../../model/ids';
import { findOneRun } from '../../questions/references/run-reference';
import { jsonLine } from '../../questions/shown/safe-text';
import { parseStoreUrl } from '../../store/place/location';
import type { BackupFinding } from '../../upkeep/purge/backups';
import type { PurgeResult } from '../../upkeep/purge/purge';
import type { NamedRun } from '../../upkeep/purge/runs';
import type { WaitingEdit } from '../../upkeep/purge/waiting';
import type { Context } from '../context';
import { NotFound, UsageError } from '../io';
import { describeBackup, purgedText } from '../render/purge';
import { isDry, type Verb } from '../verb';

const ELSEWHERE =
  'Backups elsewhere, copies, exports, files of subscribers and Temporal’s own histories that were made before may still hold it; so may spools on other machines.';

/** The verb `purge`. */
export const purge: Verb = {
  describe: (command: Command) =>
    command
      .description(
        'take a field, a run or a person out of the store and its spool; without --yes only says what would go',
      )
      .option('--field <path>', 'a metadata field, e.g. sample.owner: out of runs, stashes and their history')
      .option('--run <run>', 'one run with all that hangs on it')
      .option('--person <name>', 'a name, as a whole word, wherever it stands')
      .option('--spool <folder>', 'the spool, where it is not the one that workers with this store use here')
      .option('--backup <file...>', 'backups to look into as well; those beside a SQLite store are found')
      .option('--reason <text>', 'kept with the tombstones; do not name what you take out')
      .option('--yes', 'do it')
      .option('--dry-run', 'only say what would go, as without --yes'),
  example: 'purge --field sample.owner --yes',
  async run(context, _words, options) {
    const given = ['field', 'run', 'person'].filter((name) => typeof options[name] === 'string');
    if (given.length !== 1) throw new UsageError('purge takes one of --field, --run and --person.');
    const dry = isDry(options);
    const { openUpkeep } = await import('../../upkeep/open.js');
    const database = await openUpkeep(context.url);
    try {
      const folder = context.spoolFolder(options.spool);
      const purged = await work(context, database, options, { dry, folder });
      const { rows, runs, unreached, backups } = purged;
      const more = { ...(unreached > 0 && { unreached }), ...(backups.length > 0 && { backups }) };
      if (context.options.json)
        context.print(jsonLine({ ...rows, ...(runs.length > 0 && { runs }), ...more }));
      else context.print([...describe(purged, dry), ...backups.map(describeBackup)]);
      if (unreached > 0) context.note(stillIn(folder, unreached));
      return Object.keys(rows).length > 0 && unreached === 0 ? 0 : 1;
    } finally {
      await database.close();
    }
  },
};

type Database = Parameters<typeof import('../../upkeep/purge/purge').purge>[0];

interface Purged {
  /** In the store, and in its spool. */
  rows: PurgeResult;
  /** The first of the runs that change or go. */
  runs: NamedRun[];
  /** Whole runs go. */
  whole: boolean;
  /** Records of the spool that still hold it. */
  unreached: number;
  backups: BackupFinding[];
}

interface Way {
  dry: boolean;
  /** Of the spool. */
  folder: string;
}

async function work(
  context: Context,
  database: Database,
  options: Readonly<Record<string, unknown>>,
  way: Way,
): Promise<Purged> {
  if (typeof options.run === 'string') return workOnRun(context, database, options, way);
  const edits = await import('../../upkeep/purge/edits.js');
  const { purge } = await import('../../upkeep/purge/purge.js');
  const { editWaiting } = await import('../../upkeep/purge/waiting.js');
  const field = typeof options.field === 'string' ? options.field : undefined;
  const edit = field === undefined ? edits.personEdit(String(options.person)) : edits.fieldEdit(field);
  const reason = reasonOf(options, field === undefined ? 'a person' : `the field ${field}`);
  // What another process takes in meanwhile is in the store by the time that is looked through.
  const waiting = await spooled(way, editWaiting(edit));
  const stored = await purge(database, edit, reason, way.dry);
  const backups = await backupsWith(
    context,
    options,
    async (backup) => (await purge(backup, edit, reason, true)).rows,
  );
  const rows = { ...stored.rows, ...waiting.rows };
  return { rows, runs: stored.runs, whole: false, unreached: waiting.unreached, backups };
}

async function workOnRun(
  context: Context,
  database: Database,
  options: Readonly<Record<string, unknown>>,
  way: Way,
): Promise<Purged> {
  const { purgeRun } = await import('../../upkeep/purge/purge.js');
  const { dropWaiting } = await import('../../upkeep/purge/waiting.js');
  const named = String(options.run);
  const found = await context
    .ask((scope) => findOneRun(scope, named))
    .catch((error: unknown) => {
      if (ProvenanceError.is(error) && error.code === 'NOT_FOUND' && isUid(named)) return undefined;
      throw error;
    });
  const stored = found && (await purgeRun(database, found.start.uid, reasonOf(options, 'a run'), way.dry));
  // After its tombstone is there: what others take in from now on is not stored.
  const waiting = await spooled(way, dropWaiting(found?.start.uid ?? named));
  if (!found && Object.keys(waiting.rows).length === 0 && waiting.unreached === 0)
    throw new NotFound(`There is no run ${named}, neither in the store nor in its spool.`);
  const uid = found?.start.uid ?? named;
  const backups = await backupsWith(context, options, async (backup): Promise<PurgeResult> => {
    const rows = await backup.query('SELECT seq FROM run WHERE uid = ?', [uid]);
    return rows.length > 0 ? { run: 1 } : {};
  });
  const rows = { ...stored, ...waiting.rows };
  return { rows, runs: found ? [namedRun(found)] : [], whole: true, unreached: waiting.unreached, backups };
}

function namedRun({ start }: RunRecord): NamedRun {
  return { uid: start.uid, scan_id: start.scan_id ?? null, activity_type: start.temporal.activity_type };
}

async function spooled({ folder, dry }: Way, edit: WaitingEdit): Promise<Pick<Purged, 'rows' | 'unreached'>> {
  const { purgeSpool } = await import('../../upkeep/purge/spool.js');
  const { spool, quarantine, unreached } = await purgeSpool(folder, edit, { dry });
  return { rows: { ...(spool > 0 && { spool }), ...(quarantine > 0 && { quarantine }) }, unreached };
}

async function backupsWith(
  context: Context,
  options: Readonly<Record<string, unknown>>,
  look: (backup: Database) => Promise<PurgeResult>,
): Promise<BackupFinding[]> {
  const { backupsBeside, lookIntoBackups } = await import('../../upkeep/purge/backups.js');
  const place = parseStoreUrl(context.url);
  const given = ((options.backup ?? []) as string[]).map((file) => resolve(context.io.cwd, file));
  const beside = place.dialect === 'sqlite' ? await backupsBeside(resolve(place.path)) : [];
  return lookIntoBackups([...new Set([...beside, ...given])], look);
}

function reasonOf(options: Readonly<Record<string, unknown>>, what: string): string {
  return `purged: ${typeof options.reason === 'string' ? options.reason : what}`;
}

function stillIn(folder: string, records: number): string {
  return `${records} records in the spool ${folder} still hold it: another process is taking them in, or a newer release wrote them. Ask for it again.`;
}

function describe({ rows, runs, whole }: Purged, dry: boolean): string[] {
  const words = purgedText(rows, runs);
  if (words === '') return ['Neither the store nor its spool holds it.'];
  if (dry) {
    const what = whole ? 'Would go' : 'Would be changed or removed';
    return [`${what}: ${words}.`, 'Nothing was done; give --yes to do it.'];
  }
  return [`${whole ? 'Removed' : 'Changed or removed'}: ${words}.`, ELSEWHERE];
}
