/** Projects of users, each in a folder and process of its own, with the built package in their `node_modules`. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { temporalAddress } from '../real/temporal-server';

const root = join(__dirname, '..', '..');
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A project's folder; `copies`: its workflows get a second copy of the package, as a strict package manager may make. */
function project(kind: string, copies: boolean): string {
  const folder = mkdtempSync(join(tmpdir(), `provenance-${kind}-`));
  folders.push(folder);
  cpSync(join(__dirname, kind), folder, { recursive: true });
  const modules = join(folder, 'node_modules');
  mkdirSync(modules);
  symlinkSync(join(root, 'node_modules', '@temporalio'), join(modules, '@temporalio'));
  symlinkSync(root, join(modules, 'temporal-provenance'));
  if (copies) {
    const flows = join(folder, 'flows');
    mkdirSync(join(flows, 'node_modules', 'temporal-provenance'), { recursive: true });
    cpSync(join(folder, 'workflows.js'), join(flows, 'workflows.js'));
    cpSync(join(folder, 'package.json'), join(flows, 'package.json'));
    rmSync(join(folder, 'workflows.js'));
    symlinkSync(join(flows, 'workflows.js'), join(folder, 'workflows.js'));
    for (const part of ['package.json', 'dist']) {
      cpSync(join(root, part), join(flows, 'node_modules', 'temporal-provenance', part), { recursive: true });
    }
  }
  return folder;
}

test.each([
  ['esm', false],
  ['cjs', false],
  ['esm', true],
  ['cjs', true],
])('an %s project has metadata from every source; a second copy of the package: %s', async (kind, copies) => {
  const folder = project(kind, copies);
  const taskQueue = `project-${kind}-${copies}-${process.pid}-${Date.now()}`;
  const store = `sqlite:${join(folder, 'provenance.db')}`;
  const parameters = [join(folder, 'run.js'), temporalAddress(), taskQueue, store];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: folder });
  const seen: unknown = JSON.parse(/^seen: (.*)$/m.exec(stdout)?.[1] ?? 'null');
  expect(seen).toMatchObject({
    from_user: 'user',
    from_set: 'plan',
    from_scope: 'scope',
    from_stash: 'stash',
    plan_name: 'project',
  });
});
