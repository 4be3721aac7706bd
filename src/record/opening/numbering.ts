/**
 * Scan ids from `scanIdSource`. The source is called once per run. If the runs of an execution share a scan id, it is called
 * until the execution has one. Node only.
 * @module
 */
import { REMEMBERED } from '../../model/limits';
import type { OpenRecord } from '../../store/interface/written';
import { RecentMap } from '../../store/recent-map';
import type { PreparedRun, RunPreparation } from './prepare-run';

/** The scan ids of one recorder. */
export class Numbering {
  readonly #source: Pick<RunPreparation, 'scanId'>;
  /** Executions that already have their scan id, as far as this process knows. */
  readonly #numbered = new RecentMap<true>(REMEMBERED.numbered_characters);

  constructor(source: Pick<RunPreparation, 'scanId'>) {
    this.#source = source;
  }

  /** Returns the source's scan id; `undefined` if the store assigns one. */
  ask(prepared: PreparedRun): number | undefined | Promise<number | undefined> {
    const { scan_root, lab } = prepared.draft;
    const known = scan_root !== undefined && this.#numbered.get(keyOf(scan_root, lab));
    return known ? prepared.scan_id : this.#source.scanId(prepared);
  }

  /**
   * Adds the source's scan id to the run. If runs of an execution share one, it is only offered, and used if the execution has
   * none yet.
   */
  given(prepared: PreparedRun, number: number | undefined): PreparedRun {
    if (prepared.scan_id !== undefined) return prepared;
    if (prepared.draft.scan_root === undefined) return { ...prepared, scan_id: number };
    return { ...prepared, scan_offer: number };
  }

  /** Call it when a run is durable. */
  opened({ scan_root, lab, numbered, scan_id }: OpenRecord): void {
    if (scan_root !== undefined && numbered && scan_id === undefined)
      this.#numbered.set(keyOf(scan_root, lab), true);
  }
}

const keyOf = (scan_root: string, lab: string): string => `${scan_root} ${lab}`;
