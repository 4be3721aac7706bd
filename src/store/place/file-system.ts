/**
 * The kind of a folder's file system. A network disk does not lock and persist files as a local disk does. Files in memory or in
 * a container's own layer are lost with it. Node only.
 * @module
 */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ProvenanceError } from '../../errors';

type FileSystemKind = 'local' | 'network' | 'ephemeral' | 'unknown';

/** The file system of a folder. */
export interface FileSystem {
  kind: FileSystemKind;
  /** `nfs`, `tmpfs`, …; an unknown type is its number in hexadecimal. */
  name: string;
}

/** `f_type` of Linux's statfs (linux/magic.h). Other systems use other numbers. */
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

/** Returns the file system for the number that statfs returns. */
export function fileSystemOfType(type: number, platform: string = process.platform): FileSystem {
  const unsigned = type >>> 0;
  const known = platform === 'linux' ? TYPES[unsigned] : undefined;
  return known ? { name: known[0], kind: known[1] } : { name: `0x${unsigned.toString(16)}`, kind: 'unknown' };
}

/** Returns the file system of an existing path. Never rejects. */
export async function fileSystemOf(path: string): Promise<FileSystem> {
  try {
    return fileSystemOfType((await statfs(path)).type);
  } catch {
    return { kind: 'unknown', name: UNREADABLE };
  }
}

/** Returns one sentence for people; `null` for a local or unknown file system. */
export function fileSystemWarning(what: string, path: string, { kind, name }: FileSystem): string | null {
  if (kind === 'network')
    return `${what} ${path} is on a network file system (${name}): records may be lost or doubled there. Use a local disk.`;
  if (kind === 'ephemeral')
    return `${what} ${path} is on ${name}: records there are lost with the machine or the container. Use a volume on a disk.`;
  return null;
}

/** Options of the check of a folder. */
export interface FileSystemCheck {
  /** Called if records do not last on this disk. */
  onWarning?: (message: string) => void;
  /** For tests: replaces the detected disk. */
  fileSystemOf?: (path: string) => Promise<FileSystem>;
}

/**
 * Refuses a database file on a network disk, because SQLite's locks and log do not work there. Warns about a temporary disk.
 * @throws (rejects) STORE_URL_INVALID
 */
export async function checkFileSystem(
  { path, location, network }: { path: string; location: string; network?: 'allow' },
  { onWarning, fileSystemOf: read = fileSystemOf }: FileSystemCheck,
): Promise<void> {
  const own = await read(path);
  // A file that does not exist yet will be on the disk of its folder.
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
      'Use a file on a local disk, or postgres://<host>/<database> if several machines write; ?network=allow after the path accepts the risk.',
  );
}
