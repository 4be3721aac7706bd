import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { productFiles, ROOT, repositoryFiles, type SourceFile } from './imports';

const files = productFiles();
const byPath = new Map(files.map((file) => [file.path, file]));

/** Part of the product that a file belongs to: a folder of src, a file of src, or a folder at the top. */
function partOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? `src/${second.replace(/\.ts$/, '')}` : top;
}

const BASE = ['src/model', 'src/errors'];
/** What each part may import, besides itself. A folder that is not listed may import nothing of ours. */
const ALLOWED: { [part: string]: readonly string[] } = {
  'src/model': [],
  'src/errors': ['src/model'],
  'src/config': [...BASE, 'src/metadata'],
  'src/metadata': BASE,
  'src/client-metadata': [...BASE, 'src/metadata'],
  'src/environment': BASE,
  'src/store': BASE,
  'src/record': [...BASE, 'src/metadata', 'src/store'],
  'src/settlement': [...BASE, 'src/store', 'src/record'],
  'src/upkeep': [...BASE, 'src/metadata', 'src/store', 'src/record'],
  'src/lineage': [...BASE, 'src/store'],
  'src/export': [...BASE, 'src/store', 'src/lineage'],
  'src/workflow': [...BASE, 'interceptors'],
  'src/activity': [...BASE, 'interceptors'],
  interceptors: [
    ...BASE,
    'src/metadata',
    'src/environment',
    'src/store',
    'src/record',
    'src/settlement',
    'src/client-metadata',
  ],
  activities: [
    ...BASE,
    'src/metadata',
    'src/store',
    'src/record',
    'src/settlement',
    'src/lineage',
    'src/upkeep',
  ],
  workflows: [...BASE, 'src/nearest-name', 'src/metadata', 'src/settlement', 'src/upkeep', 'activities'],
};
const SKINS = ['src/cli', 'src/web'];
/** What isolate-safe code may load beside its own kind. Types of any module are free: they leave nothing behind. */
const SANDBOX_MODULES = ['@temporalio/workflow', '@temporalio/common'];
/** Loaded late, so that importing the product never fails for a part that can't be had. */
const DRIVERS = ['better-sqlite3', 'pg', 'dockerode', 'simple-git'];
/** What a process without workers must not load; the command line may when a verb asks for it. */
const WORKER_MODULES = ['@temporalio/worker', '@temporalio/core-bridge', '@temporalio/testing'];
const WORKERLESS_ENTRIES = ['src/index.ts', 'src/activity.ts', 'src/cli/main.ts'];
const LONGEST_FILE_LINES = 350;

/** The composition root: what stands in src itself and is not in the table may import all but the skins. */
function isRoot(path: string): boolean {
  return /^src\/[^/]+\.ts$/.test(path) && !(partOf(path) in ALLOWED);
}

function mayImport(path: string, target: string): boolean {
  const [part, wanted] = [partOf(path), partOf(target)];
  if (part === wanted || SKINS.includes(part)) return true;
  if (isRoot(path)) return !SKINS.includes(wanted);
  return (ALLOWED[part] ?? []).includes(wanted);
}

/** Which of `modules` a file loads as it is loaded itself. */
function loads({ path, imports }: SourceFile, modules: readonly string[]): string[] {
  return imports
    .filter(({ target, type_only }) => !type_only && modules.includes(target))
    .map(({ target }) => `${path} -> ${target}`);
}

function ownImports(file: SourceFile): SourceFile[] {
  return file.imports
    .filter(({ own, type_only }) => own && !type_only)
    .flatMap(({ target }) => byPath.get(target) ?? []);
}

function reachableFrom(path: string): SourceFile[] {
  const found = new Set<SourceFile>();
  const visit = (file: SourceFile | undefined): void => {
    if (!file || found.has(file)) return;
    found.add(file);
    ownImports(file).forEach(visit);
  };
  visit(byPath.get(path));
  return [...found];
}

describe('imports', () => {
  it('finds the product', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.some(({ isolate_safe }) => isolate_safe)).toBe(true);
  });

  it('name files that are there', () => {
    const missing = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ own, target }) => own && !byPath.has(target))
        .map(({ target }) => `${path} -> ${target}`),
    );
    expect(missing).toEqual([]);
  });

  it('point one way', () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ own, target }) => own && !mayImport(path, target))
        .map(({ target }) => `${path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('go in no circle', () => {
    const circles: string[] = [];
    const done = new Set<SourceFile>();
    const visit = (file: SourceFile, above: readonly SourceFile[]): void => {
      const start = above.indexOf(file);
      if (start >= 0) circles.push([...above.slice(start), file].map(({ path }) => path).join(' -> '));
      if (start >= 0 || done.has(file)) return;
      for (const next of ownImports(file)) visit(next, [...above, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(circles).toEqual([]);
  });

  it('keep the two databases apart', () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => /store\/(sqlite|postgres)\//.test(`${target}/`))
        .filter(
          ({ target }) => /store\/(sqlite|postgres)\//.test(path) && databaseOf(path) !== databaseOf(target),
        )
        .map(({ target }) => `${path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('leave drivers to be loaded late', () => {
    expect(files.flatMap((file) => loads(file, DRIVERS))).toEqual([]);
  });

  it.each(WORKERLESS_ENTRIES)('leave the native worker out of what %s loads', (entry) => {
    // What is for activity code alone is there where activities are.
    const activity = entry === 'src/activity.ts' ? [] : ['@temporalio/activity'];
    expect(reachableFrom(entry).flatMap((file) => loads(file, [...WORKER_MODULES, ...activity]))).toEqual([]);
  });
});

describe('the built package', () => {
  const built = ['src', 'interceptors', 'activities', 'workflows'].flatMap((part) =>
    readdirSync(join(ROOT, 'dist', part), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.js'))
      .map((path) => join('dist', part, path)),
  );

  /** A VM context, such as Jest's, has none unless Node is told so: what is loaded late is compiled to `require`. */
  it('has no native import()', () => {
    expect(built.length).toBeGreaterThan(100);
    const native = built.filter((path) =>
      /\bimport\s*\(/.test(readFileSync(join(ROOT, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')),
    );
    expect(native).toEqual([]);
  });
});

describe('isolate-safe code', () => {
  it('loads only isolate-safe code and what the sandbox has', () => {
    const wrong = files
      .filter(({ isolate_safe }) => isolate_safe)
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ type_only }) => !type_only)
          .filter(({ own, target }) =>
            own ? !byPath.get(target)?.isolate_safe : !SANDBOX_MODULES.includes(target),
          )
          .map(({ target }) => `${path} -> ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  const bundled = files.map(({ path }) => path).filter((path) => path.startsWith('workflows/'));

  it.each(['interceptors/workflow.ts', 'src/workflow.ts', ...bundled])('is all that %s loads', (entry) => {
    const reached = reachableFrom(entry);
    expect(reached.length).toBeGreaterThan(0);
    expect(reached.filter(({ isolate_safe }) => !isolate_safe).map(({ path }) => path)).toEqual([]);
  });
});

describe('files', () => {
  it('say what they are, first thing', () => {
    const silent = files.filter(({ text }) => !/^(#!.*\n)?\/\*\*/.test(text)).map(({ path }) => path);
    expect(silent).toEqual([]);
  });

  it('are short', () => {
    const long = files
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > LONGEST_FILE_LINES);
    expect(long).toEqual([]);
  });

  it('name no package registry, and no folder of one machine', () => {
    const forbidden = [
      /registry\.npm/,
      /deb\.debian/,
      /proxy\.golang/,
      /pypi\.(org|python)/,
      /files\.pythonhosted/,
    ];
    const folders = [/["'`\s(](?:\/root\/|\/home\/(?!user\b|ada\b|node\b|you\b|me\b)\w|\/work\/)/];
    const found = repositoryFiles()
      .filter((path) => path !== 'test/architecture.test.ts' && !path.startsWith('test/fixtures/'))
      .filter((path) => {
        const text = readFileSync(join(ROOT, path), 'utf8');
        return [...forbidden, ...folders].some((pattern) => pattern.test(text));
      });
    expect(found).toEqual([]);
  });

  it('lock versions without addresses', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });
});

function databaseOf(path: string): string | undefined {
  return /store\/(sqlite|postgres)/.exec(path)?.[1];
}
