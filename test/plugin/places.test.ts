/** Where a worker finds code, config and store: by its program, wherever it was started from. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { programOf } from '../../src/environment/program/program';
import { resolveOptions } from '../../src/options/options';
import { announcePlaces, describeElsewhere, findPlaces } from '../../src/options/places';

const argv = process.argv[1]!;
let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'provenance-places-')));
  vi.stubEnv('PROVENANCE_STORE', '');
});

afterEach(() => {
  process.argv[1] = argv;
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function write(files: { [path: string]: string }): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** As if the process had been started with this file, in this folder. */
function started(entry: string, cwd: string): void {
  process.argv[1] = join(folder, entry);
  vi.spyOn(process, 'cwd').mockReturnValue(join(folder, cwd));
}

/** A program with a config, and another project to stand in. */
function twoProjects(): void {
  write({
    'scan/package.json': '{"name": "scan"}',
    'scan/lib/package.json': '{"type": "commonjs"}',
    'scan/lib/worker.js': '',
    'scan/temporal-provenance.json':
      '{"lab": "beamline", "required": ["operator"], "store": "sqlite:scan.db"}',
    'other/temporal-provenance.json': '{"lab": "optics"}',
    'other/provenance.db': '',
  });
  for (const name of ['scan', 'other']) execFileSync('git', ['init', '--quiet', join(folder, name)]);
}

describe('a program that is started from another project', () => {
  it('reads its own config, so that its own lab, rules and store apply', () => {
    twoProjects();
    started('scan/lib/worker.js', 'other');
    expect(resolveOptions()).toMatchObject({
      lab: 'beamline',
      required: ['operator'],
      store: `sqlite:${join(folder, 'scan/scan.db')}`,
    });
  });

  it('reports what it ignores in the working directory', () => {
    twoProjects();
    started('scan/lib/worker.js', 'other');
    const { places, store } = findPlaces();
    expect(places).toEqual({
      folder: join(folder, 'scan'),
      config: join(folder, 'scan/temporal-provenance.json'),
      store_source: 'config',
      elsewhere: {
        folder: join(folder, 'other'),
        repository: join(folder, 'other'),
        config: join(folder, 'other/temporal-provenance.json'),
        store: `sqlite:${join(folder, 'other/provenance.db')}`,
      },
    });
    const log = { info: vi.fn(), warn: vi.fn() };
    announcePlaces(places, 'beamline', store, log);
    expect(log.info.mock.calls).toEqual([
      [
        `temporal-provenance: lab 'beamline', store sqlite:${join(folder, 'scan/scan.db')}, config ${join(folder, 'scan/temporal-provenance.json')}, code of ${join(folder, 'scan')}`,
      ],
    ]);
    expect(log.warn.mock.calls).toEqual([
      [
        expect.stringContaining(
          `was started in ${join(folder, 'other')}: ignored from the working directory`,
        ),
      ],
    ]);
  });

  it('reports nothing if there is only one project', () => {
    twoProjects();
    started('scan/lib/worker.js', 'scan');
    expect(describeElsewhere(findPlaces().places)).toBeUndefined();
    started('scan/lib/worker.js', 'scan/lib');
    expect(describeElsewhere(findPlaces().places)).toBeUndefined();
    started('scan/lib/worker.js', '.');
    expect(describeElsewhere(findPlaces().places)).toBeUndefined();
  });

  it('uses the config of the working directory if it has none', () => {
    write({ 'scan/package.json': '{"name": "scan"}', 'scan/worker.js': '' });
    write({ 'etc/temporal-provenance.json': '{"lab": "optics"}' });
    started('scan/worker.js', 'etc');
    expect(resolveOptions()).toMatchObject({ lab: 'optics' });
    expect(resolveOptions().places.elsewhere?.config).toBeUndefined();
  });

  it('keeps its records in its own folder, or in an existing store', () => {
    write({ 'scan/package.json': '{"name": "scan"}', 'scan/worker.js': '', 'data/notes.txt': '' });
    started('scan/worker.js', 'data');
    expect(resolveOptions().store).toBe(`sqlite:${join(folder, 'scan/provenance.db')}`);
    write({ 'data/provenance.db': '' });
    expect(resolveOptions().store).toBe(`sqlite:${join(folder, 'data/provenance.db')}`);
  });

  it('resolves a store that code or a variable names against the working directory', () => {
    twoProjects();
    started('scan/lib/worker.js', 'other');
    vi.stubEnv('PROVENANCE_STORE', 'sqlite:named.db');
    expect(findPlaces()).toMatchObject({
      store: 'sqlite:named.db',
      places: { store_source: 'PROVENANCE_STORE' },
    });
    expect(findPlaces('sqlite:own.db').store).toBe('sqlite:own.db');
  });
});

describe('the folder of a program', () => {
  it('is that of its package, through links and without extension, else of its repository, else its own', () => {
    write({ 'scan/package.json': '{"private": true}', 'scan/lib/worker.js': '', 'bin/empty': '' });
    symlinkSync(join(folder, 'scan/lib/worker.js'), join(folder, 'bin/worker'));
    expect(programOf(join(folder, 'bin/worker'), '/')).toEqual({
      entry: join(folder, 'scan/lib/worker.js'),
      folder: join(folder, 'scan'),
    });
    expect(programOf(join(folder, 'scan/lib/worker'), '/').folder).toBe(join(folder, 'scan'));
    write({ 'plain/.git/HEAD': '', 'plain/lib/worker.mjs': '', 'alone/worker.mjs': '' });
    expect(programOf(join(folder, 'plain/lib/worker.mjs'), '/').folder).toBe(join(folder, 'plain'));
    expect(programOf(join(folder, 'alone/worker.mjs'), '/').folder).toBe(join(folder, 'alone'));
  });

  it('is known even if the entry file is deleted', () => {
    write({ 'scan/package.json': '{"name": "scan"}', 'scan/lib/other.js': '' });
    expect(programOf(join(folder, 'scan/lib/worker.js'), '/')).toEqual({
      entry: join(folder, 'scan/lib/worker.js'),
      folder: join(folder, 'scan'),
    });
  });

  it('is the working directory for an installed tool, and without a file', () => {
    write({ 'scan/node_modules/jest/bin/jest.js': '' });
    expect(programOf(join(folder, 'scan/node_modules/jest/bin/jest.js'), '/srv')).toEqual({
      folder: '/srv',
      tool: 'node_modules/jest/bin/jest.js',
    });
    expect(programOf('', '/srv')).toEqual({ folder: '/srv' });
    expect(programOf('-', '/srv')).toEqual({ folder: '/srv' });
  });
});
