/**
 * Who this process is, as the stash's history and tombstones say it. Node only.
 * @module
 */
import { hostname, userInfo } from 'node:os';
import type { Author } from './interface/stash-changes';

/** The user, host and process that change a store from here. A user id without a name stands for the user. */
export function processAuthor(): Author {
  return { name: userName(), host: hostname(), pid: process.pid };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown'); // a user id without an entry in the user database
  }
}
