/**
 * What is known about executions whose activities run here: from the sandbox in this process (by sink), else from the
 * store, where another worker's sandbox told it, else from the first event of the history. Bounded. Node only.
 * @module
 */
import type { Inbound } from '../../src/data/value-evidence';
import type { ExecutionStart } from '../../src/model/execution';
import type { Json } from '../../src/model/json';
import { RecentMap } from '../../src/store/recent-map';
import type { ExecutionAncestry, MetadataContext } from '../../src/temporal/header';

/** Facts that an activity's own `Info` lacks. */
export interface KnownExecution {
  ancestry: ExecutionAncestry;
  /** Arguments of the workflow, as recorded; absent when they are not known. */
  args?: Json[];
  /** Metadata that came with the start; only where the first event was read, which has it. */
  start?: MetadataContext;
  /**
   * Strings that came with the start, by digest; only where the first event was read. `too_large`: there is too much to be looked at
   * as a whole.
   */
  inbound?: Inbound | 'too_large';
  /** Why metadata that may have come with an earlier start could not be had. */
  incomplete?: string;
}

/** Characters that the remembered executions may take together, and so the contexts. */
const MAX_CHARACTERS = 16_777_216;

/** Characters that an entry takes beside its text. */
const ENTRY_COST = 512;

/**
 * Facts and metadata contexts of executions, by run id; those that were not asked for lately are forgotten when
 * there are too many.
 */
export class Executions {
  readonly #facts = new RecentMap<KnownExecution>(MAX_CHARACTERS);
  readonly #contexts = new RecentMap<MetadataContext>(MAX_CHARACTERS);

  get(runId: string): KnownExecution | undefined {
    return this.#facts.get(runId);
  }

  /** `size`: characters of the text that the facts came as. */
  remember(runId: string, facts: KnownExecution, size: number): void {
    this.#facts.set(runId, facts, size + ENTRY_COST);
  }

  /** An execution that has closed begins no activity. */
  forget(runId: string): void {
    // See docs/design/recording.md#opening.
    this.#facts.delete(runId);
  }

  context(key: string): MetadataContext | undefined {
    return this.#contexts.get(key);
  }

  rememberContext(key: string, context: MetadataContext, size: number): void {
    this.#contexts.set(key, context, size + ENTRY_COST);
  }
}

/** Characters that a digest takes in memory, about. */
const DIGEST_COST = 64;

/** What facts take in memory, in characters, about. */
export function sizeOfFacts({ inbound, ...facts }: KnownExecution): number {
  const digests = typeof inbound === 'object' ? inbound.size : 0;
  return JSON.stringify(facts).length + DIGEST_COST * digests;
}

/** The facts of an execution's record. */
export function knownExecution(start: ExecutionStart): KnownExecution {
  const ancestry: ExecutionAncestry = {};
  if (start.first_execution_run_id !== start.run_id)
    ancestry.first_execution_run_id = start.first_execution_run_id;
  if (start.parent) ancestry.parent = start.parent;
  if (start.root) ancestry.root = start.root;
  if (start.schedule_id) ancestry.schedule_id = start.schedule_id;
  if (start.scheduled_start_time !== undefined) ancestry.scheduled_start_time = start.scheduled_start_time;
  if (start.caller) ancestry.caller = start.caller;
  return { ancestry, args: start.args };
}
