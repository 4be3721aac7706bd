/**
 * Who keeps a store up, as tombstones say it. Node only.
 * @module
 */
import { hostname, userInfo } from 'node:os';

/** JSON `{name, host, pid}`. */
export function authorText(): string {
  return JSON.stringify({ name: userName(), host: hostname(), pid: process.pid });
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown'); // a user id that has no name
  }
}
