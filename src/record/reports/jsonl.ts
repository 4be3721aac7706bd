/**
 * A subscriber that appends documents to files, one per day: each line is `["start", {…}]`, as Bluesky's tools
 * write and read them. Node only.
 * @module
 */
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Subscriber } from './emission';

/**
 * Appends to `<directory>/<UTC day>.jsonl`, creating both when they are missing. Several processes may share a directory.
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
