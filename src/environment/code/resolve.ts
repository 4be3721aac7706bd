/**
 * Resolves a specifier to a file of the lab's own code. Installed packages are not followed, because the
 * package set names them; linked packages and workspace siblings are own code. This reimplements Node's rules:
 * Node itself resolves only with the conditions of `require`, and loads files while it does. Node.
 * @module
 */
import { lstatSync, realpathSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isJsonObject, type Json } from '../../model/json';
import { isInstalled, readManifest } from '../program/program';
import type { Named } from './scan';

/**
 * Extensions that are tried in this order if no file has exactly the name. With a loader that compiles sources,
 * `x.js` may name the file `x.ts`.
 */
const ADDED = ['.js', '.json', '.node', '.ts', '.tsx', '.mts', '.cts', '.mjs', '.cjs', '.jsx'];
const SOURCES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.js$/, ['.ts', '.tsx']],
  [/\.jsx$/, ['.tsx']],
  [/\.mjs$/, ['.mts']],
  [/\.cjs$/, ['.cts']],
];

type Manifest = ReturnType<typeof readManifest>;

/** Finds the files of specifiers by Node's rules. Remembers the manifests and folders that it has read. */
export class Resolver {
  readonly #loaded: ReadonlySet<string>;
  readonly #manifests = new Map<string, Manifest>();
  readonly #packages = new Map<string, string | null>();
  readonly #files = new Map<string, string | undefined>();
  readonly #folders = new Map<string, string>();

  /** @param loaded real files that need not be looked up */
  constructor(loaded: ReadonlySet<string> = new Set()) {
    this.#loaded = loaded;
  }

  /** The file; undefined if it is installed, built into Node, or missing. Never throws. */
  resolve({ specifier, kind }: Named, from: string): string | undefined {
    try {
      const found = this.#target(
        kind === 'import' ? specifier.replace(/[?#].*$/, '') : specifier,
        kind,
        from,
      );
      return found === undefined ? undefined : this.#real(found);
    } catch {
      return undefined; // A circle of links, or a folder without access.
    }
  }

  /** The real file of a path. Cached, because most files are named by several others. */
  #real(path: string): string | undefined {
    if (this.#loaded.has(path)) return path;
    if (this.#loaded.has(`${path}.js`)) return `${path}.js`;
    if (this.#files.has(path)) return this.#files.get(path);
    const plain = lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
    const file = plain ? path : fileAt(path);
    const real = file === undefined ? undefined : join(this.#realFolder(dirname(file)), basename(file));
    const target = plain || real === undefined ? real : realpathSync(real);
    const own = target === undefined || isInstalled(target) ? undefined : target;
    this.#files.set(path, own);
    return own;
  }

  #realFolder(folder: string): string {
    const known = this.#folders.get(folder) ?? realpathSync(folder);
    this.#folders.set(folder, known);
    return known;
  }

  #target(specifier: string, kind: Named['kind'], from: string): string | undefined {
    if (specifier.startsWith('file:')) return fileURLToPath(specifier);
    if (isAbsolute(specifier)) return specifier;
    if (/^\.\.?(\/|$)/.test(specifier)) return resolve(dirname(from), specifier);
    if (specifier.startsWith('#')) return this.#inner(specifier, kind, from);
    if (isBuiltin(specifier) || /^[a-z]+:/.test(specifier)) return undefined;
    const [name = ''] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
    const rest = `.${specifier.slice(name.length)}`;
    const own = this.#around(dirname(from));
    if (own && own.manifest.name === name && own.manifest.exports !== undefined)
      return entryOf(own.folder, own.manifest, rest, kind);
    const folder = this.#package(name, dirname(from));
    return folder === undefined ? undefined : entryOf(folder, this.#manifest(folder) ?? {}, rest, kind);
  }

  /** `#name`, as mapped by the enclosing package. */
  #inner(specifier: string, kind: Named['kind'], from: string): string | undefined {
    const own = this.#around(dirname(from));
    const imports = own?.manifest.imports;
    if (!own || !isJsonObject(imports)) return undefined;
    const target = mapped(imports, specifier, kind);
    if (target === undefined) return undefined;
    if (target.startsWith('./')) return join(own.folder, target);
    return this.#target(target, kind, join(own.folder, 'package.json'));
  }

  /** Real folder of a linked package; undefined if it is installed or missing. */
  #package(name: string, from: string): string | undefined {
    const key = `${from}\0${name}`;
    const known = this.#packages.get(key);
    if (known !== undefined) return known ?? undefined;
    const folder = findPackage(name, from);
    this.#packages.set(key, folder ?? null);
    return folder;
  }

  #around(from: string): { folder: string; manifest: NonNullable<Manifest> } | undefined {
    for (let folder = from; ; folder = dirname(folder)) {
      const manifest = this.#manifest(folder);
      if (manifest) return { folder, manifest };
      if (dirname(folder) === folder) return undefined;
    }
  }

  #manifest(folder: string): Manifest {
    if (!this.#manifests.has(folder)) this.#manifests.set(folder, readManifest(folder));
    return this.#manifests.get(folder);
  }
}

function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (statSync(place, { throwIfNoEntry: false })?.isDirectory()) {
      const real = realpathSync(place);
      return isInstalled(real) ? undefined : real;
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** The entry of a package by its manifest: only `exports` if it has them, else `main` or the path unchanged. */
function entryOf(
  folder: string,
  manifest: NonNullable<Manifest>,
  path: string,
  kind: Named['kind'],
): string | undefined {
  const { exports, main } = manifest;
  if (exports === undefined || exports === null)
    return path === '.' && typeof main === 'string' ? join(folder, main) : join(folder, path);
  const paths = isJsonObject(exports) && Object.keys(exports).some((key) => key.startsWith('.'));
  const target = paths
    ? mapped(exports, path, kind)
    : path === '.'
      ? chosen(exports as Json, kind)
      : undefined;
  return target?.startsWith('./') ? join(folder, target) : undefined;
}

/** A key of `exports` or `imports`: the exact one, else the longest matching pattern. */
function mapped(
  map: { readonly [key: string]: Json },
  path: string,
  kind: Named['kind'],
): string | undefined {
  if (Object.hasOwn(map, path) && !path.includes('*')) return chosen(map[path]!, kind);
  const fitting = Object.keys(map)
    .filter((key) => key.includes('*') && matches(key, path))
    .sort((a, b) => b.indexOf('*') - a.indexOf('*') || b.length - a.length);
  const [key] = fitting;
  if (key === undefined) return undefined;
  const [before = '', after = ''] = key.split('*');
  const part = path.slice(before.length, path.length - after.length);
  return chosen(map[key]!, kind)?.replaceAll('*', () => part);
}

function matches(key: string, path: string): boolean {
  const [before = '', after = ''] = key.split('*');
  return path.length >= key.length - 1 && path.startsWith(before) && path.endsWith(after);
}

/** The first condition that Node fulfils, in the order of the manifest. */
function chosen(target: Json, kind: Named['kind']): string | undefined {
  if (typeof target === 'string') return target;
  if (Array.isArray(target)) return target.map((one) => chosen(one, kind)).find((one) => one !== undefined);
  if (!isJsonObject(target)) return undefined;
  for (const [condition, value] of Object.entries(target)) {
    if (!['node', 'node-addons', 'module-sync', 'default', kind].includes(condition)) continue;
    const found = chosen(value, kind);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The file of a path: the path itself, its source, the path with an extension, or the index of a folder. */
function fileAt(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile()) return path;
  for (const [output, sources] of SOURCES)
    if (output.test(path))
      for (const end of sources) if (isFile(path.replace(output, end))) return path.replace(output, end);
  for (const end of ADDED) if (isFile(path + end)) return path + end;
  if (!stat?.isDirectory()) return undefined;
  const main = readManifest(path)?.main;
  const inside =
    typeof main === 'string' && resolve(path, main) !== path ? fileAt(join(path, main)) : undefined;
  return inside ?? ADDED.map((end) => join(path, `index${end}`)).find(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
