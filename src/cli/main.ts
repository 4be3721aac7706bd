#!/usr/bin/env node
/**
 * The entry of the command line: runs a verb, prints its answer and returns the exit code. Node only.
 * @module
 */
import { CommanderError } from 'commander';
import { ProvenanceError } from '../errors';
import { safe } from '../questions/shown/safe-text';
import { type Io, NotFound, UsageError } from './io';
import { NAME, program } from './program';
import type { ExitCode } from './verb';

/** Error codes for something that is missing: exit code 1. */
const NOT_THERE: readonly string[] = ['NOT_FOUND', 'CURSOR_GONE'];

/** Runs one command. Never throws; the exit code is 0, 1 or 2 (see docs/reference/command-line.md). */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  const answer = { code: 0 as ExitCode };
  try {
    await program(io, answer).parseAsync([...argv], { from: 'user' });
    return answer.code;
  } catch (error) {
    return report(error, io);
  }
}

/** Prints the error in one line on stderr. Returns the exit code. */
function report(error: unknown, io: Io): ExitCode {
  if (error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help')) {
    return error.exitCode === 0 ? 0 : 2;
  }
  const line = oneLine(error instanceof Error ? error.message : String(error)).replace(/^error: /, '');
  const known = ProvenanceError.is(error) || error instanceof CommanderError || error instanceof UsageError;
  if (error instanceof NotFound || (ProvenanceError.is(error) && NOT_THERE.includes(error.code))) {
    io.stderr.write(`${line}\n`);
    return 1;
  }
  io.stderr.write(known ? `${NAME}: ${line}\n` : `${NAME}: unexpected: ${line}\n`);
  if (!known && io.env.PROVENANCE_DEBUG) io.stderr.write(`${error instanceof Error ? error.stack : ''}\n`);
  return 2;
}

function oneLine(text: string): string {
  return safe(text.replace(/\s*\n\s*/g, ' ').trim());
}

/** True if the reader closed the pipe (`… | head`). */
function quietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

if (require.main === module) {
  process.stdout.on('error', quietly);
  process.stderr.on('error', quietly);
  const { stdout, stderr, env: variables } = process;
  void main(process.argv.slice(2), { stdout, stderr, env: variables, cwd: process.cwd() }).then((code) => {
    process.exitCode = code;
  });
}
