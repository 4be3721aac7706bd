/**
 * The argument that names a run or an execution, and the flags that select which. Node only.
 * @module
 */
import type { Command } from 'commander';
import { findSubject, SUBJECT_ARGUMENT, type Subject, type Wanted } from '../../questions/references/subject';
import type { Scope } from '../../questions/scope';
import type { Context } from '../context';
import { UsageError } from '../io';

/** Adds the argument, and `--run` and `--execution`. */
export function withSubject(command: Command, argument: '<which>' | '[which]'): Command {
  return command
    .argument(argument, SUBJECT_ARGUMENT)
    .option('--run', 'the argument is a run')
    .option('--execution', 'the argument is an execution');
}

/** Returns the named run or execution. @throws (rejects) UsageError if both flags are set, ProvenanceError */
export async function subjectOf(
  context: Context,
  scope: Scope,
  word: string,
  { run, execution }: Wanted,
): Promise<Subject> {
  if (run && execution) throw new UsageError('Use --run or --execution, not both.');
  return context.withRemarks(await findSubject(scope, word, { run, execution }));
}
