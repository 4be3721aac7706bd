/**
 * Finds the container of this process from the kernel's own files. Node.
 *
 * Only the control group is certain. Containers of one network share the mounts and the host name (a sidecar
 * sees those of the other). An id from there is a candidate until the engine has confirmed it.
 * @module
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** The container in which this process runs, and where its id was found. */
export interface OwnContainer {
  /** 64 hexadecimal digits, or the first 12 of them if it is from the host name. */
  id: string;
  source: 'cgroup' | 'mountinfo' | 'hostname';
}

/** The container, or undefined outside a container. Reads three small files; never throws. */
export function ownContainer(): OwnContainer | undefined {
  return findContainer(read('/proc/self/cgroup'), read('/proc/self/mountinfo'), hostname());
}

/**
 * Finds the container in the texts of /proc/self/cgroup (cgroups(7)), /proc/self/mountinfo (proc(5)) and the
 * host name.
 */
export function findContainer(cgroup: string, mountinfo: string, host: string): OwnContainer | undefined {
  const own = /(?:[/-])([0-9a-f]{64})(?:\.scope)?$/m.exec(cgroup)?.[1];
  if (own) return { id: own, source: 'cgroup' };
  const mounted = mountinfo.split('\n').map(containerOfMount).find(Boolean);
  if (mounted) return { id: mounted, source: 'mountinfo' };
  return /^[0-9a-f]{12}$/.test(host) ? { id: host, source: 'hostname' } : undefined;
}

const MOUNTED_BY_ENGINES = new Set(['/etc/hostname', '/etc/hosts', '/etc/resolv.conf']);

/** Fields 4 (root) and 5 (mount point). The root's own line holds a layer's id, which looks the same. */
function containerOfMount(line: string): string | undefined {
  const [, , , root = '', point = ''] = line.split(' ');
  return MOUNTED_BY_ENGINES.has(point) ? /containers\/([0-9a-f]{64})\//.exec(root)?.[1] : undefined;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
