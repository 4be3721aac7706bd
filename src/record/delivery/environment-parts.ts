/**
 * An environment with many contents as several records: the queue, the spool and a commit take a few MiB at a time. Each
 * bears the environment, which the store keeps once. Node only.
 * @module
 */

import type { Blob, CapturedEnvironment } from '../../model/environment';
import { QUEUE } from '../../model/limits';

/** At least one part; a content that is larger than a part is one of its own. */
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
