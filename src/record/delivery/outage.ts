/**
 * What happens while a store takes nothing: calls are kept away from it (circuit), records go to the spool instead of
 * the queue, and come back in order once a call gets through. One per store and process. Node only.
 *
 * `direct`: entries go to the queue. `diverting`: they go to the spool, which is being taken in as soon as the store lets it.
 * `settling`: what is left in the spool is little; entries are held in the queue until it is empty, so that none overtakes.
 * @module
 */

import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { ProvenanceError } from '../../errors';
import { CLOSING, OUTAGE, QUEUE, STORE_CALL } from '../../model/limits';
import { withTimeout } from '../../model/with-timeout';
import type { OpenRecord, Store } from '../../store/store';
import type { SpoolFigures } from '../meter';
import { type IntakeHooks, isStoreAway } from '../spool/spool';
import { Circuit, isRefusal } from './circuit';
import { Leftovers } from './leftovers';
import { OutageNotice } from './outage-notice';
import type { Diversion, GroupQueue, QueueEntry } from './queue';
import { SpoolDoor } from './spool-door';
import { Unanswered } from './unanswered';

export interface OutageOptions {
  /** Opens it when it is not open. */
  store: () => Promise<Store>;
  queue: () => GroupQueue;
  /** Absent: there is no spool, and records wait in the queue. */
  spool?: { folder: string; max_bytes?: number };
  /** What is done with the records of the spool, apart from writing them. */
  intake: () => Pick<IntakeHooks, 'prepare' | 'onTaken'>;
  /** Before a write: what must have happened in the store. */
  before: (store: Store) => Promise<void> | undefined;
  /** For people; at the beginning and at the end of an outage. */
  say: (message: string) => void;
  /** Memory was given back. Must not throw. */
  freed: () => void;
  /** Records were set aside. Must not throw. */
  lose: (kind: string, detail: string, count: number) => void;
  /** The store refused a call, perhaps after its time. Must not throw. */
  refused: (error: unknown) => void;
  /** The spool changed. Must not throw. */
  figures: (figures: SpoolFigures) => void;
}

export class Outage {
  readonly #options: OutageOptions;
  readonly #circuit: Circuit;
  readonly #notice: OutageNotice;
  readonly #unanswered: Unanswered;
  readonly #closing = new AbortController();
  #mode: 'direct' | 'diverting' | 'settling' = 'direct';
  readonly #door: SpoolDoor | undefined;
  readonly #leftovers: Leftovers | undefined;
  #beginning: Promise<void> | undefined;
  /** Wakes the loop that waits for the store. */
  #answered: () => void = () => undefined;
  #returning: Promise<void> | undefined;
  #failures = 0;
  #taken = 0;

  constructor(options: OutageOptions) {
    this.#options = options;
    const { spool, say, figures } = options;
    this.#notice = new OutageNotice(say);
    const answered = () => {
      // The store is there, late as the answer may be.
      if (this.#circuit.state === 'closed') return;
      this.#circuit.wake();
      this.#answered();
    };
    this.#unanswered = new Unanswered(answered, (error) => isRefusal(error) && options.refused(error));
    this.#door = spool && new SpoolDoor({ ...spool, say, figures, freed: options.freed });
    this.#leftovers =
      this.#door && new Leftovers(this.#door, () => this.#drainLeftovers(), this.#closing.signal);
    this.#circuit = new Circuit({
      counts: isStoreAway,
      lasts: isRefusal,
      longest_pause_ms: STORE_CALL.longest_pause_ms,
      onChange: (state) => state === 'open' && this.#begin(),
    });
  }

  /** The store takes nothing now, as far as is known. */
  get away(): boolean {
    return this.#mode === 'diverting' || this.#circuit.state !== 'closed';
  }

  get pause_ms(): number {
    return this.#circuit.wait_ms;
  }

  /** A call with a deadline of 1 s at most; rejects at once while the store is kept alone. */
  call<T>(action: (store: Store) => Promise<T>): Promise<T> {
    return this.#circuit.call(() => this.#unanswered.watch(async () => action(await this.#options.store())));
  }

  /** How records of a spool get into the store. */
  readonly way: Pick<IntakeHooks, 'write' | 'probe' | 'buried'> = {
    write: (records) =>
      this.call(async (store) => {
        await this.#options.before(store);
        return store.write(records);
      }),
    probe: () => this.call((store) => store.identity()),
    buried: (uids) => this.call((store) => store.buried(uids)),
  };

  /** A call that tells nothing about whether the store takes records: not made while it is away. */
  async read<T>(action: (store: Store) => Promise<T>): Promise<T> {
    if (this.away) throw new ProvenanceError('STORE_UNREACHABLE', 'The store does not answer now.');
    return this.call(action);
  }

  /** Takes an entry into the spool where that is its place now. `bounded`: it may be refused. */
  divert(entry: QueueEntry, bounded: boolean): Diversion {
    const queue = this.#options.queue();
    const most_bytes = (this.#door ? QUEUE.hard_multiple : 1) * queue.max_bytes;
    // The last one may be wide: it was let in while there was room.
    const refused = bounded && this.waiting_bytes >= most_bytes;
    if (bounded && queue.bytes + entry.bytes > queue.max_bytes) this.#begin();
    if (refused) return 'refused';
    if (this.#mode !== 'diverting') return 'keep';
    this.#door!.append([entry]);
    return 'taken';
  }

  /** In memory, on the way to the store or to the spool. */
  get waiting_bytes(): number {
    return this.#options.queue().bytes + (this.#door?.waiting_bytes ?? 0);
  }

  /** Spools an entry that the store cannot place yet. */
  early(entry: QueueEntry): boolean {
    if (!this.#door || this.#closing.signal.aborted) return false;
    this.#door.append([entry]);
    this.#leftovers!.lookLater();
    return true;
  }

  /**
   * Puts a start on the disk that the queue has not placed yet, so that a kill does not cost the run; one on its way there is
   * waited for. The queue goes on with it, and the store knows it by its uid. In an outage as well: a group that the store had
   * been given before is neither in the spool nor known to be stored. Never rejects.
   */
  async keep(record: OpenRecord): Promise<boolean> {
    if (!this.#door || this.#closing.signal.aborted) return false;
    const copies = await this.#door.keep(record);
    if (copies > 0) this.#leftovers!.lookLater();
    return copies > 0;
  }

  /** The queue's entries after a group that failed. */
  failed(): void {
    if (this.#circuit.state === 'closed') return;
    if (this.#mode === 'diverting') this.#sweep();
    else this.#begin();
  }

  /** The spool, where there is one: to be tried and read. */
  get door(): Pick<SpoolDoor, 'tried' | 'state'> | undefined {
    return this.#door;
  }

  /** The store is open: what earlier processes left is taken in. Never rejects. */
  async takeLeftovers(): Promise<void> {
    await this.#leftovers?.take();
  }

  /** Resolves when all is in the store or, if that takes nothing, in the spool; or the time is over. */
  async flush(timeout_ms: number): Promise<void> {
    const deadline = performance.now() + timeout_ms;
    const left = () => Math.max(0, deadline - performance.now());
    // A store that takes the spool in just now is worth waiting for.
    while (this.#mode === 'diverting' && this.#circuit.state === 'closed' && left() > 0)
      await pause(OUTAGE.queue_look_ms);
    if (this.#mode !== 'diverting') await this.#options.queue().flush(left());
    await withTimeout(this.#written(), left()).catch(() => undefined);
  }

  /** Puts what still waits into the spool, and leaves it for the next process. */
  async close(timeout_ms: number): Promise<void> {
    const deadline = performance.now() + timeout_ms;
    const left = () => Math.max(0, deadline - performance.now());
    this.#closing.abort();
    this.#answered();
    this.#notice.sumUp();
    const queue = this.#options.queue();
    if (this.#door && !queue.idle)
      await withTimeout(this.#spoolQueue(this.#door), left()).catch(() => undefined);
    // What hangs on records that are durable now (ends of runs) follows them.
    await withTimeout(this.#written(), left()).catch(() => undefined);
    queue.close('the recorder was closed before the store took it');
    // Copies are not left behind by a process that ends in peace.
    const intake_ms = Math.floor(left() * CLOSING.intake_share);
    if (this.#door && this.#door.copies > 0 && !this.away && intake_ms > 0)
      await withTimeout(this.#intake(AbortSignal.timeout(intake_ms)), left()).catch(() => undefined);
    if (this.#door) await withTimeout(this.#door.close(), left()).catch(() => undefined);
  }

  async #spoolQueue(door: SpoolDoor): Promise<void> {
    await door.opened();
    this.#mode = 'diverting';
    door.append(this.#options.queue().takeAll(true));
  }

  async #written(): Promise<void> {
    await this.#beginning;
    await this.#door?.allAppended();
  }

  #begin(): void {
    if (!this.#door || this.#closing.signal.aborted || this.#mode === 'diverting') return;
    this.#beginning ??= this.#door
      .opened()
      .then(
        () => this.#diverting(),
        () => undefined,
      )
      .finally(() => {
        this.#beginning = undefined;
      });
  }

  #diverting(): void {
    if (this.#mode !== 'direct' || this.#closing.signal.aborted) return;
    this.#mode = 'diverting';
    this.#taken = 0;
    this.#notice.begun(this.#door!.folder);
    this.failed();
    this.#return();
  }

  #return(): void {
    this.#returning ??= this.#untilBack().finally(() => {
      this.#returning = undefined;
      if (this.#mode === 'diverting' && !this.#closing.signal.aborted) this.#return();
    });
  }

  #sweep(): void {
    this.#door!.append(this.#options.queue().takeAll());
  }

  /** Takes the spool in as soon as the store lets it, and goes back to the queue. */
  async #untilBack(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted && this.#mode !== 'direct') {
      await this.#storeMayAnswer();
      if (signal.aborted) return;
      if (!(await this.#queueWritten())) continue;
      const [started, taken] = [performance.now(), this.#taken];
      if (!(await this.#intake().catch(() => false))) {
        this.#failures += 1;
        continue;
      }
      this.#failures = 0;
      const quick = performance.now() - started <= OUTAGE.short_intake_ms;
      if (quick || this.#taken - taken <= OUTAGE.short_intake_records) await this.#settle();
    }
  }

  /** Until the circuit lets a call through and the store has answered those before, or is stuck on them for long. */
  async #storeMayAnswer(): Promise<void> {
    const stuck = this.#unanswered.all();
    const pause_ms =
      this.#failures === 0
        ? 0
        : OUTAGE.first_pause_ms * 2 ** Math.min(this.#failures, OUTAGE.pause_doublings);
    await this.#wait(Math.max(1, pause_ms, this.#circuit.wait_ms));
    if (this.#unanswered.none) return;
    await Promise.race([stuck, this.#wait(STORE_CALL.stuck_ms)]);
  }

  /** Ends early when the store answers or all is closed. */
  async #wait(delay_ms: number): Promise<void> {
    const over = new AbortController();
    this.#answered = () => over.abort();
    if (this.#closing.signal.aborted) return;
    await pause(delay_ms, undefined, { signal: over.signal, ref: false }).catch(() => undefined);
  }

  /** What waited in the queue before the spool was begun goes first. False: it does not go. */
  async #queueWritten(): Promise<boolean> {
    const queue = this.#options.queue();
    while (!queue.idle) {
      if (this.#closing.signal.aborted) return false;
      if (this.#circuit.state !== 'closed') this.#sweep();
      if (!queue.idle) await this.#wait(OUTAGE.queue_look_ms);
    }
    return true;
  }

  /** True: all that can be taken in is, and the store answers. */
  async #intake(signal = this.#closing.signal): Promise<boolean> {
    const spool = await this.#door!.opened();
    const { intake, figures } = this.#options;
    const report = await spool.drain({ ...this.#door!.withoutCopies(intake()), ...this.way }, signal);
    this.#taken += report.taken;
    const { taken, quarantined } = report;
    if (quarantined > 0)
      this.#options.lose('quarantined', `set aside in ${spool.folder}/quarantine`, quarantined);
    figures({ taken, bytes: await this.#door!.bytes() });
    if (report.stopped !== undefined || this.#closing.signal.aborted) return false;
    if (report.segments > 0) return true;
    return await this.call((store) => store.identity()).then(
      () => true,
      () => false,
    );
  }

  async #settle(): Promise<void> {
    const queue = this.#options.queue();
    this.#mode = 'settling';
    queue.hold();
    await this.#written();
    const back = await this.#intake().catch(() => false);
    if (back && this.#door!.quiet) {
      this.#mode = 'direct';
      this.#notice.over(this.#taken);
      this.#leftovers!.lookLater();
    } else {
      this.#mode = 'diverting';
      this.#sweep();
    }
    queue.release();
  }

  async #drainLeftovers(): Promise<void> {
    if (this.#mode !== 'direct' || this.#closing.signal.aborted) return;
    if (this.#circuit.state === 'closed') await this.#intake().catch(() => false);
  }
}
