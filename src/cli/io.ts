/**
 * Input and output of the command line. A test can replace them. Node only.
 * @module
 */
import pc from 'picocolors';

/** An output stream of text; `columns` is the width of its terminal. */
export interface Output {
  /** Returns `false` if the reader is behind; `drain` is emitted when there is room again. */
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  /** True if the reader has closed the stream. */
  readonly destroyed?: boolean;
  once?(event: 'drain' | 'close', listener: () => void): unknown;
  off?(event: 'drain' | 'close', listener: () => void): unknown;
}

/** The streams, environment variables and working directory of one call. */
export interface Io {
  stdout: Output;
  stderr: Output;
  env: { readonly [name: string]: string | undefined };
  cwd: string;
}

/** Functions that colour text, or return it unchanged if the output has no colours. */
export type Colors = ReturnType<typeof pc.createColors>;

/** The style of the output. */
export interface Style {
  colors: Colors;
  /** The columns of the terminal; Infinity if there is no terminal, since output for programs is not cut. */
  width: number;
}

/** Returns the style: colours only on a terminal, and only if NO_COLOR is not set. */
export function styleOf(io: Io): Style {
  const plain = Boolean(io.env.NO_COLOR) || io.env.TERM === 'dumb';
  return {
    colors: pc.createColors(io.stdout.isTTY === true && !plain),
    width: io.stdout.isTTY ? Math.max(40, io.stdout.columns ?? 80) : Number.POSITIVE_INFINITY,
  };
}

/** The record was not found: exit code 1, with a line on stderr. */
export class NotFound extends Error {}

/** The usage is invalid: exit code 2, with a line on stderr. */
export class UsageError extends Error {}
