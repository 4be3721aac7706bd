/** Activities that return data, and one that uses it. */
import { activityInfo } from '@temporalio/activity';

export interface Made {
  n: number;
  path: string;
  part: { path: string; n: number };
  list: { v: number }[];
  mode: string;
}

export async function make(n: number): Promise<Made> {
  return {
    n,
    path: `/lab/raw/${n}.h5`,
    part: { path: `/lab/part/${n}.h5`, n },
    list: [{ v: 1 }, { v: 2 }],
    mode: 'HIGH_GAIN',
  };
}

/** Fails the first time. */
export async function makeAtLast(n: number): Promise<Made> {
  if (activityInfo().attempt === 1) throw new Error('not yet');
  return make(n);
}

export async function makeSlowly(n: number): Promise<Made> {
  await new Promise((resolve) => setTimeout(resolve, 500));
  return make(n);
}

/** A file of a fan-out. */
export async function makeFile(n: number): Promise<{ path: string; shape: number[] }> {
  return { path: `/lab/files/${n}.tif`, shape: [n, n] };
}

export async function echo(value: unknown): Promise<unknown> {
  return value;
}

/** Always the same: a format, a status. */
export async function status(_n: number): Promise<{ status: string; format: string }> {
  return { status: 'COMPLETED', format: 'application/x-hdf5' };
}

export async function paths(from: number, count: number): Promise<string[]> {
  return Array.from({ length: count }, (_, n) => `/lab/many/${from + n}.tif`);
}

/** Uses what it is given. `name`: by which the test finds it. */
export async function use(name: string, ..._data: unknown[]): Promise<string> {
  return name;
}
