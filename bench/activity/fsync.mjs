/**
 * Times what the disk alone needs for a commit: a page is appended to a file and synced. The store's journal
 * does the same for a run that shares its commit with no other.
 */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = Buffer.alloc(4096, 1);

/** The times of `count` such commits in this folder, in ms. */
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
