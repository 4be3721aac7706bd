/**
 * A run's metadata by field: value, source, overridden values. Node only.
 * @module
 */
import type { SourceName, StartDocument } from '../../model/documents';
import type { Json } from '../../model/json';

/** Fields of a start document that are not metadata. */
const OWN_FIELDS = new Set(['uid', 'time', 'scan_id', 'temporal', 'provenance']);

/** A metadata field of a run. */
export interface MetadataRow {
  field: string;
  value: Json;
  /** Absent if the source was not recorded. */
  source?: SourceName;
  /** Overridden values, by their source, highest precedence first. */
  shadowed: [SourceName, Json][];
}

/** The metadata fields of a run, in the order in which they were merged. */
export function metadataRows(start: StartDocument): MetadataRow[] {
  const { sources, shadowed } = start.provenance;
  return Object.keys(start)
    .filter((field) => !OWN_FIELDS.has(field))
    .map((field) => ({
      field,
      value: start[field] as Json,
      ...(Object.hasOwn(sources ?? {}, field) && { source: sources[field] }),
      shadowed: Object.entries(shadowed?.[field] ?? {}) as [SourceName, Json][],
    }));
}
