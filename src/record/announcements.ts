/**
 * Worker sessions and environments, which are told to a store once; again after an outage, and to a store that takes the place
 * of the one that was told. Node only.
 * @module
 */
import type { Blob, CapturedEnvironment, WorkerSession } from '../model/environment';
import type { WriteRecord } from '../store/interface/written';
import { environmentParts } from './delivery/environment-parts';
import type { Outbox } from './outbox';
import type { RecordSender } from './record-sender';

/** What one recorder announces. Its methods never throw. */
export class Announcements {
  readonly #sender: RecordSender;
  readonly #outbox: Outbox;
  /** By id. */
  readonly #told = new Map<string, WriteRecord>();

  constructor(sender: RecordSender, outbox: Outbox) {
    this.#sender = sender;
    this.#outbox = outbox;
  }

  session(session: WorkerSession, blobs?: Blob[]): void {
    const record = { kind: 'session' as const, session: this.#withSpool(session), ...(blobs && { blobs }) };
    this.#tell(session.session_id, record);
  }

  environment(captured: CapturedEnvironment): void {
    const [first, ...more] = environmentParts(captured);
    this.#tell(captured.environment.id, { kind: 'environment', ...first! });
    // Contents of code are not kept in memory for a store that may take the place of this one.
    for (const part of more) this.#sender.send({ kind: 'environment', ...part });
  }

  /** `same`: sessions that go on tell of their spool as it is now. `another`: it knows nothing yet. */
  returned(store: 'same' | 'another'): void {
    for (const record of [...this.#told.values()]) {
      if (store === 'another') this.#sender.send(record);
      else if (record.kind === 'session' && record.session.stop_time === undefined)
        this.session(record.session, record.blobs);
    }
  }

  /** What the store is to know of this worker's spool, should it be asked on another machine. */
  #withSpool(session: WorkerSession): WorkerSession {
    const { spool } = this.#outbox.shared;
    return spool ? { ...session, spool } : session;
  }

  #tell(id: string, record: WriteRecord): void {
    this.#told.set(id, record);
    this.#sender.send(record);
  }
}
