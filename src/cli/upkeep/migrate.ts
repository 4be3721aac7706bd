/**
 * `migrate`: upgrades a store to this release's schema, moves a SQLite store to PostgreSQL, and prints the rights that
 * roles of a PostgreSQL store need. Node only.
 * @module
 */
import type { Command } from 'commander';
import { jsonLine } from '../../questions/shown/safe-text';
import { LATEST_REVISION } from '../../store/migrations';
import { parseStoreUrl } from '../../store/place/location';
import { type TransferResult, transferStore } from '../../upkeep/transfer/transfer';
import type { Context } from '../context';
import { UsageError } from '../io';
import { pad } from '../terminal/text';
import type { ExitCode, Verb } from '../verb';

/** The time between two progress lines on a terminal. */
const PROGRESS_EVERY_MS = 500;

/** The verb `migrate`. */
export const migrate: Verb = {
  describe: (command: Command) =>
    command
      .description(
        "upgrade the store to this release's schema (workers do this automatically), or move it to PostgreSQL",
      )
      .option('--check', 'only report whether a migration is needed: exit code 1 if so')
      .option('--create', 'create the store if it is missing')
      .option(
        '--to <url>',
        'move this SQLite store to the empty PostgreSQL store at <url>; the file then accepts no more records',
      )
      .option('--roles <names>', 'print the SQL that grants roles their rights: writer=<role>,reader=<role>'),
  example: 'migrate --store sqlite:provenance.db --to postgres://db.lab/provenance',
  run(context, _words, options) {
    if (typeof options.roles === 'string') return printRoles(context, options.roles);
    if (typeof options.to === 'string') return move(context, options.to);
    if (options.check === true) return check(context);
    return bringUp(context, options.create === true);
  },
};

/** Reports whether a migration is needed; does not change the store. */
function check(context: Context): Promise<ExitCode> {
  return context.withStore<ExitCode>(async (store) => {
    const { schema_version } = await store.identity();
    const needed = schema_version < LATEST_REVISION;
    if (context.options.json) {
      context.print(
        jsonLine({
          location: store.location,
          schema_version,
          release_schema: LATEST_REVISION,
          migration_needed: needed,
        }),
      );
    } else {
      const than =
        schema_version === LATEST_REVISION ? "this release's" : `this release's is ${LATEST_REVISION}`;
      const so = needed
        ? 'a migration is needed (run `migrate`; the next worker does it automatically)'
        : 'no migration is needed';
      context.print(`${store.location} has schema ${schema_version}, ${than}: ${so}.`);
    }
    return needed ? 1 : 0;
  });
}

function bringUp(context: Context, create: boolean): Promise<ExitCode> {
  return context.withStore<ExitCode>(
    async (store) => {
      const { storage_id, schema_version } = await store.identity();
      if (context.options.json)
        context.print(jsonLine({ location: store.location, storage_id, schema_version }));
      else context.print(`${store.location} has schema ${schema_version} (store ${storage_id}).`);
      return 0;
    },
    { mode: 'write', create },
  );
}

async function move(context: Context, to: string): Promise<ExitCode> {
  let reported_ms = performance.now();
  let rows = 0;
  const result = await transferStore(context.url, to, {
    onProgress: (table, count) => {
      rows += count;
      if (!context.io.stderr.isTTY || performance.now() - reported_ms < PROGRESS_EVERY_MS) return;
      reported_ms = performance.now();
      context.note(`${rows} rows copied, now ${table} …`);
    },
  });
  const { location } = parseStoreUrl(to);
  if (context.options.json) context.print(jsonLine({ location, ...result }));
  else context.print(describeMove(context, location, result));
  return 0;
}

function describeMove(context: Context, location: string, result: TransferResult): string[] {
  const { colors } = context.style;
  const filled = Object.entries(result.rows).filter(([, count]) => count > 0);
  const width = Math.max(...filled.map(([table]) => table.length));
  return [
    `${colors.green('✓')} ${location} holds the store ${result.storage_id}; every row was compared:`,
    ...filled.map(([table, count]) => `  ${colors.dim(pad(table, width))}  ${count}`),
    `  ${colors.dim(`sha256 of all rows ${result.digest}`)}`,
    ...whatNext(context, location, result),
  ];
}

/** Returns what to do next with the file, and with workers that still write to it. */
function whatNext(context: Context, location: string, { source, storage_id }: TransferResult): string[] {
  const { location: from } = parseStoreUrl(context.url);
  switch (source) {
    case 'marked':
      return [
        `Set the URL ${location} in workers and PROVENANCE_STORE. ${from} is marked as moved: it can be read, but accepts no more records.`,
        `Records that workers still write for it wait in ${context.spoolFolder()}. A worker on this machine with the new URL imports them.`,
      ];
    case 'backup':
      return [`${from} is a backup and is unchanged. Its copy is a separate store, ${storage_id}.`];
    case 'read-only':
      return [
        `Set the URL ${location} in workers and PROVENANCE_STORE. ${from} could not be marked as moved, because this user can't write it: make sure that no worker records there.`,
      ];
  }
}

async function printRoles(context: Context, names: string): Promise<ExitCode> {
  const place = parseStoreUrl(context.url);
  if (place.dialect !== 'postgres')
    throw new UsageError('--roles needs a PostgreSQL store: set --store postgres://….');
  const { rolesOf } = await import('../../store/postgres/identity/roles.js');
  context.print(await rolesOf(place, readRoles(names)));
  return 0;
}

function readRoles(names: string): { writer?: string; reader?: string } {
  const roles: { writer?: string; reader?: string } = {};
  for (const part of names.split(',')) {
    const [, role, name] = /^(writer|reader)=(.+)$/.exec(part.trim()) ?? [];
    if (role === undefined || name === undefined)
      throw new UsageError(`--roles takes writer=<role>,reader=<role>, not '${names}'.`);
    roles[role as 'writer' | 'reader'] = name;
  }
  return roles;
}
