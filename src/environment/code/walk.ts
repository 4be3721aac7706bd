/**
 * Walks from some files to all that they reach by literal names, without installed packages. This is the code
 * that runs, or that is loaded when one of its lines runs. Node.
 * @module
 */
import { join, resolve, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { readManifest } from '../program/program';
import { type CodeFile, type ReadFile, readCodeFile } from './files';
import { loadedModules } from './modules';
import { Resolver } from './resolve';

/** Time between two pauses, in which the answers of other probes are processed. */
const SLICE_MS = 15;
/** Limit for contents that are passed on, so that those to keep need not be read again. */
const REMEMBERED_BYTES = 32 * 1024 * 1024;

/**
 * Reads `roots` and what they name. Files for which there was no time are `not_compared`.
 * @param deadline `performance.now()` at which it stops
 */
export async function walkCode(roots: Iterable<string>, deadline: number = Infinity): Promise<ReadFile[]> {
  const waiting = [...roots].filter((path) => !isOwnCode(path));
  const seen = new Set(waiting);
  const resolver = new Resolver(new Set(loadedModules()));
  const files: ReadFile[] = [];
  let remembered = 0;
  let pause = performance.now() + SLICE_MS;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const now = performance.now();
    if (now > deadline) return [...files, ...[path, ...waiting].map(unread)];
    if (now > pause) {
      await setImmediate();
      pause = performance.now() + SLICE_MS;
    }
    const { bytes, ...file } = readCodeFile(path);
    remembered += bytes?.length ?? 0;
    files.push(remembered <= REMEMBERED_BYTES ? { ...file, bytes } : file);
    for (const named of file.scan.named) {
      const next = resolver.resolve(named, path);
      if (next === undefined || seen.has(next) || isOwnCode(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return files;
}

function unread(path: string): CodeFile {
  return { path, size_bytes: 0, mtime_ms: 0, scan: { named: [] }, missing: 'not_compared' };
}

/** The folders of this package's own code, and where its package.json may be. */
interface OwnPlaces {
  base: string;
  folders: string[];
  /** True if the manifest found there is ours. */
  ours: boolean;
}
let own: OwnPlaces | undefined;

/** Found on first use, since a module of a bundled client has no folder. */
function ownPlaces(): OwnPlaces {
  const base = resolve(__dirname, '..', '..', '..');
  const folders = ['src', 'interceptors', 'activities', 'workflows'].map(
    (folder) => join(base, folder) + sep,
  );
  const ours = [base, resolve(base, '..')].some(
    (folder) => readManifest(folder)?.name === 'temporal-provenance',
  );
  return { base, folders, ours };
}

/** True for this package's own code if it is linked: the manifest of plugins names its version. */
export function isOwnCode(path: string): boolean {
  own ??= ownPlaces();
  return own.ours && path.startsWith(own.base + sep) && own.folders.some((folder) => path.startsWith(folder));
}
