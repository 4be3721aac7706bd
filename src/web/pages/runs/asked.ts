/**
 * The input of the list of runs. Node only.
 * @module
 */
import type { ListAsked } from '../list';

/** What a visitor asks for. */
export interface RunsAsked extends ListAsked {
  attempts: boolean;
  /** Two runs are being chosen. */
  compare: boolean;
}
