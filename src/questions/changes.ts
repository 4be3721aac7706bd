/**
 * What was committed to a store, in its order: to follow it, and to keep a copy up to date. Node only.
 * @module
 */
import type { JsonObject } from '../model/json';
import type { ChangePlace, StoredChange } from '../store/interface/changes';
import type { Scope } from './scope';

/** Kinds of changes, with what the store calls them. */
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
 * Kind of a change. `start`, `stop`, `settled`: documents of runs; `execution`: the server's word on the end of one; `data`: what a run used
 * and generated; `refusal`: a run that a rule did not let open; `origins`: where values of an execution come from; `digest`: content of a
 * version; `environment`; `removed`: what was taken out of the store, or replaced by less.
 */
export type ChangeKind = keyof typeof KINDS;

/** All kinds. */
export const CHANGE_KINDS = Object.keys(KINDS) as readonly ChangeKind[];

const KIND_OF = new Map<string, ChangeKind>(CHANGE_KINDS.map((kind) => [KINDS[kind], kind]));

/** A change. */
export interface Change {
  /** Its place in the order: what comes after it is asked for by this. The last one of a transaction has the transaction's state id. */
  id: string;
  kind: ChangeKind;
  /** Absent for what is of no lab. */
  lab?: string;
  document: JsonObject;
}

/** Some changes. */
export interface Changes {
  items: Change[];
  /** `after` of the next question, also where nothing has come yet. */
  next: string;
  /** There is no more now. */
  done: boolean;
}

/** Documents that are read at once; one may have 2 MiB. */
const STEP = 32;
/** Of the documents of one answer, as JSON text. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** State of the last transaction that wrote documents; 0 before the first. */
export function lastStateOf({ store }: Scope): Promise<number> {
  return store.lastState();
}

/** Place of what stands in `after`: `42`, or `42.3` within a transaction. @returns undefined for other text */
export function changePlace(after: string): ChangePlace | undefined {
  const [, state, ordinal] = /^(\d{1,15})(?:\.(\d{1,9}))?$/.exec(after) ?? [];
  if (state === undefined) return undefined;
  return { state_id: Number(state), ...(ordinal !== undefined && { ordinal: Number(ordinal) }) };
}

/** Changes after a place, of the scope's labs: `limit` at most, fewer where they are large. */
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
