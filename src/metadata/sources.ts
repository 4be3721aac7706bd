/**
 * Which source of metadata wins. The list below is the whole rule: merging is shallow, by top-level key, and a key
 * belongs to the first source here that has it. Nothing else in the product knows the order. [isolate-safe]
 *
 * This folder owns metadata: sources and their order, merging, what a field may hold, rules and their issues. Everything
 * above the model may use it; it knows neither store nor Temporal.
 * @module
 */
import type { SourceName } from '../model/documents';
import type { JsonObject } from '../model/json';

/**
 * The sources, highest precedence first.
 *
 * - `user`: whoever starts the work (client's `withMetadata`, or the memo entry `provenance`);
 * - `plan`: the workflow's code (`withMetadata`, `setMetadata` of `temporal-provenance/workflow`);
 * - `inferred`: worked out by the plugin (`plan_name`, `plan_type`, `plan_args`, …), or added by the lab's normaliser;
 * - `stash`: the lab's persistent metadata.
 */
export const SOURCES: readonly SourceName[] = ['user', 'plan', 'inferred', 'stash'];

/** What each source gives for one run; a source that gives nothing is absent. */
export type MetadataLayers = { readonly [source in SourceName]?: JsonObject };
