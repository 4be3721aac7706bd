/**
 * Numbers that a scan-id source gives: asked once a run or, where the runs of an execution share one, until the execution has
 * its number. Node only.
 * @module
 */
import { REMEMBERED } from '../../model/limits';
import type { OpenRecord } from '../../store/interface/written';
import { RecentMap } from '../../store/recent-map';
import type { PreparedRun, RunPreparation } from './prepare-run';

/** The numbers of one recorder. */
export class Numbering {
  readonly #source: Pick<RunPreparation, 'scanId'>;
  /** Executions that have their number, as far as this process knows. */
  readonly #numbered = new RecentMap<true>(REMEMBERED.numbered_characters);

  constructor(source: Pick<RunPreparation, 'scanId'>) {
    this.#source = source;
  }

  /** `undefined` for the store to number it. */
  ask(prepared: PreparedRun): number | undefined | Promise<number | undefined> {
    const { scan_root, lab } = prepared.draft;
    const known = scan_root !== undefined && this.#numbered.get(keyOf(scan_root, lab));
    return known ? prepared.scan_id : this.#source.scanId(prepared);
  }

  /** What the source gave is the run's; or its execution's, where that has none yet. */
  given(prepared: PreparedRun, number: number | undefined): PreparedRun {
    if (prepared.scan_id !== undefined) return prepared;
    if (prepared.draft.scan_root === undefined) return { ...prepared, scan_id: number };
    return { ...prepared, scan_offer: number };
  }

  /** A run is durable. */
  opened({ scan_root, lab, numbered, scan_id }: OpenRecord): void {
    if (scan_root !== undefined && numbered && scan_id === undefined)
      this.#numbered.set(keyOf(scan_root, lab), true);
  }
}

const keyOf = (scan_root: string, lab: string): string => `${scan_root} ${lab}`;
