/**
 * A progress line on a terminal while a long file is read. Node only.
 * @module
 */

import { size } from '../../questions/shown/measures';
import type { Context } from '../context';

/** The number of bytes between two progress lines. */
const STEP_BYTES = 256 * 1024 * 1024;

/** Called with the number of bytes read. */
export interface ByteProgress {
  onBytes: (bytes: number) => void;
  /** Clears the line. */
  end(): void;
}

/** Returns the progress of a call; it prints nothing if stderr is not a terminal. */
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
