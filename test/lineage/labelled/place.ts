/** Files of the cases' activities. Each case has a folder; what was written in it is remembered by its digest. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { activityInfo } from '@temporalio/activity';

/** Names of files, by the sha256 (hex) of what was ever written to them. */
export const written = new Map<string, Set<string>>();

let root = '';

/** Where the cases' folders are. */
export function setRoot(folder: string): void {
  root = folder;
}

/** The case that a workflow id belongs to: `STAMP.CASE/CHILD` → `CASE`. */
export function caseOf(workflow_id: string): string {
  return workflow_id.slice(workflow_id.indexOf('.') + 1).split('/')[0] ?? '';
}

/** Folder of a case. */
export function folderOf(name: string): string {
  return join(root, name);
}

/** Path of a file in the folder of the case that the running activity belongs to. */
export function at(name: string): string {
  return join(folderOf(caseOf(activityInfo().workflowExecution?.workflowId ?? '')), name);
}

/** Writes a file that is like no other one. Returns its path. */
export async function put(name: string, content = unlike()): Promise<string> {
  return write(at(name), content);
}

/** Writes to a path. Returns it. */
export async function write(path: string, content = unlike()): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  remember(path, content);
  return path;
}

/** Notes what a file holds, for one that was not written by {@link write}. */
export function remember(path: string, content: string): void {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const names = written.get(sha256) ?? new Set();
  written.set(sha256, names.add(path));
}

let count = 0;

/** A text that no other file has. */
export function unlike(): string {
  count += 1;
  return `counts of detector ${count}: ${Array.from({ length: 12 }, (_, i) => (count * 7919 + i * 104729) % 65536).join(' ')}\n`;
}
