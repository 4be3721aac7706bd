/**
 * What a visitor of the list of runs asks for. Node only.
 * @module
 */
import type { View } from '../../parts/search/view';

/** What a visitor asks for. */
export interface RunsAsked {
  view: View;
  where: string;
  limit: number;
  after?: string;
  attempts: boolean;
  /** Names, in their order. */
  columns: readonly string[];
  /** Two runs are being chosen. */
  compare: boolean;
}
