/**
 * Composes start documents from their stored parts. Only this file does it: subscribers and readers receive the same text. Node
 * only.
 * @module
 */
import type { StartDocument, StopDocument } from '../../model/documents';

/** The stored parts of a start document; see migrations/0001-first.ts. */
interface StartParts {
  uid: string;
  time: number;
  scan_id: number | null;
  /** `{fields, sources, shadowed?}` as JSON text, with `null` in slots. */
  metadata: string;
  /** `[[section, key], …]` as JSON text: the places of the values of `own`. */
  slots?: string | null;
  own?: string | null;
  /** `{temporal, provenance}` as JSON text. */
  facts: string;
  retry_of: string | null;
  storage_id: string;
  state_id: number;
}

/** Returns the start document of a stored run. */
export function composeStart(parts: StartParts): StartDocument {
  const { fields, sources, shadowed } = fillSlots(parts.metadata, parts.slots, parts.own);
  const { temporal, provenance } = JSON.parse(parts.facts);
  return {
    uid: parts.uid,
    time: parts.time,
    ...(parts.scan_id === null ? {} : { scan_id: parts.scan_id }),
    ...fields,
    temporal,
    provenance: {
      ...provenance,
      sources,
      ...(shadowed === undefined ? {} : { shadowed }),
      ...(parts.retry_of === null ? {} : { retry_of: parts.retry_of }),
      storage: { storage_id: parts.storage_id, state_id: parts.state_id },
    },
  };
}

function fillSlots(metadata: string, slots?: string | null, own?: string | null) {
  const document = JSON.parse(metadata);
  if (!slots || !own) return document;
  const values = JSON.parse(own);
  (JSON.parse(slots) as [string, string][]).forEach(([section, key], index) => {
    document[section][key] = values[index];
  });
  return document;
}

/** True for the stop of an activity that completes from another process: the attempt is still open. */
export function completesElsewhere(stop: string): boolean {
  if (!stop.includes('"completes_async":true')) return false;
  return (JSON.parse(stop) as StopDocument).temporal?.completes_async === true;
}
