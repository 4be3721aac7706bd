/**
 * The known facts about executions whose activities run here. The first source is the sandbox in this process
 * (by sink). The second is the store, if another worker's sandbox recorded them there. The third is the first
 * event of the execution's history. Bounded. Node only.
 * @module
 */
import type { Inbound } from '../../src/data/value-evidence';
import type { ExecutionStart } from '../../src/model/execution';
import type { Json } from '../../src/model/json';
import { RecentMap } from '../../src/store/recent-map';
import type { ExecutionAncestry, MetadataContext } from '../../src/temporal/header';

/** The facts that an activity's own `Info` lacks. */
export interface KnownExecution {
  ancestry: ExecutionAncestry;
  /** Arguments of the workflow, as recorded; absent if they are unknown. */
  args?: Json[];
  /** Metadata that came with the start. Present only if the first event was read. */
  start?: MetadataContext;
  /**
   * Strings that came with the start, by digest. Present only if the first event was read. `too_large`: the
   * start is too large to be examined.
   */
  inbound?: Inbound | 'too_large';
  /** Why metadata that may have come with an earlier start could not be read. */
  incomplete?: string;
}

/** Limit in characters for the remembered executions together, and the same for the contexts. */
const MAX_CHARACTERS = 16_777_216;

/** Characters that an entry takes in addition to its text. */
const ENTRY_COST = 512;

/**
 * Facts and metadata contexts of executions, by run id. The least recently used ones are dropped when there are
 * too many.
 */
export class Executions {
  readonly #facts = new RecentMap<KnownExecution>(MAX_CHARACTERS);
  readonly #contexts = new RecentMap<MetadataContext>(MAX_CHARACTERS);

  get(runId: string): KnownExecution | undefined {
    return this.#facts.get(runId);
  }

  /** `size` is the length in characters of the text in which the facts arrived. */
  remember(runId: string, facts: KnownExecution, size: number): void {
    this.#facts.set(runId, facts, size + ENTRY_COST);
  }

  /** Forgets an execution that has closed: it starts no more activities. */
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

/** Approximate memory of a digest, in characters. */
const DIGEST_COST = 64;

/** The approximate memory of facts, in characters. */
export function sizeOfFacts({ inbound, ...facts }: KnownExecution): number {
  const digests = typeof inbound === 'object' ? inbound.size : 0;
  return JSON.stringify(facts).length + DIGEST_COST * digests;
}

/** Takes the facts from an execution's record. */
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
