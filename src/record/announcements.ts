/**
 * Worker sessions and environments. They are announced to a store once: again after an outage, and to a store that replaces the
 * previous one. Node only.
 * @module
 */
import type { Blob, CapturedEnvironment, WorkerSession } from '../model/environment';
import type { WriteRecord } from '../store/interface/written';
import { environmentParts } from './delivery/environment-parts';
import type { Outbox } from './outbox';
import type { RecordSender } from './record-sender';

/** The announcements of one recorder. Its methods never throw. */
export class Announcements {
  readonly #sender: RecordSender;
  readonly #outbox: Outbox;
  /** Announced records by id. */
  readonly #announced = new Map<string, WriteRecord>();

  constructor(sender: RecordSender, outbox: Outbox) {
    this.#sender = sender;
    this.#outbox = outbox;
  }

  session(session: WorkerSession, blobs?: Blob[]): void {
    const record = { kind: 'session' as const, session: this.#withSpool(session), ...(blobs && { blobs }) };
    this.#announce(session.session_id, record);
  }

  environment(captured: CapturedEnvironment): void {
    const [first, ...more] = environmentParts(captured);
    this.#announce(captured.environment.id, { kind: 'environment', ...first! });
    // Only the first part is kept, to announce it to a store that replaces this one. The other parts are sent once.
    for (const part of more) this.#sender.send({ kind: 'environment', ...part });
  }

  /**
   * Announces again. `same`: running sessions report the current state of their spool. `another`: the new store knows no record
   * yet.
   */
  returned(store: 'same' | 'another'): void {
    for (const record of [...this.#announced.values()]) {
      if (store === 'another') this.#sender.send(record);
      else if (record.kind === 'session' && record.session.stop_time === undefined)
        this.session(record.session, record.blobs);
    }
  }

  /** Adds the state of this worker's spool, so that the store can report it on another machine. */
  #withSpool(session: WorkerSession): WorkerSession {
    const { spool } = this.#outbox.shared;
    return spool ? { ...session, spool } : session;
  }

  #announce(id: string, record: WriteRecord): void {
    this.#announced.set(id, record);
    this.#sender.send(record);
  }
}
