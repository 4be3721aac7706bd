/**
 * Writes the build file: made in the build stage, where `.git` and the packages are, and shipped with an image or bundle
 * that holds neither. `declared.ts` reads it. Node.
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BUILD_FILE, type Declared } from './declared';
import { entryProbe } from './entry';
import { runProbe } from './findings';
import { gitProbe } from './git';
import { packagesProbe } from './packages';

export interface BuildFileOptions {
  /** Folder of the code. @defaultValue the working directory */
  cwd?: string;
  /** Built files, relative to `cwd`; where one differs later, the build file is not believed. */
  entry?: string[];
  timeoutMs?: number;
}

/** Captures git and packages into `temporal-provenance.build.json` in `cwd`. Returns its path, and what it lacks. */
export async function writeBuildFile(
  options: BuildFileOptions = {},
): Promise<{ path: string; reasons: { [field: string]: string } }> {
  const cwd = resolve(options.cwd ?? '.');
  const signal = AbortSignal.timeout(options.timeoutMs ?? 60_000);
  const nothing: Declared = { source: 'none', facts: {}, reasons: {}, blobs: [] };
  const declared = Promise.resolve(nothing);
  const probes = [gitProbe({}, declared), packagesProbe(declared), entryProbe(options.entry, '')];
  const parts = await Promise.all(probes.map((probe) => runProbe(probe, { cwd, env: process.env, signal })));
  const reasons = Object.fromEntries(parts.flatMap((part) => [...part.reasons]));
  const blobs = parts
    .flatMap((part) => [...part.blobs.values()])
    .map(({ digest, media_type, bytes }) => ({
      digest,
      media_type,
      base64: Buffer.from(bytes).toString('base64'),
    }));
  const facts = Object.fromEntries(parts.flatMap((part) => [...part.facts]));
  const path = join(cwd, BUILD_FILE);
  const built_time = Date.now() / 1000;
  await writeFile(path, `${JSON.stringify({ schema: 1, built_time, facts, reasons, blobs })}\n`);
  return { path, reasons };
}
