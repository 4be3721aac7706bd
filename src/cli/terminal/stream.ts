/**
 * Long answers, written as they are read. Node only.
 * @module
 */
import { setImmediate } from 'node:timers/promises';
import type { Output } from '../io';

/** Lines between two looks at whether the reader is still there. */
const LOOK_EVERY = 100;

/**
 * Writes a line for each record as it comes, waits while the reader is behind, and ends when the reader has gone.
 * @returns how many were written
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
    // A store that is read in this thread never waits: without a pause nobody is told that the reader has gone.
    else if (written % LOOK_EVERY === 0) await setImmediate();
  }
  return written;
}

/** Until there is room again, or nobody to write for. */
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
