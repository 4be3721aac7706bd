/**
 * `backup`: a consistent copy of the store in a SQLite file, while workers go on writing. Node only.
 * @module
 */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backupStore } from '../store/backup';
import { jsonLine } from './render/text';
import type { ExitCode, Verb } from './verb';

export const backup: Verb = {
  describe: (command: Command) =>
    command
      .description('copy the store into a new SQLite file, checked, while writing goes on')
      .argument('<file>', 'the file to make'),
  example: 'backup provenance-2026-11-26.db',
  async run(context, [file]): Promise<ExitCode> {
    const { path, size_bytes, runs, identity } = await backupStore(
      context.url,
      resolve(context.io.cwd, file!),
    );
    const { storage_id, state_id } = identity;
    if (context.options.json) context.print(jsonLine({ path, size_bytes, runs, storage_id, state_id }));
    else
      context.print(
        `${path} holds ${runs} runs of the store ${storage_id} at state ${state_id} (${size_bytes} bytes).`,
      );
    return 0;
  },
};
