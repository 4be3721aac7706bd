/** Real git repositories in temporary folders, made by the git on this machine with a configuration of its own. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { captureEnvironment } from '../../src/environment/capture';
import { restoreCode } from '../../src/environment/restore';
import type { CapturedEnvironment } from '../../src/model/environment';
import type { JsonObject } from '../../src/model/json';
import { MASKING } from './masking';

const made: string[] = [];

/** A temporary folder, removed by `removeFolders`. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'provenance-test-'));
  made.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

const IDENTITY = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false'];

/** Runs git in a folder; returns what it prints. */
export function git(folder: string, ...command: string[]): string {
  const options = ['-c', 'protocol.file.allow=always', '-c', 'init.defaultBranch=main', ...IDENTITY];
  return execFileSync('git', [...options, ...command], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
}

/** Writes files, making their folders. */
export function write(folder: string, files: { [path: string]: string | Uint8Array }): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** A repository with some files in one commit, which a remote has as well. */
export function repository(files: { [path: string]: string | Uint8Array } = FILES): string {
  const folder = temporaryFolder();
  const remote = temporaryFolder();
  git(remote, 'init', '--bare', '--quiet');
  git(folder, 'init', '--quiet');
  write(folder, files);
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message', 'First');
  git(folder, 'remote', 'add', 'origin', remote);
  git(folder, 'push', '--quiet', '--set-upstream', 'origin', 'main');
  return folder;
}

/** Text, Latin-1 text, binary, a file without a last newline, a link's target, a script. */
export const FILES = {
  'scan.ts': 'export const steps = 10;\nexport const rate = 1;\n',
  'notes.txt': Buffer.from('Temperatur in \xb0C\nMessger\xe4t 4\n', 'latin1'),
  'mask.bin': Uint8Array.from({ length: 2000 }, (_, i) => (i * 7) % 256),
  'no-newline.ts': 'export default 1;',
  'run.sh': '#!/bin/sh\necho run\n',
  'old/removed.ts': 'export const old = true;\n',
  'old name.ts': `export const moved = '${'x'.repeat(200)}';\n`,
};

/** Leaves every kind of change behind at once. */
export function makeDirty(folder: string): void {
  write(folder, { 'scan.ts': 'export const steps = 20;\nexport const rate = 1;\n' });
  git(folder, 'add', 'scan.ts');
  write(folder, {
    'scan.ts': 'export const steps = 20;\nexport const rate = 5;\n', // partly staged
    'notes.txt': Buffer.from('Temperatur in \xb0F\r\nMessger\xe4t 4\n', 'latin1'),
    'mask.bin': Uint8Array.from({ length: 3000 }, (_, i) => (i * 11) % 256),
    'no-newline.ts': 'export default 2;',
    'added.ts': 'export const added = true;\n',
    'häßlich ünd "quoted".ts': 'export {};\n',
  });
  git(folder, 'add', 'added.ts', 'häßlich ünd "quoted".ts');
  chmodSync(join(folder, 'run.sh'), 0o755);
  rmSync(join(folder, 'old/removed.ts'));
  git(folder, 'mv', 'old name.ts', 'new name.ts');
  symlinkSync('scan.ts', join(folder, 'link.ts'));
  git(folder, 'add', 'link.ts');
}

/** Longer than a capture takes on a loaded machine. */
export const AMPLE_MS = 50_000;
let captures = 0;

/** Captures anew: a process reads a folder once per set of options, so each call has another budget. */
export function capture(
  cwd: string,
  timeoutMs = AMPLE_MS + captures++,
  entry: string[] = [],
): Promise<CapturedEnvironment> {
  return captureEnvironment({ cwd, plugins: [], timeoutMs, entry }, MASKING);
}

/** What was captured of git, identity and detail together. */
export function gitFacts({ environment }: CapturedEnvironment): JsonObject {
  return { ...(environment.detail.git as JsonObject), ...(environment.identity.git as JsonObject) };
}

/** Restores a capture into a fresh clone. */
export function restore(captured: CapturedEnvironment, from?: string) {
  const blobs = new Map(captured.blobs.map((blob) => [blob.digest, blob.bytes]));
  const folder = join(temporaryFolder(), 'restored');
  const readBlob = async (digest: string) => blobs.get(digest);
  return restoreCode({ environment: captured.environment, folder, from, readBlob });
}
