/**
 * `backup`: a consistent copy of the store in a SQLite file, while workers go on writing; and the restore of a lost store.
 * Node only.
 * @module
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { jsonLine } from '../../questions/shown/safe-text';
import { parseStoreUrl } from '../../store/place/location';
import { backupStore, restoreStore } from '../../upkeep/backup/backup';
import type { Context } from '../context';
import { interruptible } from '../interrupt';
import type { ExitCode, Verb } from '../verb';

/** The verb `backup`. */
export const backup: Verb = {
  describe: (command: Command) =>
    command
      .description(
        'copy the store into a new SQLite file and check the copy, while workers go on writing; or restore a lost store from such a file',
      )
      .argument('<file>', 'the file to create; with --restore, the backup to restore')
      .option('--restore', 'restore the lost store from the backup, with the identity of that store'),
  example: 'backup provenance-2026-11-26.db',
  async run(context, [file], options): Promise<ExitCode> {
    const path = resolve(context.io.cwd, file!);
    return options.restore === true ? restore(context, path) : copy(context, path);
  },
};

async function copy(context: Context, file: string): Promise<ExitCode> {
  const { path, size_bytes, runs, identity } = await interruptible((signal) =>
    backupStore(context.url, file, { signal }),
  );
  const { storage_id, state_id } = identity;
  if (context.options.json) context.print(jsonLine({ path, size_bytes, runs, storage_id, state_id }));
  else
    context.print(
      `${path} holds ${runs} runs of the store ${storage_id} at state ${state_id} (${size_bytes} bytes).`,
    );
  return 0;
}

async function restore(context: Context, file: string): Promise<ExitCode> {
  const place = parseStoreUrl(context.url);
  const { storage_id, state_id } =
    place.dialect === 'sqlite'
      ? (await interruptible((signal) => restoreStore(file, place, { signal }))).identity
      : await restorePostgres(file, context.url);
  const { location } = place;
  if (context.options.json) context.print(jsonLine({ location, storage_id, state_id }));
  else
    context.print([
      `${location} is restored from ${file}, as store ${storage_id}.`,
      `It continues from state ${state_id}. States that the lost store assigned after the backup are not used again.`,
    ]);
  return 0;
}

async function restorePostgres(file: string, url: string): Promise<{ storage_id: string; state_id: number }> {
  const { transferStore } = await import('../../upkeep/transfer/transfer.js');
  return transferStore(`sqlite:${file}`, url, { restore: true });
}
