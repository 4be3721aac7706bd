/**
 * Streaming of long answers. Node only.
 * @module
 */
import { setImmediate } from 'node:timers/promises';
import type { Output } from '../io';

/** The number of lines between two checks for a closed reader. */
const LOOK_EVERY = 100;

/**
 * Writes a line for each record, waits while the reader is behind, and stops when the reader closes the stream.
 * @returns the number of written lines
 */
export async function streamLines<Record>(
  out: Output,
  records: AsyncIterable<Record>,
  lineOf: (record: Record) => string,
): Promise<number> {
  let written = 0;
  for await (const record of records) {
    if (out.destroyed) break;
    const room = out.write(`${lineOf(record)}\n`);
    written += 1;
    if (room === false) await drained(out);
    // A store that is read in this thread never yields. Without a pause the close of the stream is not noticed.
    else if (written % LOOK_EVERY === 0) await setImmediate();
  }
  return written;
}

/** Waits until there is room again, or the reader has closed the stream. */
async function drained(out: Output): Promise<void> {
  if (!out.once || !out.off || out.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      out.off!('drain', done);
      out.off!('close', done);
      resolve();
    };
    out.once!('drain', done);
    out.once!('close', done);
  });
}
