/**
 * What kind of file system a folder is on. Files on a network disk are not locked and not durable as a local disk's are,
 * and those in memory or in a container's own layer are gone with it. Node only.
 * @module
 */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProvenanceError } from '../../errors';

type FileSystemKind = 'local' | 'network' | 'ephemeral' | 'unknown';

/** What a folder lies on. */
export interface FileSystem {
  kind: FileSystemKind;
  /** `nfs`, `tmpfs`, …; the number in hexadecimal where it is not a known one. */
  name: string;
}

/** `f_type` of Linux's statfs (linux/magic.h); other systems number theirs otherwise. */
const TYPES: { readonly [type: number]: readonly [name: string, kind: FileSystemKind] } = {
  26985: ['nfs', 'network'],
  20859: ['smb', 'network'],
  4283649346: ['cifs', 'network'],
  4266872130: ['smb2', 'network'],
  1702057286: ['fuse', 'network'],
  16914839: ['9p', 'network'],
  12805120: ['ceph', 'network'],
  198183888: ['lustre', 'network'],
  1196443219: ['gpfs', 'network'],
  1397113167: ['afs', 'network'],
  2020557398: ['vboxsf', 'network'],
  16914836: ['tmpfs', 'ephemeral'],
  2240043254: ['ramfs', 'ephemeral'],
  2035054128: ['overlay', 'ephemeral'],
  61267: ['ext4', 'local'],
  1481003842: ['xfs', 'local'],
  2435016766: ['btrfs', 'local'],
  801189825: ['zfs', 'local'],
  4076150800: ['f2fs', 'local'],
};

const UNREADABLE = 'unreadable';

/** By the number that statfs gives. */
export function fileSystemOfType(type: number, platform: string = process.platform): FileSystem {
  const unsigned = type >>> 0;
  const known = platform === 'linux' ? TYPES[unsigned] : undefined;
  return known ? { name: known[0], kind: known[1] } : { name: `0x${unsigned.toString(16)}`, kind: 'unknown' };
}

/** Of a path that exists. Never rejects. */
export async function fileSystemOf(path: string): Promise<FileSystem> {
  try {
    return fileSystemOfType((await statfs(path)).type);
  } catch {
    return { kind: 'unknown', name: UNREADABLE };
  }
}

/** One sentence for people; `null` for a local or unknown one. */
export function fileSystemWarning(what: string, path: string, { kind, name }: FileSystem): string | null {
  if (kind === 'network')
    return `${what} ${path} is on a network file system (${name}): records may be lost or doubled there. Use a local disk.`;
  if (kind === 'ephemeral')
    return `${what} ${path} is on ${name}: records there are gone when the machine or the container goes. Use a volume on a disk.`;
  return null;
}

/** How the check of a folder tells what it finds. */
export interface FileSystemCheck {
  /** Told of a disk on which records do not last. */
  onWarning?: (message: string) => void;
  /** Tests: another disk than the one that is there. */
  fileSystemOf?: (path: string) => Promise<FileSystem>;
}

/**
 * Refuses a database file on a network disk, where locks and log of SQLite do not hold, and warns of one on a passing disk.
 * @throws (rejects) STORE_URL_INVALID
 */
export async function checkFileSystem(
  { path, location, network }: { path: string; location: string; network?: 'allow' },
  { onWarning, fileSystemOf: read = fileSystemOf }: FileSystemCheck,
): Promise<void> {
  const own = await read(path);
  // A file that is not there yet will be where its folder is.
  const fileSystem = own.name === UNREADABLE ? await read(dirname(path)) : own;
  const warning = fileSystemWarning('The store', path, fileSystem);
  if (warning === null) return;
  if (fileSystem.kind !== 'network' || network === 'allow') {
    onWarning?.(warning);
    return;
  }
  throw new ProvenanceError(
    'STORE_URL_INVALID',
    `The store ${location} is on a network file system (${fileSystem.name}), where SQLite loses or damages records. ` +
      'Name a file on a local disk, or postgres://<host>/<database> when several machines write; ?network=allow after the path takes the risk.',
  );
}
