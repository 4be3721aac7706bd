/**
 * The changes that were committed to a store, in their order: for following it, and for keeping a copy up to
 * date. Node only.
 * @module
 */
import type { JsonObject } from '../model/json';
import type { ChangePlace, StoredChange } from '../store/interface/changes';
import type { Scope } from './scope';

/** Kinds of changes, with the store's names for them. */
const KINDS = {
  start: 'start',
  stop: 'stop',
  settled: 'settled',
  execution: 'execution',
  data: 'data',
  refusal: 'refusal',
  origins: 'origins',
  digest: 'digest',
  environment: 'environment',
  removed: 'tombstone',
} as const;

/**
 * Kind of a change.
 *
 * - `start`, `stop`, `settled`: documents of runs
 * - `execution`: the server's status at the end of one
 * - `data`: what a run used and generated
 * - `refusal`: a run that a rule did not let open
 * - `origins`: the origins of an execution's values
 * - `digest`: the content of a version
 * - `environment`: a code environment
 * - `removed`: something was deleted from the store, or replaced by less
 */
export type ChangeKind = keyof typeof KINDS;

/** All kinds. */
export const CHANGE_KINDS = Object.keys(KINDS) as readonly ChangeKind[];

const KIND_OF = new Map<string, ChangeKind>(CHANGE_KINDS.map((kind) => [KINDS[kind], kind]));

/** A change. */
export interface Change {
  /**
   * Position of the change in the order. Pass it as `after` to get later changes. The last one of a transaction
   * has the transaction's state id.
   */
  id: string;
  kind: ChangeKind;
  /** Absent for what belongs to no lab. */
  lab?: string;
  document: JsonObject;
}

/** Some changes. */
export interface Changes {
  items: Change[];
  /** The `after` of the next query, also if there are no changes yet. */
  next: string;
  /** True if there are no more changes at present. */
  done: boolean;
}

/** The most documents that are read at once; one may have 2 MiB. */
const STEP = 32;
/** Limit for the documents of one answer, as JSON text. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** State id of the last transaction that wrote documents; 0 before the first. */
export function lastStateOf({ store }: Scope): Promise<number> {
  return store.lastState();
}

/**
 * Parses the position in `after`: `42`, or `42.3` within a transaction. @returns undefined for any other text
 */
export function changePlace(after: string): ChangePlace | undefined {
  const [, state, ordinal] = /^(\d{1,15})(?:\.(\d{1,9}))?$/.exec(after) ?? [];
  if (state === undefined) return undefined;
  return { state_id: Number(state), ...(ordinal !== undefined && { ordinal: Number(ordinal) }) };
}

/** Changes of the scope's labs after a position: at most `limit`, and fewer if they are large. */
export async function changesOf(
  { store, only_lab }: Scope,
  { after, limit, kinds }: { after: ChangePlace; limit: number; kinds?: readonly ChangeKind[] },
): Promise<Changes> {
  const items: Change[] = [];
  let next = after;
  let looked = 0;
  let characters = 0;
  let done = false;
  while (!done && looked < limit && characters < MOST_CHARACTERS) {
    const step = Math.min(STEP, limit - looked);
    const page = await store.changes({ after: next, limit: step });
    for (const change of page.changes) {
      const kind = KIND_OF.get(change.what);
      if (!kind || (kinds && !kinds.includes(kind))) continue;
      if (only_lab !== undefined && change.lab !== only_lab) continue;
      const { lab, document } = change;
      items.push({ id: nameOf(change), kind, ...(lab !== undefined && { lab }), document });
      characters += JSON.stringify(document).length;
    }
    looked += step;
    ({ next, done } = page);
  }
  return { items, next: nameOf(next), done };
}

function nameOf({ state_id, ordinal, last }: ChangePlace & Partial<StoredChange>): string {
  return last || ordinal === undefined ? String(state_id) : `${state_id}.${ordinal}`;
}
