/**
 * The first and the last rows of an execution. Tree and metadata use only these if there are many. Node only.
 * @module
 */
import type { TimelineEntry } from '../../store/interface/outline';
import type { Store } from '../../store/store';

/** The first and the last rows. */
export interface Edges {
  head: readonly TimelineEntry[];
  /** The last rows that `head` does not contain; empty if it contains all. */
  tail: readonly TimelineEntry[];
  total: number;
}

/** Reads them. */
export async function edgesOf(
  store: Store,
  run_id: string,
  { first, last }: { first: number; last: number },
): Promise<Edges> {
  const { entries: head, total } = await store.outline.timeline({ run_id, skip: 0, limit: first });
  if (total <= first) return { head, tail: [], total };
  const skip = Math.max(first, total - last);
  const { entries: tail } = await store.outline.timeline({ run_id, skip, limit: last });
  return { head, tail, total };
}
