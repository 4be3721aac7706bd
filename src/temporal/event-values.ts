/**
 * Converts numbers, times and bytes of history events to plain values, from any form that protobuf gives them.
 * @module
 */
import type { google, temporal } from '@temporalio/proto';

type Long = { toNumber(): number };

/** An event id or another 64-bit integer as a number; 0 if absent. */
export function eventNumber(value: Long | number | null | undefined): number {
  if (value === null || value === undefined) return 0;
  return typeof value === 'number' ? value : value.toNumber();
}

/** A time as UNIX seconds; undefined if absent or unset. */
export function eventSeconds(time: google.protobuf.ITimestamp | null | undefined): number | undefined {
  if (!time) return undefined;
  const seconds = eventNumber(time.seconds as Long | number | null | undefined) + (time.nanos ?? 0) / 1e9;
  return seconds > 0 ? seconds : undefined;
}

/** The bytes of a payload. Protobuf gives an empty field as an empty array. */
export function payloadBytes(payload: temporal.api.common.v1.IPayload): Uint8Array {
  const data: Uint8Array | number[] = payload.data ?? [];
  return data instanceof Uint8Array ? data : Uint8Array.from(data);
}
