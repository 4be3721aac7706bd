/**
 * How far the reading of a long file has come, on a terminal. Node only.
 * @module
 */

import { size } from '../../questions/shown/measures';
import type { Context } from '../context';

/** Bytes after which a line is written, and again. */
const STEP_BYTES = 256 * 1024 * 1024;

/** Told of bytes as they are read. */
export interface ByteProgress {
  onBytes: (bytes: number) => void;
  /** Takes the line away. */
  end(): void;
}

/** Progress of a call; silent where stderr is no terminal. */
export function byteProgress({ io: { stderr } }: Context): ByteProgress {
  let read_bytes = 0;
  let next_bytes = STEP_BYTES;
  return {
    onBytes(bytes) {
      read_bytes += bytes;
      if (!stderr.isTTY || read_bytes < next_bytes) return;
      next_bytes = read_bytes + STEP_BYTES;
      stderr.write(`\r${size(read_bytes)} read …`);
    },
    end() {
      if (stderr.isTTY && next_bytes > STEP_BYTES) stderr.write('\r\u001b[K');
    },
  };
}
