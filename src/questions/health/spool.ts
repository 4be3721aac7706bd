/**
 * Checks the visible part of the spool: the folder on this machine, and the workers' last reports about theirs.
 * Node only.
 * @module
 */

import { basename } from 'node:path';
import { instant } from '../words';
import type { Facts } from './facts';
import { type Found, fail, lastOfEach, ok, perSession, warn } from './finding';

/** Reports what waits in spools, what was set aside, and what was dropped. */
export function judgeSpool(facts: Facts): Found[] {
  const here = judgeFolder(facts);
  const elsewhere = perSession(facts.sessions, undefined, ({ session: { host, spool } }) => {
    if (!spool) return [];
    const folder = spool.folder;
    const lost = 'records that the store rejects are lost when the worker ends';
    const cure = 'set another folder (option spool.folder)';
    if (!spool.usable)
      return [fail(`the spool ${folder} cannot be used (${spool.reason ?? 'unknown'}): ${lost}; ${cure}`)];
    if (isHere(facts, host, spool.folder)) return [];
    const since = spool.oldest_time === undefined ? '' : ` since ${instant(spool.oldest_time)}`;
    const found: Found[] = [];
    if (spool.dropped > 0)
      found.push(fail(`${spool.dropped} records were dropped because the spool was full (${folder})`));
    if (spool.waiting_bytes > 0)
      found.push(
        warn(
          `${spool.waiting_bytes} bytes waited${since} in ${folder} at ${instant(spool.time)}: a worker on that machine imports them`,
        ),
      );
    return found.length > 0 ? found : [ok(`nothing waited in ${folder} at ${instant(spool.time)}`)];
  });
  return [...here, ...elsewhere];
}

/** The content of the folder on this machine, if it is the spool of any worker. */
function judgeFolder(facts: Facts): Found[] {
  const { spool } = facts;
  const { dropped, quarantined } = spool;
  const folder = spool.folder;
  const found: Found[] = [];
  const count = Object.values(dropped.by_kind).reduce((sum, n) => sum + n, 0);
  if (count > 0)
    found.push(
      fail(
        `${count} records were dropped because the spool or its disk was full, the last ${instant(dropped.last_time)} (${folder})`,
      ),
    );
  if (quarantined.records > 0)
    found.push(
      fail(`${quarantined.records} records could not be imported; they are kept in ${folder}/quarantine`),
    );
  if (spool.segments > 0) {
    const since = spool.oldest_time === undefined ? '' : ` since ${instant(spool.oldest_time)}`;
    found.push(
      warn(
        `${spool.records ?? spool.segments} records wait${since} in ${folder}: a worker with this store imports them`,
      ),
    );
  }
  if (found.length > 0) return found;
  if (spool.exists || isAnyonesHere(facts)) return [ok('nothing waits')];
  const silent = lastOfEach(facts.sessions).every(({ session }) => session.spool === undefined);
  return [
    silent ? warn('not on this machine, and its workers have reported none') : ok('not on this machine'),
  ];
}

/** True if the folder that is read here is used by workers of this store. */
function isAnyonesHere(facts: Facts): boolean {
  const { sessions, dialect } = facts;
  if (sessions.length === 0) return true;
  return lastOfEach(sessions).some(({ session: { host, spool } }) =>
    spool ? isHere(facts, host, spool.folder) : dialect === 'sqlite' || host === facts.host,
  );
}

/**
 * True if a worker's folder is the one that is read here. It has the same path on the same host, or it is next
 * to the same SQLite file, under any mount.
 */
function isHere({ host, spool, dialect }: Facts, worker_host: string, folder: string): boolean {
  if (dialect === 'sqlite') return basename(folder) === basename(spool.folder);
  return folder === spool.folder && worker_host === host;
}
