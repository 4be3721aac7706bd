/**
 * The run that an activity's code belongs to, found by the SDK's own activity context. There is no second
 * AsyncLocalStorage, and one registry for all copies of this module. Node only.
 * @module
 */
import { copyJson } from '../../src/metadata/json';
import type { JsonObject } from '../../src/model/json';

/** A run that is being recorded, as its activity's code sees it. */
export interface OpenRun {
  readonly recorded: true;
  /** Identity of the run, a UUID. */
  readonly uid: string;
  /** The scan id of the run, an integer. `undefined` if the run has none, or if the store is unavailable. */
  readonly scanId: number | undefined;
  /** The merged metadata as recorded. It is a copy: changing it changes no record. */
  readonly metadata: Readonly<JsonObject>;
  /**
   * Declares that the run uses a file or a URI which neither its arguments nor its result name. A relative path
   * is resolved against the working directory. Returns at once and never throws; the file is examined soon
   * after.
   */
  use(data: string | URL): void;
  /**
   * Declares that the run generates a file or a URI. A relative path is resolved against the working directory.
   * Returns at once and never throws; the file is examined when the run ends.
   */
  generate(data: string | URL): void;
}

/**
 * An activity whose run is not recorded: it is called outside an activity or without the plugin, or a `capture`
 * rule excludes it.
 */
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

/** Takes the declarations that the code makes about its data. Never throws. */
interface Declarations {
  declare(data: unknown, direction: 'used' | 'generated'): void;
}

/** What an activity can know about its own run. `recorded` distinguishes the two cases. */
export type CurrentRun = OpenRun | UnrecordedRun;

const REGISTRY = Symbol.for('temporal-provenance.runs');

/** The run of code that is not recorded, so that activities work the same with and without the plugin. */
export const NO_RUN: UnrecordedRun = Object.freeze({
  recorded: false,
  uid: undefined,
  scanId: undefined,
  metadata: Object.freeze({}),
  use: ignore,
  generate: ignore,
});

/** Does nothing, since nothing is recorded. */
function ignore(): void {}

function registry(): WeakMap<object, CurrentRun> {
  const holder = globalThis as { [REGISTRY]?: WeakMap<object, CurrentRun> };
  holder[REGISTRY] ??= new WeakMap();
  return holder[REGISTRY];
}

/**
 * Creates the run as its activity sees it. The metadata is shared with other runs, so it is copied at the first
 * access.
 */
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

/** Assigns a run to its activity context. */
export function setRunOf(context: object, run: CurrentRun): void {
  registry().set(context, run);
}

/** Returns the run of an activity context. */
export function runOf(context: object): CurrentRun | undefined {
  return registry().get(context);
}
