/**
 * The interface of a verb: its options, an example, and its work. Node only.
 * @module
 */
import type { Command } from 'commander';
import type { Context } from './context';
import { UsageError } from './io';

/** 0: success. 1: not found, or the check failed. 2 (from errors): invalid usage. */
export type ExitCode = 0 | 1 | 2;

/** A verb of the command line. */
export interface Verb {
  /** Adds description, arguments and options. */
  describe(command: Command): Command;
  /** An example call for `--help`, without the program's name. */
  example: string;
  run(
    context: Context,
    words: readonly (string | undefined)[],
    options: Readonly<Record<string, unknown>>,
  ): Promise<ExitCode>;
}

/** True if a verb that removes records should only show them: `--yes` is not set. @throws UsageError if both flags are set */
export function isDry(options: Readonly<Record<string, unknown>>): boolean {
  if (options.yes === true && options.dryRun === true)
    throw new UsageError('Use --yes or --dry-run, not both.');
  return options.yes !== true;
}
