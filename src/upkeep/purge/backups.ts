/**
 * Backups of a store that still hold what a purge takes out: SQLite files, read alone and left as they are. Node only.
 * @module
 */
import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { UpkeepDatabase } from '../database';
import type { PurgeResult } from './purge';

/** What one backup holds, by table; or why it could not be looked into. */
export interface BackupFinding {
  path: string;
  rows?: PurgeResult;
  fault?: string;
}

/** Begins every SQLite file. */
const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

/**
 * Looks into backups; those that hold nothing of it are left out.
 * @param look what a purge of that file would change, changing nothing
 */
export async function lookIntoBackups(
  paths: readonly string[],
  look: (database: UpkeepDatabase) => Promise<PurgeResult>,
): Promise<BackupFinding[]> {
  const findings: BackupFinding[] = [];
  for (const path of paths) {
    const finding = await lookInto(path, look);
    if (finding.fault !== undefined || Object.keys(finding.rows ?? {}).length > 0) findings.push(finding);
  }
  return findings;
}

async function lookInto(
  path: string,
  look: (database: UpkeepDatabase) => Promise<PurgeResult>,
): Promise<BackupFinding> {
  let database: UpkeepDatabase | undefined;
  try {
    database = await openFile(path);
    return { path, rows: await look(database) };
  } catch (error) {
    return { path, fault: error instanceof Error ? error.message : String(error) };
  } finally {
    await database?.close();
  }
}

/** Files beside a SQLite store that hold the same store: copies that `backup`, or anybody, made. */
export async function backupsBeside(storePath: string): Promise<string[]> {
  const folder = dirname(storePath);
  const own = await storageOf(storePath);
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isFile() || path === storePath || !(await isSqlite(path))) continue;
    if ((await storageOf(path)) === own) found.push(path);
  }
  return found.sort();
}

async function isSqlite(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer } = await file.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
      return buffer.equals(MAGIC);
    } finally {
      await file.close();
    }
  } catch {
    return false; // somebody else's, or gone meanwhile
  }
}

/** Undefined where no store is in it. */
async function storageOf(path: string): Promise<string | undefined> {
  try {
    const database = await openFile(path);
    try {
      const [row] = await database.query<{ storage_id: string }>('SELECT storage_id FROM storage');
      return row?.storage_id;
    } finally {
      await database.close();
    }
  } catch {
    return undefined;
  }
}

async function openFile(path: string): Promise<UpkeepDatabase> {
  const { readSqlite } = await import('../sqlite-database.js');
  return readSqlite({ path, location: path });
}
