/** Activities of the cases about several executions. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { put, unlike, write } from '../place';

export interface Measured {
  values: number[];
  detector: { name: string };
}

export async function measure(sample: string): Promise<Measured> {
  return { values: [sample.length, 2, 3], detector: { name: 'eiger' } };
}

export async function normalise(_measured: unknown): Promise<{ normalised: { values: number[] } }> {
  return { normalised: { values: [0.1, 0.2] } };
}

export async function summarise(_parts: unknown): Promise<{ mean: number; spread: { sigma: number } }> {
  return { mean: 2, spread: { sigma: 0.1 } };
}

export async function takeNote(_of: unknown): Promise<{ noted: boolean }> {
  return { noted: true };
}

export async function acquireFile(name: string): Promise<{ path: string; rows: number }> {
  return { path: await put(`${name}.csv`), rows: 12 };
}

export async function reduceFile(path: string): Promise<{ rows: number }> {
  return { rows: (await readFile(path, 'utf8')).split(' ').length };
}

/** Reads what the day before has left, if anything, and writes the day's own. */
export async function daily(yesterday: string, today: string): Promise<{ days: number }> {
  const before = await readFile(yesterday, 'utf8').catch(() => '');
  await write(today, `${before}${unlike()}`);
  return { days: before.split('\n').length };
}

export async function exportScan(): Promise<{ uri: string }> {
  return { uri: `s3://beamline/exports/${randomUUID()}.parquet` };
}

export async function importScan(_uri: string): Promise<{ rows: number }> {
  return { rows: 7 };
}

export async function settings(): Promise<{ exposure: { seconds: number } }> {
  return { exposure: { seconds: 0.2 } };
}
