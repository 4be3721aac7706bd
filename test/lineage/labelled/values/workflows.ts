/** Workflows of the cases about values. They know nothing of provenance. */
import { proxyActivities, proxyLocalActivities, sleep, uuid4 } from '@temporalio/workflow';
import type * as activities from './activities';

const lab = proxyActivities<typeof activities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '50 ms', maximumAttempts: 2 },
});
const local = proxyLocalActivities<typeof activities>({ startToCloseTimeout: '10 seconds' });

export async function sameObjectTwice(): Promise<void> {
  const scan = await lab.acquireScan(2);
  await lab.fit(scan);
  await lab.plot(scan);
}

export async function elementOfAnArray(): Promise<void> {
  const { frames } = await lab.acquireScan(3);
  await lab.fitPart(frames[0]);
  await lab.fitPart(frames[2]);
}

export async function destructured(): Promise<void> {
  const { header, frames } = await lab.acquireScan(2);
  await lab.checkHeader(header);
  await lab.sumFrames(frames);
}

export async function destructuredString(): Promise<void> {
  const { id } = await lab.register();
  await lab.publish(id);
}

export async function spreadCopy(): Promise<void> {
  const scan = await lab.acquireScan(2);
  await lab.fit({ ...scan, smoothing: 3 });
}

export async function jsonCopy(): Promise<void> {
  const entry = await lab.register();
  await lab.publish(JSON.parse(JSON.stringify(entry)));
}

export async function equalObjects(): Promise<void> {
  await lab.statusOfLeft();
  const right = await lab.statusOfRight();
  await lab.plot(right);
}

export async function equalParts(): Promise<void> {
  const left = await lab.statusOfLeft();
  const right = await lab.statusOfRight();
  await lab.plot({ spectrum: left.spectrum });
  await lab.fit(right.spectrum);
}

export async function constantOfActivities(): Promise<void> {
  const first = await lab.lookUpFirst();
  await lab.lookUpSecond();
  await lab.refine(first);
}

const REFERENCE = { uri: 'https://data.example.org/reference/Si-640c.json', lattice: { a_nm: 0.5431 } };

export async function constantOfTheWorkflow(): Promise<void> {
  await lab.refine(REFERENCE);
  await lab.index(REFERENCE);
  await lab.plot(REFERENCE.lattice);
}

export async function sameEnum(): Promise<void> {
  const aligned = await lab.align({ status: 'ok' });
  if (aligned.status !== 'ok') return;
  await lab.refine({ status: 'ok' });
}

export async function raceLoser(): Promise<void> {
  const loser = lab.slow();
  const winner = await Promise.race([lab.fast(), loser]);
  await lab.fit(winner);
  await loser;
  await lab.plot(winner);
}

export async function mutated(): Promise<void> {
  const scan = await lab.acquireScan(2);
  scan.header.exposure_s = 0.2;
  scan.frames.push({ index: 99, counts: [0] });
  Object.assign(scan, { operator: 'Ada' });
  await lab.fit(scan);
}

export async function onlyInAnIf(): Promise<void> {
  const { good } = await lab.checkHeader({ detector: 'eiger' });
  if (good) await lab.plot({ detector: 'eiger' });
}

export async function retried(): Promise<void> {
  const values = await lab.flaky();
  await lab.fit(values);
}

export async function getterAsArgument(): Promise<void> {
  const scan = await lab.acquireScan(1);
  await lab.refine({
    get id() {
      return uuid4();
    },
    scan,
  });
  await lab.plot({ id: uuid4() });
}

export async function echoed(): Promise<void> {
  const uri = 's3://beamline/calibration/flat-field-2026.h5';
  await lab.echo(uri);
  await lab.index({ uri });
}

export async function uuidOfTheWorkflow(): Promise<void> {
  const id = uuid4();
  await lab.begin(id);
  await lab.finish(id);
}

export async function digestAsString(): Promise<void> {
  const sha256 = await lab.digest('a long text');
  await lab.verifyDigest('a long text', sha256);
}

export async function calibrationConstants(): Promise<void> {
  const gain = await lab.measureGain();
  const scan = await lab.acquireScan(1);
  await lab.refine(scan, { gain });
}

export async function allOfThem(): Promise<void> {
  const scans = await Promise.all([lab.acquireScan(1), lab.acquireScan(2), lab.acquireScan(3)]);
  await lab.compare(scans);
}

export async function thoseThatSettled(): Promise<void> {
  const settled = await Promise.allSettled([lab.acquireScan(1), lab.failing(), lab.measureGain()]);
  await lab.compare(settled.filter(({ status }) => status === 'fulfilled'));
}

export async function keptInState(): Promise<void> {
  const kept = new Map<string, activities.Scan>();
  for (const name of ['Ni-7', 'Fe-2']) kept.set(name, await lab.acquireScan(1));
  await sleep('50 ms');
  await lab.fit(kept.get('Fe-2'));
}

export async function localToRemote(): Promise<void> {
  const scan = await local.acquireScan(1);
  const { parameters } = await lab.fit(scan);
  await local.plot(parameters);
}

class Experiment {
  readonly title: string;
  readonly data: { scan: activities.Scan };

  constructor(title: string, data: { scan: activities.Scan }) {
    this.title = title;
    this.data = data;
  }
}

export async function wrapped(): Promise<void> {
  const experiment = new Experiment('first light', { scan: await lab.acquireScan(1) });
  await lab.fit(experiment.data);
  await lab.compare([experiment.data.scan.header]);
}

export async function filteredAndMapped(): Promise<void> {
  const { frames } = await lab.acquireScan(6);
  const even = frames.filter(({ index }) => index % 2 === 0).map((frame) => ({ frame, weight: 1 }));
  await lab.sumFrames(even);
}

export async function concatenated(): Promise<void> {
  const first = await lab.acquireScan(2);
  const second = await lab.acquireScan(2);
  await lab.acquireScan(2);
  await lab.sumFrames([...first.frames, ...second.frames]);
}

export async function sweep(): Promise<void> {
  const data = await lab.acquireScan(4);
  const models = [];
  for (const rate of [0.1, 0.01, 0.001]) models.push(await lab.trainAt(data, rate));
  await lab.compare(models);
}

export async function saga(): Promise<void> {
  const { reservation } = await lab.reserve();
  try {
    await lab.failing();
  } catch {
    await lab.release(reservation);
  }
}

export async function nothingReturned(): Promise<void> {
  await lab.begin('alignment');
  await lab.finish('alignment');
}

export async function sampleName(sample: string): Promise<void> {
  await lab.begin(sample);
  await lab.plot({ sample: { name: sample } });
}

export async function chain(): Promise<void> {
  const scan = await lab.acquireScan(1);
  const { parameters } = await lab.fit(scan);
  const refined = await lab.refine(parameters);
  await lab.compare([refined]);
}

export async function uriPassedOn(): Promise<void> {
  const { uri } = await lab.upload();
  await lab.index({ source: { uri } });
}

export async function crossValidated(): Promise<void> {
  const data = await lab.acquireScan(6);
  const { folds } = await lab.splitFolds(data);
  const models = await Promise.all(folds.map(({ train }) => lab.trainAt(train, 0.1)));
  const scores = await Promise.all(folds.map(({ test }, n) => lab.evaluate(models[n], test)));
  await lab.compare(scores);
}
