/**
 * What the process uses while a run is open, and how many runs shared it. Node only.
 * @module
 */
import type { Resources } from '../src/model/documents';

/** Size of the blocks that the operating system counts file reads and writes in. */
const BLOCK_BYTES = 512;

/** Open runs, and the peaks since: counts strictly falling, so their number is bounded by the highest. */
let openRuns = 0;
let sequence = 0;
const peaks: { sequence: number; runs: number }[] = [];

/** A reading stands for this long: the system call costs more than all the rest of a short run's record. */
const READING_AGE_MS = 10;

let lastReading: NodeJS.ResourceUsage | undefined;
let lastReadingAt = Number.NEGATIVE_INFINITY;

function readUsage(now: number): NodeJS.ResourceUsage {
  if (lastReading === undefined || now - lastReadingAt >= READING_AGE_MS) {
    lastReading = process.resourceUsage();
    lastReadingAt = now;
  }
  return lastReading;
}

/** What stood when a run opened. */
export interface LoadMark {
  sequence: number;
  started: number;
  usage: NodeJS.ResourceUsage;
}

/** A run opens. */
export function markLoad(): LoadMark {
  openRuns += 1;
  sequence += 1;
  while (peaks.length > 0 && peaks[peaks.length - 1]!.runs <= openRuns) peaks.pop();
  peaks.push({ sequence, runs: openRuns });
  const started = performance.now();
  return { sequence, started, usage: readUsage(started) };
}

/** The run ends: what was used since. */
export function loadSince(mark: LoadMark): Resources {
  openRuns -= 1;
  const now = performance.now();
  const usage = readUsage(now);
  const peak = peaks.find((entry) => entry.sequence >= mark.sequence);
  return {
    duration_ms: round(now - mark.started),
    cpu_user_ms: round((usage.userCPUTime - mark.usage.userCPUTime) / 1000),
    cpu_system_ms: round((usage.systemCPUTime - mark.usage.systemCPUTime) / 1000),
    max_rss_bytes: usage.maxRSS * 1024,
    fs_read_bytes: (usage.fsRead - mark.usage.fsRead) * BLOCK_BYTES,
    fs_write_bytes: (usage.fsWrite - mark.usage.fsWrite) * BLOCK_BYTES,
    concurrent_runs: peak?.runs ?? 1,
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
