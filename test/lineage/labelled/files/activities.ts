/** Activities of the cases about files. They read and write them for real. */
import {
  appendFile,
  copyFile,
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  unlink,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { activityInfo, heartbeat } from '@temporalio/activity';
import { at, put, remember, unlike, write } from '../place';

export async function acquire(): Promise<{ file: string; rows: number }> {
  return { file: await put('raw.csv'), rows: 12 };
}

export async function acquireTo(path: string): Promise<void> {
  await write(path);
}

export async function acquireAs(name: string): Promise<string> {
  return put(name);
}

export async function reduce(path: string): Promise<{ reduced: string; rows: number }> {
  const rows = (await readFile(path, 'utf8')).split(' ').length;
  return { reduced: await put('reduced.json'), rows };
}

export async function inspect(path: string): Promise<number> {
  return (await readFile(path, 'utf8')).length;
}

export async function inspectAll(paths: readonly string[]): Promise<number> {
  return (await Promise.all(paths.map(inspect))).length;
}

export async function count(path: string): Promise<{ path: string; lines: number }> {
  return { path, lines: (await readFile(path, 'utf8')).split('\n').length };
}

export async function train(path: string): Promise<{ model: string; loss: number }> {
  await readFile(path);
  return { model: await put('model.json'), loss: 0.1 };
}

export async function infer(model: string, data: string): Promise<{ predictions: string }> {
  await Promise.all([readFile(model), readFile(data)]);
  return { predictions: await put('predictions.json') };
}

export async function report(parts: {
  trained: unknown;
  inferred: { predictions: string };
}): Promise<string> {
  await readFile(parts.inferred.predictions);
  return put('report.txt');
}

/** Saves every step; the first attempt dies after its checkpoint. */
export async function trainWithCheckpoint(checkpoint: string): Promise<{ model: string }> {
  if (activityInfo().attempt === 1) {
    await write(checkpoint);
    throw new Error('The node was drained');
  }
  await readFile(checkpoint);
  return { model: await put('model.json') };
}

/** The same, with a checkpoint whose name only the heartbeat holds. */
export async function trainWithHeartbeat(): Promise<{ model: string }> {
  const { attempt, heartbeatDetails } = activityInfo();
  if (attempt === 1) {
    heartbeat({ step: 3, checkpoint: await put('step-3.ckpt') });
    throw new Error('The node was drained');
  }
  await readFile((heartbeatDetails as { checkpoint: string }).checkpoint);
  return { model: await put('model.json') };
}

/** The first attempt leaves half a file. */
export async function writeHalfFirst(): Promise<{ file: string }> {
  const file = await put('table.csv');
  if (activityInfo().attempt === 1) throw new Error('The disk was slow');
  return { file };
}

export async function append(path: string, line: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await appendFile(path, `${line} ${unlike()}`);
  remember(path, await readFile(path, 'utf8'));
}

export async function normaliseInPlace(path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  await write(path, `${text.toUpperCase()}normalised ${unlike()}`);
}

export async function makeTiles(folder: string): Promise<{ tiles: number }> {
  for (let n = 0; n < 100; n += 1) await write(join(folder, `tile-${n}.raw`));
  return { tiles: 100 };
}

export async function stitch(folder: string): Promise<{ mosaic: string }> {
  const names = await readdir(folder);
  await Promise.all(names.map((name) => readFile(join(folder, name))));
  return { mosaic: await put('mosaic.raw') };
}

export async function writeParts(): Promise<{ folder: string }> {
  const [first] = await Promise.all([put('parts/part-1.csv'), put('parts/part-2.csv')]);
  return { folder: dirname(first) };
}

export async function listFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort().map((name) => join(folder, name));
}

export async function newest(folder: string): Promise<string> {
  const names = (await readdir(folder)).sort();
  return join(folder, names.at(-1) ?? '');
}

export async function linkLatest(): Promise<{ latest: string }> {
  const target = await put('run-001.csv');
  const latest = at('latest.csv');
  await rm(latest, { force: true });
  await symlink(target, latest);
  return { latest };
}

export async function hardLink(from: string, to: string): Promise<void> {
  await link(from, to);
}

export async function promote(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rename(from, to);
  remember(to, await readFile(to, 'utf8'));
}

export async function copyTo(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  remember(to, await readFile(to, 'utf8'));
}

export async function compress(path: string): Promise<{ archive: string }> {
  const archive = `${path}.gz`;
  const packed = gzipSync(await readFile(path)).toString('base64');
  return { archive: await write(archive, packed) };
}

export async function expand(archive: string, to: string): Promise<void> {
  const text = gunzipSync(Buffer.from(await readFile(archive, 'utf8'), 'base64')).toString();
  await write(to, `${text}expanded\n`);
}

export async function markDone(name: string): Promise<{ marker: string }> {
  return { marker: await put(`${name}.done`, '') };
}

export async function withSidecar(): Promise<{ data: string; sidecar: string }> {
  return { data: await put('scan.raw'), sidecar: await put('scan.json') };
}

/** What a deterministic computation writes: the same bytes each time. */
export async function computeSame(name: string): Promise<{ file: string }> {
  return { file: await put(name, `the same result each time: ${'0123456789'.repeat(8)}\n`) };
}

export async function slowWriteA(path: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 300));
  await write(path);
  await new Promise((resolve) => setTimeout(resolve, 600));
}

export async function slowWriteB(path: string): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 600));
  await write(path);
  await new Promise((resolve) => setTimeout(resolve, 300));
}

export async function remove(path: string): Promise<void> {
  await unlink(path);
}

const FAN_OUT = 5_000;

/** Five thousand small files at once. */
export async function split(): Promise<{ tiles: { path: string; shape: number[] }[] }> {
  const tiles = Array.from({ length: FAN_OUT }, (_, n) => ({ path: at(`fan/tile-${n}.raw`), shape: [2, n] }));
  for (let from = 0; from < FAN_OUT; from += 100)
    await Promise.all(tiles.slice(from, from + 100).map(({ path }) => write(path)));
  return { tiles };
}

export async function processTiles(tiles: readonly { path: string }[]): Promise<{ sum: { value: number } }> {
  const texts = await Promise.all(tiles.map(({ path }) => readFile(path, 'utf8')));
  return { sum: { value: texts.length } };
}

export async function mergeSums(_sums: unknown): Promise<void> {}

export async function describeFile(path: string): Promise<{ description: { lines: number } }> {
  return { description: { lines: (await readFile(path, 'utf8')).length } };
}

export async function writeTo(path: string, _description: unknown): Promise<void> {
  await write(path);
}

export async function exposeDark(): Promise<{ dark: string }> {
  return { dark: await put('dark.raw') };
}

export async function exposeFlat(): Promise<{ flat: string }> {
  return { flat: await put('flat.raw') };
}

export async function project(angles: number): Promise<{ projections: string; angles: number }> {
  return { projections: await put('projections.raw'), angles };
}

export async function reconstruct(from: Record<'dark' | 'flat' | 'projections', string>): Promise<string> {
  await Promise.all([readFile(from.dark), readFile(from.flat), readFile(from.projections)]);
  return put('volume.raw');
}

export async function segment(volume: string): Promise<{ mask: string }> {
  await readFile(volume);
  return { mask: await put('mask.raw') };
}

export async function measurePorosity(volume: string, mask: string): Promise<{ porosity: number }> {
  await Promise.all([readFile(volume), readFile(mask)]);
  return { porosity: 0.21 };
}

export async function acquireCopy(archived: string, name: string): Promise<{ file: string }> {
  return { file: await put(`${name}.csv`, await readFile(archived, 'utf8')) };
}
