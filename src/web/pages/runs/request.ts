/**
 * The input of the list of runs. Node only.
 * @module
 */
import type { ListRequest } from '../list';

/** What a visitor asks for. */
export interface RunsRequest extends ListRequest {
  attempts: boolean;
  /** Two runs are being chosen. */
  compare: boolean;
}
