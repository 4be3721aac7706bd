/**
 * Metadata that a client without the plugin gave by memo: a JSON object. Its text is read as well as its value,
 * because the value may have lost digits. [isolate-safe]
 * @module
 */
import type { Payload } from '@temporalio/common';
import { snapshotMetadata } from '../metadata/snapshot';
import { isJsonObject } from '../model/json';
import { changedNumbers, type MetadataContext, withoutFaulty } from './header';

/**
 * Metadata of a memo. Empty if it has another form, which is ignored (the execution's record contains it).
 * Metadata that cannot be recorded exactly is marked, and refused when a run opens.
 * @param value The lab's converter's output for the payload.
 * @param payload The original payload, decoded by the lab's codecs.
 */
export function memoContext(value: unknown, payload: Payload | null | undefined): MetadataContext {
  if (!isJsonObject(value)) return {};
  const { fields, issues } = snapshotMetadata(value);
  const changed = changedNumbers(payload);
  if (issues.length + changed.length === 0) return { user: fields };
  return { user: withoutFaulty(fields, changed), issues: [...issues, ...changed] };
}
