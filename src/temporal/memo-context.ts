/**
 * Metadata that a client without the plugin gave by memo: a JSON object. Its text is looked at as well as its value, which may
 * have lost digits. [isolate-safe]
 * @module
 */
import type { Payload } from '@temporalio/common';
import { snapshotMetadata } from '../metadata/snapshot';
import { isJsonObject } from '../model/json';
import { changedNumbers, type MetadataContext, withoutFaulty } from './header';

/**
 * Metadata of a memo; empty where it has another shape, which is in the execution's record and ignored. What can't be
 * recorded as it was given is marked, and refused where a run opens.
 * @param value What the lab's converter makes of the payload.
 * @param payload As it came, decoded by the lab's codecs.
 */
export function memoContext(value: unknown, payload: Payload | null | undefined): MetadataContext {
  if (!isJsonObject(value)) return {};
  const { fields, issues } = snapshotMetadata(value);
  const changed = changedNumbers(payload);
  if (issues.length + changed.length === 0) return { user: fields };
  return { user: withoutFaulty(fields, changed), issues: [...issues, ...changed] };
}
