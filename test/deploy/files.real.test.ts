/** systemd and Compose accept the files to copy. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findExecutable } from '../real/daemon';
import { DEPLOY, SYSTEMD, units } from './files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provenance-deploy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Units in a folder, with programs that exist on this machine. */
function copyUnits(change: (text: string) => string = (text) => text): string[] {
  const command = join(folder, 'temporal-provenance');
  writeFileSync(command, '#!/bin/sh\n');
  chmodSync(command, 0o755);
  return units().map((name) => {
    const text = readFileSync(join(SYSTEMD, name), 'utf8')
      .replaceAll('/opt/beamline/node_modules/.bin/temporal-provenance', command)
      .replaceAll('/usr/bin/node', process.execPath);
    writeFileSync(join(folder, name), change(text));
    return join(folder, name);
  });
}

function verify(files: readonly string[]): { code: number | null; said: string } {
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], {
    encoding: 'utf8',
  });
  return {
    code: status,
    said: stderr
      .split('\n')
      .filter((line) => line.includes(folder))
      .join('\n'),
  };
}

it('systemd accepts the units', (context) => {
  context.skip(!findExecutable('systemd-analyze'), 'no systemd-analyze (apt-get install systemd)');
  expect(verify(copyUnits())).toEqual({ code: 0, said: '' });
});

it('systemd names a unit with an unknown key', (context) => {
  context.skip(!findExecutable('systemd-analyze'), 'no systemd-analyze (apt-get install systemd)');
  const files = copyUnits((text) => text.replace('TimeoutStopSec=', 'TimeoutStopSecs='));
  expect(verify(files).said).toContain("Unknown key 'TimeoutStopSecs'");
});

/** `docker compose`, else the older program. */
function composeCommand(): string[] | undefined {
  const plugin = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' });
  if (plugin.status === 0) return ['docker', 'compose'];
  return findExecutable('docker-compose') ? ['docker-compose'] : undefined;
}

it('Compose accepts its file, with and without the Temporal dev server', (context) => {
  const [program = '', ...words] = composeCommand() ?? [];
  context.skip(program === '', 'no Docker Compose (apt-get install docker-compose)');
  copyFileSync(join(DEPLOY, 'compose.yaml'), join(folder, 'compose.yaml'));
  copyFileSync(join(DEPLOY, 'Dockerfile'), join(folder, 'Dockerfile'));
  writeFileSync(join(folder, 'store-password.txt'), 'x\n');
  const services = (profile: string[]): string[] =>
    execFileSync(program, [...words, '-f', 'compose.yaml', ...profile, 'config', '--services'], {
      cwd: folder,
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
      .sort();
  const always = ['migrate', 'postgres', 'reconcile', 'serve', 'worker'];
  expect(services(['--profile', 'temporal'])).toEqual([...always, 'temporal'].sort());
  expect(services([]).filter((name) => name !== 'temporal')).toEqual(always);
});
