/**
 * Walks `node_modules` on disk. This is correct for every package manager, and the only way to see manual
 * changes. Node.
 * @module
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Absent } from '../findings';

interface InstalledPackage {
  name: string;
  version: string;
  /** Relative to the folder that holds `node_modules`, with `/`. */
  path: string;
}

const PACKAGES = 50_000;
const AT_ONCE = 32;

/**
 * Every package under `root/node_modules`. Links (workspaces) are not installed packages.
 * @throws Absent `too_large` beyond the limit, `timeout` after the deadline: a part of the set is not the set
 */
export async function walkPackages(root: string, deadline = Infinity): Promise<InstalledPackage[]> {
  const packages: InstalledPackage[] = [];
  const folders = ['node_modules', 'node_modules/.pnpm'];
  const next = async (): Promise<void> => {
    for (let folder = folders.pop(); folder; folder = folders.pop()) {
      if (packages.length > PACKAGES) throw new Absent('too_large');
      if (performance.now() > deadline) throw new Absent('timeout');
      await walkFolder(root, folder, folders, packages);
    }
  };
  while (folders.length > 0) await Promise.all(Array.from({ length: AT_ONCE }, next));
  return packages;
}

async function walkFolder(
  root: string,
  folder: string,
  folders: string[],
  packages: InstalledPackage[],
): Promise<void> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const store = folder.endsWith('/.pnpm');
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    if (store) folders.push(`${path}/node_modules`);
    else if (entry.name.startsWith('@') && folder.endsWith('node_modules')) folders.push(path);
    else {
      const read = await readPackage(root, path);
      if (read) packages.push(read);
      folders.push(`${path}/node_modules`);
    }
  }
}

async function readPackage(root: string, path: string): Promise<InstalledPackage | undefined> {
  try {
    const text = await readFile(join(root, path, 'package.json'), 'utf8');
    const { name, version }: { name?: unknown; version?: unknown } = JSON.parse(text);
    return typeof name === 'string' && typeof version === 'string' ? { name, version, path } : undefined;
  } catch {
    return undefined;
  }
}
