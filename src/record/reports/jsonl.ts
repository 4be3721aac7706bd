/**
 * A subscriber that appends documents to files, one per day. Each line is `["start", {…}]`, the format of Bluesky's tools. Node
 * only.
 * @module
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subscriber } from './emission';

/**
 * Returns a subscriber that appends to `<directory>/<UTC day>.jsonl` and creates both if missing. Several processes may share a
 * directory.
 */
export function jsonlSubscriber(directory: string): Subscriber {
  const ready = mkdir(directory, { recursive: true, mode: 0o700 });
  ready.catch(() => undefined);
  return async (name, document) => {
    await ready;
    const day = new Date(document.time * 1000).toISOString().slice(0, 10);
    await appendFile(join(directory, `${day}.jsonl`), `${JSON.stringify([name, document])}\n`, {
      mode: 0o600,
    });
  };
}
