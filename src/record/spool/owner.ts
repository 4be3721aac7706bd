/**
 * The writer or taker of a segment, as a tag in its file name, and a check whether that process still lives. A tag contains the
 * machine's boot and pid namespace, the pid and the process's start. A reused pid is therefore recognised. Node only.
 * @module
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const TAG = /^([0-9a-f]{8})-(\d{1,10})-([0-9a-z]{1,13})-[0-9a-f]{8}$/;

/** `gone` and `alive` are certain. `unknown`: another container or machine, or a system without /proc. */
export type Liveness = 'alive' | 'gone' | 'unknown';

function orElse(read: () => string, otherwise: string): string {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

let here: string | undefined;

/** The scope in which pids are comparable: this boot, this pid namespace, this host. */
function pidSpace(): string {
  here ??= createHash('sha256')
    .update(orElse(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'), ''))
    .update(orElse(() => readlinkSync('/proc/self/ns/pid'), ''))
    .update(hostname())
    .digest('hex')
    .slice(0, 8);
  return here;
}

/** Returns the state and start (in clock ticks since boot) of a process; `null` if there is no such process or no /proc. */
function processStat(pid: number): { state: string; start: string } | null {
  const stat = orElse(() => readFileSync(`/proc/${pid}/stat`, 'latin1'), '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  return state && start ? { state, start: Number(start).toString(36) } : null;
}

/** Returns a new tag for this process. Each spool that it opens has its own. */
export function ownTag(): string {
  const start = processStat(process.pid)?.start ?? '0';
  return `${pidSpace()}-${process.pid}-${start}-${randomBytes(4).toString('hex')}`;
}

/** Returns whether the process of a tag lives. A zombie counts as gone. */
export function liveness(tag: string): Liveness {
  const parts = TAG.exec(tag);
  if (parts === null || parts[1] !== pidSpace()) return 'unknown';
  const pid = Number(parts[2]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  const stat = processStat(pid);
  if (stat === null) return 'unknown';
  if (stat.state === 'Z' || stat.state === 'X') return 'gone';
  return stat.start === parts[3] ? 'alive' : 'gone';
}
