/** Histories as Temporal Cloud exports them. */
import { temporal } from '@temporalio/proto';
import type { HistoryEvent } from '../../src/temporal/activity-history';

/** `WorkflowExecutions { items: [{ history }, …] }`, as Temporal Cloud writes it. */
export function exported(...histories: HistoryEvent[][]): Uint8Array {
  const field = (bytes: Uint8Array) => Buffer.concat([Buffer.from([0x0a]), varint(bytes.length), bytes]);
  return Buffer.concat(
    histories.map((events) => field(field(temporal.api.history.v1.History.encode({ events }).finish()))),
  );
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest >= 128 ? (rest % 128) | 128 : rest);
    if (rest < 128) return Buffer.from(bytes);
  }
}
