/**
 * The records of one import from a spool into the store. Runs without a stash are judged, and the recorders that share the store
 * receive its answers. Node only.
 * @module
 */
import type { OpenRecord, WriteAnswer, WriteRecord } from '../../store/interface/written';
import type { StoreConnection } from '../delivery/store-connection';
import type { StoreUsers } from '../delivery/store-users';
import type { LinkListener } from '../linking/link-loop';
import { judgeLate, type StashHistory, wantsStash } from '../opening/late-judgement';
import type { IntakeHooks } from '../spool/spool';

/** The targets of imported records. */
export interface LateRecordsParts {
  connection: StoreConnection;
  users: StoreUsers;
  links: LinkListener;
  /** When this process began to use the store, UNIX seconds. */
  since: number;
}

/** Created for each import, so that stash histories are current. */
export class LateRecords implements IntakeHooks {
  readonly #parts: LateRecordsParts;
  /** Stash histories by lab, each read once per import. */
  readonly #histories = new Map<string, Promise<StashHistory>>();

  constructor(parts: LateRecordsParts) {
    this.#parts = parts;
  }

  write(records: readonly WriteRecord[]): Promise<WriteAnswer[]> {
    return this.#parts.connection.write(records);
  }

  probe(): Promise<unknown> {
    return this.#parts.connection.call((store) => store.identity());
  }

  removedAmong(uids: readonly string[]): Promise<readonly string[]> {
    return this.#parts.connection.call((store) => store.removedAmong(uids));
  }

  async prepare(record: OpenRecord): Promise<OpenRecord[]> {
    const user = this.#parts.users.of(record.lab);
    if (!user || !wantsStash(record)) return [{ ...record, stash_version: null }];
    const history = await this.#historyOf(record.lab);
    return [await judgeLate(record, user.preparation, history, this.#parts.since)];
  }

  onTaken(records: readonly WriteRecord[], answers: readonly WriteAnswer[]): void {
    this.#parts.users.taken(records, answers);
    this.#parts.links.written(records);
  }

  #historyOf(lab: string): Promise<StashHistory> {
    const known = this.#histories.get(lab) ?? this.#parts.connection.stashHistory(lab);
    this.#histories.set(lab, known);
    return known;
  }
}
