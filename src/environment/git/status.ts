/**
 * Reads `git status --porcelain=v2 --branch -z`: the one call that tells commit, branch, changes and submodules. Node.
 * @module
 */

/** Changes of tracked files only count as dirt; untracked ones are listed apart. */
export interface GitStatus {
  commit?: string;
  branch?: string;
  upstream?: string;
  ahead?: number;
  /** Tracked entries that differ from the commit. */
  changed: StatusEntry[];
  /** Untracked paths; a folder of nothing but untracked files once, ending in `/`. */
  untracked: string[];
}

export interface StatusEntry {
  path: string;
  /** Two letters: state in the index and in the work tree, `.` for unchanged (git-status(1), porcelain v2). */
  state: string;
  /** For a submodule: `S` and `C`ommit changed, tracked content `M`odified, `U`ntracked content; else undefined. */
  submodule?: string;
}

export const STATUS = [
  '--no-optional-locks',
  'status',
  '--porcelain=v2',
  '--branch',
  '--no-renames',
  '-z',
] as const;

/** Reads the output of `STATUS` with any options. (Renames are asked for as what they are: one path less, one more.) */
export function parseStatus(output: string): GitStatus {
  const status: GitStatus = { changed: [], untracked: [] };
  for (const record of output.split('\0')) {
    const kind = record[0];
    if (kind === '#') parseHeader(record, status);
    else if (kind === '?') status.untracked.push(record.slice(2));
    else if (kind === '1' || kind === 'u') status.changed.push(parseEntry(record, kind));
  }
  return status;
}

function parseHeader(record: string, status: GitStatus): void {
  const [, name, ...rest] = record.split(' ');
  const value = rest.join(' ');
  if (name === 'branch.oid' && value !== '(initial)') status.commit = value;
  if (name === 'branch.head' && value !== '(detached)') status.branch = value;
  if (name === 'branch.upstream') status.upstream = value;
  if (name === 'branch.ab') status.ahead = Number.parseInt(value, 10);
}

/** Number of fields before the path, by kind of record. */
const FIELDS_BEFORE_PATH = { '1': 8, u: 10 } as const;

function parseEntry(record: string, kind: keyof typeof FIELDS_BEFORE_PATH): StatusEntry {
  const fields = record.split(' ');
  const entry: StatusEntry = {
    path: fields.slice(FIELDS_BEFORE_PATH[kind]).join(' '),
    state: fields[1] ?? '',
  };
  const submodule = fields[2] ?? '';
  if (submodule.startsWith('S')) entry.submodule = submodule;
  return entry;
}

/** True when a tracked file differs; a submodule that merely holds untracked files doesn't count. */
export function isDirty(status: GitStatus): boolean {
  return status.changed.some(
    (entry) => !entry.submodule || entry.state !== '.M' || /[CM]/.test(entry.submodule),
  );
}
