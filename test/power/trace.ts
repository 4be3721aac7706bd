/**
 * What a process wrote to a disk, in order, as strace saw it: writes with their bytes, syncs, truncations, names given and
 * taken, and between them what it acknowledged.
 * @module
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export type Step =
  | { do: 'write'; file: string; at: number; bytes: Buffer }
  | { do: 'truncate'; file: string; size: number }
  | { do: 'create'; file: string }
  | { do: 'rename'; file: string; to: string }
  | { do: 'remove'; file: string }
  /** A file's content, or a folder's names. */
  | { do: 'sync'; file: string }
  | { do: 'acknowledge'; ids: string[] };

export interface Traced {
  command: readonly string[];
  /** Folder whose files are of interest. */
  folder: string;
  /** File to which the process writes what was acknowledged. */
  acknowledgements: string;
}

const CALLS =
  'openat,write,pwrite64,pwritev,writev,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,lseek,close';

/** Why writes can't be recorded here; undefined when they can. */
export function straceMissing(): string | undefined {
  const { status } = spawnSync('strace', ['-o', '/dev/null', 'true']);
  return status === 0 ? undefined : 'no strace on this machine (apt-get install strace)';
}

/** Runs the command to its end and returns what it did to the folder's files. */
export function record({ command, folder, acknowledgements }: Traced): Step[] {
  const output = join(dirname(folder), `${basename(folder)}.strace`);
  const [program = '', ...words] = command;
  const flags = [
    '-f',
    '-qq',
    '-y',
    '-xx',
    '-s',
    '10000000',
    '--seccomp-bpf',
    '-e',
    `trace=${CALLS}`,
    '-o',
    output,
  ];
  const { error, stderr } = spawnSync('strace', [...flags, program, ...words], { encoding: 'utf8' });
  if (error) throw error;
  const calls = wholeCalls(readFileSync(output, 'latin1').split('\n'));
  const steps = new Reader(folder, acknowledgements).read(calls);
  if (!steps.some((step) => step.do === 'acknowledge'))
    throw new Error(`nothing was acknowledged: ${stderr}`);
  return steps;
}

/** A call that another thread's interrupted is put together, at the place where it ended. */
function wholeCalls(lines: readonly string[]): string[] {
  const begun = new Map<string, string>();
  const calls: string[] = [];
  for (const line of lines) {
    const [, pid = '', text = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const unfinished = / <unfinished \.\.\.>$/.exec(text);
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    if (unfinished) begun.set(pid, text.slice(0, unfinished.index));
    else if (resumed) calls.push((begun.get(pid) ?? '') + (resumed[1] ?? ''));
    else if (text !== '') calls.push(text);
  }
  return calls;
}

class Reader {
  readonly #folder: string;
  readonly #acknowledgements: string;
  /** Where plain writes go on, by file. */
  readonly #ends = new Map<string, number>();
  readonly #steps: Step[] = [];

  constructor(folder: string, acknowledgements: string) {
    this.#folder = folder;
    this.#acknowledgements = acknowledgements;
  }

  read(calls: readonly string[]): Step[] {
    for (const call of calls) this.#call(call);
    return this.#steps;
  }

  #call(call: string): void {
    const [, name = '', text = '', result = ''] = /^(\w+)\((.*)\)\s+= (-?\d+)/s.exec(call) ?? [];
    if (name === '' || Number(result) < 0) return;
    if (name === 'openat') this.#open(text);
    else if (/^(write|pwrite64)$/.test(name)) this.#write(name, text, Number(result));
    else if (/v$/.test(name) && this.#inside(descriptor(text))) throw new Error(`not modelled: ${name}`);
    else if (/^f(data)?sync$/.test(name)) this.#note(descriptor(text), (file) => ({ do: 'sync', file }));
    else if (name === 'ftruncate') {
      const size = Number(/, (\d+)$/.exec(text)?.[1]);
      this.#note(descriptor(text), (file) => ({ do: 'truncate', file, size }));
    } else if (/^rename/.test(name)) this.#rename(text);
    else if (/^unlink/.test(name)) this.#note(paths(text)[0], (file) => ({ do: 'remove', file }));
  }

  #open(text: string): void {
    const [path] = paths(text);
    if (/O_CREAT/.test(text)) this.#note(path, (file) => ({ do: 'create', file }));
    if (path !== undefined && /O_TRUNC/.test(text)) this.#ends.set(path, 0);
  }

  #write(name: string, text: string, written: number): void {
    const path = descriptor(text);
    const bytes = Buffer.from(
      (/"((?:\\x[0-9a-f]{2})*)"/.exec(text)?.[1] ?? '').replaceAll('\\x', ''),
      'hex',
    ).subarray(0, written);
    if (path === this.#acknowledgements) {
      this.#steps.push({ do: 'acknowledge', ids: bytes.toString().split('\n').filter(Boolean) });
      return;
    }
    if (path === undefined || !this.#inside(path)) return;
    const at = name === 'pwrite64' ? Number(/, (\d+)$/.exec(text)?.[1]) : (this.#ends.get(path) ?? 0);
    if (name === 'write') this.#ends.set(path, at + written);
    this.#steps.push({ do: 'write', file: path, at, bytes });
  }

  #rename(text: string): void {
    const [from, to] = paths(text);
    if (to === undefined) return;
    this.#note(from, (file) => ({ do: 'rename', file, to }));
    const end = from === undefined ? undefined : this.#ends.get(from);
    if (end !== undefined) this.#ends.set(to, end);
  }

  #note(path: string | undefined, step: (file: string) => Step): void {
    if (path !== undefined && this.#inside(path)) this.#steps.push(step(path));
  }

  #inside(path: string | undefined): boolean {
    return path !== undefined && (path === this.#folder || path.startsWith(`${this.#folder}/`));
  }
}

/** Path of the descriptor that a call begins with. */
function descriptor(text: string): string | undefined {
  const path = /^\d+<([^>]*)>/.exec(text)?.[1];
  return path === undefined ? undefined : unescaped(path).replace(/ \(deleted\)$/, '');
}

/** Paths that a call names. */
function paths(text: string): string[] {
  return [...text.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, path = '']) => unescaped(path));
}

function unescaped(text: string): string {
  return text.replace(/\\x([0-9a-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
