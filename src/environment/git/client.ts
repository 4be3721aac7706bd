/**
 * Calls git through simple-git, so that a call has the same result on every machine. It passes only our
 * variables, gets English messages, takes no locks, and ends with the budget. Node.
 *
 * Known behaviour of simple-git 4.0.2: it drops `GIT_*` unless allowed by name. It decodes all output as UTF-8
 * (so `readBytes` takes patches as bytes). It waits 50 ms longer for a command that prints nothing (so calls
 * here always print something). It resolves to '' if git fails without a message.
 * @module
 */
import { devNull } from 'node:os';
import type { SimpleGit } from 'simple-git';
import { Absent, type ProbeContext } from '../findings';
import type { RawPath } from './paths';

/** Variables of the process that git needs to find itself, its configuration and a temporary folder. */
const PASSED =
  /^(PATH|HOME|USER|LOGNAME|XDG_CONFIG_HOME|TMPDIR|TEMP|TMP|SYSTEMROOT|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|PROGRAMDATA)$/i;

const ALLOWED = [
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NO_LAZY_FETCH',
] as const;
/** Variables with the paths of git's index and objects. */
export type GitVariables = { [name in (typeof ALLOWED)[number]]?: string };

/** A partial clone lacks some objects. They are not fetched while a worker starts. */
const FIXED: GitVariables = { GIT_NO_LAZY_FETCH: '1' };

/**
 * These override the user's settings: no program of the repository runs, and git trusts a file only by its
 * whole stat. (simple-git calls these two settings unsafe because they can name a program. Here they name
 * none.)
 */
const SETTINGS = [
  'core.fsmonitor=false',
  `core.hooksPath=${devNull}`,
  'core.trustctime=true',
  'core.checkStat=default',
];
const UNSAFE = { allowUnsafeFsMonitor: true, allowUnsafeHooksPath: true };

/** Largest list of paths that is read, in bytes. */
const LIST_BYTES = 256 * 1024 * 1024;

/** Calls git in one folder. */
export interface Git {
  /** Output of a command as text. @throws Absent with a reason code */
  read(command: readonly string[], variables?: GitVariables): Promise<string>;
  /**
   * Output of a command that prints paths, with one character for each byte. @throws Absent with a reason code
   */
  readPaths(command: readonly string[], variables?: GitVariables): Promise<RawPath>;
  /** Output of a command, byte for byte. @throws Absent `too_large` beyond `limit` bytes */
  readBytes(command: readonly string[], variables?: GitVariables, limit?: number): Promise<Buffer>;
}

/** Opens git in `folder`. @throws Absent `path_missing` if there is no such folder */
export async function openGit(context: ProbeContext, folder = context.cwd): Promise<Git> {
  // Its CommonJS build: 25 ms instead of 35, and no ES module loader in a process that has none yet.
  const { simpleGit }: typeof import('simple-git') = require('simple-git');
  const connect = (signal: AbortSignal, variables: GitVariables = {}): SimpleGit =>
    simpleGit({
      baseDir: folder,
      abort: signal,
      maxConcurrentProcesses: 8,
      allowEnvironment: ALLOWED,
      config: SETTINGS,
      unsafe: UNSAFE,
    }).env({ ...passedOn(context.env), ...FIXED, ...variables, LC_ALL: 'C' });
  const budget = context.patience ?? context.signal;
  const ended = whenAborted(budget);
  const guard = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      // simple-git ends a call only after its process has ended, which takes a moment.
      return await Promise.race([call(), ended]);
    } catch (error) {
      throw asAbsent(error, budget);
    }
  };
  const readBytes: Git['readBytes'] = (command, variables, limit = LIST_BYTES) =>
    guard(() => collect((signal) => connect(signal, variables), command, limit, budget));
  return {
    read: (command, variables) => guard(async () => connect(budget, variables).raw([...command])),
    readPaths: async (command, variables) => (await readBytes(command, variables)).toString('latin1'),
    readBytes,
  };
}

/** Never fulfilled; rejected when the budget ends. */
function whenAborted(budget: AbortSignal): Promise<never> {
  const ended = new Promise<never>((_, reject) => {
    const end = () => reject(new Absent('git_timeout'));
    if (budget.aborted) end();
    else budget.addEventListener('abort', end, { once: true });
  });
  ended.catch(() => undefined); // Prevents an unhandled rejection if nothing awaits the promise.
  return ended;
}

async function collect(
  connect: (signal: AbortSignal) => SimpleGit,
  command: readonly string[],
  limit: number,
  budget: AbortSignal,
): Promise<Buffer> {
  const stop = new AbortController();
  const chunks: Buffer[] = [];
  let size = 0;
  const git = connect(AbortSignal.any([budget, stop.signal])).outputHandler((_command, stdout) => {
    stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else stop.abort();
    });
  });
  try {
    await git.raw([...command]);
  } catch (error) {
    if (size <= limit) throw error;
  }
  if (size > limit) throw new Absent('too_large');
  return Buffer.concat(chunks);
}

/** The variables of a process's environment that git may see. */
export function passedOn(env: NodeJS.ProcessEnv): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && PASSED.test(name)) passed[name] = value;
  return passed;
}

/** Messages of git (LC_ALL=C) and of simple-git, with the reason that is recorded. */
const REASONS: readonly [RegExp, string][] = [
  [/spawn \S+ (ENOENT|EACCES)/, 'git_missing'],
  [/dubious ownership|unsafe repository/, 'dubious_ownership'],
  [/not a git repository/, 'not_a_repo'],
  [/must be run in a work tree/, 'no_work_tree'],
  [/clean filter .*failed|filter .*failed/, 'git_filter_failed'],
  [/ambiguous argument 'HEAD|unknown revision|bad revision 'HEAD|does not have any commits/, 'no_commits'],
  [/exists on disk, but not in|does not exist in/, 'not_in_commit'],
  [/directory that does not exist|does not exist/, 'path_missing'],
  [/bad config (line|file|variable)|bad boolean config|bad numeric config/, 'git_config_invalid'],
  [/Expected git repo version|unknown repository extension/, 'git_too_old'],
  [/is beyond a symbolic link/, 'beyond_link'],
  [/Permission denied|unable to open|unable to index file/, 'unreadable_file'],
  [
    /index file (corrupt|smaller|open failed)|bad signature|object file .* is empty|bad object|unable to read tree|loose object .* corrupt|inflate|invalid object|bad tree|failed to read object|broken/,
    'git_corrupt',
  ],
];

function asAbsent(error: unknown, budget: AbortSignal): Absent {
  if (error instanceof Absent) return error;
  if (budget.aborted) return new Absent('git_timeout', { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  const reason = REASONS.find(([pattern]) => pattern.test(message))?.[1] ?? 'git_failed';
  return new Absent(reason, { cause: error });
}
