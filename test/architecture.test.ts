import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { productFiles, ROOT, repositoryFiles, type SourceFile } from './imports';

const files = productFiles();
const byPath = new Map(files.map((file) => [file.path, file]));

/** Room of the product that a file belongs to: a folder of src or of interceptors, a file of these, or a folder at the top. */
function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' || top === 'interceptors' ? `${top}/${second.replace(/\.ts$/, '')}` : top;
}

/**
 * The rooms, from the ground up. A room may import what its line names, and `model` and `errors`. It names no room above itself,
 * so imports between rooms go in no circle. A room that is not listed may import nothing of ours.
 */
const ROOMS: readonly (readonly [room: string, uses: string])[] = [
  ['src/model', ''],
  ['src/errors', ''],
  ['src/lineage', ''],
  ['src/filter', ''],
  ['src/metadata', ''],
  ['src/redaction', 'src/metadata'],
  ['src/temporal', 'src/metadata'],
  ['src/values', 'src/lineage src/metadata src/redaction src/temporal'],
  ['src/environment', ''],
  ['src/store', 'src/lineage src/filter'],
  ['src/data', 'src/lineage src/metadata src/redaction src/values src/store'],
  ['src/record', 'src/metadata src/redaction src/store'],
  ['src/stash', 'src/metadata src/redaction src/store src/record'],
  ['src/options', 'src/filter src/metadata src/redaction src/environment src/store src/data src/record'],
  ['src/questions', 'src/lineage src/filter src/metadata src/environment src/store src/record src/options'],
  ['src/settlement', 'src/metadata src/redaction src/temporal src/values src/data src/store src/options'],
  ['src/upkeep', 'src/filter src/metadata src/redaction src/store src/record'],
  ['interceptors/loss', 'src/record'],
  ['interceptors/client', 'src/metadata src/temporal'],
  ['interceptors/workflow', 'src/lineage src/metadata src/temporal'],
  ['interceptors/nexus', 'src/temporal'],
  [
    'interceptors/activity',
    'interceptors/loss src/lineage src/metadata src/redaction src/temporal src/values src/data src/store src/record src/options',
  ],
  [
    'interceptors/sinks',
    'interceptors/loss interceptors/activity interceptors/workflow src/redaction src/temporal src/values src/store src/record',
  ],
  ['src/workflow', 'interceptors/workflow'],
  ['src/activity', 'interceptors/activity'],
  [
    'src/worker',
    'interceptors/loss interceptors/client interceptors/workflow interceptors/nexus interceptors/activity interceptors/sinks src/redaction src/values src/environment src/data src/store src/record src/options',
  ],
  ['activities', 'src/filter src/temporal src/store src/settlement src/upkeep'],
  ['workflows', 'src/settlement src/upkeep activities'],
];
const GROUND = ['src/model', 'src/errors'];
const USES = new Map(ROOMS.map(([room, uses]) => [room, [...GROUND, ...uses.split(' ')]]));
/** What lies in src itself: public entries and the composition root. */
const ENTRIES = ['activity', 'errors', 'index', 'operations', 'plugin', 'workflow'];
const SKINS = ['src/cli', 'src/web'];
/** Verbs that write, move or check a store as a whole, and what opens it for them. All else of a skin asks `src/questions`. */
const STORE_VERBS = /^src\/cli\/(upkeep\/|context\.ts$)/;
/** What isolate-safe code may load beside its own kind. Types of any module are free: they leave nothing behind. */
const SANDBOX_MODULES = ['@temporalio/workflow', '@temporalio/common'];
/** Loaded late, so that importing the product never fails for a part that can't be had. */
const DRIVERS = ['better-sqlite3', 'pg', 'dockerode', 'simple-git'];
/** What a process without workers must not load; the command line may when a verb asks for it. */
const WORKER_MODULES = ['@temporalio/worker', '@temporalio/core-bridge', '@temporalio/testing'];
const WORKERLESS_ENTRIES = ['src/index.ts', 'src/activity.ts', 'src/cli/main.ts'];
/** Folders of the two databases, by what they own. */
const DIALECT_FOLDERS = [
  ...['connection', 'identity', 'writing'].map((name) => `src/store/sqlite/${name}`),
  ...['connection', 'identity', 'writing', 'values'].map((name) => `src/store/postgres/${name}`),
];
const LONGEST_FILE_LINES = 300;

/** The composition root: what lies in src itself and is not in the table may import all but the skins. */
function isRoot(path: string): boolean {
  return /^src\/[^/]+\.ts$/.test(path) && !USES.has(roomOf(path));
}

function mayImport(path: string, target: string): boolean {
  const [room, wanted] = [roomOf(path), roomOf(target)];
  if (room === wanted || SKINS.includes(room)) return true;
  if (isRoot(path)) return !SKINS.includes(wanted);
  return USES.get(room)?.includes(wanted) ?? false;
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

/** All that a file names of ours, types and what is loaded late included. */
function namedBy({ imports, named_late }: SourceFile): SourceFile[] {
  const names = imports.filter(({ own }) => own).map(({ target }) => target);
  return [...names, ...named_late].flatMap((path) => byPath.get(path) ?? []);
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
  it("finds the product's files", () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.some(({ isolate_safe }) => isolate_safe)).toBe(true);
  });

  it('name files that exist', () => {
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

  it('go down: no room uses a room above it', () => {
    const order = ROOMS.map(([room]) => room);
    const upward = ROOMS.flatMap(([room, uses]) =>
      uses.split(' ').filter((used) => used !== '' && order.indexOf(used) >= order.indexOf(room)),
    );
    expect(upward).toEqual([]);
  });

  it('leave only the entries loose in src', () => {
    const loose = files.map(({ path }) => path).filter((path) => /^src\/[^/]+\.ts$/.test(path));
    expect(loose).toEqual(ENTRIES.map((name) => `src/${name}.ts`));
  });

  it('form no cycle, types included', () => {
    const circles: string[] = [];
    const done = new Set<SourceFile>();
    const visit = (file: SourceFile, above: readonly SourceFile[]): void => {
      const start = above.indexOf(file);
      if (start >= 0) circles.push([...above.slice(start), file].map(({ path }) => path).join(' -> '));
      if (start >= 0 || done.has(file)) return;
      for (const next of namedBy(file)) visit(next, [...above, file]);
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

  it('go from a skin to a store through the questions, except for verbs that write, move or check a store', () => {
    const skins = files.filter(({ path }) => SKINS.includes(roomOf(path)) && !STORE_VERBS.test(path));
    expect(skins.length).toBeGreaterThan(20);
    const imports = skins.flatMap(({ path, imports }) =>
      imports
        .filter(({ own, target }) => own && /^src\/store\//.test(target))
        .map(({ target }) => `${path} -> ${target}`),
    );
    const reads = skins
      .filter(({ text }) => /\bstore\??\.\w+\(|\bwithStore\b/.test(text))
      .map(({ path }) => path);
    expect({ imports, reads }).toEqual({ imports: [], reads: [] });
  });

  it('load drivers late', () => {
    expect(files.flatMap((file) => loads(file, DRIVERS))).toEqual([]);
  });

  it.each(WORKERLESS_ENTRIES)('keep the native worker out of what %s loads', (entry) => {
    // What is for activity code alone is there where activities are.
    const activity = entry === 'src/activity.ts' ? [] : ['@temporalio/activity'];
    expect(reachableFrom(entry).flatMap((file) => loads(file, [...WORKER_MODULES, ...activity]))).toEqual([]);
  });
});

describe('isolate-safe code', () => {
  it('loads only isolate-safe code and what the sandbox provides', () => {
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

  it.each(['interceptors/workflow/workflow.ts', 'src/workflow.ts', ...bundled])(
    'makes up all that %s loads',
    (entry) => {
      const reached = reachableFrom(entry);
      expect(reached.length).toBeGreaterThan(0);
      expect(reached.filter(({ isolate_safe }) => !isolate_safe).map(({ path }) => path)).toEqual([]);
    },
  );
});

describe('files', () => {
  it('begin with a comment on what they are', () => {
    const silent = files.filter(({ text }) => !/^(#!.*\n)?\/\*\*/.test(text)).map(({ path }) => path);
    expect(silent).toEqual([]);
  });

  it('describe each folder once, in the file that owns it', () => {
    const rooms = ROOMS.map(([room]) => room).filter((room) => /^(src|interceptors)\//.test(room));
    const folders = [...rooms, ...DIALECT_FOLDERS].filter((folder) =>
      files.some(({ path }) => path.startsWith(`${folder}/`)),
    );
    // A file speaks for the innermost of these folders.
    const folderOf = (path: string) => folders.findLast((folder) => path.startsWith(`${folder}/`));
    const speaking = files.filter(({ text }) => text.includes('This folder owns'));
    const said = folders.map((folder) => ({
      folder,
      said: speaking.filter(({ path }) => folderOf(path) === folder).length,
    }));
    expect(said.length).toBeGreaterThan(15 + DIALECT_FOLDERS.length);
    expect(said.filter((folder) => folder.said !== 1)).toEqual([]);
  });

  it('are short', () => {
    const long = files
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > LONGEST_FILE_LINES);
    expect(long).toEqual([]);
  });

  it('name no package registry and no folder of one machine', () => {
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
