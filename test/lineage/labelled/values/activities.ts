/** Activities of the cases about values that workflows pass on. Nothing here writes a file. */
import { randomUUID } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';

export interface Frame {
  index: number;
  counts: number[];
}

export interface Scan {
  header: { detector: string; exposure_s: number };
  frames: Frame[];
}

export async function acquireScan(frames: number): Promise<Scan> {
  const header = { detector: 'pilatus', exposure_s: 0.1 };
  return { header, frames: Array.from({ length: frames }, (_, index) => ({ index, counts: [index, 2, 3] })) };
}

export async function fit(_scan: unknown): Promise<{ chi2: number; parameters: { a: number; b: number } }> {
  return { chi2: 1.2, parameters: { a: 1, b: 2 } };
}

export async function plot(_scan: unknown): Promise<{ width: number; height: number }> {
  return { width: 640, height: 480 };
}

export async function checkHeader(_header: unknown): Promise<{ good: boolean }> {
  return { good: true };
}

export async function sumFrames(_frames: unknown): Promise<{ total: number }> {
  return { total: 42 };
}

export async function fitPart(_part: unknown): Promise<{ chi2: number }> {
  return { chi2: 0.9 };
}

export async function register(): Promise<{ id: string; version: number }> {
  return { id: randomUUID(), version: 1 };
}

export async function publish(_id: unknown): Promise<void> {}

export async function measureGain(): Promise<{ gain: number; offset: number }> {
  return { gain: 1.07, offset: 3 };
}

/** Two detectors that say the same. */
export async function statusOfLeft(): Promise<{ status: string; spectrum: { peak_kev: number } }> {
  return { status: 'ok', spectrum: { peak_kev: 59.5 } };
}

export async function statusOfRight(): Promise<{ status: string; spectrum: { peak_kev: number } }> {
  return { status: 'ok', spectrum: { peak_kev: 59.5 } };
}

const DEFAULTS = { reference: 'https://data.example.org/reference/LaB6.json', lattice: { a_nm: 0.41569 } };

/** Both return the same constant of this module. */
export async function lookUpFirst(): Promise<typeof DEFAULTS> {
  return DEFAULTS;
}

export async function lookUpSecond(): Promise<typeof DEFAULTS> {
  return DEFAULTS;
}

export async function refine(_model: unknown, _more?: unknown): Promise<{ residual: number }> {
  return { residual: 0.01 };
}

export async function align(_request: unknown): Promise<{ status: string }> {
  return { status: 'ok' };
}

export async function fast(): Promise<{ from: string; values: number[] }> {
  return { from: 'cache', values: [1, 2] };
}

export async function slow(): Promise<{ from: string; values: number[] }> {
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  return { from: 'tape', values: [1, 2] };
}

/** The first attempt fails. */
export async function flaky(): Promise<{ values: number[]; at: { attempt: number } }> {
  const { attempt } = activityInfo();
  if (attempt === 1) throw new Error('The detector is busy');
  return { values: [4, 5], at: { attempt } };
}

export async function failing(): Promise<{ values: number[] }> {
  throw new Error('The shutter is stuck');
}

export async function echo(uri: string): Promise<{ uri: string; length: number }> {
  return { uri, length: uri.length };
}

export async function begin(_id: string): Promise<void> {}

export async function finish(_id: string): Promise<void> {}

export async function digest(text: string): Promise<string> {
  const { createHash } = await import('node:crypto');
  return createHash('sha256').update(`${text}${Math.random()}`).digest('hex');
}

export async function verifyDigest(_text: string, _sha256: string): Promise<boolean> {
  return true;
}

export async function upload(): Promise<{ uri: string; parts: number }> {
  return { uri: `s3://beamline/scans/${randomUUID()}.h5`, parts: 3 };
}

export async function index(_request: unknown): Promise<{ entries: number }> {
  return { entries: 3 };
}

export async function trainAt(_data: unknown, _rate: number): Promise<{ loss: number; weights: number[] }> {
  return { loss: 0.1, weights: [1, 2, 3] };
}

export async function compare(_models: unknown): Promise<{ best: number }> {
  return { best: 1 };
}

export async function reserve(): Promise<{ reservation: { beamtime: number }; slot: string }> {
  return { reservation: { beamtime: 12 }, slot: 'B' };
}

export async function release(_reservation: unknown): Promise<void> {}

export async function splitFolds(_data: unknown): Promise<{ folds: { train: number[]; test: number[] }[] }> {
  return { folds: [1, 2, 3].map((n) => ({ train: [n, n + 1], test: [n + 2] })) };
}

export async function evaluate(_model: unknown, _test: unknown): Promise<{ score: { r2: number } }> {
  return { score: { r2: 0.9 } };
}
