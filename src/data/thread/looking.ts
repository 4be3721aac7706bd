/**
 * Examines data with calls that read names and times and open no file. Runs in the thread. Node only.
 * @module
 */
import { type BigIntStats, statSync } from 'node:fs';
import type { DataMember } from '../../model/data';
import { DATA } from '../../model/data-limits';
import { fileUri, partsOfFileUri } from '../../model/file-uri';
import type { Look, LookTarget } from '../look';
import { isPattern, patternExpression } from '../patterns';
import { type Listing, listDirectory } from './listing';
import type { Pulse } from './pulse';
import { fileSignature, isNetwork, SetSignature, type SignatureScope } from './signature';

/** Errors that mean that there is no such file, also for names that no file can have. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EINVAL', 'ERR_INVALID_ARG_VALUE']);

const NO_PATH = Buffer.alloc(0);

/** A look together with its source, for a digest of the same data. */
export interface Seen {
  look: Look;
  /** The path of a file or a folder. */
  path: Buffer;
  /** Present for a directory, and for the files of a pattern. */
  listing?: Listing;
}

/**
 * The path that a file's URI names on this machine. @throws RangeError for any other URI, which no code here
 * creates
 */
export function pathOfUri(uri: string): Buffer {
  const parts = partsOfFileUri(uri);
  if (!parts) throw new RangeError(`${uri} is no file's URI`);
  const path = Buffer.from(parts.path);
  // `/C:/a` on Windows.
  return process.platform === 'win32' ? path.subarray(1) : path;
}

/** Looks once. Never throws. A call that hangs is noticed from outside. */
export function lookAt(target: LookTarget, host: string, pulse: Pulse): Seen {
  const taken_ms = Date.now();
  const scope = { host, share: target.share };
  const path = target.list ? NO_PATH : pathOfUri(target.uri);
  const seen = (state: Look['state']): Seen => ({ look: { state, taken_ms }, path });
  try {
    if (target.list) return lookAtList(target.list, scope, pulse, taken_ms);
    pulse.beat();
    const stats = statSync(path, { bigint: true });
    pulse.beat();
    if (stats.isFile()) return { look: fileLook(path, stats, scope, taken_ms), path };
    if (stats.isDirectory()) return lookAtFolder({ uri: target.uri, path, stats, scope, taken_ms, pulse });
    return seen('special');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!ABSENT.has(code)) return seen('unreadable');
    return target.pattern === undefined ? seen('absent') : lookAtPattern(target, scope, pulse, taken_ms);
  }
}

function fileLook(path: Buffer, stats: BigIntStats, scope: SignatureScope, taken_ms: number): Look {
  const look: Look = {
    state: 'file',
    taken_ms,
    signature: fileSignature(stats, scope),
    size_bytes: Number(stats.size),
    changed_ms: milliseconds(stats.ctimeNs),
  };
  if (stats.birthtimeNs > 0n) look.born_ms = milliseconds(stats.birthtimeNs);
  return isNetwork(path, stats) ? { ...look, network: true } : look;
}

interface Folder {
  uri: string;
  path: Buffer;
  stats: BigIntStats;
  scope: SignatureScope;
  taken_ms: number;
  pulse: Pulse;
}

function lookAtFolder({ uri, path, stats, scope, taken_ms, pulse }: Folder): Seen {
  const listing = listDirectory(path, stats, pulse);
  const of = `${scope.share === undefined ? `${scope.host}:${stats.dev}` : `share=${scope.share}:0`}:${stats.ino}`;
  const set = setOf(listing, scope, of);
  const members = set.members?.map((member) => ({ ...member, name: nameBelow(uri, member.name) }));
  const look: Look = { state: 'directory', taken_ms, ...set, members };
  if (stats.birthtimeNs > 0n) look.born_ms = milliseconds(stats.birthtimeNs);
  return { look: isNetwork(path, stats) ? { ...look, network: true } : look, path, listing };
}

/** The content of a listing: signature, sizes, members. */
function setOf(listing: Listing, scope: SignatureScope, of: string): Partial<Look> {
  const signature = new SetSignature();
  let size_bytes = 0n;
  const members: DataMember[] = [];
  for (const { name, stats } of listing.entries) {
    const own = stats && fileSignature(stats, scope);
    signature.add(name, own ?? '');
    size_bytes += stats?.isFile() ? stats.size : 0n;
    if (members.length < DATA.members)
      members.push(stats?.isFile() ? { name, signature: own, size_bytes: Number(stats.size) } : { name });
  }
  const listed = { changed_ms: milliseconds(listing.changed_ns), members, member_count: listing.count };
  return listing.cut
    ? { ...listed, cut: true }
    : { ...listed, signature: signature.end(of), size_bytes: Number(size_bytes) };
}

/** A path below a folder as a text. If its name is not a valid text, the whole URI instead. */
function nameBelow(uri: string, name: string): string {
  const bytes = Buffer.from(partsOfFileUri(`file:///${name}`)!.path);
  const text = bytes.toString();
  const isText = Buffer.from(text).equals(bytes) && !/^\/[a-z][a-z0-9+.-]*:\/\//i.test(text);
  return isText ? text.slice(1) : `${uri}/${name}`;
}

/** Examines the files of a pattern, below the folder that its first segments name. */
function lookAtPattern(target: LookTarget, scope: SignatureScope, pulse: Pulse, taken_ms: number): Seen {
  const segments = target.pattern!.split('/');
  const first = segments.findIndex(isPattern);
  const folder = segments.slice(0, first).join('/') || '/';
  const path = Buffer.from(folder);
  const rest = segments.slice(first).join('/');
  const depth = rest.includes('**') ? Number.POSITIVE_INFINITY : segments.length - first - 1;
  try {
    pulse.beat();
    const stats = statSync(path, { bigint: true });
    if (!stats.isDirectory()) return { look: { state: 'absent', taken_ms }, path };
    const listing = listDirectory(path, stats, pulse, { matches: patternExpression(rest), depth });
    if (listing.entries.length === 0) return { look: { state: 'absent', taken_ms }, path };
    const set = namedByUri(setOf(listing, scope, 'pattern'), scope.host, folder);
    const look: Look = { state: 'collection', taken_ms, ...set };
    return { look: isNetwork(path, stats) ? { ...look, network: true } : look, path, listing };
  } catch {
    return { look: { state: 'absent', taken_ms }, path };
  }
}

/** Members of a collection are in many folders, so each has its whole name. */
function namedByUri(set: Partial<Look>, host: string, folder: string): Partial<Look> {
  const base = fileUri(host, folder === '/' ? '' : folder);
  return { ...set, members: set.members?.map((member) => ({ ...member, name: `${base}/${member.name}` })) };
}

/** Examines a list of files, each by its URI. Missing files are members without a signature. */
function lookAtList(list: readonly string[], scope: SignatureScope, pulse: Pulse, taken_ms: number): Seen {
  const listing: Listing = { entries: [], count: list.length, changed_ns: 0n, cut: false };
  for (const uri of list) {
    const local = partsOfFileUri(uri)?.host === scope.host;
    const path = local ? pathOfUri(uri) : NO_PATH;
    pulse.beat();
    const stats = local ? statOf(path) : undefined;
    if (stats && stats.ctimeNs > listing.changed_ns) listing.changed_ns = stats.ctimeNs;
    listing.entries.push({ name: uri, path, stats: stats?.isFile() ? stats : undefined });
  }
  const there = listing.entries.filter(({ stats }) => stats);
  if (there.length === 0) return { look: { state: 'absent', taken_ms }, path: NO_PATH };
  const network = there.some(({ path, stats }) => isNetwork(path, stats!));
  const look: Look = { state: 'collection', taken_ms, ...setOf(listing, scope, 'list') };
  return { look: network ? { ...look, network: true } : look, path: NO_PATH, listing };
}

function statOf(path: Buffer): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

function milliseconds(ns: bigint): number {
  return Number(ns / 1000n) / 1000;
}
