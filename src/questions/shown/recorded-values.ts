/**
 * Arguments, results and fields of metadata as one line of text. Node only.
 * @module
 */
import { isJsonObject, type Json } from '../../model/json';
import { shortDigest } from '../stories/environments';
import { shownValue } from './marked-values';
import { size } from './measures';
import { safe, valueText } from './safe-text';

/** An argument or result; a digested value is described. */
export function dataText(value: Json): string {
  const digested = value as { digest?: unknown; size_bytes?: unknown; type?: unknown; head?: unknown } | null;
  if (
    typeof digested === 'object' &&
    typeof digested?.digest === 'string' &&
    typeof digested.size_bytes === 'number'
  ) {
    const head = typeof digested.head === 'string' ? ` ${safe(digested.head.slice(0, 60))}…` : '';
    return `${safe(String(digested.type))} of ${size(digested.size_bytes)} ${shortDigest(digested.digest)}${head}`;
  }
  return shownValue(value);
}

/** A metadata field's text in a list; for an object its name, if it has one. */
export function fieldText(value: unknown): string {
  const json = value as Json | undefined;
  return valueText(isJsonObject(json) && json.name !== undefined ? json.name : json);
}
