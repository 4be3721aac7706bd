/**
 * Services of libpq: named connections in `~/.pg_service.conf` (`PGSERVICEFILE`), else in the system's `pg_service.conf`. Node only.
 * @module
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { urlError } from '../../place/url-error';
import type { Keywords } from './url';

/** A service of a service file. */
export interface Service {
  /** The file that contains it. */
  path: string;
  keywords: Keywords;
}

/** Folders of the system's file on Debian and others, if `PGSYSCONFDIR` names none. */
const SYSTEM_FOLDERS = ['/etc/postgresql-common', '/etc'];

/** @throws STORE_URL_INVALID if no file contains the service, or its section cannot be read */
export function serviceKeywords(name: string, env: NodeJS.ProcessEnv): Service {
  const own = env.PGSERVICEFILE || join(homedir(), '.pg_service.conf');
  const folders = env.PGSYSCONFDIR ? [env.PGSYSCONFDIR] : SYSTEM_FOLDERS;
  const paths = [own, ...folders.map((folder) => join(folder, 'pg_service.conf'))];
  for (const path of paths) {
    const keywords = sectionOf(path, name);
    if (keywords) return { path, keywords };
  }
  throw urlError(`service '${name}' is missing in ${paths.join(' or ')}: add it, or use another`);
}

function sectionOf(path: string, name: string): Keywords | undefined {
  let here: Map<string, string> | undefined;
  for (const line of textOf(path)
    .split(/\r?\n/)
    .map((text) => text.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (here) return here;
      if (line === `[${name}]`) here = new Map();
    } else if (here) {
      const at = line.indexOf('=');
      const keyword = line.slice(0, Math.max(0, at)).trim();
      if (keyword === '' || keyword === 'service')
        throw urlError(`service '${name}' in ${path} has a line that is not keyword=value`);
      here.set(keyword, line.slice(at + 1).trim());
    }
  }
  return here;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
