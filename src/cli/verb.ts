/**
 * What a verb of the command line is: its words, an example, and its work. Node only.
 * @module
 */
import type { Command } from 'commander';
import type { Context } from './context';
import { UsageError } from './io';

/** 0: found, held, done. 1: the answer is no. 2 comes from errors: the question can't be asked like this. */
export type ExitCode = 0 | 1 | 2;

/** A verb of the command line. */
export interface Verb {
  /** Adds description, arguments and options. */
  describe(command: Command): Command;
  /** One call, without the program's name, as `--help` shows it. */
  example: string;
  run(
    context: Context,
    words: readonly (string | undefined)[],
    options: Readonly<Record<string, unknown>>,
  ): Promise<ExitCode>;
}

/** Whether a verb that removes only says what it would do: unless `--yes` was given. @throws UsageError for both */
export function isDry(options: Readonly<Record<string, unknown>>): boolean {
  if (options.yes === true && options.dryRun === true)
    throw new UsageError('Use --yes or --dry-run, not both.');
  return options.yes !== true;
}
