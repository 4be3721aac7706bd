/**
 * Imports the records of this store's own spool. Node only.
 * @module
 */
import type { WriteAnswer, WriteRecord } from '../../store/interface/written';
import { LateRecords, type LateRecordsParts } from './late-records';
import type { SpoolAccess } from './spool-access';
import type { SpoolWriter } from './spool-writer';

/** The imports of one spool; only one runs at a time. */
export class SpoolIntake {
  readonly #access: SpoolAccess;
  readonly #writer: SpoolWriter;
  readonly #parts: LateRecordsParts;
  #taken = 0;

  constructor(access: SpoolAccess, writer: SpoolWriter, parts: LateRecordsParts) {
    this.#access = access;
    this.#writer = writer;
    this.#parts = parts;
  }

  /** The number of imported records. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * Imports the spool. Returns true if everything possible was imported and the store answers, and false if `signal` aborted it.
   * Rejects if there is no spool.
   */
  async take(signal: AbortSignal): Promise<boolean> {
    const { users, connection } = this.#parts;
    const spool = await this.#access.opened();
    const report = await spool.drain(new OwnRecords(this.#writer, this.#parts), signal);
    const { taken, quarantined } = report;
    this.#taken += taken;
    if (quarantined > 0) users.lose('quarantined', `set aside in ${spool.folder}/quarantine`, quarantined);
    users.figures({ taken, bytes: await this.#access.bytes() });
    if (report.stopped !== undefined || signal.aborted) return false;
    if (report.segments > 0) return true;
    return await connection
      .call((store) => store.identity())
      .then(
        () => true,
        () => false,
      );
  }
}

/** Copies are not reported, because their entries receive answers from the queue. */
class OwnRecords extends LateRecords {
  readonly #writer: SpoolWriter;

  constructor(writer: SpoolWriter, parts: LateRecordsParts) {
    super(parts);
    this.#writer = writer;
  }

  override onTaken(records: readonly WriteRecord[], answers: readonly WriteAnswer[]): void {
    super.onTaken(...this.#writer.withoutCopies(records, answers));
  }
}
