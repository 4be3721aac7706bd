/**
 * Garbage collection on demand, in processes that were started without it.
 * @module
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of JavaScript that stay in memory with what `make` returns. */
export function bytesKept<T>(make: () => T): { kept: T; bytes: number } {
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = make();
  collect();
  return { kept, bytes: process.memoryUsage().heapUsed - before };
}
