/**
 * Which source of metadata wins. The list below is the whole rule: merging is shallow, by top-level key, and
 * the first source in the list that has a key supplies it. Only this file defines the order. [isolate-safe]
 *
 * This folder owns metadata: sources and their order, merging, what a field may hold, rules and their issues.
 * Everything above the model may use it; it knows neither store nor Temporal.
 * @module
 */
import type { SourceName } from '../model/documents';
import type { JsonObject } from '../model/json';

/**
 * The sources, highest precedence first.
 *
 * - `user`: the client that starts the work (its `withMetadata`, or the memo entry `provenance`);
 * - `plan`: the workflow's code (`withMetadata`, `setMetadata` of `temporal-provenance/workflow`);
 * - `inferred`: set by the plugin (`plan_name`, `plan_type`, `plan_args`, …), or added by the lab's normaliser;
 * - `stash`: the lab's persistent metadata.
 */
export const SOURCES: readonly SourceName[] = ['user', 'plan', 'inferred', 'stash'];

/** The metadata of each source for one run. A source without metadata is absent. */
export type MetadataLayers = { readonly [source in SourceName]?: JsonObject };
