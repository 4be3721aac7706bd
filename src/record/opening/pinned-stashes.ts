/**
 * Stashes of executions whose runs all use the stash of the first one. They are cached here, or read from the store. Node only.
 * @module
 */
import { OPENING } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';
import type { StashSnapshot } from '../../store/interface/stash-changes';
import type { SharedStore } from '../delivery/shared-store';
import { PINNED_STASH } from '../stash-cache';
import type { PendingRun } from './pending-run';
import type { RunPreparation } from './prepare-run';

/** The pinned stashes of one store. */
export class PinnedStashes {
  readonly #shared: SharedStore;
  readonly #preparation: RunPreparation;

  constructor(shared: SharedStore, preparation: RunPreparation) {
    this.#shared = shared;
    this.#preparation = preparation;
  }

  /** Returns the stash of the run's execution. Undefined if it has none yet, or it cannot be read within the run's budget. */
  async of(run: PendingRun, run_id: string): Promise<StashSnapshot | undefined> {
    const { stashes } = this.#shared;
    const pinned = stashes.pinned(run_id) ?? (await this.#read(run, run_id));
    if (pinned) stashes.pin(run_id, pinned);
    return pinned;
  }

  async #read(run: PendingRun, run_id: string): Promise<StashSnapshot | undefined> {
    const read = this.#shared.delivery.read((store) => store.context(run_id, PINNED_STASH));
    const text = await withTimeout(read, run.clock.left_ms * OPENING.read_share).catch(() => null);
    return text ? JSON.parse(text) : undefined;
  }

  /** Call it when a run of the execution is durable. Its stash applies to all later runs. */
  pin(run_id: string, snapshot: StashSnapshot): void {
    const { stashes, delivery } = this.#shared;
    if (stashes.pinned(run_id)) return;
    stashes.pin(run_id, snapshot);
    const document = JSON.stringify(this.#preparation.maskedStash(snapshot));
    // It is stored as a context, and the first one wins: docs/design/recording.md#the-stash.
    const record = { kind: 'context' as const, run_id, n: PINNED_STASH, document };
    delivery.push({ record, bytes: document.length }, 'always');
  }
}
