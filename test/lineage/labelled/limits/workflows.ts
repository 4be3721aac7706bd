/** Workflows of the cases that lie at the limits of what can be known. They know nothing of provenance. */
import { proxyActivities } from '@temporalio/workflow';
import type * as activities from './activities';

const lab = proxyActivities<typeof activities>({ startToCloseTimeout: '1 minute' });

export async function numberAsResult(): Promise<void> {
  await lab.irradiate(await lab.measureDose());
}

export async function spreadOfNumbers(): Promise<void> {
  const { slope } = await lab.fitSeries('any');
  await lab.showFrame({ ...slope, unit: 'ppm' });
}

export async function jsonCopyOfNumbers(): Promise<void> {
  const measured = await lab.measureSeries();
  await lab.fitSeries(JSON.parse(JSON.stringify(measured)));
}

export async function sliceOfNumbers(): Promise<void> {
  const { series } = await lab.measureSeries();
  await lab.fitSeries(series.slice(0, 2));
}

export async function templateAroundAUri(): Promise<void> {
  const { uri } = await lab.newObject();
  await lab.readSlice(`${uri}/slice-7`);
}

export async function dateAsResult(): Promise<void> {
  const { night } = await lab.nextNight();
  await lab.observeNight(night);
}

export async function evictedString(): Promise<void> {
  const { key } = await lab.makeKey();
  for (let page = 0; page < 4; page += 1) await lab.manyKeys(page);
  await lab.useKey(key);
}

export async function internedObjects(): Promise<void> {
  await lab.spectrumOfLeft();
  const right = await lab.spectrumOfRight();
  await lab.plotSpectrum(right);
}

export async function fileThatNobodyNames(): Promise<void> {
  await lab.saveGainMap();
  await lab.applyGainMap();
}

export async function pathInAFile(): Promise<void> {
  const { manifest } = await lab.writeManifest();
  await lab.readManifest(manifest);
}

export async function batcher(): Promise<void> {
  await Promise.all([lab.writeBatched('left-rows'), lab.writeBatched('right-rows')]);
  await lab.readBatched('right-rows');
}

export async function computedTable(name: string): Promise<string> {
  return (await lab.computeTable(name)).file;
}

export async function readTableOnly(path: string): Promise<void> {
  await lab.readTable(path);
}

export async function deeplyNested(): Promise<void> {
  const { frame } = await lab.scanOf();
  await lab.showFrame({ a: { b: { c: { d: { e: { frame } } } } } });
}

export async function deepWithinReach(): Promise<void> {
  const { frame } = await lab.scanOf();
  await lab.showFrame({ a: { b: { frame } } });
}

export async function rowNumber(): Promise<void> {
  const { row } = await lab.insertRow();
  await lab.loadRow(row);
}
