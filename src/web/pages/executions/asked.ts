/**
 * What a visitor of the list of executions asks for. Node only.
 * @module
 */
import type { View } from '../../parts/search/view';

/** What a visitor asks for. */
export interface ExecutionsAsked {
  view: View;
  where: string;
  /** Metadata is also that of the runs of their children. */
  family: boolean;
  /** Names, in their order. */
  columns: readonly string[];
}
