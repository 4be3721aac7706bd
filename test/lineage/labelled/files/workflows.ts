/** Workflows of the cases about files. They know nothing of provenance. */
import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

const lab = proxyActivities<typeof activities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '50 ms', maximumAttempts: 2 },
});

export async function pipelineOfFiles(): Promise<string> {
  const raw = await lab.acquire();
  const { reduced } = await lab.reduce(raw.file);
  const trained = await lab.train(reduced);
  const inferred = await lab.infer(trained.model, raw.file);
  return lab.report({ trained, inferred });
}

export async function givenFromOutside(path: string): Promise<void> {
  const { reduced } = await lab.reduce(path);
  await lab.inspect(reduced);
}

export async function twoReaders(path: string): Promise<void> {
  await lab.inspect(path);
  await lab.describeFile(path);
}

export async function checkpointed(checkpoint: string): Promise<void> {
  const { model } = await lab.trainWithCheckpoint(checkpoint);
  await lab.inspect(model);
}

export async function heartbeatNamesACheckpoint(): Promise<void> {
  const { model } = await lab.trainWithHeartbeat();
  await lab.inspect(model);
}

export async function halfAFile(): Promise<void> {
  const { file } = await lab.writeHalfFirst();
  await lab.inspect(file);
}

export async function nameFromADate(folder: string): Promise<void> {
  const path = `${folder}/scan-${new Date().toISOString().slice(0, 10)}.csv`;
  await lab.acquireTo(path);
  await lab.inspect(path);
}

export async function reusedTemporaryFile(path: string): Promise<void> {
  await lab.acquireTo(path);
  await lab.inspect(path);
  await lab.writeTo(path, 'second');
  await lab.describeFile(path);
}

export async function symlinkedLatest(): Promise<void> {
  const { latest } = await lab.linkLatest();
  await lab.inspect(latest);
}

export async function appendedLog(path: string): Promise<void> {
  await lab.append(path, 'aligned');
  await lab.append(path, 'measured');
  await lab.append(path, 'parked');
  await lab.inspect(path);
}

export async function updatedInPlace(path: string): Promise<void> {
  await lab.acquireTo(path);
  await lab.normaliseInPlace(path);
  await lab.inspect(path);
}

export async function directoryOfTiles(folder: string): Promise<void> {
  await lab.makeTiles(folder);
  const { mosaic } = await lab.stitch(folder);
  await lab.inspect(mosaic);
}

export async function partOfADirectory(): Promise<void> {
  const { folder } = await lab.writeParts();
  await lab.inspect(`${folder}/part-1.csv`);
}

export async function listed(folder: string): Promise<void> {
  await lab.acquireTo(`${folder}/a.csv`);
  await lab.acquireTo(`${folder}/b.csv`);
  for (const path of await lab.listFiles(folder)) await lab.inspect(path);
}

export async function newestOfAFolder(folder: string): Promise<void> {
  await lab.acquireTo(`${folder}/scan-1.csv`);
  await lab.acquireTo(`${folder}/scan-2.csv`);
  await lab.inspect(await lab.newest(folder));
}

export async function trainOne(path: string): Promise<string> {
  return (await lab.train(path)).model;
}

export async function inferOne(model: string, data: string): Promise<void> {
  await lab.infer(model, data);
}

export async function renamed(from: string, to: string): Promise<void> {
  await lab.acquireTo(from);
  await lab.promote(from, to);
  await lab.inspect(to);
}

export async function copied(from: string, to: string): Promise<void> {
  await lab.acquireTo(from);
  await lab.copyTo(from, to);
  await lab.inspect(to);
}

export async function compressed(path: string, to: string): Promise<void> {
  await lab.acquireTo(path);
  const { archive } = await lab.compress(path);
  await lab.expand(archive, to);
  await lab.inspect(to);
}

export async function emptyMarkers(): Promise<void> {
  const first = await lab.markDone('first');
  await lab.markDone('second');
  await lab.inspect(first.marker);
}

export async function sidecar(): Promise<void> {
  const scan = await lab.withSidecar();
  await lab.inspect(scan.data);
  await lab.describeFile(scan.sidecar);
}

export async function computed(name: string): Promise<string> {
  return (await lab.computeSame(name)).file;
}

export async function inspectOne(path: string): Promise<void> {
  await lab.inspect(path);
}

export async function overlappingWriters(path: string): Promise<void> {
  await Promise.all([lab.slowWriteA(path), lab.slowWriteB(path)]);
  await lab.inspect(path);
}

export async function pathReturned(path: string): Promise<void> {
  await lab.acquireTo(path);
  const counted = await lab.count(path);
  await lab.inspect(counted.path);
}

export async function removedBetween(path: string): Promise<void> {
  await lab.acquireTo(path);
  await lab.remove(path);
  await lab.writeTo(path, 'again');
  await lab.inspect(path);
}

export async function fanOut(): Promise<void> {
  const { tiles } = await lab.split();
  const sums = await Promise.all(
    Array.from({ length: 50 }, (_, n) => lab.processTiles(tiles.slice(n * 100, n * 100 + 100))),
  );
  await lab.mergeSums(sums);
}

export async function manyInputs(): Promise<void> {
  const paths = [];
  for (const name of ['a.csv', 'b.csv', 'c.csv']) paths.push(await lab.acquireAs(name));
  await lab.acquireAs('d.csv');
  await lab.inspectAll(paths);
}

export async function configuration(config: string): Promise<void> {
  await lab.inspect(config);
  await lab.describeFile(config);
  await lab.reduce(config);
}

export async function describedAndWritten(path: string, to: string): Promise<void> {
  const { description } = await lab.describeFile(path);
  await lab.writeTo(to, description);
  await lab.inspect(to);
}

export async function hardLinked(from: string, to: string): Promise<void> {
  await lab.acquireTo(from);
  await lab.hardLink(from, to);
  await lab.inspect(to);
}

export async function tomography(): Promise<number> {
  const [{ dark }, { flat }] = await Promise.all([lab.exposeDark(), lab.exposeFlat()]);
  const { projections } = await lab.project(180);
  const volume = await lab.reconstruct({ dark, flat, projections });
  const { mask } = await lab.segment(volume);
  return (await lab.measurePorosity(volume, mask)).porosity;
}

export async function copiedFromAnArchive(archived: string, name: string): Promise<void> {
  const { file } = await lab.acquireCopy(archived, name);
  await lab.inspect(file);
}
