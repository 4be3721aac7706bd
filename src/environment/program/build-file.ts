/**
 * Writes the build file. A build stage, which has `.git` and the packages, creates it; it is shipped with an
 * image or bundle that has neither. `declared.ts` reads it. Node.
 * @module
 */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { nameFiles } from '../code/held';
import { walkCode } from '../code/walk';
import { type Findings, type ProbeContext, runProbe } from '../findings';
import { gitProbe } from '../git';
import { packagesProbe } from '../packages';
import { BUILD_FILE, type BuiltFile, type Declared } from './declared';
import { entryProbe } from './entry';

/** The options of `writeBuildFile`. */
export interface BuildFileOptions {
  /** Folder of the code. @defaultValue the working directory */
  cwd?: string;
  /** Built files, relative to `cwd`. If one of them differs later, the build file is ignored. */
  entry?: string[];
  /** Time budget for reading, in ms. @defaultValue 60000 */
  timeoutMs?: number;
}

const NOTHING: Declared = { source: 'none', facts: {}, reasons: {}, blobs: [] };

/**
 * Captures git and packages into `temporal-provenance.build.json` in `cwd`. Returns its path, and what it
 * lacks.
 */
export async function writeBuildFile(
  options: BuildFileOptions = {},
): Promise<{ path: string; reasons: { [field: string]: string } }> {
  const cwd = resolve(options.cwd ?? '.');
  const signal = AbortSignal.timeout(options.timeoutMs ?? 60_000);
  const declared = Promise.resolve(NOTHING);
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
  const files = await builtFiles(options.entry ?? [], { cwd, env: process.env, signal }, parts);
  if (!options.entry?.length) reasons['code.loaded'] = 'not_compared';
  const path = join(cwd, BUILD_FILE);
  const built_time = Date.now() / 1000;
  await writeFile(path, `${JSON.stringify({ schema: 1, built_time, facts, reasons, blobs, files })}\n`);
  return { path, reasons };
}

/** All files that the entry files reach, each with its digest. What is loaded later is compared with it. */
async function builtFiles(
  entry: readonly string[],
  context: ProbeContext,
  parts: readonly Findings[],
): Promise<BuiltFile[]> {
  const knowsTree = parts.some(({ facts }) => facts.has('git.worktree_tree'));
  const declared = Promise.resolve(NOTHING);
  const found = await walkCode(new Set(entry.map((path) => resolve(context.cwd, path))));
  const named = await nameFiles(found, context, { declared });
  return named.flatMap(({ name, file: { digest }, held }) =>
    digest === undefined ? [] : [{ path: name, sha256: digest, held: held && knowsTree }],
  );
}
