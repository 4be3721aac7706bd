/**
 * The way out of the sandbox: the sink's name, its functions, and their messages as bounded JSON text. A sink
 * call may come several times and during replay, so every message is idempotent by its key. [isolate-safe]
 * @module
 */
import type { Sinks } from '@temporalio/workflow';
import type { OriginsDocument } from '../../src/model/data';
import type { ExecutionClose, ExecutionStart } from '../../src/model/execution';
import type { SeenDecision } from './decisions';
import type { Resolution } from './resolutions';

/** Name of the sink. The SDK refuses names that start with `__temporal_`. */
export const SINK_NAME = 'temporalProvenance';

/**
 * Longest text that one sink call carries, in UTF-16 units. Longer values are digested or cut before. A value
 * that is read whole outside (1,000,000 characters) fits.
 */
export const MAX_SINK_TEXT_LENGTH = 2_097_152;

/** Each text is JSON of the named type; each function returns at once. */
interface ProvenanceSinkFunctions {
  /** {@link ExecutionStart}; also sent during replay. */
  execution(text: string): void;
  /** {@link ContextMessage}; also sent during replay. */
  context(text: string): void;
  /** {@link ExecutionClose}. */
  close(text: string): void;
  /** {@link ProgressMessage}; one for each activation that has something to report. */
  progress(text: string): void;
  /** {@link OriginsMessage}. */
  origins(text: string): void;
}

/**
 * The origins of parts of a value that leaves the workflow. `result`: what the execution returned; `update`:
 * what an update returned; `activity`: arguments whose paths are not all in the activity's header.
 */
export type OriginsMessage = Pick<OriginsDocument, 'run_id' | 'of' | 'id' | 'origins' | 'partial'>;

/** What the workflow saw in one activation. */
export interface ProgressMessage {
  /** How activities ended. */
  resolutions: Resolution[];
  /** The decisions from outside. */
  decisions: SeenDecision[];
  /** Why data flow is not followed completely. Sent once. */
  trouble?: string;
}

/** Metadata that does not travel in a header, under the key that the header carries (`run id / n`). */
export interface ContextMessage {
  run_id: string;
  n: number;
  /** JSON of {@link import('../../src/temporal/header').MetadataContext}. */
  context: unknown;
}

/** The sinks as the sandbox sees them: each takes one JSON text. */
export interface ProvenanceSinks extends Sinks {
  [SINK_NAME]: { [name in keyof ProvenanceSinkFunctions]: (text: string) => void };
}

export type { ExecutionClose, ExecutionStart };
