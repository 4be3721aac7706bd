/**
 * Splits an environment with many contents into several records, because queue, spool and commits handle a few MiB at a time.
 * Each record contains the environment, which the store keeps once. Node only.
 * @module
 */

import type { Blob, CapturedEnvironment } from '../../model/environment';
import { QUEUE } from '../../model/limits';

/** Returns at least one part. A content that is larger than a part has its own part. */
export function environmentParts({ environment, blobs }: CapturedEnvironment): CapturedEnvironment[] {
  const parts: Blob[][] = [[]];
  let bytes = 0;
  for (const blob of blobs) {
    if (bytes > 0 && bytes + blob.bytes.length > QUEUE.environment_part_bytes) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(blob);
    bytes += blob.bytes.length;
  }
  return parts.map((part) => ({ environment, blobs: part }));
}
