/**
 * Copies the metadata that workflow code gives, so that later changes of the object do not affect it. What is
 * not JSON is reported, because its text would silently differ. All other rules are applied when the run opens,
 * which keeps them out of the sandbox. [isolate-safe]
 * @module
 */
import type { MetadataIssue } from '../model/documents';
import { isJsonObject, type Json, type JsonObject } from '../model/json';

/** The most faults that are named. */
const MAX_FAULTS = 20;

/** Deepest nesting that is copied; a cycle ends here, too. */
const MAX_DEPTH = 64;

interface Snapshot {
  fields: JsonObject;
  issues: MetadataIssue[];
}

/** Never throws. With issues there are no fields. */
export function snapshotMetadata(value: unknown): Snapshot {
  const issues: MetadataIssue[] = [];
  try {
    const fields = copy(value, [], issues);
    if (!isJsonObject(fields)) issues.push({ path: [], message: 'must be a plain object' });
    return { fields: issues.length > 0 ? {} : (fields as JsonObject), issues: issues.slice(0, MAX_FAULTS) };
  } catch {
    return { fields: {}, issues: [{ path: [], message: 'could not be read' }] };
  }
}

function copy(value: unknown, path: (string | number)[], issues: MetadataIssue[]): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'object' && path.length < MAX_DEPTH && issues.length < MAX_FAULTS) {
    if (Array.isArray(value)) return Array.from(value, (item, index) => copy(item, [...path, index], issues));
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === null || Object.getPrototypeOf(prototype) === null) {
      const entries = Object.entries(value as object);
      return Object.fromEntries(entries.map(([key, item]) => [key, copy(item, [...path, key], issues)]));
    }
  }
  issues.push({ path, message: typeof value === 'number' ? 'must be a finite number' : 'must be JSON' });
  return null;
}
