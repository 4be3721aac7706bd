/**
 * Merges the metadata of the sources: shallow, by top-level key, in the order of `SOURCES`. The result records
 * the source of each field, and the values that were overridden. Only own keys are read; inputs are not changed
 * and their values are not copied. [isolate-safe]
 * @module
 */
import type { SourceName } from '../model/documents';
import type { Json, JsonObject } from '../model/json';
import { setOwn } from './json';
import { type MetadataLayers, SOURCES } from './sources';

/** A run's metadata after merging. */
export interface MergedMetadata {
  /** The fields at the top level of the `start` document. */
  fields: JsonObject;
  /** The source of every field. */
  sources: { [field: string]: SourceName };
  /**
   * For every field that more than one source gave, the overridden values by source. Absent if nothing was
   * overridden.
   */
  shadowed?: { [field: string]: { [source in SourceName]?: Json } };
}

/** Merges the layers; an absent layer contributes nothing. Never throws on JSON objects. */
export function mergeSources(layers: MetadataLayers): MergedMetadata {
  const merged: MergedMetadata = { fields: {}, sources: {} };
  for (const source of SOURCES) {
    const layer = layers[source];
    if (layer === undefined) continue;
    for (const key of Object.keys(layer)) {
      // Shadowed even if the values are equal: docs/design/metadata.md#rules.
      if (Object.hasOwn(merged.fields, key)) shadow(merged, key, source, layer[key]!);
      else {
        setOwn(merged.fields, key, layer[key]!);
        setOwn(merged.sources, key, source);
      }
    }
  }
  return merged;
}

function shadow(merged: MergedMetadata, key: string, source: SourceName, value: Json): void {
  merged.shadowed ??= {};
  if (!Object.hasOwn(merged.shadowed, key)) setOwn(merged.shadowed, key, {});
  merged.shadowed[key]![source] = value;
}
