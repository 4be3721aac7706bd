/**
 * `migrate`: brings a store to this release's schema. Node only.
 * @module
 */
import type { Command } from 'commander';
import { jsonLine } from './render/text';
import type { ExitCode, Verb } from './verb';

export const migrate: Verb = {
  describe: (command: Command) =>
    command
      .description("bring the store to this release's schema (workers do so by themselves)")
      .option('--create', 'create the store where there is none'),
  example: 'migrate --store sqlite:provenance.db',
  run: (context, _words, options) =>
    context.withStore<ExitCode>(
      async (store) => {
        const { storage_id, schema_version } = await store.identity();
        if (context.options.json)
          context.print(jsonLine({ location: store.location, storage_id, schema_version }));
        else context.print(`${store.location} has schema ${schema_version} (store ${storage_id}).`);
        return 0;
      },
      { mode: 'write', create: options.create === true },
    ),
};
