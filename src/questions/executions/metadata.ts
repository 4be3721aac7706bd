/**
 * Metadata of the runs of an execution: the values that they share, and the number of values of fields that
 * differ. Node only.
 * @module
 */
import type { RunRecord } from '../../model/documents';
import type { Store } from '../../store/store';
import { type MetadataRow, metadataRows } from '../stories/metadata-rows';
import type { Edges } from './edges';

/** A field. */
export interface SharedField extends MetadataRow {
  /** The number of different values among the compared runs; absent if there is only one. */
  values?: number;
}

/** The fields, and the number of activities that have them. */
export interface SharedMetadata {
  fields: SharedField[];
  compared: number;
  activities: number;
}

/**
 * Compares the metadata of an execution's first and last activities. Of each activity the last attempt counts.
 */
export async function metadataOf(
  store: Store,
  { head, tail }: Edges,
  activities: number,
): Promise<SharedMetadata> {
  const last = [...head, ...tail].flatMap((entry) => ('runs' in entry ? (entry.runs.at(-1)?.seq ?? []) : []));
  const runs = await store.readRuns(last);
  return { fields: sharedFields(runs), compared: runs.length, activities };
}

/**
 * The fields of the first run, with the number of values if the others differ. The plan's names are left out.
 */
export function sharedFields(runs: readonly RunRecord[]): SharedField[] {
  const [first] = runs;
  if (!first) return [];
  const rows = metadataRows(first.start).filter(({ field }) => !/^plan_(name|type|args)$/.test(field));
  return rows.map(({ source, ...row }) => {
    const values = new Set(runs.map(({ start }) => JSON.stringify(start[row.field]))).size;
    return values === 1 ? { ...row, ...(source && { source }) } : { ...row, shadowed: [], values };
  });
}
