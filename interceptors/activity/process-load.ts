/**
 * What the process uses while a run is open, and how many runs shared it. Node only.
 * @module
 */
import type { EventLoopUtilization } from 'node:perf_hooks';
import type { Resources } from '../../src/model/documents';

/** Size of the blocks in which the operating system counts file reads and writes. */
const BLOCK_BYTES = 512;

/**
 * The number of open runs, and later peaks of this number. Each peak in the list is lower than the one before,
 * so the list is never longer than its first peak.
 */
let openRuns = 0;
let sequence = 0;
const peaks: { sequence: number; runs: number }[] = [];

/**
 * A reading is reused for this long, in ms: the system call costs more than the rest of a short run's record.
 */
const READING_AGE_MS = 10;

/** What the process has used so far, and what it holds now. */
interface Reading {
  usage: NodeJS.ResourceUsage;
  rss_bytes: number;
}

let lastReading: Reading | undefined;
let lastReadingAt = Number.NEGATIVE_INFINITY;

function read(now: number): Reading {
  // Readings are shared: docs/design/recording.md#while-work-runs.
  if (lastReading === undefined || now - lastReadingAt >= READING_AGE_MS) {
    lastReading = { usage: process.resourceUsage(), rss_bytes: process.memoryUsage.rss() };
    lastReadingAt = now;
  }
  return lastReading;
}

/** Reads ahead, so that a mark soon after needs no system call. */
export function readLoad(): void {
  read(performance.now());
}

/** The state when a run opened. */
export interface LoadMark {
  sequence: number;
  started: number;
  reading: Reading;
  loop: EventLoopUtilization;
}

/** Notes the state when a run opens. */
export function markLoad(): LoadMark {
  openRuns += 1;
  sequence += 1;
  while (peaks.length > 0 && peaks[peaks.length - 1]!.runs <= openRuns) peaks.pop();
  peaks.push({ sequence, runs: openRuns });
  const started = performance.now();
  return { sequence, started, reading: read(started), loop: performance.eventLoopUtilization() };
}

/** Returns what was used since the mark, when the run ends. */
export function loadSince(mark: LoadMark): Resources {
  openRuns -= 1;
  const now = performance.now();
  const before = mark.reading.usage;
  const { usage, rss_bytes } = read(now);
  const peak = peaks.find((entry) => entry.sequence >= mark.sequence);
  return {
    duration_ms: round(now - mark.started),
    cpu_user_ms: round((usage.userCPUTime - before.userCPUTime) / 1000),
    cpu_system_ms: round((usage.systemCPUTime - before.systemCPUTime) / 1000),
    rss_begin_bytes: mark.reading.rss_bytes,
    rss_end_bytes: rss_bytes,
    max_rss_bytes: usage.maxRSS * 1024,
    fs_read_bytes: (usage.fsRead - before.fsRead) * BLOCK_BYTES,
    fs_write_bytes: (usage.fsWrite - before.fsWrite) * BLOCK_BYTES,
    event_loop_utilization: round(performance.eventLoopUtilization(mark.loop).utilization),
    concurrent_runs: peak?.runs ?? 1,
  };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
