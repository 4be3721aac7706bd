/**
 * A spool's folder: created as private, listed, and measured. Node only.
 * @module
 */
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { ProvenanceError } from '../../errors';
import type { SpoolFiles } from './files';
import { compareSegments, LEDGERS, MARK, parseSegment, QUARANTINE, type SegmentName } from './names';
import { liveness } from './owner';

const FORMAT = { format: 'temporal-provenance spool', version: 1 };

/** @throws OPTION_INVALID if it is not a folder, or belongs to another user */
async function assertOwner(path: string): Promise<number> {
  const stat = await fs.lstat(path);
  const own = process.getuid === undefined || stat.uid === process.getuid();
  if (!stat.isDirectory() || !own)
    throw new ProvenanceError(
      'OPTION_INVALID',
      `The spool ${path} must be a folder that belongs to this user.`,
    );
  return stat.mode & 0o777;
}

async function makePrivate(path: string): Promise<void> {
  await fs.mkdir(path, { recursive: true, mode: 0o700 });
  if ((await assertOwner(path)) !== 0o700) await fs.chmod(path, 0o700);
}

/** @throws OPTION_INVALID if the folder contains other files */
async function assertEmptyOrOurs(folder: string): Promise<string[]> {
  const present: string[] = await fs.readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const ours = [MARK, QUARANTINE, LEDGERS];
  const isOurs = (name: string) => ours.includes(name) || parseSegment(name) !== null || TRIAL.test(name);
  if (!present.every(isOurs) && !present.includes(MARK))
    throw new ProvenanceError(
      'OPTION_INVALID',
      `The spool needs a folder of its own; ${folder} holds other files.`,
    );
  return present;
}

/** Temporary files of a trial. */
const TRIAL = /^\..*\.trial-/;

/** @throws OPTION_INVALID if an existing folder can't become a spool, or belongs to another store */
export async function assertOwnFolder(folder: string, store: string | undefined): Promise<void> {
  await assertOwner(folder);
  await assertEmptyOrOurs(folder);
  await assertStore(folder, store);
}

/**
 * Prevents records of one store from being imported into another. A default folder belongs to its store by its path.
 * @throws OPTION_INVALID if the folder is marked as another store's
 */
async function assertStore(folder: string, store: string | undefined): Promise<void> {
  const mark = join(folder, MARK);
  const marked = markedStore(await fs.readFile(mark, 'utf8').catch(() => ''));
  if (store === undefined || marked === undefined || marked === store) return;
  throw new ProvenanceError(
    'OPTION_INVALID',
    `it is the spool of ${marked}, and each store needs a folder of its own; if it is the same store under another name, remove ${mark}`,
  );
}

function markedStore(text: string): string | undefined {
  try {
    const { store } = JSON.parse(text) as { store?: unknown };
    return typeof store === 'string' ? store : undefined;
  } catch {
    return undefined; // incomplete because of a crash
  }
}

/**
 * Creates the folder with mode 0700, independent of the umask. A folder with other files is refused, because its mode must not be
 * changed. `store`: location of the one store that it is for.
 * @throws (rejects) OPTION_INVALID, or the system's error
 */
export async function prepareFolder(folder: string, store?: string): Promise<void> {
  const present = await assertEmptyOrOurs(folder);
  await assertStore(folder, store);
  await makePrivate(folder);
  await makePrivate(join(folder, QUARANTINE));
  await makePrivate(join(folder, LEDGERS));
  // A full disk may refuse the mark; the next opening writes it.
  if (!present.includes(MARK))
    await fs
      .writeFile(join(folder, MARK), `${JSON.stringify({ ...FORMAT, store })}\n`, { mode: 0o600 })
      .catch(() => undefined);
}

/** Returns all segments, oldest first. */
export async function listSegments(files: SpoolFiles, folder: string): Promise<SegmentName[]> {
  const names = await files.list(folder);
  return names
    .map(parseSegment)
    .filter((name) => name !== null)
    .sort(compareSegments);
}

/**
 * Returns the bytes that segments use or reserve. A segment that a living process writes counts with its limit, all others with
 * their size. A listing may miss a file that is renamed meanwhile, so two listings are combined.
 */
export async function occupiedBytes(files: SpoolFiles, folder: string): Promise<number> {
  const segments = new Map<string, SegmentName>();
  for (let round = 0; round < 2; round += 1)
    for (const segment of await listSegments(files, folder)) segments.set(segment.id, segment);
  const sizes = await Promise.all([...segments.values()].map((segment) => sizeOf(files, folder, segment)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function sizeOf(files: SpoolFiles, folder: string, segment: SegmentName): Promise<number> {
  if (segment.state === 'open' && liveness(segment.writer) !== 'gone') return segment.limit;
  const stat = await files.stat(join(folder, segment.file));
  // It was renamed since the listing: it exists under another name, unless it was imported.
  return stat?.size ?? segment.limit;
}

/** Returns the bytes in quarantine. */
export async function quarantinedBytes(files: SpoolFiles, folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await files.list(join(folder, QUARANTINE)))
    bytes += (await files.stat(join(folder, QUARANTINE, name)))?.size ?? 0;
  return bytes;
}
