/**
 * Asks git about each file by its name whether git tracks it: listing the whole index would cost more than
 * everything else in a large repository. The names go through standard input, which simple-git cannot write to,
 * so git is started here. Node.
 * @module
 */
import { spawn } from 'node:child_process';
import { passedOn } from '../git/client';

/**
 * The files among `paths` (relative to `top`, with `/`) that are in git's index; undefined if git gives no
 * answer. Never rejects.
 */
export async function trackedFiles(
  top: string,
  paths: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<ReadonlySet<string> | undefined> {
  const queried = paths.filter((path) => !/[\r\n]/.test(path));
  if (queried.length === 0) return new Set();
  const output = await batchCheck(top, queried.map((path) => `:${path}\n`).join(''), env, signal);
  const lines = output?.split('\n').slice(0, -1);
  if (lines?.length !== queried.length) return undefined;
  return new Set(queried.filter((_, i) => lines[i] === 'blob'));
}

function batchCheck(
  cwd: string,
  input: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<string | undefined> {
  const command = ['--no-optional-locks', 'cat-file', '--batch-check=%(objecttype)', '--buffer'];
  return new Promise((resolve) => {
    const child = spawn('git', command, {
      cwd,
      env: { ...passedOn(env), LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'ignore'],
      signal,
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.on('error', () => undefined); // Git ended before it had read everything.
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? Buffer.concat(chunks).toString('utf8') : undefined));
    child.stdin.end(input);
  });
}
