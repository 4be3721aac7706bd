/**
 * Masks merged metadata field by field, so that origins stay what they are: the source of a masked field is still
 * told, and a field's losers keep their sources. [isolate-safe]
 * @module
 */

import { setOwn } from '../metadata/json';
import type { MergedMetadata } from '../metadata/merge';
import type { SourceName } from '../model/documents';
import type { Json, JsonObject } from '../model/json';
import type { Redactions, Redactor } from './redactor';

/** What {@link redactMerged} gives. */
interface RedactedMerged {
  /** The argument itself where nothing was masked. */
  merged: MergedMetadata;
  /** By rule; absent where nothing was masked. */
  redactions?: Redactions;
}

/** Masks the fields, what they shadowed, and names that are secrets themselves. Never throws. */
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
  // What could not be redacted is no object any more.
  return typeof redacted.value === 'object' && entry !== undefined
    ? { name: entry[0], value: entry[1] }
    : { name, value: redacted.value };
}
