/**
 * The measurements: monthly CO2 at Mauna Loa, 1958–2020, by the Scripps CO2 Program (CC BY 4.0), as the npm package
 * vega-datasets ships them. The package names each file's digest and licence; the digest is checked, both are kept.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** One monthly mean. */
export interface Sample {
  /** Decimal year of the month's middle. */
  year: number;
  /** Mole fraction in parts per million. */
  co2_ppm: number;
}

export interface Archive {
  bytes: Buffer;
  /** SHA-1 of the file as a git object. */
  git_blob: string;
  licence: string;
}

interface DataPackage {
  version: string;
  resources: {
    path: string;
    hash: string;
    licenses: { title: string }[];
  }[];
}

/** Path of a file of the data package. */
export function archivePath(name: string): string {
  return join(dirname(dirname(require.resolve('vega-datasets'))), 'data', name);
}

/** Reads a file of the data package, and refuses one that is not what the package says it is. */
export async function readArchive(path: string): Promise<Archive> {
  const [name, folder] = [basename(path), dirname(dirname(path))];
  const description = JSON.parse(await readFile(join(folder, 'datapackage.json'), 'utf8')) as DataPackage;
  const resource = description.resources.find((one) => one.path === name);
  if (!resource) throw new Error(`The archive has no ${name}`);
  const bytes = await readFile(path);
  const git_blob = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  if (resource.hash !== `sha1:${git_blob}`)
    throw new Error(`${name} is damaged: it is git object ${git_blob}`);
  return { bytes, git_blob, licence: resource.licenses[0]?.title ?? 'unknown' };
}

/** Parses `Date,CO2,adjusted CO2`; rows without a measured value are left out. */
export function parseSamples(csv: string): Sample[] {
  const samples: Sample[] = [];
  for (const row of csv.trim().split('\n').slice(1)) {
    const [date = '', co2 = ''] = row.split(',');
    const [year, month] = date.split('-').map(Number);
    const co2_ppm = Number(co2);
    if (year && month && co2 !== '' && Number.isFinite(co2_ppm))
      samples.push({ year: year + (month - 0.5) / 12, co2_ppm });
  }
  return samples;
}
