/**
 * Reads `git status --porcelain=v2 --branch -z`: one call that gives commit, branch and changes. Node.
 * @module
 */
import { type RawPath, utf8Of } from './paths';

/** Changes of tracked files. Untracked files are listed separately. */
export interface GitStatus {
  commit?: string;
  branch?: string;
  upstream?: string;
  ahead?: number;
  /** Tracked entries that differ from the commit. */
  changed: StatusEntry[];
  /** Untracked paths. A folder with only untracked files is one path, ending in `/`. */
  untracked: RawPath[];
}

/** A file whose state git reports. */
export interface StatusEntry {
  path: RawPath;
  /** Two letters: state in the index and in the work tree, `.` for unchanged (git-status(1), porcelain v2). */
  state: string;
}

/**
 * The status does not look into submodules (`dirty` compares only their commit). Git would run a status in
 * each, one after the other, and fail as a whole if one is broken. Each is read on its own instead.
 */
export const STATUS = [
  '--no-optional-locks',
  'status',
  '--porcelain=v2',
  '--branch',
  '--no-renames',
  '-z',
  '--untracked-files=normal',
  '--ignore-submodules=dirty',
];

/** Reads the output of `STATUS`. (Renames are requested as one deleted and one added path.) */
export function parseStatus(output: RawPath): GitStatus {
  const status: GitStatus = { changed: [], untracked: [] };
  for (const record of output.split('\0')) {
    const kind = record[0];
    if (kind === '#') parseHeader(record, status);
    else if (kind === '?') status.untracked.push(record.slice(2));
    else if (kind === '1' || kind === 'u') status.changed.push(parseEntry(record, kind));
  }
  return status;
}

function parseHeader(record: RawPath, status: GitStatus): void {
  const [, name, ...rest] = record.split(' ');
  const value = utf8Of(rest.join(' '));
  if (name === 'branch.oid' && value !== '(initial)') status.commit = value;
  if (name === 'branch.head' && value !== '(detached)') status.branch = value;
  if (name === 'branch.upstream') status.upstream = value;
  if (name === 'branch.ab') status.ahead = Number.parseInt(value ?? '', 10);
}

/** Number of fields before the path, by kind of record. */
const FIELDS_BEFORE_PATH = { '1': 8, u: 10 } as const;

function parseEntry(record: RawPath, kind: keyof typeof FIELDS_BEFORE_PATH): StatusEntry {
  const fields = record.split(' ');
  return { path: fields.slice(FIELDS_BEFORE_PATH[kind]).join(' '), state: fields[1] ?? '' };
}
