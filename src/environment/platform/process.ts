/**
 * Facts of this process and its machine. They are diagnostic, belong to the worker session, and are never part
 * of an identity. Node.
 * @module
 */
import { readFileSync } from 'node:fs';
import * as os from 'node:os';
import type { JsonObject } from '../../model/json';
import { ownContainer } from '../image/container';

interface ProcessFacts {
  host: string;
  pid: number;
  /** Absent if the user has no name (arbitrary uids in containers). */
  user?: string;
  cwd: string;
  /** Kernel, cpu, memory and its limit, time zone, Node, container id and how it was found. */
  detail: JsonObject;
}

/** Reads the facts of this process now; never throws. */
export function processFacts(): ProcessFacts {
  const cpus = attempt(() => os.cpus()) ?? [];
  const detail: JsonObject = {
    kernel: `${os.type()} ${os.release()}`,
    arch: process.arch,
    cpu_count: cpus.length,
    memory_bytes: os.totalmem(),
    node: process.versions.node,
    exec_path: process.execPath,
    ppid: process.ppid,
  };
  if (cpus[0]) detail.cpu_model = cpus[0].model;
  const limit = memoryLimit();
  if (limit !== undefined) detail.memory_limit_bytes = limit;
  const zone = attempt(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  if (zone) detail.time_zone = zone;
  const container = ownContainer();
  if (container) {
    detail.container_id = container.id;
    detail.container_id_source = container.source;
  }
  return {
    host: os.hostname(),
    pid: process.pid,
    user: attempt(() => os.userInfo().username),
    cwd: attempt(() => process.cwd()) ?? '',
    detail,
  };
}

/** Memory limit of the control group: cgroup v2, then v1; undefined if it sets none. */
function memoryLimit(): number | undefined {
  for (const path of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    const limit = Number(attempt(() => readFileSync(path, 'utf8')));
    if (Number.isSafeInteger(limit) && limit > 0 && limit < os.totalmem()) return limit;
  }
  return undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
