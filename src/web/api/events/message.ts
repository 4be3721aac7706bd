/**
 * Messages of an event stream, as `text/event-stream` has them. [isolate-safe]
 * @module
 */

/** An event: its data are one line of JSON. An `id` is what `Last-Event-ID` says when a listener comes again. */
export function message(event: string, data: unknown, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

/** Moves the place of a listener without an event. */
export function placeMessage(id: string): string {
  return `id: ${id}\n\n`;
}

/** Keeps a connection open. */
export const HEARTBEAT = ': nothing new\n\n';

/** When a browser connects again. */
export function retryMessage(after_ms: number): string {
  return `retry: ${after_ms}\n\n`;
}
