/**
 * What the disk itself takes for a commit: a page appended to a file and synced, as the store's journal does for a run that
 * nothing shares its commit with.
 */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = Buffer.alloc(4096, 1);

/** Times of `count` such commits in this folder, in ms. */
export function fsyncTimes(folder, count) {
  const path = join(folder, 'fsync');
  const file = openSync(path, 'w');
  try {
    return Array.from({ length: count }, () => {
      const began = performance.now();
      writeSync(file, PAGE);
      fdatasyncSync(file);
      return performance.now() - began;
    });
  } finally {
    closeSync(file);
    rmSync(path);
  }
}
