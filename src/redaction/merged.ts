/**
 * Masks merged metadata field by field, so that sources are preserved: a masked field keeps its source, and its
 * overridden values keep theirs. [isolate-safe]
 * @module
 */

import { setOwn } from '../metadata/json';
import type { MergedMetadata } from '../metadata/merge';
import type { SourceName } from '../model/documents';
import type { Json, JsonObject } from '../model/json';
import type { Redactions, Redactor } from './redactor';

/** The result of {@link redactMerged}. */
interface RedactedMerged {
  /** The argument itself if nothing was masked. */
  merged: MergedMetadata;
  /** Number of masked places by rule; absent if nothing was masked. */
  redactions?: Redactions;
}

/** Masks the fields, their overridden values, and names that are secrets themselves. Never throws. */
export function redactMerged(redactor: Redactor, merged: MergedMetadata): RedactedMerged {
  const redactions: Redactions = {};
  const result: MergedMetadata = { fields: {}, sources: {} };
  for (const name of Object.keys(merged.fields)) {
    const field = redactField(redactor, name, merged.fields[name]!, redactions);
    setOwn(result.fields, field.name, field.value);
    setOwn(result.sources, field.name, merged.sources[name]!);
    if (merged.shadowed === undefined || !Object.hasOwn(merged.shadowed, name)) continue;
    const shadowed: { [source in SourceName]?: Json } = {};
    for (const [source, lost] of Object.entries(merged.shadowed[name]!)) {
      shadowed[source as SourceName] = redactField(redactor, name, lost, redactions).value;
    }
    result.shadowed ??= {};
    setOwn(result.shadowed, field.name, shadowed);
  }
  return Object.keys(redactions).length === 0 ? { merged } : { merged: result, redactions };
}

function redactField(
  redactor: Redactor,
  name: string,
  value: Json,
  sum: Redactions,
): { name: string; value: Json } {
  const field: JsonObject = {};
  setOwn(field, name, value);
  const redacted = redactor.value(field);
  for (const [rule, count] of Object.entries(redacted.redactions ?? {})) sum[rule] = (sum[rule] ?? 0) + count;
  const [entry] = Object.entries(redacted.value);
  // A value that could not be redacted is no longer an object.
  return typeof redacted.value === 'object' && entry !== undefined
    ? { name: entry[0], value: entry[1] }
    : { name, value: redacted.value };
}
