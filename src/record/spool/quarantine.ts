/**
 * Keeps damaged bytes and records that the store never accepts: one file per segment, written as a whole before the segment is
 * deleted. If the segment is imported again, the same file is written again, and nothing counts twice. The format is JSON lines:
 * a summary, then one line per part with its bytes in base64. Node only.
 * @module
 */
import { join } from 'node:path';
import { type SpoolFiles, writeFully } from './files';
import { quarantinedBytes } from './folder';
import { QUARANTINE } from './names';

/** A part of a segment that could not be imported. */
export interface Quarantined {
  at: number;
  /** `damaged`: its bytes changed. `unreadable`: not a record that this version knows. `rejected`: the store refused it. */
  reason: 'damaged' | 'unreadable' | 'rejected';
  /** The number of records that it contains. */
  records: number;
  bytes: Uint8Array;
  detail?: string;
}

/** The summary of one file in quarantine. */
export interface QuarantineSummary {
  segment: string;
  /** UNIX seconds. */
  time: number;
  records: number;
  damaged: number;
  unreadable: number;
  rejected: number;
  /** Set if there was no room for the bytes themselves. */
  without_bytes?: true;
}

function summarise(segment: string, quarantined: readonly Quarantined[]): QuarantineSummary {
  const summary: QuarantineSummary = {
    segment,
    time: Date.now() / 1000,
    records: 0,
    damaged: 0,
    unreadable: 0,
    rejected: 0,
  };
  for (const { reason, records } of quarantined) {
    summary[reason] += records;
    summary.records += records;
  }
  return summary;
}

function content(segment: string, quarantined: readonly Quarantined[], room: number): Buffer {
  const summary = summarise(segment, quarantined);
  const lines = quarantined.map(({ bytes, detail, ...rest }) => ({
    ...rest,
    detail: detail?.slice(0, 300),
    length: bytes.length,
    base64: Buffer.from(bytes).toString('base64'),
  }));
  const text = (rows: readonly object[]) =>
    Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''), 'utf8');
  const full = text([summary, ...lines]);
  return full.length <= room ? full : text([{ ...summary, without_bytes: true }]);
}

/** Writes the failed parts of a segment. Rejects if the disk refuses; then the segment must stay. */
export async function quarantine(
  files: SpoolFiles,
  folder: string,
  segment: string,
  quarantined: readonly Quarantined[],
  cap_bytes: number,
): Promise<void> {
  const path = join(folder, QUARANTINE, `${segment}.jsonl`);
  const draft = `${path}.draft`;
  const room = cap_bytes - (await quarantinedBytes(files, folder));
  await files.remove(draft);
  const file = await files.create(draft);
  try {
    const { error } = await writeFully(file, content(segment, quarantined, room), 0);
    if (error !== undefined) throw error;
    await file.sync();
  } catch (error) {
    await files.remove(draft);
    throw error;
  } finally {
    await file.close();
  }
  await files.rename(draft, path);
  await files.syncFolder(join(folder, QUARANTINE));
}

/** Returns the summaries of all files in quarantine. */
export async function readQuarantine(files: SpoolFiles, folder: string): Promise<QuarantineSummary[]> {
  const summaries: QuarantineSummary[] = [];
  for (const name of await files.list(join(folder, QUARANTINE))) {
    if (!name.endsWith('.jsonl')) continue;
    const bytes = await files.read(join(folder, QUARANTINE, name));
    const line = bytes?.toString('utf8').split('\n', 1)[0];
    if (line) summaries.push(JSON.parse(line) as QuarantineSummary);
  }
  return summaries;
}
