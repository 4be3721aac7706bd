/** Activities of the cases that lie at the limits of what can be known. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { at, put, write } from '../place';

export async function measureDose(): Promise<number> {
  return 12.75;
}

export async function irradiate(_dose_gy: number): Promise<{ counts: { total: number } }> {
  return { counts: { total: 11 } };
}

export async function measureSeries(): Promise<{ dose_gy: number; series: number[] }> {
  return { dose_gy: 3, series: [1, 2, 3, 4] };
}

export async function fitSeries(_series: unknown): Promise<{ slope: { per_day: number } }> {
  return { slope: { per_day: 0.3 } };
}

export async function newObject(): Promise<{ uri: string; parts: number }> {
  return { uri: `s3://beamline/volumes/${randomUUID()}`, parts: 2 };
}

export async function readSlice(_uri: string): Promise<{ slice: { mean: number } }> {
  return { slice: { mean: 3 } };
}

export async function insertRow(): Promise<{ row: number; table: string }> {
  return { row: 88123, table: 'exposures' };
}

export async function loadRow(_row: number): Promise<{ exposure: { seconds: number } }> {
  return { exposure: { seconds: 2 } };
}

export async function nextNight(): Promise<{ night: string }> {
  return { night: '2026-12-01' };
}

export async function observeNight(_night: string): Promise<{ seeing: { arcsec: number } }> {
  return { seeing: { arcsec: 0.8 } };
}

export async function makeKey(): Promise<{ key: string }> {
  return { key: randomUUID() };
}

/** Forty thousand names that mean something. */
export async function manyKeys(page: number): Promise<{ keys: string[] }> {
  return { keys: Array.from({ length: 10_000 }, () => `${randomUUID()}-${page}`) };
}

export async function useKey(_key: string): Promise<{ found: { rows: number } }> {
  return { found: { rows: 1 } };
}

export async function spectrumOfLeft(): Promise<{ status: string; peaks: { kev: number } }> {
  return { status: 'ok', peaks: { kev: 59.5 } };
}

export async function spectrumOfRight(): Promise<{ status: string; peaks: { kev: number } }> {
  return { status: 'ok', peaks: { kev: 59.5 } };
}

export async function plotSpectrum(_spectrum: unknown): Promise<void> {}

/** Writes where the next one knows to look. */
export async function saveGainMap(): Promise<{ saved: boolean }> {
  await put('gain-map.bin');
  return { saved: true };
}

export async function applyGainMap(): Promise<{ applied: { pixels: number } }> {
  return { applied: { pixels: (await readFile(at('gain-map.bin'))).length } };
}

/** A file whose content names another one. */
export async function writeManifest(): Promise<{ manifest: string }> {
  const volume = await put('volume-of-manifest.raw');
  return { manifest: await put('manifest.json', JSON.stringify({ volume })) };
}

export async function readManifest(manifest: string): Promise<{ size: { bytes: number } }> {
  const { volume } = JSON.parse(await readFile(manifest, 'utf8'));
  return { size: { bytes: (await readFile(volume)).length } };
}

const queue: (() => Promise<void>)[] = [];

/** One timer for whoever wants to write: the file is written in the context of the first who asked. */
function batched(write_one: () => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    queue.push(() => write_one().then(resolve));
    if (queue.length === 1) setTimeout(() => void Promise.all(queue.splice(0).map((next) => next())), 500);
  });
}

export async function writeBatched(name: string): Promise<{ rows: { written: number } }> {
  await batched(async () => void (await write(at(name))));
  return { rows: { written: 1 } };
}

export async function readBatched(name: string): Promise<void> {
  await readFile(at(name));
}

export async function computeTable(name: string): Promise<{ file: string }> {
  return { file: await put(name, `a table that is computed anew each time: ${'abcdefghij'.repeat(8)}\n`) };
}

export async function readTable(path: string): Promise<number> {
  return (await readFile(path)).length;
}

export async function scanOf(): Promise<{ frame: { id: number } }> {
  return { frame: { id: 3 } };
}

export async function showFrame(_nested: unknown): Promise<void> {}
