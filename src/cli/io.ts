/**
 * What the command line reads from and writes to, so that it runs inside a test as it runs in a shell. Node only.
 * @module
 */
import pc from 'picocolors';

/** A stream that text is written to; `columns` is the width of its terminal. */
export interface Output {
  /** `false` where the reader is behind: `drain` says when there is room again. */
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  /** The reader has gone. */
  readonly destroyed?: boolean;
  once?(event: 'drain' | 'close', listener: () => void): unknown;
  off?(event: 'drain' | 'close', listener: () => void): unknown;
}

/** Streams, variables and folder of one call. */
export interface Io {
  stdout: Output;
  stderr: Output;
  env: { readonly [name: string]: string | undefined };
  cwd: string;
}

/** Functions that put text in colour, or leave it as it is where the output takes none. */
export type Colors = ReturnType<typeof pc.createColors>;

/** How output is dressed. */
export interface Style {
  colors: Colors;
  /** Columns of the terminal; Infinity where there is none, so that nothing is cut for a program that reads. */
  width: number;
}

/** Colour on a terminal alone, and not where NO_COLOR asks for none. */
export function styleOf(io: Io): Style {
  const plain = Boolean(io.env.NO_COLOR) || io.env.TERM === 'dumb';
  return {
    colors: pc.createColors(io.stdout.isTTY === true && !plain),
    width: io.stdout.isTTY ? Math.max(40, io.stdout.columns ?? 80) : Number.POSITIVE_INFINITY,
  };
}

/** The question has an answer, and it is no: exit code 1, with a line on stderr. */
export class NotFound extends Error {}

/** The question can't be asked like this: exit code 2, with a line on stderr. */
export class UsageError extends Error {}
