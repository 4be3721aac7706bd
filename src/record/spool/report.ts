/**
 * The contents and losses of a spool, read only from its folder, for `doctor` and the metrics. Writes nothing. Node only.
 * @module
 */
import { join } from 'node:path';
import { type FileSystem, fileSystemOf } from '../../store/place/file-system';
import { realFiles, type SpoolFiles } from './files';
import { listSegments } from './folder';
import { readPieces } from './frames';
import { type Dropped, noneDropped, readLedgers } from './ledger';
import type { SegmentName } from './names';
import { type QuarantineSummary, readQuarantine } from './quarantine';

/** The state of a spool, over all processes. */
export interface SpoolReport {
  folder: string;
  exists: boolean;
  file_system: FileSystem;
  /** Segments that wait to be imported. */
  segments: number;
  bytes: number;
  /** Only if requested, because all segments are read. */
  records?: number;
  /** When the oldest segment was created, UNIX seconds. */
  oldest_time?: number;
  /** Records that were dropped for lack of room. */
  dropped: Dropped;
  /** Records in quarantine: damaged, of an unknown kind, or refused by the store. */
  quarantined: { records: number; damaged: number; unreadable: number; rejected: number; files: number };
}

/** Returns the state of a spool. A missing folder is an empty spool. */
export async function readSpool(
  folder: string,
  options: { count?: boolean; files?: SpoolFiles } = {},
): Promise<SpoolReport> {
  const files = options.files ?? realFiles;
  const exists = (await files.stat(folder)) !== null;
  const segments = exists ? await listSegments(files, folder) : [];
  const report: SpoolReport = {
    folder,
    exists,
    file_system: await fileSystemOf(folder),
    segments: segments.length,
    bytes: 0,
    dropped: exists ? await readLedgers(files, folder).catch(noneDropped) : noneDropped(),
    quarantined: sum(exists ? await readQuarantine(files, folder).catch(() => []) : []),
  };
  if (options.count) report.records = 0;
  for (const segment of segments) await addSegment(files, report, segment);
  return report;
}

async function addSegment(files: SpoolFiles, report: SpoolReport, segment: SegmentName): Promise<void> {
  const path = join(report.folder, segment.file);
  report.bytes += (await files.stat(path))?.size ?? 0;
  const made = Number.parseInt(segment.id.slice(0, 9), 36) / 1000;
  report.oldest_time = Math.min(report.oldest_time ?? made, made);
  if (report.records === undefined) return;
  const data = await files.read(path);
  if (data) for (const piece of readPieces(data)) report.records += piece.kind === 'record' ? 1 : 0;
}

function sum(summaries: readonly QuarantineSummary[]): SpoolReport['quarantined'] {
  const total = { records: 0, damaged: 0, unreadable: 0, rejected: 0, files: summaries.length };
  for (const summary of summaries)
    for (const field of ['records', 'damaged', 'unreadable', 'rejected'] as const)
      total[field] += summary[field];
  return total;
}
