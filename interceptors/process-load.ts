/**
 * What the process uses while a run is open, and how many runs shared it. Two system calls a run. Node only.
 * @module
 */
import type { Resources } from '../src/model/documents';

/** Size of the blocks that the operating system counts file reads and writes in. */
const BLOCK_BYTES = 512;

/** Open runs, and the peaks since: counts strictly falling, so their number is bounded by the highest. */
let openRuns = 0;
let sequence = 0;
const peaks: { sequence: number; runs: number }[] = [];

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
  return { sequence, started: performance.now(), usage: process.resourceUsage() };
}

/** The run ends: what was used since. */
export function loadSince(mark: LoadMark): Resources {
  openRuns -= 1;
  const usage = process.resourceUsage();
  const peak = peaks.find((entry) => entry.sequence >= mark.sequence);
  return {
    duration_ms: round(performance.now() - mark.started),
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
