/**
 * The author of a change: user, host and process, as the stash history and tombstones record them. Node only.
 * @module
 */
import { hostname, userInfo } from 'node:os';
import type { Author } from './interface/stash-changes';

/** Returns the user, host and process that change a store from here. A user id without a name is used as the user. */
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
