/**
 * The run that an activity's code belongs to, found by the SDK's own activity context: no second AsyncLocalStorage, and
 * one registry however many copies of this module there are. Node only.
 * @module
 */
import type { JsonObject } from '../src/model/json';

/** What an activity can know about its own run. */
export interface CurrentRun {
  /** False where nothing is recorded: outside an activity, without the plugin, or by a `capture` rule. */
  readonly recorded: boolean;
  /** Identity of the run; `undefined` where nothing is recorded. */
  readonly uid: string | undefined;
  /** Its number; `undefined` when it has none, and while the store is out of reach. */
  readonly scanId: number | undefined;
  /** The merged metadata as recorded. Read-only. */
  readonly metadata: Readonly<JsonObject>;
}

const REGISTRY = Symbol.for('temporal-provenance.runs');

/** What stands in where nothing is recorded, so that activities run the same with and without the plugin. */
export const NO_RUN: CurrentRun = Object.freeze({
  recorded: false,
  uid: undefined,
  scanId: undefined,
  metadata: Object.freeze({}),
});

function registry(): WeakMap<object, CurrentRun> {
  const holder = globalThis as { [REGISTRY]?: WeakMap<object, CurrentRun> };
  holder[REGISTRY] ??= new WeakMap();
  return holder[REGISTRY];
}

/** Ties a run to the activity context that it is the run of. */
export function setRunOf(context: object, run: CurrentRun): void {
  registry().set(context, run);
}

/** The run of an activity context. */
export function runOf(context: object): CurrentRun | undefined {
  return registry().get(context);
}
