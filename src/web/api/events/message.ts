/**
 * Messages of an event stream in the format `text/event-stream`. [isolate-safe]
 * @module
 */

/** Returns an event whose data is one line of JSON. A listener sends the `id` as `Last-Event-ID` when it reconnects. */
export function message(event: string, data: unknown, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** Returns a message that moves the position of a listener without an event. */
export function placeMessage(id: string): string {
  return `id: ${id}\n\n`;
}

/** Keeps a connection open. */
export const HEARTBEAT = ': nothing new\n\n';

/** Returns a message that sets the time after which a browser reconnects. */
export function retryMessage(after_ms: number): string {
  return `retry: ${after_ms}\n\n`;
}
