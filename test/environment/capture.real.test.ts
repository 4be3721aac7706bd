/** The capture as a whole: identities, what a process shares, what can't fail, and the build file. */
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { captureEnvironment } from '../../src/environment/capture';
import { FIELDS } from '../../src/environment/identity/fields';
import { processFacts } from '../../src/environment/platform/process';
import { writeBuildFile } from '../../src/environment/program/build-file';
import { bundleDigest } from '../../src/environment/program/worker-code';
import { MASKING, REGISTERED } from './masking';
import {
  AMPLE_MS,
  capture,
  git,
  gitFacts,
  removeFolders,
  repository,
  restore,
  temporaryFolder,
  write,
} from './repository';

afterEach(() => {
  vi.unstubAllEnvs();
  removeFolders();
});

describe('a capture', () => {
  it('has the same identity in another place, on another branch, from another mirror', async () => {
    const folder = repository();
    const clone = join(temporaryFolder(), 'elsewhere');
    git(folder, 'clone', '--quiet', folder, clone);
    git(clone, 'checkout', '--quiet', '-b', 'other');
    git(clone, 'remote', 'set-url', 'origin', 'https://mirror.example.org/scan.git');
    const [here, there] = await Promise.all([capture(folder), capture(clone)]);
    expect(there.environment.id).toBe(here.environment.id);
    expect(there.environment.code_id).toBe(here.environment.code_id);
    expect(there.environment.detail).not.toEqual(here.environment.detail);
  });

  it('names a value or a reason for every field', async () => {
    const { environment } = await capture(temporaryFolder());
    const at = (object: unknown, field: string): unknown =>
      field.split('.').reduce((value, key) => (value as Record<string, unknown> | null)?.[key], object);
    for (const field of Object.keys(FIELDS)) {
      const value = at(environment.identity, field) ?? at(environment.detail, field);
      expect(value !== undefined || field in environment.reasons, field).toBe(true);
    }
  });

  it('is made once per process and folder: code that changes later is not what runs', async () => {
    const folder = repository();
    const first = await captureEnvironment({ cwd: folder, plugins: [], timeoutMs: AMPLE_MS }, MASKING);
    write(folder, { 'scan.ts': 'export const later = 1;\n' });
    const second = await captureEnvironment({ cwd: folder, plugins: [], timeoutMs: AMPLE_MS }, MASKING);
    expect(second.environment.id).toBe(first.environment.id);
    expect(
      (
        await captureEnvironment(
          { cwd: repository({ 'b.ts': '' }), plugins: [], timeoutMs: AMPLE_MS },
          MASKING,
        )
      ).environment.id,
    ).not.toBe(first.environment.id);
  });

  it('distinguishes workers of one process by what differs between them', async () => {
    const cwd = repository();
    const plugin = { kind: 'plugin', name: 'temporal-provenance', version: '0.1.0' } as const;
    const plain = await captureEnvironment({ cwd, plugins: [], timeoutMs: AMPLE_MS }, MASKING);
    const more = await captureEnvironment({ cwd, plugins: [plugin], timeoutMs: AMPLE_MS }, MASKING);
    const bundled = await captureEnvironment(
      { cwd, plugins: [], timeoutMs: AMPLE_MS, workflowBundle: { code: 'run()' } },
      MASKING,
    );
    expect(new Set([plain, more, bundled].map(({ environment }) => environment.id)).size).toBe(3);
    expect(more.environment.identity.code).toMatchObject({ plugins: [plugin] });
  });

  it('takes a bundle without its source map, which names folders of the machine', () => {
    const code = 'run();\n';
    const map = (folder: string) => `\n//# sourceMappingURL=data:application/json;base64,${btoa(folder)}`;
    expect(bundleDigest(code + map('/home/ada'))).toBe(bundleDigest(code + map('/srv')));
    expect(bundleDigest('other();\n')).not.toBe(bundleDigest(code));
  });

  it('records only named variables, masked like everything else', async () => {
    vi.stubEnv('BEAMLINE', 'BL-7');
    vi.stubEnv('LAB_TOKEN', 'hunter2');
    vi.stubEnv('PROXY', 'http://ada:hunter2@proxy:80');
    vi.stubEnv('AUTHOR', 'Ada');
    vi.stubEnv('HINT', `it is ${REGISTERED}, and ${'x'.repeat(2000)}`);
    const names = ['BEAMLINE', 'LAB_TOKEN', 'PROXY', 'AUTHOR', 'HINT', 'NOT_SET'];
    const captured = await captureEnvironment(
      { cwd: temporaryFolder(), plugins: [], timeoutMs: AMPLE_MS, variables: names },
      MASKING,
    );
    expect(captured.environment.detail.variables).toEqual({
      BEAMLINE: 'BL-7',
      LAB_TOKEN: '[redacted]',
      PROXY: 'http://[redacted]@proxy:80',
      AUTHOR: 'Ada',
      HINT: `it is [redacted], and ${'x'.repeat(1002)}`,
    });
  });

  it('never rejects, for any input', async () => {
    for (const wrong of [
      { cwd: 7 },
      { plugins: null },
      { git: { patchBytes: {} } },
      { entry: 5 },
      { variables: 5 },
    ]) {
      const input = { cwd: temporaryFolder(), plugins: [], ...wrong } as never;
      expect((await captureEnvironment(input, MASKING)).environment.id).toMatch(/^sha256:/);
    }
  });

  it('keeps what was read in time when the budget ends', async () => {
    const { environment } = await captureEnvironment(
      { cwd: repository(), plugins: [], timeoutMs: 1 },
      MASKING,
    );
    expect(environment.reasons['git.commit']).toBe('timeout');
    expect(environment.restorable.level).toBe('partial');
  });

  it('reads the packages of a named interpreter', async () => {
    const cwd = temporaryFolder();
    const { environment } = await captureEnvironment(
      { cwd, plugins: [], timeoutMs: AMPLE_MS, python: ['/nowhere/python'] },
      MASKING,
    );
    expect(environment.identity.packages).toMatchObject({
      python: [{ executable: '/nowhere/python', reason: 'failed' }],
    });
  });
});

describe('a build file', () => {
  it('gives an image without git its commit, packages, patch, and the same code id', async () => {
    const folder = repository();
    write(folder, {
      'scan.ts': 'export const steps = 99;\n',
      'dist/main.js': 'run();\n',
      'node_modules/b/package.json': '{"name":"b","version":"1.0.0"}',
      '.gitignore': 'node_modules\ndist\n',
    });
    const live = await captureEnvironment(
      { cwd: folder, plugins: [], timeoutMs: AMPLE_MS, entry: ['dist/main.js'] },
      MASKING,
    );
    const { path } = await writeBuildFile({ cwd: folder, entry: ['dist/main.js'] });
    const image = temporaryFolder();
    write(image, { 'dist/main.js': 'run();\n' });
    copyFileSync(path, join(image, 'temporal-provenance.build.json'));
    const built = await captureEnvironment(
      { cwd: image, plugins: [], timeoutMs: AMPLE_MS, entry: ['dist/main.js'] },
      MASKING,
    );
    expect(gitFacts(built)).toMatchObject({
      source: 'build_file',
      commit: gitFacts(live).commit,
      dirty: true,
    });
    expect(built.environment.code_id).toBe(live.environment.code_id);
    expect(built.environment.detail.packages).toMatchObject({ npm: { source: 'build_file', count: 1 } });
    expect(await restore(built, folder)).toMatchObject({ exact: true });
  });

  it('of other code is ignored, and so is a broken one', async () => {
    const folder = repository();
    write(folder, { 'dist/main.js': 'run();\n' });
    await writeBuildFile({ cwd: folder, entry: ['dist/main.js'] });
    const image = temporaryFolder();
    const built = join(folder, 'temporal-provenance.build.json');
    vi.stubEnv('PROVENANCE_BUILD_FILE', built);
    expect(gitFacts(await capture(image)).source).toBe('build_file');
    write(folder, { 'dist/main.js': 'changed();\n' });
    expect((await capture(image)).environment.reasons['git.commit']).toBe('build_file_stale');
    writeFileSync(built, '{"schema": 1, "facts": {}, "blobs": [{"digest": "sha256:0", "base64": ""}]}');
    expect((await capture(image)).environment.reasons['git.commit']).toBe('build_file_invalid');
  });

  it('can be a few variables: what they do not say is unknown, never clean', async () => {
    vi.stubEnv('GITHUB_SHA', 'ABCDEF0123456789ABCDEF0123456789ABCDEF01');
    vi.stubEnv('DD_GIT_REPOSITORY_URL', 'https://token@example.org/lab/scan.git');
    const captured = await capture(temporaryFolder());
    expect(gitFacts(captured)).toMatchObject({
      commit: 'abcdef0123456789abcdef0123456789abcdef01',
      repository: 'https://example.org/lab/scan.git',
      source: 'variables',
    });
    expect(gitFacts(captured).dirty).toBeUndefined();
    expect(captured.environment.reasons['git.dirty']).toBe('unknown_at_build');
    expect(captured.environment.restorable.missing).toContain('state of the work tree');
  });
});

describe('facts of the process', () => {
  it('are recorded', () => {
    expect(processFacts()).toMatchObject({
      pid: process.pid,
      cwd: process.cwd(),
      detail: { node: process.versions.node },
    });
  });
});
