/**
 * What a visitor of the list of runs asks for. Node only.
 * @module
 */
import type { ListAsked } from '../list';

/** What a visitor asks for. */
export interface RunsAsked extends ListAsked {
  attempts: boolean;
  /** Two runs are being chosen. */
  compare: boolean;
}
