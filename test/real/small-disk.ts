/** A small disk of the test's own, which is really full when it is filled. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Several times what a test's own records take: with the ballast gone there is room for all of them. */
const DISK_MIB = 64;
const BLOCK_BYTES = 64 * 1024;

export interface SmallDisk {
  /** Where it is mounted. */
  folder: string;
  /** Takes all of its room but `left_bytes`. */
  fill(left_bytes: number): void;
  /** Gives the room back. */
  free(): void;
  remove(): void;
}

/** Why there can be no such disk on this machine; undefined when there can. */
export function smallDiskMissing(): string | undefined {
  if (process.platform !== 'linux') return 'a disk of its own needs Linux';
  return process.getuid?.() === 0 ? undefined : 'a disk of its own needs root';
}

/** Mounts a new one. Gone at the process' end at the latest. */
export function mountSmallDisk(): SmallDisk {
  const place = mkdtempSync(join(tmpdir(), 'provenance-disk-'));
  const folder = join(place, 'mounted');
  mkdirSync(folder);
  let there = true;
  const remove = (): void => {
    if (!there) return;
    there = false;
    process.off('exit', remove);
    execFileSync('umount', ['--lazy', folder]);
    rmSync(place, { recursive: true, force: true });
  };
  mount(join(place, 'image'), folder);
  process.once('exit', remove);
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill(left_bytes) {
      const block = Buffer.alloc(BLOCK_BYTES, 1);
      try {
        while (freeBytes(folder) > left_bytes) appendFileSync(ballast, block);
      } catch (error) {
        // Others write as well: the last of the room may be theirs.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    free: () => rmSync(ballast),
    remove,
  };
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** ext4 in a file; in memory where the machine has no loop devices. */
function mount(image: string, folder: string): void {
  try {
    execFileSync('truncate', ['--size', `${DISK_MIB}M`, image]);
    execFileSync('mkfs.ext4', ['-q', '-m', '0', image], { stdio: 'pipe' });
    execFileSync('mount', ['-o', 'loop', image, folder], { stdio: 'pipe' });
  } catch {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', folder]);
  }
}
