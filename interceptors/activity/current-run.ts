/**
 * The run that an activity's code belongs to, found by the SDK's own activity context: no second AsyncLocalStorage, and
 * one registry however many copies of this module there are. Node only.
 * @module
 */
import { copyJson } from '../../src/metadata/json';
import type { JsonObject } from '../../src/model/json';

/** A run that is being recorded, as its activity's code knows it. */
export interface OpenRun {
  readonly recorded: true;
  /** Identity of the run. */
  readonly uid: string;
  /** Its number; `undefined` when it has none, and while the store is out of reach. */
  readonly scanId: number | undefined;
  /** The merged metadata as recorded: a copy, so that what becomes of it changes no record. */
  readonly metadata: Readonly<JsonObject>;
  /**
   * Says that the run uses a file or a URI which neither its arguments nor its result name. A relative path counts from the working
   * directory. Returns at once and never throws; what is there is looked at soon after.
   */
  use(data: string | URL): void;
  /** Says that the run has made a file or a URI. What is there is looked at when the run ends. */
  generate(data: string | URL): void;
}

/** Nothing is recorded: outside an activity, without the plugin, or by a `capture` rule. */
export interface UnrecordedRun {
  readonly recorded: false;
  readonly uid: undefined;
  readonly scanId: undefined;
  /** Empty. */
  readonly metadata: Readonly<JsonObject>;
  /** Does nothing. */
  use(data: string | URL): void;
  /** Does nothing. */
  generate(data: string | URL): void;
}

/** Takes what the code says of its data. Never throws. */
interface Declarations {
  declare(data: unknown, direction: 'used' | 'generated'): void;
}

/** What an activity can know about its own run; `recorded` tells the two apart. */
export type CurrentRun = OpenRun | UnrecordedRun;

const REGISTRY = Symbol.for('temporal-provenance.runs');

/** What stands in where nothing is recorded, so that activities run the same with and without the plugin. */
export const NO_RUN: UnrecordedRun = Object.freeze({
  recorded: false,
  uid: undefined,
  scanId: undefined,
  metadata: Object.freeze({}),
  use: ignore,
  generate: ignore,
});

/** Where nothing is recorded, nothing is said. */
function ignore(): void {}

function registry(): WeakMap<object, CurrentRun> {
  const holder = globalThis as { [REGISTRY]?: WeakMap<object, CurrentRun> };
  holder[REGISTRY] ??= new WeakMap();
  return holder[REGISTRY];
}

/** A run as its activity sees it. Other runs share what it was merged from: it is copied when it is first asked for. */
export function makeCurrentRun(
  uid: string,
  scanId: number | undefined,
  metadata: JsonObject,
  data?: Declarations,
): OpenRun {
  let copy: JsonObject | undefined;
  return Object.freeze({
    recorded: true as const,
    uid,
    scanId,
    get metadata() {
      copy ??= copyJson(metadata);
      return copy;
    },
    use: (name: string | URL) => data?.declare(name, 'used'),
    generate: (name: string | URL) => data?.declare(name, 'generated'),
  });
}

/** Ties a run to the activity context that it is the run of. */
export function setRunOf(context: object, run: CurrentRun): void {
  registry().set(context, run);
}

/** The run of an activity context. */
export function runOf(context: object): CurrentRun | undefined {
  return registry().get(context);
}
