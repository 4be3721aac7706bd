/**
 * The recorders that share a store. Each receives its own results, and people are notified once. Node only.
 * @module
 */
import type { WriteAnswer, WriteRecord } from '../../store/interface/written';
import type { RunPreparation } from '../opening/prepare-run';
import { type Commit, type Instruments, type Logger, noCommit, type SpoolFigures } from '../reports/meter';
import type { QueueEntry } from './entry';

/** The methods of a recorder that its store calls. None of them may throw. */
export interface StoreUser {
  readonly instruments: Instruments;
  readonly log: Logger | undefined;
  /** Judges runs that were opened while no stash could be read. */
  readonly preparation: RunPreparation;
  /** True if its workers record for the lab. */
  serves(lab: string): boolean;
  lose(kind: string, detail: string, count?: number): void;
  /** A record of the spool is in the store. `counts`: this recorder counts it; only one recorder of a process does. */
  taken(record: WriteRecord, answer: WriteAnswer, counts: boolean): void;
  /**
   * `same`: the store accepts records again and nothing waits. `another`: it is a different store, without records of this
   * recorder.
   */
  returned(store: 'same' | 'another'): void;
}

/** Notifies people. Must not throw. */
export interface Notifier {
  notify(message: string): void;
}

/** The recorders of one store. */
export class StoreUsers implements Notifier {
  readonly #users: StoreUser[] = [];
  /** The last recorder to leave. It receives messages while everything is closed. */
  #last: StoreUser | undefined;
  #storage_id: string | undefined;

  add(user: StoreUser): void {
    this.#users.push(user);
  }

  /** Removes a recorder. Returns true if it was the last one. */
  remove(user: StoreUser): boolean {
    this.#last = user;
    if (this.#users.includes(user)) this.#users.splice(this.#users.indexOf(user), 1);
    return this.#users.length === 0;
  }

  /** Returns a recorder that serves the lab, otherwise any; undefined if all have left. */
  of(lab: string): StoreUser | undefined {
    return this.#users.find((user) => user.serves(lab)) ?? this.#users[0];
  }

  notify(message: string): void {
    warn((this.#users[0] ?? this.#last)?.log, message);
  }

  lose(kind: string, detail: string, count: number): void {
    this.#users[0]?.lose(kind, detail, count);
  }

  returned(): void {
    for (const user of this.#users) user.returned('same');
  }

  /** The spool changed. */
  figures(figures: SpoolFigures): void {
    for (const { instruments } of this.#users) instruments.spool(figures);
  }

  /** Reports how much waits now. */
  waiting(queued_bytes: number, spool_bytes: number | undefined): void {
    for (const { instruments } of this.#users) instruments.waiting(queued_bytes, spool_bytes);
  }

  /** Records of the spool are in the store. */
  taken(records: readonly WriteRecord[], answers: readonly WriteAnswer[]): void {
    for (const [i, record] of records.entries())
      for (const [place, user] of this.#users.entries()) user.taken(record, answers[i]!, place === 0);
    this.#noteStore(answers);
  }

  /** A group has its answers. */
  committed(
    group: readonly QueueEntry[],
    answers: readonly WriteAnswer[],
    times: Pick<Commit, 'time_ms' | 'queued_bytes'>,
  ): void {
    for (const [instruments, sums] of sumsOf(group, answers, times)) instruments.commit(sums);
    this.#noteStore(answers);
  }

  /** Detects whether another store replaced the previous one. */
  #noteStore(answers: readonly WriteAnswer[]): void {
    const opened = answers.find((answer) => answer.kind === 'opened');
    if (!opened || opened.storage_id === this.#storage_id) return;
    const first = this.#storage_id === undefined;
    this.#storage_id = opened.storage_id;
    if (!first) for (const user of this.#users) user.returned('another');
  }
}

/** Returns the results of a group, summed by recorder. */
function sumsOf(
  group: readonly QueueEntry[],
  answers: readonly WriteAnswer[],
  { time_ms, queued_bytes }: Pick<Commit, 'time_ms' | 'queued_bytes'>,
): Map<Instruments, Commit> {
  const commits = new Map<Instruments, Commit>();
  let [last, commit]: [Instruments?, Commit?] = [];
  for (const [i, { record, instruments }] of group.entries()) {
    if (!instruments) continue;
    if (instruments !== last || !commit) {
      commit = commits.get(instruments) ?? noCommit(time_ms, queued_bytes);
      commits.set(instruments, commit);
      last = instruments;
    }
    const { kind } = answers[i]!;
    if (record.kind === 'open' && kind === 'opened') commit.runs += 1;
    else if (record.kind === 'stop' && kind === 'done') commit.stops += 1;
    else if (record.kind === 'refusal' && kind === 'done') commit.refusals += 1;
  }
  return commits;
}

/** Logs a warning. A logger that throws must not prevent storing. */
export function warn(log: Logger | undefined, message: string): void {
  try {
    log?.warn(`temporal-provenance: ${message}`);
  } catch {
    // There is nothing else that could report it.
  }
}
